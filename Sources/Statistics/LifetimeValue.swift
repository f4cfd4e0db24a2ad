// SPDX-License-Identifier: Apache-2.0
import Glibc

/// What customers are expected to bring in the twelve months to come, in today's money.
///
/// Twelve months are 52 weeks. The purchases of each month count as much as if all came at its end:
///
///     Σ margin · E[M] · (E[Y(i)] - E[Y(i - 1)]) / (1 + d)^(i / 12),  i = 1 … 12,
///
/// with the discount rate d of a year, E[Y] the purchases expected up to the end of month i
/// (`BGNBD`) and E[M] the amount of one (`GammaGamma`).
package struct LifetimeValue: Sendable {
    package static let weeks = 52.0
    private static let months = 12

    private let model: BGNBD
    private let spending: GammaGamma?
    private let margin: Double
    private let discounts: [Double]
    private var known: [Key: (orders: Double, discounted: Double)] = [:]

    private struct Key: Hashable {
        let frequency: Int
        let age: Double
    }

    /// One customer's outlook.
    package struct Outlook: Equatable, Sendable {
        package let probabilityAlive: Double
        /// The orders in 52 weeks.
        package let expectedOrders: Double
        /// The amount of one; nil where there is no model of amounts, or no mean in it.
        package let expectedAmount: Double?
        /// The value of 52 weeks, in the amounts' unit of money.
        package let value: Double?
    }

    /// `discountRate` is that of a year, 0.1 for 10 %; `margin` the part of an amount that is
    /// profit.
    package init(
        model: BGNBD,
        spending: GammaGamma?,
        discountRate: Double,
        margin: Double
    ) {
        self.model = model
        self.spending = spending
        self.margin = margin
        discounts = (1...Self.months).map { month in
            pow(1 + discountRate, -Double(month) / Double(Self.months))
        }
    }

    /// Looks ahead for one customer.
    ///
    /// What depends on frequency and age alone is remembered, so that a whole base is quick.
    package mutating func outlook(
        _ history: PurchaseHistory,
        _ spent: Spending?
    ) -> Outlook {
        let key = Key(frequency: history.frequency, age: history.age)
        let living = known[key] ?? lookAhead(history)
        known[key] = living
        let alive = model.probabilityAlive(history)
        let amount = spending?.expectedAmount(spent)
        return Outlook(
            probabilityAlive: alive,
            expectedOrders: alive * living.orders,
            expectedAmount: amount,
            value: amount.map { margin * $0 * alive * living.discounted }
        )
    }

    private func lookAhead(_ history: PurchaseHistory) -> (orders: Double, discounted: Double) {
        var orders = 0.0
        var discounted = 0.0
        for (place, discount) in discounts.enumerated() {
            let weeks = Self.weeks * Double(place + 1) / Double(Self.months)
            let next = model.purchasesOfLiving(history, within: weeks)
            discounted += max(0, next - orders) * discount
            orders = next
        }
        return (orders, discounted)
    }
}
