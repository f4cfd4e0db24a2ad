// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A contact with a customer (M47, 双向沟通), in either direction.
package struct Interaction: Sendable {
    package enum Direction: String, Sendable, CaseIterable, ColumnValue {
        case inbound
        case outbound
    }

    /// What was exchanged: 信息, 情感, 理念, 意见, 政策.
    package enum Content: String, Sendable, CaseIterable, ColumnValue {
        case information
        case feeling
        case idea
        case opinion
        case policy
    }

    /// The way it took (M48, 沟通途径).
    package enum Channel: String, Sendable, CaseIterable, ColumnValue {
        case staff
        case event
        case letter
        case phone
        case web
        case email
        case blog
        case callCenter = "call-center"
        case advertising
        case publicity
        case packaging
        case visit
    }

    package let id: ID<Interaction>
    package let customerID: ID<Customer>
    package let details: InteractionDetails
    package let people: InteractionPeople
    package let promises: [Promise]
    /// Oldest first.
    package let corrections: [InteractionCorrection]
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant

    package var record: InteractionRecord { InteractionRecord(details: details, people: people) }
}

/// What can be corrected of an interaction: what it was, and who took part.
package struct InteractionRecord: Sendable, Equatable {
    package var details: InteractionDetails
    package var people: InteractionPeople

    package init(details: InteractionDetails, people: InteractionPeople) {
        self.details = details
        self.people = people
    }
}

/// What is recorded of an interaction.
package struct InteractionDetails: Sendable, Equatable {
    package let direction: Interaction.Direction
    package var content: Interaction.Content
    package let channel: Interaction.Channel
    package let occurredAt: Instant
    package let durationSeconds: Int?
    package let summary: String
    package let nextStep: String?
    /// What it was about, if it was about a complaint.
    package var complaintID: ID<Complaint>?
    package var externalID: String?

    package init(
        direction: Interaction.Direction,
        content: Interaction.Content,
        channel: Interaction.Channel,
        occurredAt: Instant,
        durationSeconds: Int? = nil,
        summary: String,
        nextStep: String? = nil,
        complaintID: ID<Complaint>? = nil,
        externalID: String? = nil
    ) {
        self.direction = direction
        self.content = content
        self.channel = channel
        self.occurredAt = occurredAt
        self.durationSeconds = durationSeconds
        self.summary = summary
        self.nextStep = nextStep
        self.complaintID = complaintID
        self.externalID = externalID
    }
}

/// What an interaction was said to be before somebody corrected it.
package struct InteractionCorrection: Sendable {
    package let at: Instant
    package let actor: String
    package let reason: String
    /// The members that were corrected, with what they said before, as a JSON object.
    package let original: String
}

/// Who took part in an interaction, on their side and on ours.
package struct InteractionPeople: Sendable, Equatable {
    package let contactIDs: [ID<Contact>]
    package var staffIDs: [ID<StaffMember>]

    package init(contactIDs: [ID<Contact>] = [], staffIDs: [ID<StaffMember>] = []) {
        self.contactIDs = contactIDs
        self.staffIDs = staffIDs
    }

    var isEmpty: Bool { contactIDs.isEmpty && staffIDs.isEmpty }
}

/// An interaction that is to be recorded.
package struct NewInteraction: Sendable {
    package let customer: CustomerName
    package let details: InteractionDetails
    package var people: InteractionPeople
    package let promises: [NewPromise]

    package init(
        customer: CustomerName,
        details: InteractionDetails,
        people: InteractionPeople = InteractionPeople(),
        promises: [NewPromise] = []
    ) {
        self.customer = customer
        self.details = details
        self.people = people
        self.promises = promises
    }

    var record: InteractionRecord { InteractionRecord(details: details, people: people) }
}

/// What a list of interactions is narrowed to.
package struct InteractionFilter: Sendable {
    package var text: String?
    package var customerID: ID<Customer>?
    package var contactID: ID<Contact>?
    package var complaintID: ID<Complaint>?
    package var channel: Interaction.Channel?
    package var content: Interaction.Content?
    package var direction: Interaction.Direction?
    package var since: Instant?
    package var until: Instant?

    package init(
        text: String? = nil,
        customerID: ID<Customer>? = nil,
        contactID: ID<Contact>? = nil,
        complaintID: ID<Complaint>? = nil,
        channel: Interaction.Channel? = nil,
        content: Interaction.Content? = nil,
        direction: Interaction.Direction? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.text = text
        self.customerID = customerID
        self.contactID = contactID
        self.complaintID = complaintID
        self.channel = channel
        self.content = content
        self.direction = direction
        self.since = since
        self.until = until
    }
}

/// The orders in which interactions are listed.
package enum InteractionSorting: String, Sendable, CaseIterable {
    case occurredAt
    case id
}
