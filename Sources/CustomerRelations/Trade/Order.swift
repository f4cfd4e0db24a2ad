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
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
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
    package let dueAt: Instant?
    package let paidAt: Instant?
}

package struct OrderLine: Sendable, Equatable {
    package let sku: String
    package let quantity: Int
    package let unitPrice: Money
    package let unitCost: Money?

    package init(sku: String, quantity: Int, unitPrice: Money, unitCost: Money? = nil) {
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.unitCost = unitCost
    }
}

/// An order that is to be recorded, with its total or its lines.
package struct NewOrder: Sendable {
    package let customer: CustomerName
    package let externalID: String?
    package let placedAt: Instant
    package let total: Money?
    package let lines: [OrderLine]
    package let terms: Order.Terms
    package let dueAt: Instant?
    package let paidAt: Instant?

    package init(
        customer: CustomerName,
        externalID: String? = nil,
        placedAt: Instant,
        total: Money? = nil,
        lines: [OrderLine] = [],
        terms: Order.Terms = .prepaid,
        dueAt: Instant? = nil,
        paidAt: Instant? = nil
    ) {
        self.customer = customer
        self.externalID = externalID
        self.placedAt = placedAt
        self.total = total
        self.lines = lines
        self.terms = terms
        self.dueAt = dueAt
        self.paidAt = paidAt
    }
}

package struct OrderFilter: Sendable {
    package var customerID: ID<Customer>?
    package var since: Instant?
    package var until: Instant?

    package init(
        customerID: ID<Customer>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.customerID = customerID
        self.since = since
        self.until = until
    }
}

package enum OrderSorting: String, Sendable, CaseIterable {
    case placedAt
    case id
}
