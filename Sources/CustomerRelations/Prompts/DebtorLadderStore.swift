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

    /// A step that waits to be taken, and the debt as it is now.
    struct OpenStep: Sendable {
        let customer: ID<Customer>
        let order: ID<Order>
        let debt: Debts.Debt?
    }

    /// The steps of an order that were asked for, but for those that were withdrawn; what people opened
    /// by themselves is none of them.
    func steps(
        of order: ID<Order>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Step] {
        let found = try snapshot.all(
            """
            SELECT kind, cause, status, id FROM task
            WHERE subject_type = 'order' AND subject_id = $1 AND is_withdrawn = 0
            """,
            order
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

    /// What is left to be paid of `customer_order AS o`, an order on credit.
    private static let owed = """
        CASE WHEN o.terms = 'credit' AND o.paid_at IS NULL AND o.cancelled_at IS NULL
            THEN o.total - o.refunded - o.paid ELSE 0 END
        """

    private static func debt(
        of order: ID<Order>,
        dueAt: Instant?,
        _ amount: Money
    ) -> Debts.Debt? {
        amount > .zero ? Debts.Debt(order: order, dueAt: dueAt, amount: amount) : nil
    }

    func invoice(
        _ order: ID<Order>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Invoice? {
        try snapshot.first(
            "SELECT o.customer_id, o.due_at, \(Self.owed) FROM customer_order o WHERE o.id = $1",
            order
        ) { row throws(SQLiteError) in
            try Invoice(customer: row[0], debt: Self.debt(of: order, dueAt: row[1], row[2]))
        }
    }

    /// The steps of customers that wait to be taken.
    ///
    /// SQLite would go along all tasks about orders, the settled ones among them, which its statistics
    /// take for few: it is told to go along the steps that wait.
    func open(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [OpenStep] {
        let found = try snapshot.all(
            """
            SELECT y.customer_id, y.subject_id, y.kind, y.cause, o.due_at, \(Self.owed)
            FROM task y INDEXED BY task_ladder JOIN customer_order o ON o.id = y.subject_id
            WHERE y.status = 'open' AND (y.kind = 'payment-reminder'
                    OR y.kind = 'payment-pressure' OR y.kind = 'legal-action')
                AND y.subject_type = 'order' AND y.customer_id >= $1 AND y.customer_id <= $2
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) -> OpenStep? in
            let order: ID<Order> = try row[1]
            guard Self.step(try row[2], try row[3], of: order) != nil else { return nil }
            let debt = Self.debt(of: order, dueAt: try row[4], try row[5])
            return try OpenStep(customer: row[0], order: order, debt: debt)
        }
        return found.compactMap { $0 }
    }
}
