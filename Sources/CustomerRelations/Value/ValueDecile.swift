// SPDX-License-Identifier: Apache-2.0
internal import Statistics

/// What a tenth of the customers may yet bring; the first holds the most valuable.
package struct ValueDecile: Sendable, Equatable {
    package static let count = 10

    /// From 1.
    package let decile: Int
    package let customers: Int
    /// In 52 weeks, of all of them together.
    package let expectedOrders: Double
    /// The value of these orders in today's money, as far as amounts have a mean; nil where they
    /// have no model.
    package let lifetimeValue: Money?
    /// On average, the probability that a customer will buy again some day.
    package let aliveProbability: Double
}

extension ValueDecile {
    /// What a model says of one customer.
    private struct Outlook {
        let expectedOrders: Double
        let lifetimeValue: Money?
        let aliveProbability: Double
    }

    /// Looks ahead for all customers of a base, and parts them into tenths.
    ///
    /// The most valuable go first, or those who are expected to order most where amounts have no
    /// model; the lower id goes first where they are equal. Tenths differ by one customer at most.
    static func deciles(
        of base: PurchaseBase,
        by fit: ValueFit,
        _ rules: ValueRules
    ) -> [ValueDecile] {
        var forecast = LifetimeValue(fit, rules)
        let outlooks = base.customers.map { customer in
            let outlook = forecast.outlook(customer.history(until: base.end), customer.spending)
            return Outlook(
                expectedOrders: outlook.expectedOrders,
                lifetimeValue: outlook.value.map(Money.init(rounding:)),
                aliveProbability: outlook.probabilityAlive
            )
        }
        let places = outlooks.indices.sorted { one, other in
            let (left, right) = (outlooks[one], outlooks[other])
            if left.lifetimeValue != right.lifetimeValue {
                return left.lifetimeValue ?? .zero > right.lifetimeValue ?? .zero
            }
            return (right.expectedOrders, one) < (left.expectedOrders, other)
        }
        return (0..<count).map { place in
            let (start, end) = (
                places.count * place / count, places.count * (place + 1) / count
            )
            return ValueDecile(
                decile: place + 1,
                places[start..<end].map { outlooks[$0] },
                hasAmounts: fit.spending != nil
            )
        }
    }

    private init(decile: Int, _ outlooks: [Outlook], hasAmounts: Bool) {
        let values = outlooks.lazy.compactMap(\.lifetimeValue)
        self.init(
            decile: decile,
            customers: outlooks.count,
            expectedOrders: outlooks.reduce(0) { $0 + $1.expectedOrders },
            lifetimeValue: hasAmounts ? values.reduce(Money.zero, +) : nil,
            aliveProbability: outlooks.reduce(0) { $0 + $1.aliveProbability }
                / Double(max(outlooks.count, 1))
        )
    }
}

extension LifetimeValue {
    /// By what a model learnt, and the policy.
    init(_ fit: ValueFit, _ rules: ValueRules) {
        self.init(
            model: fit.buying.model,
            spending: fit.spending?.model,
            discountRate: rules.discountRate.fraction,
            margin: rules.margin.fraction
        )
    }
}
