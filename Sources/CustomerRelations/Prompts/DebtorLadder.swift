// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// A step of the ladder where an order on credit is not paid (M28, 先礼后兵).
enum DebtorStep: String, Sendable, CaseIterable, Comparable {
    case reminder = "payment-reminder"
    case pressure = "payment-pressure"
    case legal = "legal-action"

    /// The kind of its task.
    var kind: String { rawValue }

    var next: DebtorStep? {
        switch self {
        case .reminder: .pressure
        case .pressure: .legal
        case .legal: nil
        }
    }

    var origin: TaskOrigin { TaskOrigin(prefix: "\(kind):") }

    /// What its task is known by, that of an order.
    func cause(of order: ID<Order>) -> String { origin.cause(order) }

    /// What is to be done.
    var request: String {
        switch self {
        case .reminder: "remind courteously"
        case .pressure: "press for payment"
        case .legal: "take legal steps"
        }
    }

    private var place: Int {
        switch self {
        case .reminder: 0
        case .pressure: 1
        case .legal: 2
        }
    }

    static func < (one: DebtorStep, other: DebtorStep) -> Bool { one.place < other.place }
}

/// Has debtors reminded courteously, then pressed, then taken to law (M28).
///
/// Each step is a task about the order, asked for once the order is overdue by more than its days
/// and the step below it has been done or declined: none is skipped in silence. The tasks are all
/// that is kept, so that nothing can be asked for twice. A step that was withdrawn because nothing was
/// owed any more, or not yet overdue, was not taken: it is asked for again if the payment is taken back.
/// Tasks of these kinds that people open are their own, and no steps.
struct DebtorLadder: Sendable {
    private let store = DebtorLadderStore()
    private let keepers = CustomerKeepers()
    private let tasks: TaskService

    init(tasks: TaskService) {
        self.tasks = tasks
    }

    /// Of debts that are overdue, the orders of which a step is to be asked for now.
    func due(
        _ debts: [OverdueDebt],
        by terms: WarningTerms,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [ID<Order>] {
        try debts.compactMap { overdue in
            let taken = try store.steps(of: overdue.debt.order, in: snapshot)
            return next(after: taken, overdue, by: terms, at: now) == nil ? nil : overdue.debt.order
        }
    }

    /// The orders of each customer with a step that waits for a debt which is overdue no more.
    func settled(
        of customers: ClosedRange<Int64>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [ID<Customer>: [ID<Order>]] {
        var orders: [ID<Customer>: [ID<Order>]] = [:]
        for step in try store.open(of: customers, in: snapshot)
        where Self.withdrawal(of: step.debt, at: now) != nil {
            orders[step.customer, default: []].append(step.order)
        }
        return orders
    }

    /// Asks for the step of an order that is due, or withdraws the one whose debt is overdue no more.
    func look(
        at order: ID<Order>,
        by terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let invoice = try store.invoice(order, in: transaction) else { return }
        let taken = try store.steps(of: order, in: transaction)
        if let note = Self.withdrawal(of: invoice.debt, at: occasion.at) {
            for step in taken where step.isOpen {
                try tasks.withdraw(step.task, note: note, by: occasion, in: transaction)
            }
        }
        guard let debt = invoice.debt, let dueAt = debt.dueAt,
            let step = next(
                after: taken,
                OverdueDebt(debt: debt, dueAt: dueAt),
                by: terms,
                at: occasion.at
            )
        else { return }
        try tasks.open(
            NewTask(
                kind: step.kind,
                subject: Subject(.order, order),
                cause: step.cause(of: order),
                details: TaskDetails(
                    reason: "\(step.request): \(debt.amount) was to be paid by \(dueAt)",
                    dueAt: terms.taskDue(at: occasion.at),
                    assigneeID: try keepers.keeper(of: invoice.customer, in: transaction)
                )
            ),
            of: invoice.customer,
            by: occasion,
            in: transaction
        )
    }

    /// Has the tasks about an order follow it to another customer, of whom the step that is open is asked
    /// for with the next look.
    func move(
        _ order: ID<Order>,
        to customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        for step in try store.steps(of: order, in: transaction) where step.isOpen {
            try tasks.withdraw(
                step.task,
                note: "the order is customer \(customer.rawValue)'s",
                by: occasion,
                in: transaction
            )
        }
        try TaskStore().move(
            Subject(.order, order),
            to: customer,
            at: occasion.at,
            in: transaction
        )
    }

    /// Why what was asked for is not to be done any more, if so.
    private static func withdrawal(of debt: Debts.Debt?, at now: Instant) -> String? {
        guard let debt else { return "nothing is owed for the order any more" }
        guard let dueAt = debt.dueAt, dueAt < now else {
            return "the order is not overdue any more"
        }
        return nil
    }

    /// The step that is to be asked for now, after those that were.
    private func next(
        after taken: [DebtorLadderStore.Step],
        _ overdue: OverdueDebt,
        by terms: WarningTerms,
        at now: Instant
    ) -> DebtorStep? {
        guard !taken.contains(where: \.isOpen) else { return nil }
        let last = taken.map(\.step).max()
        guard let step = last.map({ $0.next }) ?? DebtorStep.reminder,
            terms.isOverdue(overdue.dueAt, for: step, at: now)
        else { return nil }
        return step
    }
}

extension WarningTerms {
    /// After how many days of 24 hours a step is asked for.
    func days(of step: DebtorStep) -> Int {
        switch step {
        case .reminder: reminderDays
        case .pressure: pressureDays
        case .legal: legalDays
        }
    }

    /// Whether an order that was due then is overdue by more than a step's days.
    fileprivate func isOverdue(_ dueAt: Instant, for step: DebtorStep, at now: Instant) -> Bool {
        dueAt < now.adding(milliseconds: -Int64(days(of: step)) * Instant.millisecondsPerDay)
    }
}
