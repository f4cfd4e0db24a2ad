// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The steps of the ladder, which are tasks.
struct DebtorLadderStore: Sendable {
    /// A step that was asked for.
    struct Step: Sendable {
        let step: DebtorStep
        let task: ID<StaffTask>
        let isOpen: Bool
    }

    /// Whose an order is, and what is owed for it; nil if nothing.
    struct Invoice: Sendable {
        let customer: ID<Customer>
        let debt: Debts.Debt?
    }

    /// An order with a step that waits to be taken, though nothing is owed any more.
    struct Settled: Sendable {
        let customer: ID<Customer>
        let order: ID<Order>
    }

    /// The steps of an order that were asked for, but for those that ended with this note; what
    /// people opened by themselves is none of them.
    func steps(
        of order: ID<Order>,
        notedOtherThan note: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Step] {
        let found = try snapshot.all(
            """
            SELECT kind, cause, status, id FROM task
            WHERE subject_type = 'order' AND subject_id = $1
                AND (status = 'open' OR note IS NULL OR note <> $2)
            """,
            order,
            note
        ) { row throws(SQLiteError) in
            let step = Self.step(try row[0], try row[1], of: order)
            let status: StaffTask.Status = try row[2]
            let task: ID<StaffTask> = try row[3]
            return step.map { Step(step: $0, task: task, isOpen: status == .open) }
        }
        return found.compactMap { $0 }
    }

    /// The step that a task is, by its kind and cause.
    private static func step(_ kind: String, _ cause: String?, of order: ID<Order>) -> DebtorStep? {
        DebtorStep(rawValue: kind).flatMap { $0.cause(of: order) == cause ? $0 : nil }
    }

    func invoice(
        _ order: ID<Order>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Invoice? {
        try snapshot.first(
            """
            SELECT o.customer_id, o.due_at, CASE WHEN o.terms = 'credit' AND o.paid_at IS NULL
                AND o.cancelled_at IS NULL THEN o.total - o.refunded - o.paid ELSE 0 END
            FROM customer_order o WHERE o.id = $1
            """,
            order
        ) { row throws(SQLiteError) in
            let amount: Money = try row[2]
            let debt = try Debts.Debt(order: order, dueAt: row[1], amount: amount)
            return Invoice(customer: try row[0], debt: amount > .zero ? debt : nil)
        }
    }

    /// The orders of customers with a step that waits for a debt which is there no more.
    ///
    /// SQLite would go along all tasks about orders, the settled ones among them, which its statistics
    /// take for few: it is told to go along the steps that wait.
    func settled(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Settled] {
        let found = try snapshot.all(
            """
            SELECT y.customer_id, y.subject_id, y.kind, y.cause
            FROM task y INDEXED BY task_ladder JOIN customer_order o ON o.id = y.subject_id
            WHERE y.status = 'open' AND (y.kind = 'payment-reminder'
                    OR y.kind = 'payment-pressure' OR y.kind = 'legal-action')
                AND y.subject_type = 'order' AND y.customer_id >= $1 AND y.customer_id <= $2
                AND (o.paid_at IS NOT NULL OR o.cancelled_at IS NOT NULL
                    OR o.total <= o.paid + o.refunded)
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in
            let settled = try Settled(customer: row[0], order: row[1])
            let step = Self.step(try row[2], try row[3], of: settled.order)
            return step.map { _ in settled }
        }
        return found.compactMap { $0 }
    }
}
