// SPDX-License-Identifier: Apache-2.0
internal import Statistics

/// In which fifth of all customers with orders one lies by recency, frequency and amount: from 1 to
/// 5, the best.
package struct RFM: Sendable, Equatable {
    package let recency: Int
    package let frequency: Int
    package let amount: Int
    /// What parts the fifths.
    package let cuts: RFMCuts
}

/// What parts the customers of a base into fifths.
///
/// There are four figures each, from the worst on: whoever is beyond one lies in a better fifth.
package struct RFMCuts: Sendable, Equatable {
    /// Of the days since the last purchase, negated, as the fewer are the better.
    private let recency: Quintiles
    /// Of the days with a purchase after the first.
    private let repeats: Quintiles
    /// Of what all purchases came to, in hundredths.
    private let amount: Quintiles

    /// Falling: fewer days are better.
    package var daysSinceLast: [Int] { recency.cuts.map(-) }

    package var frequency: [Int] { repeats.cuts }

    package var total: [Money] { amount.cuts.map { Money(rawValue: Int64($0)) } }

    init(daysSinceLast: [Int], frequency: [Int], total: [Money]) {
        recency = Quintiles(cuts: daysSinceLast.map(-))
        repeats = Quintiles(cuts: frequency)
        amount = Quintiles(cuts: total.map { Int($0.rawValue) })
    }

    /// Nil of fewer than five customers.
    init?(_ base: PurchaseBase) {
        guard let recency = Quintiles(base.customers.map { $0.last - base.end }),
            let repeats = Quintiles(base.customers.map(\.repeats)),
            let amount = Quintiles(base.customers.map { Int($0.total.rawValue) })
        else { return nil }
        (self.recency, self.repeats, self.amount) = (recency, repeats, amount)
    }

    /// The fifths of a customer by its purchases up to and with a day.
    func fifths(of customer: PurchaseDays, until end: Int) -> RFM {
        RFM(
            recency: recency.fifth(of: customer.last - end),
            frequency: repeats.fifth(of: customer.repeats),
            amount: amount.fifth(of: Int(customer.total.rawValue)),
            cuts: self
        )
    }
}
