// SPDX-License-Identifier: Apache-2.0

/// How the value of customers is reckoned, and how often the model behind it is fitted anew.
package struct ValueRules: Sendable, Equatable {
    package static let refitRange = 1...365

    /// What money loses in a year: 0.1 where 110 in a year are worth 100 today.
    package var discountRate: Share
    /// The part of an amount that is profit.
    package var margin: Share
    /// After so many days the model is fitted anew.
    package var refitDays: Int

    package init(discountRate: Share, margin: Share, refitDays: Int) {
        self.discountRate = discountRate
        self.margin = margin
        self.refitDays = refitDays
    }

    /// The rules that these break.
    var refusals: [ServiceError.Refusal] {
        guard !Self.refitRange.contains(refitDays) else { return [] }
        let range = "\(Self.refitRange.lowerBound) to \(Self.refitRange.upperBound)"
        return [ServiceError.Refusal("/refitDays", "must be from \(range)")]
    }
}

/// The rules in force.
package struct ValuePolicy: Sendable, Equatable {
    package let version: Int
    package let rules: ValueRules
    package let createdAt: Instant
}
