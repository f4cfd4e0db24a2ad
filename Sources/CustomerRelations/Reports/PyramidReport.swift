// SPDX-License-Identifier: Apache-2.0

/// The profit pyramid (M18) as it stands beside what it was a year before.
package enum PyramidReport {
    /// A tier in a run.
    package struct Standing: Sendable, Equatable {
        package let runID: ID<TierRun>
        package let asOf: Instant
        package let windowMonths: Int
        package let customers: Int
        /// The part of all customers.
        package let headcountShare: Double
        /// The sum of the positive profits.
        package let profit: Money
        package let profitShare: Double

        init?(_ tier: Tier, in run: TierRun) {
            guard let count = run.outcome?[tier], let group = run.tiers?[tier] else { return nil }
            runID = run.id
            asOf = run.asOf
            windowMonths = run.windowMonths
            customers = count.customers
            headcountShare = group.headcountShare
            profit = count.profit
            profitShare = group.profitShare
        }
    }

    /// How many customers of a tier came from each tier of the year before.
    package struct Origins: Sendable, Equatable {
        package var key = 0
        package var ordinary = 0
        package var small = 0
        /// Those who were not ranked then.
        package var unranked = 0

        package var ranked: Int { key + ordinary + small }

        package subscript(tier: Tier) -> Int {
            get {
                switch tier {
                case .key: key
                case .ordinary: ordinary
                case .small: small
                }
            }
            set {
                switch tier {
                case .key: key = newValue
                case .ordinary: ordinary = newValue
                case .small: small = newValue
                }
            }
        }
    }

    /// The figures of a tier.
    package struct Row: Sendable, Equatable {
        package let tier: Tier
        package let now: Standing
        /// The same of the latest run with as long a window a year before or earlier; nil without one.
        package let yearAgo: Standing?
        /// Nil without an earlier run.
        package let origins: Origins?
        /// Those of the tier's customers of the year before who are not ranked any more.
        package let left: Int?
    }
}

extension TierOutcome {
    fileprivate subscript(tier: Tier) -> TierCount {
        switch tier {
        case .key: key
        case .ordinary: ordinary
        case .small: small
        }
    }
}

extension TierGroups {
    fileprivate subscript(tier: Tier) -> TierGroup {
        switch tier {
        case .key: key
        case .ordinary: ordinary
        case .small: small
        }
    }
}
