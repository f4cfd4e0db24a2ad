// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What is known of a customer, as far as warnings rest on it.
struct WarningFacts: Sendable {
    /// What it owes; nil if nothing.
    var debts: Debts?
    /// The plans that are judged, earliest first, with what has come of them.
    var plans: [PlanProgress] = []
    /// What was sold and spent in each of the periods that are compared; empty where nothing was
    /// spent in the last.
    var periods: [WarningPeriod] = []
    var purchases = Purchases()
    /// Whether the relation has ended: nobody waits for orders any more.
    var isLost = false
}

/// What a customer owes.
struct Debts: Sendable {
    /// An order on credit that has not been paid.
    struct Debt: Sendable {
        let order: ID<Order>
        let dueAt: Instant?
        let amount: Money
    }

    let creditLimit: Money?
    private(set) var all: [Debt] = []
    private(set) var outstanding = Money.zero

    init(creditLimit: Money?) {
        self.creditLimit = creditLimit
    }

    mutating func append(_ debt: Debt) {
        all.append(debt)
        outstanding += debt.amount
    }
}

/// A debt that was to be paid by an instant.
struct OverdueDebt: Sendable {
    let debt: Debts.Debt
    let dueAt: Instant
}

extension Instant {
    /// So many days of 24 hours ago.
    func before(days: Int) -> Instant {
        adding(milliseconds: -Int64(days) * Instant.millisecondsPerDay)
    }
}

extension Debts {
    /// What is overdue by more than so many days of 24 hours, what was due first at the head.
    func overdue(by days: Int, at now: Instant) -> [OverdueDebt] {
        let limit = now.before(days: days)
        return all.compactMap { debt in
            guard let dueAt = debt.dueAt, dueAt < limit else { return nil }
            return OverdueDebt(debt: debt, dueAt: dueAt)
        }
        .sorted { ($0.dueAt, $0.debt.order) < ($1.dueAt, $1.debt.order) }
    }
}

/// A plan, and what has come of it so far.
struct PlanProgress: Sendable {
    let customer: ID<Customer>
    let plan: ID<Plan>
    let period: String
    let range: Range<Instant>
    let details: PlanDetails
    var sales = Money.zero
    var expense = Money.zero
}

/// When a customer bought, earliest first.
struct Purchases: Sendable {
    /// The days with an order, counted from 1970.
    private(set) var days: [Int] = []
    private(set) var orders = 0
    private(set) var last: Instant?

    mutating func append(_ placedAt: Instant, on day: Int) {
        orders += 1
        last = placedAt
        if days.last != day { days.append(day) }
    }

    /// Begins anew, without giving back the room.
    mutating func clear() {
        days.removeAll(keepingCapacity: true)
        orders = 0
        last = nil
    }

    /// Twice the median of the days between days with a purchase; nil where there is but one.
    var halfInterval: Int? {
        guard days.count > 1 else { return nil }
        let intervals = zip(days.dropFirst(), days).map { $0 - $1 }.sorted()
        let middle = intervals.count / 2
        return intervals.count.isMultiple(of: 2)
            ? intervals[middle - 1] + intervals[middle] : 2 * intervals[middle]
    }
}

/// Gathers the facts of the customers whose ids lie in a range: a pass over each table along its
/// index of customers, and no question for a single customer.
struct WarningFactsReader {
    private let store = WarningFactsStore()
    private let zone: CivilTimeZone
    private let compared: [PlanPeriod]
    private let ranges: [Range<Instant>]
    private var others: [ID<Customer>: WarningFacts] = [:]
    private var cancelled: [ID<Customer>: [OrderSum]] = [:]
    private let lost: Set<ID<Customer>>

    /// An order, as far as it counts.
    struct OrderSum: Sendable, Equatable {
        let placedAt: Instant
        let total: Money
    }

