// SPDX-License-Identifier: Apache-2.0
import SQLite

/// An interaction that is about a complaint, or that was said to be (M47).
package struct InteractionLink: Sendable {
    package let interactionID: ID<Interaction>
    package let direction: Interaction.Direction
    package let channel: Interaction.Channel
    package let occurredAt: Instant
    let isLinked: Bool

    init(_ id: ID<Interaction>, _ details: InteractionDetails, isLinked: Bool) {
        interactionID = id
        direction = details.direction
        channel = details.channel
        occurredAt = details.occurredAt
        self.isLinked = isLinked
    }
}

extension ComplaintService {
    /// Refuses an input that names a complaint of somebody else, or none.
    func demand(
        _ id: ID<Complaint>?,
        of customer: ID<Customer>,
        _ pointer: String = "/complaintId",
        in snapshot: Snapshot
    ) throws {
        guard let id, try store.customer(of: id, in: snapshot) != customer else { return }
        throw ServiceError.refused(pointer, "the customer has no complaint \(id.rawValue)")
    }

    /// Tells in a complaint's history of the meeting in which it was raised (M52).
    func link(
        _ link: MeetingLink,
        to id: ID<Complaint>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let details = descriptions.meeting(nil, link)
        try note("meeting", details, on: id, by: occasion, in: transaction)
        try store.touch(id, at: occasion.at, in: transaction)
    }

    /// Tells in a complaint's history of an interaction.
    func link(
        _ link: InteractionLink,
        to id: ID<Complaint>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let id else { return }
        try note(
            link.isLinked ? "interaction" : "interaction-removed",
            descriptions.interaction(nil, link),
            on: id,
            by: occasion,
            in: transaction
        )
        try store.touch(id, at: occasion.at, in: transaction)
    }
}
