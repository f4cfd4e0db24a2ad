// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Where a customer stands in a finished run, and why (M18, M19).
package struct TierStanding: Sendable {
    package let customer: ID<Customer>
    package let run: TierRun
    package let tier: Tier
    package let abc: ABCClass
    /// The number of orders in the run's window.
    package let orders: Int
    package let amount: Money
    /// The part of the amount whose cost is not known, to which the policy's margin applies.
    package let amountWithoutCost: Money
    package let profit: Money
    /// The positive profits down to this customer in rank.
    package let cumulativeProfit: Money
    /// The place by profit among all customers, from 1.
    package let rank: Int
    /// The tier before this one; nil if there was none.
    package let previousTier: Tier?
    /// The date of the run in which the customer came to this tier.
    package let changedAt: Instant
    /// What was given back in the window, whenever it had been ordered; amount and profit are
    /// without it.
    package let refunded: Money
    /// What was spent on the customer in the window; the profit is without it.
    package let expense: Money
    /// How the customer chooses between brands; nil where nothing is known of what it buys in all.
    package let attitudeFinding: AttitudeFinding?
    /// Whether the customer bought a product in the window that was new (M20).
    package let isEarlyAdopter: Bool
    /// The stage of the relation (M21) at the date of the run, as it stood when the run was made; nil
    /// before the first assessment.
    package let stage: Customer.Stage?
    /// Where the customer stood before, only in the run that moved it.
    var former: FormerStanding?

    package var attitude: Attitude? { attitudeFinding?.attitude }

    package var runID: ID<TierRun> { run.id }

    package var asOf: Instant { run.asOf }

    package var customersRanked: Int { run.outcome?.customers ?? 0 }

    /// The part of all positive profit that this customer brings.
    package var profitShare: Double {
        profit.share(of: run.outcome?.profit ?? .zero)
    }

    /// The part of all positive profit that the customers down to this one bring.
    package var cumulativeShare: Double {
        cumulativeProfit.share(of: run.outcome?.profit ?? .zero)
    }

    package var cutoffs: TierCutoffs { run.outcome?.cutoffs ?? TierCutoffs() }
}

/// Where a customer stood in the run before.
package struct FormerStanding: Sendable, Equatable {
    let tier: Tier
    /// Nil where a run was made since for a date between that one and this.
    var profit: Money?
    /// The least profit that the tier took then; nil of the lowest.
    var cutoff: Money?
}

extension TierCutoffs {
    func least(of tier: Tier) -> Money? {
        switch tier {
        case .key: key
        case .ordinary: ordinary
        case .small: nil
        }
    }
}

/// What a list of standings is narrowed to.
package struct TierFilter: Sendable {
    package var tier: Tier?
    package var abc: ABCClass?
    package var changedSince: Instant?
    /// Takes the latest run at or before it.
    package var asOf: Instant?

    package init(
        tier: Tier? = nil,
        abc: ABCClass? = nil,
        changedSince: Instant? = nil,
        asOf: Instant? = nil
    ) {
        self.tier = tier
        self.abc = abc
        self.changedSince = changedSince
        self.asOf = asOf
    }
}

/// The order in which standings are listed.
package enum TierSorting: String, Sendable, CaseIterable {
    case rank
}
