// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON

// Records in the form in which they are imported.

extension OrderInput {
    init(exporting order: Order) {
        let details = order.details
        self.init(
            customerID: order.customer.externalID == nil ? order.customer.id : nil,
            customerExternalID: order.customer.externalID,
            externalID: details.externalID,
            placedAt: details.placedAt,
            total: details.total,
            lines: details.lines,
            terms: details.terms,
            channel: details.channel,
            dueAt: details.dueAt,
            paidAt: details.paidAt
        )
    }
}

extension ContactInput {
    /// A superior without external id means nothing elsewhere.
    init(exporting contact: Contact, of customer: CustomerName, reportingTo superior: String?) {
        self.init(
            customerID: customer.id,
            customerExternalID: customer.externalID,
            reportsToExternalID: superior,
            details: contact.details
        )
    }
}

extension InteractionInput {
    init(exporting interaction: Interaction, of customer: CustomerName) {
        let details = interaction.details
        self.init(
            customerID: customer.id,
            customerExternalID: customer.externalID,
            direction: details.direction,
            content: details.content,
            channel: details.channel,
            occurredAt: details.occurredAt,
            durationSeconds: details.durationSeconds,
            contactIDs: [],
            staffIDs: [],
            summary: details.summary,
            nextStep: details.nextStep,
            complaintID: nil,
            promises: interaction.promises.map {
                NewPromise(kind: $0.kind, text: $0.text, dueAt: $0.dueAt)
            },
            externalID: details.externalID
        )
    }
}

/// A complaint as it is imported: with its outcome, and without the order, whose id means nothing
/// elsewhere.
struct ExportedComplaint: Sendable {
    let complaint: ComplaintInput
    let outcome: ComplaintOutcome

    static let fields: Representation<ExportedComplaint> = Representation(
        nil,
        ComplaintInput.fields.representation.leaving(out: ["phone", "orderId"])
            .lifted(\.complaint) + ComplaintOutcome.fields.representation.lifted(\.outcome)
    )

    init(_ complaint: Complaint, of customer: CustomerName) {
        self.complaint = ComplaintInput(
            customerID: customer.id,
            customerExternalID: customer.externalID,
            phone: nil,
            receivedAt: complaint.state.receivedAt,
            details: complaint.details
        )
        outcome = ComplaintOutcome(
            answeredAt: complaint.state.answeredAt,
            closedAt: complaint.state.closedAt
        )
    }
}

extension CustomerName {
    fileprivate var id: ID<Customer>? {
        guard case .id(let id) = self else { return nil }
        return id
    }

    fileprivate var externalID: String? {
        guard case .externalID(let name) = self else { return nil }
        return name
    }
}
