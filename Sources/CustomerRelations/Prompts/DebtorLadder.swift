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

    /// What its task is known by, that of an order.
    func cause(of order: ID<Order>) -> String { "\(kind):\(order.rawValue)" }

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
/// that is kept, so that nothing can be asked for twice. A step that ended because nothing was owed
/// any more was not taken: it is asked for again if the payment is taken back. Tasks of these kinds
/// that people open are their own, and no steps.
struct DebtorLadder: Sendable {
    /// What is noted of a step that the service ends.
    private static let endNote = "nothing is owed for the order any more"

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
            let taken = try steps(of: overdue.debt.order, in: snapshot)
            return next(after: taken, overdue, by: terms, at: now) == nil ? nil : overdue.debt.order
        }
    }

    /// The orders of each customer with steps that wait for a debt which is there no more.
    func settled(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot
    ) throws -> [ID<Customer>: [ID<Order>]] {
        var orders: [ID<Customer>: [ID<Order>]] = [:]
        for settled in try store.settled(of: customers, in: snapshot) {
            orders[settled.customer, default: []].append(settled.order)
        }
        return orders
    }

    /// Asks for the step of an order that is due, or ends those whose debt is there no more.
    func look(
        at order: ID<Order>,
        by terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let invoice = try store.invoice(order, in: transaction) else { return }
        let taken = try steps(of: order, in: transaction)
        guard let debt = invoice.debt else {
            for step in taken where step.isOpen {
                _ = try tasks.settle(
                    tasks.find(step.task, in: transaction),
                    as: .done,
                    note: Self.endNote,
                    by: occasion,
                    in: transaction
                )
            }
            return
        }
        guard let dueAt = debt.dueAt,
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

    private func steps(
        of order: ID<Order>,
        in snapshot: Snapshot
    ) throws -> [DebtorLadderStore.Step] {
        try store.steps(of: order, notedOtherThan: Self.endNote, in: snapshot)
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
