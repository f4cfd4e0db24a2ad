// SPDX-License-Identifier: Apache-2.0

/// What the orders of a customer and the expense on it come to; or what one of them adds to that.
struct TradeSums: Sendable, Equatable {
    /// Five hundred times the largest amount that is read: up to here no sum over what is recorded of
    /// a customer leaves an `Int64`, be it of orders, costs, refunds or expenses.
    static let bound = Money(rawValue: 500_000_000_000_000_000)

    /// Half of it: customers of whom more is recorded are few, and known by an index.
    static let half = Money(rawValue: 250_000_000_000_000_000)

    /// What was bought in all: the orders, but for those that were called off, less what was given
    /// back (M10).
    var purchases = Money.zero
    /// What is left to be paid of the orders on credit (M13).
    var owed = Money.zero
    /// The totals and the costs of all orders, and the expenses, whatever became of them.
    var volume = Money.zero

    init() {}

    init(purchases: Money, owed: Money, volume: Money) {
        self.purchases = purchases
        self.owed = owed
        self.volume = volume
    }

    /// What an order adds.
    init(
        of details: OrderDetails,
        cost: Money?,
        _ settlement: OrderSettlement = OrderSettlement()
    ) {
        volume = details.total + (cost ?? .zero)
        guard settlement.cancelledAt == nil else { return }
        purchases = details.total - settlement.refunded
        if details.terms == .credit, details.paidAt == nil {
            owed = max(.zero, purchases - settlement.paid)
        }
    }

    /// What an order adds as it is recorded.
    init(of order: Order) {
        self.init(of: order.details, cost: order.cost, order.settlement)
    }

    /// What an expense adds.
    init(expense: Money) {
        volume = expense
    }

    static func + (left: TradeSums, right: TradeSums) -> TradeSums {
        TradeSums(
            purchases: left.purchases + right.purchases,
            owed: left.owed + right.owed,
            volume: left.volume + right.volume
        )
    }

    static func - (left: TradeSums, right: TradeSums) -> TradeSums {
        TradeSums(
            purchases: left.purchases - right.purchases,
            owed: left.owed - right.owed,
            volume: left.volume - right.volume
        )
    }

    static prefix func - (sums: TradeSums) -> TradeSums {
        TradeSums() - sums
    }
}

extension TradeSums {
    /// Whether so much more can be recorded of the customer whose sums these are.
    func hasRoom(for more: TradeSums) -> Bool {
        more.volume <= .zero || volume + more.volume <= Self.bound
    }

    /// Refuses what would take the customer whose sums these are past the bound.
    func demandRoom(
        for more: TradeSums,
        of customer: ID<Customer>,
        at pointer: String
    ) throws(ServiceError) {
        guard !hasRoom(for: more) else { return }
        throw .sumAboveBound(customer, pointer, amount: more.volume, bound: Self.bound)
    }
}
