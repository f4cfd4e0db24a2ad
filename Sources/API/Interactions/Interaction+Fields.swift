// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Interaction: Versioned {}

extension InteractionInput {
    package static let fields: Fields<InteractionInput> = Fields(
        "NewInteraction",
        InteractionInput.init,
        Field(optional: "customerId", \.customerID, .id(), "The customer."),
        Field(
            optional: "customerExternalId",
            \.customerExternalID,
            .externalID,
            "The customer's other name."
        ),
        Field("direction", \.direction, .enumeration()),
        Field("content", \.content, .enumeration(), "What was exchanged."),
        Field("channel", \.channel, .enumeration(), "The way it took."),
        Field("occurredAt", \.occurredAt, .instant),
        Field(optional: "durationSeconds", \.durationSeconds, .integer(0...604_800)),
        Field(
            "contactIds",
            \.contactIDs,
            .array(of: .id(), maxItems: 50),
            default: [],
            "The people on the customer's side."
        ),
        Field(
            "staffIds",
            \.staffIDs,
            .array(of: .id(), maxItems: 50),
            default: [],
            "The people on our side; whom the token belongs to, if none are given."
        ),
        Field("summary", \.summary, .string(maxLength: 4000)),
        Field(optional: "nextStep", \.nextStep, .string(maxLength: 1000)),
        Field(optional: "complaintId", \.complaintID, .id(), "The complaint that it is about."),
        Field(
            "promises",
            \.promises,
            .array(of: .object(NewPromise.fields), maxItems: 20),
            default: [],
            "What we said we would do."
        ),
        Field(optional: "externalId", \.externalID, .externalID)
    )
}

/// An interaction as it comes in, its customer named in one of two ways.
package struct InteractionInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let direction: Interaction.Direction
    let content: Interaction.Content
    let channel: Interaction.Channel
    let occurredAt: Instant
    let durationSeconds: Int?
    let contactIDs: [ID<Contact>]
    let staffIDs: [ID<StaffMember>]
    let summary: String
    let nextStep: String?
    let complaintID: ID<Complaint>?
    let promises: [NewPromise]
    let externalID: String?

    private var details: InteractionDetails {
        InteractionDetails(
            direction: direction,
            content: content,
            channel: channel,
            occurredAt: occurredAt,
            durationSeconds: durationSeconds,
            summary: summary,
            nextStep: nextStep,
            complaintID: complaintID,
            externalID: externalID
        )
    }

    /// The interaction to record; refuses what only whole records can tell.
    package func interaction() throws -> NewInteraction {
        NewInteraction(
            customer: try CustomerName(id: customerID, externalID: customerExternalID),
            details: details,
            people: InteractionPeople(contactIDs: contactIDs, staffIDs: staffIDs),
            promises: promises
        )
    }
}

extension Interaction {
    package static let fields: Representation<Interaction> = Representation(
        "Interaction",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("direction", \.details.direction, .enumeration()),
            Member("content", \.details.content, .enumeration()),
            Member("channel", \.details.channel, .enumeration()),
            Member("occurredAt", \.details.occurredAt, .instant),
            Member("durationSeconds", \.details.durationSeconds, .integer(0...604_800)),
            Member("contactIds", \.people.contactIDs, .array(of: .id())),
            Member("staffIds", \.people.staffIDs, .array(of: .id())),
            Member("summary", \.details.summary, .string(maxLength: 4000)),
            Member("nextStep", \.details.nextStep, .string(maxLength: 1000)),
            Member("complaintId", \.details.complaintID, .id(), "What it was about."),
            Member("promises", \.promises, .array(of: .object(Promise.fields))),
            Member(
                "corrections",
                \.corrections,
                .array(of: .object(InteractionCorrection.fields)),
                "Oldest first."
            ),
            Member("externalId", \.details.externalID, .externalID),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

extension InteractionFilter {
    static let fields: Fields<InteractionFilter> = Fields(
        nil,
        InteractionFilter.init,
        Field(optional: "q", \.text, .string(maxLength: 200), "Part of the summary."),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "contactId", \.contactID, .id(), "Who took part on their side."),
        Field(optional: "complaintId", \.complaintID, .id(), "About this complaint."),
        Field(optional: "channel", \.channel, .enumeration()),
        Field(optional: "content", \.content, .enumeration()),
        Field(optional: "direction", \.direction, .enumeration()),
        Field(optional: "since", \.since, .instantOrDay),
        Field(optional: "until", \.until, .instantOrDay)
    )
}
