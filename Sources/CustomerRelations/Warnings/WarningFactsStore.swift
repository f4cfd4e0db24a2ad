// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The facts that warnings are found in, of all customers whose ids lie in a range.
///
/// One customer is a range as well, so that a look at one and a run over all are the same.
struct WarningFactsStore: Sendable {
    typealias Customers = ClosedRange<Int64>

    /// What customers owe, by orders on credit.
    func forEachDebt(
        of customers: Customers,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, Money?, Debts.Debt) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT o.customer_id, c.credit_limit, o.id, o.due_at, o.total - o.refunded - o.paid
            FROM customer_order o JOIN customer c ON c.id = o.customer_id
            WHERE o.terms = 'credit' AND o.paid_at IS NULL AND o.cancelled_at IS NULL
                AND o.customer_id >= $1 AND o.customer_id <= $2
                AND o.total - o.refunded - o.paid > 0
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in
            body(
                try row[0],
                try row[1],
                Debts.Debt(order: try row[2], dueAt: try row[3], amount: try row[4])
            )
        }
    }

    /// How much a customer may owe; nil without a limit.
    func creditLimit(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money? {
        try snapshot.first(
            "SELECT credit_limit FROM customer WHERE id = $1",
            customer
        ) { row throws(SQLiteError) in try row[0] as Money? } ?? nil
    }

    /// The debt of a customer that was due first, before an instant, and of which no case tells.
    func firstOverdue(
        of customer: ID<Customer>,
        dueBefore instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> OverdueDebt? {
        try snapshot.first(
            """
            SELECT o.id, o.due_at, o.total - o.refunded - o.paid FROM customer_order o
            WHERE o.terms = 'credit' AND o.paid_at IS NULL AND o.cancelled_at IS NULL
                AND o.customer_id = $1 AND o.due_at < $2 AND o.total - o.refunded - o.paid > 0
                AND NOT EXISTS (SELECT 1 FROM warning w
                    WHERE w.customer_id = $1 AND w.kind = 'credit' AND w.cleared_at IS NULL
                        AND w.reason = 'overdue' AND w.reference = o.id)
            ORDER BY o.due_at, o.id LIMIT 1
            """,
            customer,
            instant
        ) { row throws(SQLiteError) in
            let dueAt: Instant = try row[1]
            return try OverdueDebt(
                debt: Debts.Debt(order: row[0], dueAt: dueAt, amount: row[2]),
                dueAt: dueAt
            )
        }
    }

    /// The plans that run or have ended since an instant, and those of which a case tells, by
    /// customer and time.
    func plans(
        of customers: Customers,
        at now: Instant,
        endedSince since: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [PlanProgress] {
        let current = try snapshot.all(
            """
            SELECT p.customer_id, p.id, p.period, p.starts_at, p.ends_at, p.sales_target,
                p.expense_budget
            FROM plan p
            WHERE p.customer_id >= $1 AND p.customer_id <= $2 AND p.starts_at <= $3
                AND p.ends_at > $4
            ORDER BY p.customer_id, p.starts_at
            """,
            customers.lowerBound,
            customers.upperBound,
            now,
            since,
            read: Self.plan
        )
        let told = try snapshot.all(
            """
            SELECT p.customer_id, p.id, p.period, p.starts_at, p.ends_at, p.sales_target,
                p.expense_budget
            FROM warning w JOIN plan p ON p.id = w.reference
            WHERE w.cleared_at IS NULL AND w.customer_id >= $1 AND w.customer_id <= $2
                AND (w.reason = 'behind-plan' OR w.reason = 'over-budget') AND p.ends_at <= $3
                AND p.customer_id = w.customer_id
            """,
            customers.lowerBound,
            customers.upperBound,
            since,
            read: Self.plan
        )
        var known: Set<ID<Plan>> = []
        return told.filter { known.insert($0.plan).inserted } + current
    }

    private static func plan(_ row: borrowing Row) throws(SQLiteError) -> PlanProgress {
        let start: Instant = try row[3]
        let end: Instant = try row[4]
        return try PlanProgress(
            customer: row[0],
            plan: row[1],
            period: row[2],
            range: start..<end,
            details: PlanDetails(salesTarget: row[5], expenseBudget: row[6])
        )
    }

    /// What was spent on customers from an instant on; what was taken back comes with it, below nothing.
    func forEachExpense(
        of customers: Customers,
        since: Instant,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, Instant, Money) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, spent_at, amount FROM expense
            WHERE customer_id >= $1 AND customer_id <= $2 AND spent_at >= $3
            """,
            customers.lowerBound,
            customers.upperBound,
            since
        ) { row throws(SQLiteError) in body(try row[0], try row[1], try row[2]) }
    }

    /// What was given back from an instant on, amounts that are not positive.
    func forEachRefund(
        of customers: Customers,
        since: Instant,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, Instant, Money) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT o.customer_id, r.refunded_at, r.amount
            FROM customer_order o JOIN refund r ON r.order_id = o.id
            WHERE o.refunded > 0 AND o.customer_id >= $1 AND o.customer_id <= $2
                AND r.refunded_at >= $3 AND r.kind = 'refund'
            """,
            customers.lowerBound,
            customers.upperBound,
            since
        ) { row throws(SQLiteError) in body(try row[0], try row[1], try row[2]) }
    }

    /// The orders that were called off.
    func forEachCancelled(
        of customers: Customers,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, WarningFactsReader.OrderSum) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, placed_at, total FROM customer_order
            WHERE cancelled_at IS NOT NULL AND customer_id >= $1 AND customer_id <= $2
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in
            body(try row[0], .init(placedAt: try row[1], total: try row[2]))
        }
    }

    /// All orders, those that were called off among them, by ascending customer and time.
    ///
    /// The index of customers has all that is asked for but which were called off.
    func forEachOrder(
        of customers: Customers,
        in snapshot: Snapshot,
        _ body: (ID<Customer>, WarningFactsReader.OrderSum) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id, placed_at, total FROM customer_order
            WHERE customer_id >= $1 AND customer_id <= $2 ORDER BY customer_id, placed_at
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in
            body(try row[0], .init(placedAt: try row[1], total: try row[2]))
        }
    }

    /// Those with whom the relation has ended.
    func lost(
        of customers: Customers,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Set<ID<Customer>> {
        Set(
            try snapshot.all(
                """
                SELECT id FROM customer WHERE lifecycle = 'lost' AND id >= $1 AND id <= $2
                """,
                customers.lowerBound,
                customers.upperBound
            ) { row throws(SQLiteError) in try row[0] }
        )
    }

    func isArchived(
        _ customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT archived_at IS NOT NULL FROM customer WHERE id = $1",
            customer
        ) { row throws(SQLiteError) in try row[0] as Int == 1 } ?? true
    }
}
