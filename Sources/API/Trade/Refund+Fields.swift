// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Refund: Versioned {}

extension NewRefund {
    static let fields: Fields<NewRefund> = Fields(
        "NewRefund",
        NewRefund.init,
        readOnly: ["id", "orderId", "customerId", "kind", "cost", "version", "createdAt"],
        Field(
            optional: "externalId",
            \.externalID,
            .externalID,
            "The number of the shop system, unique."
        ),
        Field(optional: "amount", \.amount, .amount, "A sum, where no pieces come back."),
        Field(
            "lines",
            \.lines,
            .array(of: .object(Line.fields), maxItems: 1000),
            default: [],
            "The pieces that come back, at the prices of the order."
        ),
        Field("reason", \.reason, .string(maxLength: 1000)),
        Field(optional: "refundedAt", \.refundedAt, .instant, "Now, if not given.")
    )
}

extension NewRefund.Line {
    static let fields: Fields<NewRefund.Line> = Fields(
        "RefundedPieces",
        NewRefund.Line.init,
        Field("sku", \.sku, .string(maxLength: 100)),
        Field("quantity", \.quantity, .integer(1...1_000_000))
    )
}

/// A refund or a cancellation as the row of a file, its order named in one of two ways.
package struct RefundInput: Sendable {
    let orderID: ID<Order>?
    let orderExternalID: String?
    let externalID: String?
    let kind: Refund.Kind
    let amount: Money?
    let lines: [NewRefund.Line]
    let reason: String
    let refundedAt: Instant?

    package static let fields: Fields<RefundInput> = Fields(
        "RefundRow",
        RefundInput.init,
        Field(optional: "orderId", \.orderID, .id()),
        Field(optional: "orderExternalId", \.orderExternalID, .externalID),
        Field(optional: "externalId", \.externalID, .externalID),
        Field("kind", \.kind, .enumeration(), default: .refund),
        Field(optional: "amount", \.amount, .amount),
        Field(
            "lines",
            \.lines,
            .array(of: .object(NewRefund.Line.fields), maxItems: 1000),
            default: []
        ),
        Field("reason", \.reason, .string(maxLength: 1000)),
        Field(optional: "refundedAt", \.refundedAt, .instant)
    )

    /// The refund to record; refuses what only whole records can tell.
    func refund() throws -> NewOrderRefund {
        NewOrderRefund(
            order: try OrderName(id: orderID, externalID: orderExternalID),
            kind: kind,
            refund: NewRefund(
                externalID: externalID,
                amount: amount,
                lines: lines,
                reason: reason,
                refundedAt: refundedAt
            )
        )
    }
}

extension Refund {
    package static let fields: Representation<Refund> = Representation(
        "Refund",
        [
            Member("id", \.id, .id()),
            Member("orderId", \.orderID, .id()),
            Member("customerId", \.customerID, .id()),
            Member("externalId", \.externalID, .externalID),
            Member("kind", \.kind, .enumeration(), "`cancellation` takes back a whole order."),
            Member("amount", \.amount, .money, "Negative: what is taken off the order."),
            Member("cost", \.cost, .money, "Negative: what is taken off its cost, if it is known."),
            Member("lines", \.lines, .array(of: .object(RefundLine.fields))),
            Member("reason", \.reason, .string(maxLength: 1000)),
            Member("refundedAt", \.refundedAt, .instant),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
        ]
    )
}

extension RefundLine {
    static let fields: Representation<RefundLine> = Representation(
        "RefundLine",
        [
            Member("sku", \.sku, .string(maxLength: 100)),
            Member("quantity", \.quantity, .integer(-1_000_000 ... -1)),
            Member("unitPrice", \.unitPrice, .money),
            Member("discount", \.discount, .money, "Negative: its part of the line's discount."),
            Member("cost", \.cost, .money, "Negative: what these pieces cost us."),
        ]
    )
}

extension RefundFilter {
    static let fields: Fields<RefundFilter> = Fields(
        nil,
        RefundFilter.init,
        Field(optional: "orderId", \.orderID, .id()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "kind", \.kind, .enumeration()),
        Field(optional: "since", \.since, .instantOrDay, "Refunded then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Refunded before.")
    )
}

/// Why an order is called off.
struct Cancellation: Sendable {
    let reason: String

    static let fields: Fields<Cancellation> = Fields(
        "Cancellation",
        Cancellation.init,
        Field("reason", \.reason, .string(maxLength: 1000))
    )
}
