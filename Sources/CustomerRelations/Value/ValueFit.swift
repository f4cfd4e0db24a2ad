// SPDX-License-Identifier: Apache-2.0
internal import SQLite
package import Statistics

/// What the models learnt from the orders up to a day.
package struct ValueFit: Sendable, Equatable {
    /// A model of fewer customers who bought again says nothing.
    package static let leastRepeatCustomers = 100
    /// A model of the first half is held against the second, but not against more than a year.
    private static let longestHoldout = 52

    /// Orders before this instant count.
    package let dataUntil: Instant
    package let repeatCustomers: Int
    /// When customers buy.
    package let buying: BGNBDFit
    /// How much they spend; nil where amounts have no model.
    package let spending: GammaGammaFit?
    /// How a model of the history's first part met what came after; nil where that has too few who
    /// bought again.
    package let holdout: HoldoutComparison?

    package init(
        dataUntil: Instant,
        repeatCustomers: Int,
        buying: BGNBDFit,
        spending: GammaGammaFit?,
        holdout: HoldoutComparison?
    ) {
        self.dataUntil = dataUntil
        self.repeatCustomers = repeatCustomers
        self.buying = buying
        self.spending = spending
        self.holdout = holdout
    }

    package var customers: Int { buying.customers }
}

/// What a model learnt, what each tenth of the customers may bring by it and a policy, and what parts
/// them into fifths.
struct FittedValues: Sendable {
    let fit: ValueFit
    let policy: ValuePolicy
    let deciles: [ValueDecile]
    let cuts: RFMCuts?

    /// Throws a `ValueFailure` where there is no fit, and what the interruption throws.
    init(_ base: PurchaseBase, by policy: ValuePolicy, interruption: () throws -> Void) throws {
        fit = try ValueFit.fit(base, interruption: interruption)
        self.policy = policy
        deciles = ValueDecile.deciles(of: base, by: fit, policy.rules)
        cuts = RFMCuts(base)
    }
}

/// Why there is no fit.
package enum ValueFailure: Error, Sendable, Equatable {
    /// So many bought again, and more are needed.
    case tooFewRepeatCustomers(Int)
    /// The orders do not determine the parameters.
    case undetermined
    /// The fit was cut off by an error of the service, which its log tells.
    case error
}

/// The purchases of all customers up to a day, to be fitted.
struct PurchaseBase: Sendable {
    /// Orders before this instant count.
    let dataUntil: Instant
    /// The last day that counts, and that of the earlier history.
    let end: Int
    let cut: Int
    let customers: [PurchaseDays]

    /// Reads the orders before the start of a day.
    init(before day: CalendarDay, zone: CivilTimeZone, in snapshot: Snapshot) throws {
        let store = PurchaseStore()
        dataUntil = zone.startOfDay(day)
        end = day.daysSinceEpoch - 1
        let start = try store.start(in: snapshot).map { zone.day(of: $0).daysSinceEpoch } ?? end
        let holdoutWeeks = ValueFit.holdoutWeeks(of: max(0, end - start + 1))
        cut = end - 7 * holdoutWeeks
        var book = PurchaseBook(zone: zone, cut: cut)
        try store.fill(&book, before: dataUntil, in: snapshot)
        customers = book.customers
    }
}

extension ValueFit {
    /// Half of the history in whole weeks, at most a year.
    fileprivate static func holdoutWeeks(of days: Int) -> Int {
        min(longestHoldout, days / 14)
    }

    /// Fits the models to all customers with a purchase.
    ///
    /// Throws a `ValueFailure` where there is no fit, and what the interruption throws.
    static func fit(
        _ base: PurchaseBase,
        interruption: () throws -> Void
    ) throws -> ValueFit {
        let histories = base.customers.map { $0.history(until: base.end) }
        let repeatCustomers = histories.count { $0.frequency > 0 }
        guard repeatCustomers >= leastRepeatCustomers else {
            throw ValueFailure.tooFewRepeatCustomers(repeatCustomers)
        }
        let buying = try found { try BGNBD.fit(histories, interruption: interruption) }
        guard let buying else { throw ValueFailure.undetermined }
        let spendings = base.customers.compactMap(\.spending)
        let spending =
            spendings.count < leastRepeatCustomers
            ? nil : try found { try GammaGamma.fit(spendings, interruption: interruption) }
        return ValueFit(
            dataUntil: base.dataUntil,
            repeatCustomers: repeatCustomers,
            buying: buying,
            spending: spending,
            holdout: try holdout(base, interruption)
        )
    }

    private static func holdout(
        _ base: PurchaseBase,
        _ interruption: () throws -> Void
    ) throws -> HoldoutComparison? {
        var histories: [PurchaseHistory] = []
        var actual: [Int] = []
        for customer in base.customers {
            guard let history = customer.earlierHistory(until: base.cut) else { continue }
            histories.append(history)
            actual.append(customer.laterPurchases)
        }
        let weeks = Double(base.end - base.cut) / 7
        guard weeks > 0, histories.count(where: { $0.frequency > 0 }) >= leastRepeatCustomers,
            let fit = try found({ try BGNBD.fit(histories, interruption: interruption) })
        else { return nil }
        return HoldoutComparison(fit.model, histories, actual: actual, weeks: weeks)
    }

    /// What a fit finds; nil where the data do not determine it.
    private static func found<Fit>(_ fit: () throws -> Fit) throws -> Fit? {
        do { return try fit() } catch is ModelError { return nil }
    }
}
