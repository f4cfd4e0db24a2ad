// SPDX-License-Identifier: Apache-2.0
import SQLite

/// An order of a customer.
package struct Order: Sendable {
    /// How it is paid (M30, 付款期限/赊账/预付).
    package enum Terms: String, Sendable, CaseIterable, ColumnValue {
        case prepaid
        case credit
    }

    package let id: ID<Order>
    package let customer: OrderCustomer
    package let details: OrderDetails
    /// What it cost us, as far as that is known of every line.
    package let cost: Money?
    package let settlement: OrderSettlement
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What became of an order's money.
package struct OrderSettlement: Sendable, Equatable {
    /// The sum of the payments.
    package let paid: Money
    /// The sum of the refunds.
    package let refunded: Money
    package let cancelledAt: Instant?

    init(paid: Money = .zero, refunded: Money = .zero, cancelledAt: Instant? = nil) {
        self.paid = paid
        self.refunded = refunded
        self.cancelledAt = cancelledAt
    }
}

extension Order {
    /// What is left to be paid: nothing of an order that is paid in full or called off.
    package var outstanding: Money {
        guard details.paidAt == nil, settlement.cancelledAt == nil else { return .zero }
        return max(.zero, details.total - settlement.refunded - settlement.paid)
    }

    /// What can still be given back.
    package var refundable: Money {
        settlement.cancelledAt == nil ? details.total - settlement.refunded : .zero
    }
}

/// The customer of an order, by both of its names.
package struct OrderCustomer: Sendable, Equatable {
    package let id: ID<Customer>
    package let externalID: String?
}

package struct OrderDetails: Sendable, Equatable {
    package let externalID: String?
    package let placedAt: Instant
    package let total: Money
    package let lines: [OrderLine]
    package let terms: Order.Terms
    /// Through which it came.
    package let channel: String?
    package let dueAt: Instant?
    /// When it was paid in full.
    package let paidAt: Instant?

    /// The same, paid in full at another time or not at all.
    func paid(at paidAt: Instant?) -> OrderDetails {
        OrderDetails(
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

package struct OrderLine: Sendable, Equatable {
    package let sku: String
    package let quantity: Int
    package let unitPrice: Money
    package let unitCost: Money?
    /// What is taken off the price of all pieces together.
    package let discount: Money?

    package init(
        sku: String,
        quantity: Int,
        unitPrice: Money,
        unitCost: Money? = nil,
        discount: Money? = nil
    ) {
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.unitCost = unitCost
        self.discount = discount
    }

    /// What the line comes to; nil if money cannot hold it.
    var amount: Money? {
        unitPrice.multiplying(by: quantity).map { $0 - (discount ?? .zero) }
    }
}

/// An order that is to be recorded, with its total or its lines.
package struct NewOrder: Sendable {
    /// Whose it is; a failure to say so is told with all else that is wrong with the order.
    package let customer: Result<CustomerName, ServiceError>
    package let externalID: String?
    package let placedAt: Instant
    package let total: Money?
    package let lines: [OrderLine]
    package let terms: Order.Terms
    package let channel: String?
    package let dueAt: Instant?
    package let paidAt: Instant?

    package init(
        customer: Result<CustomerName, ServiceError>,
        externalID: String? = nil,
        placedAt: Instant,
        total: Money? = nil,
        lines: [OrderLine] = [],
        terms: Order.Terms = .prepaid,
        channel: String? = nil,
        dueAt: Instant? = nil,
        paidAt: Instant? = nil
    ) {
        self.customer = customer
        self.externalID = externalID
        self.placedAt = placedAt
        self.total = total
        self.lines = lines
        self.terms = terms
        self.channel = channel
        self.dueAt = dueAt
        self.paidAt = paidAt
    }
}

package struct OrderFilter: Sendable {
    package var customerID: ID<Customer>?
    package var since: Instant?
    package var until: Instant?
    /// Whether orders that were cancelled are left out.
    package var isUncancelled = false

    package init(
        customerID: ID<Customer>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.customerID = customerID
        self.since = since
        self.until = until
    }

    /// All orders but those that were cancelled.
    package static var uncancelled: OrderFilter {
        var filter = OrderFilter()
        filter.isUncancelled = true
        return filter
    }
}

package enum OrderSorting: String, Sendable, CaseIterable {
    case placedAt
    case id
}

/// How a record names its order.
package enum OrderName: Sendable, Hashable {
    case id(ID<Order>)
    case externalID(String)
}