    /// Reads all but the orders, of which there are most.
    init(
        of customers: ClosedRange<Int64>,
        by rules: WarningRules,
        in snapshot: Snapshot
    ) throws {
        zone = rules.zone
        compared = rules.comparedPeriods
        ranges = compared.map { $0.range(in: rules.zone) }
        lost = try store.lost(of: customers, in: snapshot)
        let plans = try store.plans(
            of: customers,
            at: rules.now,
            endedSince: rules.judgedSince,
            in: snapshot
        )
        for plan in plans {
            others[plan.customer, default: WarningFacts()].plans.append(plan)
        }
        try readDebts(of: customers, in: snapshot)
        let start = others.values.reduce(ranges.first?.lowerBound ?? .last) { start, facts in
            facts.plans.reduce(start) { min($0, $1.range.lowerBound) }
        }
        try readExpenses(of: customers, since: start, in: snapshot)
        try store.forEachRefund(of: customers, since: start, in: snapshot) {
            others[$0]?.add(sales: $2, at: $1, ranges)
        }
        try store.forEachCancelled(of: customers, in: snapshot) {
            cancelled[$0, default: []].append($1)
        }
    }

    private mutating func readDebts(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot
    ) throws {
        try store.forEachDebt(of: customers, in: snapshot) { customer, limit, debt in
            // Taken out, so that the list of debts grows in place.
            var facts = others.removeValue(forKey: customer) ?? WarningFacts()
            var debts = facts.debts ?? Debts(creditLimit: limit)
            facts.debts = nil
            debts.append(debt)
            facts.debts = debts
            others[customer] = facts
        }
    }

    /// Of all expenses; whose last period has none needs no comparison.
    private mutating func readExpenses(
        of customers: ClosedRange<Int64>,
        since start: Instant,
        in snapshot: Snapshot
    ) throws {
        try store.forEachExpense(of: customers, since: start, in: snapshot) {
            customer,
            spentAt,
            amount in
            var facts = others.removeValue(forKey: customer) ?? WarningFacts()
            if facts.periods.isEmpty {
                facts.periods = compared.map {
                    WarningPeriod(period: $0.text, sales: .zero, expense: .zero)
                }
            }
            facts.add(expense: amount, at: spentAt, ranges)
            others[customer] = facts
        }
        for (customer, facts) in others where facts.periods.last?.expense == .zero {
            others[customer]?.periods = []
        }
    }

    /// Hands over the facts of each customer of whom there are any, those with orders first.
    mutating func forEach(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, WarningFacts) -> Void
    ) throws {
        var customer: ID<Customer>?
        var facts = WarningFacts()
        var isPlain = true
        var calledOff: [OrderSum] = []
        try store.forEachOrder(of: customers, in: snapshot) { next, order in
            if next != customer {
                if let customer { body(customer, facts) }
                customer = next
                var purchases = facts.purchases
                facts.purchases = Purchases()
                purchases.clear()
                facts = others.removeValue(forKey: next) ?? WarningFacts()
                facts.purchases = purchases
                facts.isLost = lost.contains(next)
                isPlain = facts.plans.isEmpty && facts.periods.isEmpty
                calledOff = cancelled.removeValue(forKey: next) ?? []
            }
            if !calledOff.isEmpty, let place = calledOff.firstIndex(of: order) {
                calledOff.remove(at: place)
                return
            }
            facts.purchases.append(order.placedAt, on: zone.day(of: order.placedAt).daysSinceEpoch)
            if !isPlain { facts.add(sales: order.total, at: order.placedAt, ranges) }
        }
        if let customer { body(customer, facts) }
        for (customer, facts) in others { body(customer, facts) }
        others = [:]
    }
}

extension WarningFacts {
    fileprivate mutating func add(
        sales: Money,
        at instant: Instant,
        _ ranges: [Range<Instant>]
    ) {
        for place in plans.indices where plans[place].range.contains(instant) {
            plans[place].sales += sales
        }
        guard !periods.isEmpty else { return }
        if let place = ranges.firstIndex(where: { $0.contains(instant) }) {
            periods[place].sales += sales
        }
    }

    fileprivate mutating func add(
        expense: Money,
        at instant: Instant,
        _ ranges: [Range<Instant>]
    ) {
        for place in plans.indices where plans[place].range.contains(instant) {
            plans[place].expense += expense
        }
        if let place = ranges.firstIndex(where: { $0.contains(instant) }) {
            periods[place].expense += expense
        }
    }
}
