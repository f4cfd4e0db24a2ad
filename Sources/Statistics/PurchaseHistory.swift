// SPDX-License-Identifier: Apache-2.0

/// When a customer bought, as far as the models look at it: times are in weeks.
package struct PurchaseHistory: Hashable, Sendable {
    /// The number of purchases after the first, x.
    package let frequency: Int
    /// From the first purchase to the last, t_x; 0 without a second one.
    package let recency: Double
    /// From the first purchase to the end of the data, T.
    package let age: Double

    package init(frequency: Int, recency: Double, age: Double) {
        self.frequency = frequency
        self.recency = recency
        self.age = age
    }
}

/// What a repeat customer spends: how often it was seen, and the mean of what was seen.
package struct Spending: Hashable, Sendable {
    /// The number of purchases after the first.
    package let frequency: Int
    /// The mean amount of those purchases, in any unit of money.
    package let mean: Double

    package init(frequency: Int, mean: Double) {
        self.frequency = frequency
        self.mean = mean
    }
}

/// Why there is no model of some data.
package enum ModelError: Error, Equatable, Sendable {
    /// There is nobody in the data.
    case empty
    /// The entry at this place has a number that is negative, not finite, or too large.
    case badNumber(at: Int)
    /// The entry at this place has its last purchase behind the end of the data.
    case recencyBeyondAge(at: Int)
    /// The entry at this place has bought once only, and yet a later last purchase.
    case recencyWithoutRepeat(at: Int)
    /// Nobody has bought again, so that there is nothing to learn about buying again.
    case noRepeats
    /// The search for the parameters did not come to an end: the data do not determine them.
    case noMaximum
}

extension PurchaseHistory {
    /// What no number of purchases or weeks exceeds, so that no sum leaves the range of numbers.
    static let limit = 1e9

    /// Checks an entry on its own; `place` is named in what is thrown.
    func check(at place: Int) throws(ModelError) {
        guard frequency >= 0, Double(frequency) <= Self.limit,
            (0...Self.limit).contains(recency), (0...Self.limit).contains(age)
        else { throw .badNumber(at: place) }
        guard recency <= age else { throw .recencyBeyondAge(at: place) }
        guard frequency > 0 || recency == 0 else { throw .recencyWithoutRepeat(at: place) }
    }
}
