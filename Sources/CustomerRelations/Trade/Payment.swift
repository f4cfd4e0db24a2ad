// SPDX-License-Identifier: Apache-2.0

/// Money that came in for an order, all of it or a part; or one of those taken back, since it was
/// recorded by mistake.
package struct Payment: Sendable {
    package let id: ID<Payment>
    package let orderID: ID<Order>
    package let customerID: ID<Customer>
    package let externalID: String?
    package let amount: Money
    /// When it came; of one that takes another back, when that was done.
    package let paidAt: Instant
    package let createdAt: Instant
    /// The payment that this one takes back, with a negative amount.
    package let reversesID: ID<Payment>?
    /// Why it was taken back.
    package let reason: String?

    /// A payment does not change.
    package var version: Int { 1 }
}

/// A payment that is to be recorded.
package struct NewPayment: Sendable {
    package let order: OrderName
    package let externalID: String?
    package let amount: Money
    /// Now, if it is not said.
    package let paidAt: Instant?

    package init(
        order: OrderName,
        externalID: String? = nil,
        amount: Money,
        paidAt: Instant? = nil
    ) {
        self.order = order
        self.externalID = externalID
        self.amount = amount
        self.paidAt = paidAt
    }
}

/// A payment that is to be taken back, since it was recorded by mistake.
package struct PaymentReversal: Sendable {
    /// All of it, if it is not said.
    package let amount: Money?
    package let reason: String

    package init(amount: Money? = nil, reason: String) {
        self.amount = amount
        self.reason = reason
    }
}

/// What a list of payments is narrowed to.
package struct PaymentFilter: Sendable {
    package let orderID: ID<Order>?
    package let customerID: ID<Customer>?
    /// Paid then or later.
    package let since: Instant?
    /// Paid before.
    package let until: Instant?

    package init(
        orderID: ID<Order>? = nil,
        customerID: ID<Customer>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.orderID = orderID
        self.customerID = customerID
        self.since = since
        self.until = until
    }
}

/// The orders in which payments are listed.
package enum PaymentSorting: String, Sendable, CaseIterable {
    case paidAt
    case id
}
