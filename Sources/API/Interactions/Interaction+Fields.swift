// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Interaction: Versioned {}

extension InteractionInput {
    package static let fields = Fields(
        "NewInteraction",
        { customer, externalCustomer, direction, content, channel, occurredAt, seconds, contacts,
            summary, nextStep, promises, externalID in
            InteractionInput(
                customerID: customer,
                customerExternalID: externalCustomer,
                contactIDs: contacts,
                promises: promises,
                details: InteractionDetails(
                    direction: direction,
                    content: content,
                    channel: channel,
                    occurredAt: occurredAt,
                    durationSeconds: seconds,
                    summary: summary,
                    nextStep: nextStep,
                    externalID: externalID
                )
            )
        },
        Field("customerId", \.customerID, .id(), "The customer."),
        Field("customerExternalId", \.customerExternalID, .externalID, "The customer's other name."),
        Field("direction", \.details.direction, .enumeration()),
        Field("content", \.details.content, .enumeration(), "What was exchanged."),
        Field("channel", \.details.channel, .enumeration(), "The way it took."),
        Field("occurredAt", \.details.occurredAt, .instant),
        Field("durationSeconds", \.details.durationSeconds, .integer(0...604_800)),
        Field(
            "contactIds",
            \.contactIDs,
            .array(of: .number, maxItems: 50),
            default: [],
            "The people on the customer's side."
        ),
        Field("summary", \.details.summary, .string(maxLength: 4000)),
        Field("nextStep", \.details.nextStep, .string(maxLength: 1000)),
        Field(
            "promises",
            \.promises,
            .array(of: .object(NewPromise.fields), maxItems: 20),
            default: [],
            "What we said we would do."
        ),
        Field("externalId", \.details.externalID, .externalID)
    )
}

/// An interaction as it comes in.
package struct InteractionInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let contactIDs: [Int64]
    let promises: [NewPromise]
    let details: InteractionDetails

    /// The interaction to record; refuses what only whole records can tell.
    package func interaction() throws -> NewInteraction {
        if let contact = contactIDs.first {
            throw ServiceError.refused([
                ServiceError.Refusal("/contactIds/0", "there is no contact \(contact)")
            ])
        }
        return NewInteraction(
            customer: try CustomerName(oneOf: [
                ("customerId", customerID.map(CustomerName.id)),
                ("customerExternalId", customerExternalID.map(CustomerName.externalID)),
            ]),
            details: details,
            promises: promises
        )
    }
}

extension NewPromise {
    static let fields = Fields(
        "NewPromise",
        NewPromise.init,
        Field("text", \.text, .string(maxLength: 1000)),
        Field("dueAt", \.dueAt, .instant)
    )
}

extension Promise {
    static let fields = Representation<Promise>(
        "Promise",
        [
            Member("id", \.id, .id()),
            Member("text", \.text, .string(maxLength: 1000)),
            Member("dueAt", \.dueAt, .instant),
        ]
    )
}

extension Interaction {
    package static let fields = Representation<Interaction>(
        "Interaction",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("direction", \.details.direction, .enumeration()),
            Member("content", \.details.content, .enumeration()),
            Member("channel", \.details.channel, .enumeration()),
            Member("occurredAt", \.details.occurredAt, .instant),
            Member("durationSeconds", \.details.durationSeconds, .integer(0...604_800)),
            Member("summary", \.details.summary, .string(maxLength: 4000)),
            Member("nextStep", \.details.nextStep, .string(maxLength: 1000)),
            Member("promises", \.promises, .array(of: .object(Promise.fields))),
            Member("externalId", \.details.externalID, .externalID),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

extension InteractionFilter {
    static let fields = Fields(
        nil,
        InteractionFilter.init,
        Field("q", \.text, .string(maxLength: 200), "Part of the summary."),
        Field("customerId", \.customerID, .id()),
        Field("channel", \.channel, .enumeration()),
        Field("content", \.content, .enumeration()),
        Field("direction", \.direction, .enumeration()),
        Field("since", \.since, .instantOrDay),
        Field("until", \.until, .instantOrDay)
    )
}
