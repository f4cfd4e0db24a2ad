// SPDX-License-Identifier: Apache-2.0
internal import Statistics

/// The rules by which facts are warned of: functions of the facts, the policy, the kept value model
/// and the day.
struct WarningRules: Sendable {
    let terms: WarningTerms
    let now: Instant
    let zone: CivilTimeZone
    let today: CalendarDay
    /// The model by which churn is judged; nil while there is none.
    let model: Model?

    /// A model of when customers buy, and which that is.
    struct Model: Sendable {
        let id: ID<ValueModel>
        let buying: BGNBD
    }

    init(_ terms: WarningTerms, _ model: Model?, at now: Instant, in zone: CivilTimeZone) {
        self.terms = terms
        self.model = model
        self.now = now
        self.zone = zone
        today = zone.day(of: now)
    }

    /// Plans that ended since then are judged as well: what belongs to their periods may be recorded,
    /// given back or called off long after.
    var judgedSince: Instant { now.adding(milliseconds: -365 * Instant.millisecondsPerDay) }

    /// All that the facts of a customer are warned of, the latest plans before the earlier ones.
    func findings(_ facts: WarningFacts) -> [WarningFinding] {
        var findings = facts.debts.map(credit) ?? []
        for plan in facts.plans.reversed() {
            if let finding = salesProgress(plan) { findings.append(finding) }
        }
        for plan in facts.plans.reversed() {
            if let finding = salesExpense(plan) { findings.append(finding) }
        }
        if let finding = risingExpense(facts.periods) { findings.append(finding) }
        if !facts.isLost, let finding = churn(facts.purchases) { findings.append(finding) }
        return findings
    }
}

// MARK: - Credit

extension WarningRules {
    /// More is outstanding than the limit allows, or orders are overdue for too long, the one due
    /// first at the head (M13).
    func credit(_ debts: Debts) -> [WarningFinding] {
        let overLimit = overLimit(debts.outstanding, limit: debts.creditLimit)
        return [overLimit].compactMap(\.self)
            + debts.overdue(by: terms.overdueDays, at: now).map(overdue)
    }

    func overLimit(_ outstanding: Money, limit: Money?) -> WarningFinding? {
        guard let limit, outstanding > limit else { return nil }
        var figures = WarningFigures()
        figures.outstanding = outstanding
        figures.creditLimit = limit
        return WarningFinding(reason: .overLimit, reference: 0, figures: figures)
    }

    func overdue(_ overdue: OverdueDebt) -> WarningFinding {
        var figures = WarningFigures()
        figures.threshold = .number(terms.overdueDays)
        figures.outstanding = overdue.debt.amount
        figures.orderID = overdue.debt.order
        figures.dueAt = overdue.dueAt
        return WarningFinding(
            reason: .overdue,
            reference: overdue.debt.order.rawValue,
            figures: figures
        )
    }
}

// MARK: - Sales and expense

extension WarningRules {
    /// Less was sold than the policy's share of that part of the plan which falls on the days that
    /// have passed (M14).
    ///
    /// The day that runs counts for what is sold, not for what is expected.
    func salesProgress(_ plan: PlanProgress) -> WarningFinding? {
        guard let target = plan.details.salesTarget else { return nil }
        let first = zone.day(of: plan.range.lowerBound).daysSinceEpoch
        let days = zone.day(of: plan.range.upperBound).daysSinceEpoch - first
        let passed = min(days, today.daysSinceEpoch - first)
        guard passed > 0 else { return nil }
        let expected = Int128(target.rawValue) * Int128(passed)
        let reached = Int128(plan.sales.rawValue) * Int128(days)
        guard reached * 10_000 < expected * Int128(terms.progressShare.rawValue) else { return nil }
        var figures = WarningFigures()
        figures.threshold = .share(terms.progressShare)
        figures.period = plan.period
        figures.salesTarget = target
        figures.expectedSales = Money(rawValue: Int64(clamping: expected / Int128(days)))
        figures.sales = plan.sales
        return WarningFinding(
            reason: .behindPlan,
            reference: plan.plan.rawValue,
            figures: figures
        )
    }

    /// More was spent than the budget has (M15).
    func salesExpense(_ plan: PlanProgress) -> WarningFinding? {
        guard let budget = plan.details.expenseBudget, plan.expense > budget else { return nil }
        var figures = WarningFigures()
        figures.period = plan.period
        figures.expenseBudget = budget
        figures.expense = plan.expense
        figures.sales = plan.sales
        return WarningFinding(
            reason: .overBudget,
            reference: plan.plan.rawValue,
            figures: figures
        )
    }

    /// The whole periods whose ratios are compared, oldest first: one more than it has to rise.
    var comparedPeriods: [PlanPeriod] {
        let length = terms.expensePeriod == .month ? 1 : 3
        let current = PlanPeriod(of: today, months: length)
        return (1...terms.expenseRises + 1).reversed().map { current.adding(periods: -$0) }
    }

    /// Expense rose against sales from each period to the next (M15).
    func risingExpense(_ periods: [WarningPeriod]) -> WarningFinding? {
        guard periods.count > terms.expenseRises else { return nil }
        for (earlier, later) in zip(periods, periods.dropFirst()) {
            guard earlier.isBelow(later) else { return nil }
        }
        var figures = WarningFigures()
        figures.threshold = .number(terms.expenseRises)
        figures.periods = periods
        return WarningFinding(
            reason: .risingExpense,
            reference: Int64(comparedPeriods.last?.first.daysSinceEpoch ?? 0),
            figures: figures
        )
    }
}

extension WarningPeriod {
    /// Whether its ratio is below another's.
    ///
    /// Expense without sales is above all, and sales without expense below all that have any. Without
    /// either there is no ratio, and nothing to rise from.
    fileprivate func isBelow(_ other: WarningPeriod) -> Bool {
        guard other.expense > .zero else { return false }
        guard expense > .zero else { return sales > .zero }
        guard sales > .zero else { return false }
        guard other.sales > .zero else { return true }
        return Int128(expense.rawValue) * Int128(other.sales.rawValue)
            < Int128(other.expense.rawValue) * Int128(sales.rawValue)
    }
}

// MARK: - Churn

extension WarningRules {
    /// A customer who bought on two days at least is not likely to buy again, or, while there is no
    /// model, has not ordered for longer than so many of its own intervals (M16).
    func churn(_ purchases: Purchases) -> WarningFinding? {
        guard let first = purchases.days.first, let lastDay = purchases.days.last,
            first < lastDay, let last = purchases.last
        else { return nil }
        let passed = today.daysSinceEpoch - lastDay
        guard passed > 0 else { return nil }
        var figures = WarningFigures()
        if let model {
            let history = PurchaseHistory(
                frequency: purchases.days.count - 1,
                recency: Double(lastDay - first) / 7,
                age: Double(today.daysSinceEpoch - 1 - first) / 7
            )
            let alive = model.buying.probabilityAlive(history)
            guard alive < terms.aliveProbability.fraction else { return nil }
            figures.threshold = .share(terms.aliveProbability)
            figures.aliveProbability = alive
            figures.modelID = model.id
        } else {
            // No interval is shorter than a day: most customers need no look at theirs.
            guard passed > terms.churnIntervals, let half = purchases.halfInterval,
                2 * passed > terms.churnIntervals * half
            else { return nil }
            figures.threshold = .number(terms.churnIntervals)
            figures.halfIntervalDays = half
        }
        figures.orders = purchases.orders
        figures.lastOrderAt = last
        figures.daysSince = passed
        return WarningFinding(reason: .noOrder, reference: last.rawValue, figures: figures)
    }
}
