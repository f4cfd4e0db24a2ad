// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Payment: Versioned {}

extension OrderName {
    /// The one of its two names that was given; none or both are refused.
    init(id: ID<Order>?, externalID: String?) throws {
        switch (id, externalID) {
        case (let id?, nil): self = .id(id)
        case (nil, let name?): self = .externalID(name)
        default:
            throw ServiceError.refused(
                ["/orderId", "/orderExternalId"].map {
                    ServiceError.Refusal($0, "one of orderId, orderExternalId must be given")
                }
            )
        }
    }
}

/// A payment as it comes in, its order named in one of two ways.
package struct PaymentInput: Sendable {
    let orderID: ID<Order>?
    let orderExternalID: String?
    let externalID: String?
    let amount: Money
    let paidAt: Instant?

    package static let fields: Fields<PaymentInput> = Fields(
        "NewPayment",
        PaymentInput.init,
        readOnly: ["id", "customerId", "version", "createdAt"],
        Field(optional: "orderId", \.orderID, .id(), "The order."),
        Field(optional: "orderExternalId", \.orderExternalID, .externalID, "Its other name."),
        Field(
            optional: "externalId",
            \.externalID,
            .externalID,
            "The number of the bank or the till, unique."
        ),
        Field("amount", \.amount, .money, "All that is outstanding, or a part."),
        Field(optional: "paidAt", \.paidAt, .instant, "When it came; now, if not given.")
    )

    /// The payment to record; refuses what only whole records can tell.
    package func payment() throws -> NewPayment {
        NewPayment(
            order: try OrderName(id: orderID, externalID: orderExternalID),
            externalID: externalID,
            amount: amount,
            paidAt: paidAt
        )
    }
}

extension Payment {
    package static let fields: Representation<Payment> = Representation(
        "Payment",
        [
            Member("id", \.id, .id()),
            Member("orderId", \.orderID, .id()),
            Member("customerId", \.customerID, .id()),
            Member("externalId", \.externalID, .externalID),
            Member("amount", \.amount, .money, "Negative where it takes another back."),
            Member("paidAt", \.paidAt, .instant),
            Member("reversesId", \.reversesID, .id(), "The payment that it takes back."),
            Member("reason", \.reason, .string(maxLength: 1000), "Why that was taken back."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
        ]
    )
}

extension PaymentReversal {
    package static let fields: Fields<PaymentReversal> = Fields(
        "NewPaymentReversal",
        PaymentReversal.init,
        Field(optional: "amount", \.amount, .amount, "All of the payment, if not given."),
        Field("reason", \.reason, .string(maxLength: 1000))
    )
}

extension PaymentFilter {
    static let fields: Fields<PaymentFilter> = Fields(
        nil,
        PaymentFilter.init,
        Field(optional: "orderId", \.orderID, .id()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Paid then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Paid before.")
    )
}
