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

/// A step that is to be asked for.
struct DueStep: Sendable {
    let step: DebtorStep
    let overdue: OverdueDebt
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

    /// The steps that are to be asked for now, the earliest debt first.
    func due(
        _ debts: Debts,
        by terms: WarningTerms,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [DueStep] {
        try debts.overdue(by: terms.reminderDays, at: now).compactMap { overdue in
            let taken = try store.steps(
                of: overdue.debt.order,
                notedOtherThan: Self.endNote,
                in: snapshot
            )
            guard let last = taken.map(\.step).max() else {
                return DueStep(step: .reminder, overdue: overdue)
            }
            guard !taken.contains(where: \.isOpen), let next = last.next,
                terms.isOverdue(overdue.dueAt, for: next, at: now)
            else { return nil }
            return DueStep(step: next, overdue: overdue)
        }
    }

    /// The customers with steps that wait for a debt which is there no more.
    func settled(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot
    ) throws -> Set<ID<Customer>> {
        Set(try store.settled(of: customers, in: snapshot).map(\.customer))
    }

    /// Asks for the steps that are due of a customer, and ends those whose debt is there no more.
    func look(
        at customer: ID<Customer>,
        _ debts: Debts?,
        by terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let id = customer.rawValue
        for step in try store.settled(of: id...id, in: transaction) {
            _ = try tasks.settle(
                tasks.find(step.task, in: transaction),
                as: .done,
                note: Self.endNote,
                by: occasion,
                in: transaction
            )
        }
        guard let debts else { return }
        for next in try due(debts, by: terms, at: occasion.at, in: transaction) {
            let (debt, dueAt) = (next.overdue.debt, next.overdue.dueAt)
            try tasks.open(
                NewTask(
                    kind: next.step.kind,
                    subject: Subject(.order, debt.order),
                    cause: next.step.cause(of: debt.order),
                    details: TaskDetails(
                        reason: "\(next.step.request): \(debt.amount) was to be paid by \(dueAt)",
                        dueAt: terms.taskDue(at: occasion.at),
                        assigneeID: try keepers.keeper(of: customer, in: transaction)
                    )
                ),
                of: customer,
                by: occasion,
                in: transaction
            )
        }
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
