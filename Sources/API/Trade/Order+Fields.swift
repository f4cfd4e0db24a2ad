// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Order: Versioned {}

/// An order as it comes in, its customer named in one of two ways.
package struct OrderInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let externalID: String?
    let placedAt: Instant
    let total: Money?
    let lines: [OrderLine]
    let terms: Order.Terms
    let channel: String?
    let dueAt: Instant?
    let paidAt: Instant?

    package static let fields: Fields<OrderInput> = Fields(
        "NewOrder",
        OrderInput.init,
        readOnly: [
            "id", "cost", "outstanding", "refunded", "cancelledAt", "version", "createdAt",
            "updatedAt",
        ],
        Field(optional: "customerId", \.customerID, .id(), "The customer."),
        Field(optional: "customerExternalId", \.customerExternalID, .externalID, "Its other name."),
        Field(
            optional: "externalId",
            \.externalID,
            .externalID,
            "The number of the shop system, unique."
        ),
        Field("placedAt", \.placedAt, .instant),
        Field(optional: "total", \.total, .money, "The sum of the lines, if both are given."),
        Field(
            "lines",
            \.lines,
            .array(of: .object(OrderLine.fields), maxItems: 1000),
            default: [],
            "What was bought."
        ),
        Field("terms", \.terms, .enumeration(), default: .prepaid, "How it is paid."),
        Field(optional: "channel", \.channel, .orderChannel, "Through which it came."),
        Field(optional: "dueAt", \.dueAt, .instant, "When it is to be paid."),
        Field(
            optional: "paidAt",
            \.paidAt,
            .instant,
            "When it was paid in full, if that is known without its payments."
        )
    )

    /// The order to record.
    package var order: NewOrder {
        NewOrder(
            customer: Result { () throws(ServiceError) in
                try CustomerName(id: customerID, externalID: customerExternalID)
            },
            externalID: externalID,
            placedAt: placedAt,
            total: total,
            lines: lines,
            terms: terms,
            channel: channel,
            dueAt: dueAt,
            paidAt: paidAt
        )
    }
}

extension OrderLine {
    static let fields: Fields<OrderLine> = Fields(
        "OrderLine",
        OrderLine.init,
        Field("sku", \.sku, .string(maxLength: 100)),
        Field("quantity", \.quantity, .integer(1...1_000_000)),
        Field("unitPrice", \.unitPrice, .money, "Not negative."),
        Field(
            optional: "unitCost",
            \.unitCost,
            .amount,
            "What a piece cost us; the product's, if not given."
        ),
        Field(
            optional: "discount",
            \.discount,
            .amount,
            "What is taken off the price of all pieces together."
        )
    )
}

extension Order {
    package static let fields: Representation<Order> = Representation(
        "Order",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customer.id, .id()),
            Member("customerExternalId", \.customer.externalID, .externalID),
            Member("externalId", \.details.externalID, .externalID),
            Member("placedAt", \.details.placedAt, .instant),
            Member("total", \.details.total, .money),
            Member("cost", \.cost, .money, "What it cost us, where that is known of every line."),
            Member("lines", \.details.lines, .array(of: .object(OrderLine.fields))),
            Member("terms", \.details.terms, .enumeration()),
            Member("channel", \.details.channel, .orderChannel),
            Member("dueAt", \.details.dueAt, .instant),
            Member("paidAt", \.details.paidAt, .instant, "When it was paid in full."),
            Member("outstanding", \.outstanding, .money, "What is left to be paid."),
            Member("refunded", \.settlement.refunded, .money, "The sum of its refunds."),
            Member("cancelledAt", \.settlement.cancelledAt, .instant),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

extension Codec<String> {
    /// Through which an order came, in the shop's own words.
    static var orderChannel: Codec<String> {
        .string(maxLength: 100)
    }
}

extension OrderFilter {
    static let fields: Fields<OrderFilter> = Fields(
        nil,
        { OrderFilter(customerID: $0, since: $1, until: $2) },
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Placed then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Placed before.")
    )
}
