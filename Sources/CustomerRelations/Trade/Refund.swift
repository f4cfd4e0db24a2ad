// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What was taken back of an order; its amounts have the signs of the order's turned.
package struct Refund: Sendable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case refund
        /// All of an order that was called off.
        case cancellation
    }

    package let id: ID<Refund>
    package let orderID: ID<Order>
    package let customerID: ID<Customer>
    package let externalID: String?
    package let kind: Kind
    package let amount: Money
    /// What it takes off the cost; nil if the order's cost is not known.
    package let cost: Money?
    package let lines: [RefundLine]
    package let reason: String
    package let refundedAt: Instant
    package let createdAt: Instant

    /// A refund does not change.
    package var version: Int { 1 }
}

/// Pieces of a line of an order that were taken back.
package struct RefundLine: Sendable, Equatable {
    /// Which of the order's lines, from 0.
    let orderPosition: Int
    package let sku: String
    package let quantity: Int
    package let unitPrice: Money
    /// The part of the line's discount that falls on them.
    package let discount: Money?
    package let cost: Money?

    /// Nil if money cannot hold it.
    var amount: Money? {
        unitPrice.multiplying(by: quantity).map { $0 - (discount ?? .zero) }
    }
}

/// A refund that is to be made: of an amount, or of pieces.
package struct NewRefund: Sendable {
    /// So many pieces of one article.
    package struct Line: Sendable {
        package let sku: String
        package let quantity: Int

        package init(sku: String, quantity: Int) {
            self.sku = sku
            self.quantity = quantity
        }
    }

    package let externalID: String?
    package let amount: Money?
    package let lines: [Line]
    package let reason: String
    /// Now, if it is not said.
    package let refundedAt: Instant?

    package init(
        externalID: String? = nil,
        amount: Money? = nil,
        lines: [Line] = [],
        reason: String,
        refundedAt: Instant? = nil
    ) {
        self.externalID = externalID
        self.amount = amount
        self.lines = lines
        self.reason = reason
        self.refundedAt = refundedAt
    }
}

/// A refund or a cancellation as it comes in from a file, with the order that it is of.
package struct NewOrderRefund: Sendable {
    package let order: OrderName
    package let kind: Refund.Kind
    /// Of a cancellation neither an amount nor lines: it takes back the whole order.
    package let refund: NewRefund

    package init(order: OrderName, kind: Refund.Kind, refund: NewRefund) {
        self.order = order
        self.kind = kind
        self.refund = refund
    }
}

/// What a refund says beside its order and its time.
struct RefundContent: Hashable, Sendable {
    let kind: Refund.Kind
    /// Nil where pieces came back, or a whole order.
    let amount: Money?
    /// How many of each article came back.
    let pieces: [String: Int]
    let reason: String
}

extension NewOrderRefund {
    var content: RefundContent {
        RefundContent(
            kind: kind,
            amount: kind == .cancellation || !refund.lines.isEmpty ? nil : refund.amount,
            pieces: refund.lines.reduce(into: [:]) { $0[$1.sku, default: 0] += $1.quantity },
            reason: refund.reason
        )
    }
}

extension Refund {
    var content: RefundContent {
        let isWhole = kind == .cancellation
        return RefundContent(
            kind: kind,
            amount: isWhole || !lines.isEmpty ? nil : -amount,
            pieces: isWhole
                ? [:] : lines.reduce(into: [:]) { $0[$1.sku, default: 0] -= $1.quantity },
            reason: reason
        )
    }
}

/// What a list of refunds is narrowed to.
package struct RefundFilter: Sendable {
    package let orderID: ID<Order>?
    package let customerID: ID<Customer>?
    package let kind: Refund.Kind?
    /// Refunded then or later.
    package let since: Instant?
    /// Refunded before.
    package let until: Instant?

    package init(
        orderID: ID<Order>? = nil,
        customerID: ID<Customer>? = nil,
        kind: Refund.Kind? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.orderID = orderID
        self.customerID = customerID
        self.kind = kind
        self.since = since
        self.until = until
    }
}

/// The orders in which refunds are listed.
package enum RefundSorting: String, Sendable, CaseIterable {
    case refundedAt
    case id
}
