// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// One assessment of all customers as of an instant.
///
/// A class, so that the standings of a run share it: copied with each of them, it took a tenth of
/// the time of writing one.
package final class TierRun: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case running
        case finished
        case failed
    }

    /// Of whom a run reads orders, refunds and expenses; it finds the same either way.
    package enum Scope: String, Sendable, CaseIterable, ColumnValue {
        /// Of those of whom they may come to something else than in the run in force.
        case changed
        /// Of all customers.
        case all
    }

    package let id: ID<TierRun>
    package let status: Status
    /// How much of it is done, from 0 to 1.
    package let progress: Double
    package let asOf: Instant
    /// The orders from here on, and before `asOf`, count.
    package let windowStart: Instant
    package let windowMonths: Int
    /// The policy as it was when the run was started.
    package let policy: TierPolicy
    package let scope: Scope
    /// The run whose sums were taken over for the customers that were not read; nil where all were,
    /// and until it has finished.
    package let basisRunID: ID<TierRun>?
    /// Of how many customers orders, refunds and expenses were read; nil until it has finished.
    package let customersRead: Int?
    /// The day whose turn it was by the policy; nil of a run that somebody asked for.
    package let scheduledOn: CalendarDay?
    /// What the run found; nil until it has finished.
    package let outcome: TierOutcome?
    /// Why it failed, in a sentence; nil unless it did.
    package let reason: String?
    package let createdAt: Instant
    package let updatedAt: Instant

    init(
        id: ID<TierRun>,
        status: Status,
        progress: Double,
        asOf: Instant,
        windowStart: Instant,
        windowMonths: Int,
        policy: TierPolicy,
        scope: Scope,
        basisRunID: ID<TierRun>?,
        customersRead: Int?,
        scheduledOn: CalendarDay?,
        outcome: TierOutcome?,
        reason: String?,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.status = status
        self.progress = progress
        self.asOf = asOf
        self.windowStart = windowStart
        self.windowMonths = windowMonths
        self.policy = policy
        self.scope = scope
        self.basisRunID = basisRunID
        self.customersRead = customersRead
        self.scheduledOn = scheduledOn
        self.outcome = outcome
        self.reason = reason
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    package var tiers: TierGroups? {
        outcome.map { TierGroups(key: $0.key, ordinary: $0.ordinary, small: $0.small) }
    }

    package var cutoffs: TierCutoffs? {
        outcome?.cutoffs
    }
}

extension TierRun {
    /// Why a run fails that meets an error, without anything that only the log may tell.
    static func reason(_ error: any Error) -> String {
        if let error = error as? SQLiteError {
            return "The database could not go on: \(error.message)."
        }
        return "An error of the service ended the run; its log tells which."
    }
}

/// What a run is started with; what is left out comes from the clock and the policy.
package struct NewTierRun: Sendable {
    package let asOf: Instant?
    package let windowMonths: Int?
    package let scope: TierRun.Scope?

    package init(
        asOf: Instant? = nil,
        windowMonths: Int? = nil,
        scope: TierRun.Scope? = nil
    ) {
        self.asOf = asOf
        self.windowMonths = windowMonths
        self.scope = scope
    }
}

/// What a run found about each tier.
package struct TierOutcome: Sendable, Equatable {
    package private(set) var key = TierCount()
    package private(set) var ordinary = TierCount()
    package private(set) var small = TierCount()
    package private(set) var cutoffs = TierCutoffs()

    init() {}

    init(key: TierCount, ordinary: TierCount, small: TierCount, cutoffs: TierCutoffs) {
        self.key = key
        self.ordinary = ordinary
        self.small = small
        self.cutoffs = cutoffs
    }

    package var customers: Int {
        key.customers + ordinary.customers + small.customers
    }

    /// The sum of the positive profits.
    package var profit: Money {
        key.profit + ordinary.profit + small.profit
    }

    /// Counts a customer, who has no larger profit than those counted before.
    mutating func add(_ profit: Money, to tier: Tier) {
        switch tier {
        case .key:
            key.add(profit)
            cutoffs.key = profit
        case .ordinary:
            ordinary.add(profit)
            cutoffs.ordinary = profit
        case .small:
            small.add(profit)
        }
    }

    /// The ranks of a tier's customers, which follow on one another.
    func ranks(of tier: Tier) -> ClosedRange<Int>? {
        let (above, count) =
            switch tier {
            case .key: (0, key.customers)
            case .ordinary: (key.customers, ordinary.customers)
            case .small: (key.customers + ordinary.customers, small.customers)
            }
        return count > 0 ? above + 1...above + count : nil
    }
}

/// How many customers are in a tier, and the sum of their positive profits.
package struct TierCount: Sendable, Equatable {
    package private(set) var customers = 0
    package private(set) var profit = Money.zero

    init(customers: Int = 0, profit: Money = .zero) {
        self.customers = customers
        self.profit = profit
    }

    fileprivate mutating func add(_ profit: Money) {
        customers += 1
        self.profit += max(profit, .zero)
    }
}

/// The least profit in a tier; nil for one that is empty.
package struct TierCutoffs: Sendable, Equatable {
    package internal(set) var key: Money?
    package internal(set) var ordinary: Money?

    init(key: Money? = nil, ordinary: Money? = nil) {
        self.key = key
        self.ordinary = ordinary
    }
}

/// The tiers with their shares of the heads and of the profit.
package struct TierGroups: Sendable, Equatable {
    package let key: TierGroup
    package let ordinary: TierGroup
    package let small: TierGroup

    init(key: TierCount, ordinary: TierCount, small: TierCount) {
        let all = [key, ordinary, small]
        let heads = all.reduce(0) { $0 + $1.customers }
        let profit = all.reduce(Money.zero) { $0 + $1.profit }
        self.key = TierGroup(key, of: heads, profit)
        self.ordinary = TierGroup(ordinary, of: heads, profit)
        self.small = TierGroup(small, of: heads, profit)
    }
}

/// A tier beside the others; shares are fractions from 0 to 1, and 0 where there is nothing.
package struct TierGroup: Sendable, Equatable {
    package let customers: Int
    package let headcountShare: Double
    package let profitShare: Double

    fileprivate init(_ count: TierCount, of heads: Int, _ profit: Money) {
        customers = count.customers
        headcountShare = Double(count.customers) / Double(max(heads, 1))
        profitShare = count.profit.share(of: profit)
    }
}

extension Money {
    /// The fraction of a whole, from 0 to 1; 0 of a whole that is not positive.
    func share(of whole: Money) -> Double {
        guard whole > .zero else { return 0 }
        return Double(min(max(self, .zero), whole).rawValue) / Double(whole.rawValue)
    }
}

/// The order in which runs are listed.
package enum TierRunSorting: String, Sendable, CaseIterable {
    case id
}
