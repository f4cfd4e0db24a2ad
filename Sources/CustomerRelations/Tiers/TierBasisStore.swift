// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What tier runs go on from, and of whom something has changed since.
struct TierBasisStore: Sendable {
    private let runs = TierRunStore()

    /// Notes that rows of a customer have changed that a run may have seen, or have become another's.
    ///
    /// Whoever adds orders, refunds and expenses need not: they have higher ids than those seen.
    func touch(_ customer: ID<Customer>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO tier_change (customer_id, seq)
            VALUES ($1, (SELECT coalesce(max(seq), 0) + 1 FROM event))
            ON CONFLICT (customer_id) DO UPDATE SET seq = excluded.seq
            """,
            customer
        )
    }

    func marks(in snapshot: Snapshot) throws(SQLiteError) -> TierMarks {
        let marks = try snapshot.first(
            """
            SELECT coalesce((SELECT max(id) FROM customer_order), 0),
                coalesce((SELECT max(id) FROM refund), 0),
                coalesce((SELECT max(id) FROM expense), 0),
                coalesce((SELECT max(seq) FROM event), 0)
            """
        ) { row throws(SQLiteError) in try Self.marks(row, from: 0) }
        return marks ?? TierMarks(lastOrder: 0, lastRefund: 0, lastExpense: 0, lastSeq: 0)
    }

    func find(in snapshot: Snapshot) throws(SQLiteError) -> TierBasis? {
        var id: ID<TierRun>?
        let marks = try snapshot.first(
            """
            SELECT tier_run_id, last_order_id, last_refund_id, last_expense_id, last_seq
            FROM tier_basis WHERE id = 1
            """
        ) { row throws(SQLiteError) in
            id = try row[0]
            return try Self.marks(row, from: 1)
        }
        guard let marks, let id, let run = try runs.find(id, in: snapshot) else { return nil }
        return TierBasis(run: run, marks: marks)
    }

    func put(
        _ run: ID<TierRun>,
        _ marks: TierMarks,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO tier_basis
                (id, tier_run_id, last_order_id, last_refund_id, last_expense_id, last_seq)
            VALUES (1, $1, $2, $3, $4, $5)
            ON CONFLICT (id) DO UPDATE SET tier_run_id = $1, last_order_id = $2,
                last_refund_id = $3, last_expense_id = $4, last_seq = $5
            """,
            run,
            marks.lastOrder,
            marks.lastRefund,
            marks.lastExpense,
            marks.lastSeq
        )
    }

    private static func marks(
        _ row: borrowing Row,
        from first: Int
    ) throws(SQLiteError) -> TierMarks {
        try TierMarks(
            lastOrder: row[first],
            lastRefund: row[first + 1],
            lastExpense: row[first + 2],
            lastSeq: row[first + 3]
        )
    }
}

// MARK: - Who has changed

extension TierBasisStore {
    /// The customers whose sums for a run may be others than those of its basis; nil if any of the
    /// questions has more than so many rows to its answer.
    func changed(
        since basis: TierBasis,
        until run: TierRun,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Set<ID<Customer>>? {
        var customers: Set<ID<Customer>> = []
        let marks = basis.marks
        for (sql, mark) in [
            (Self.newOrders, marks.lastOrder), (Self.newRefunds, marks.lastRefund),
            (Self.newExpenses, marks.lastExpense), (Self.changes, marks.lastSeq),
        ] {
            let found = try snapshot.all(sql, mark, limit + 1) { row throws(SQLiteError) in
                try row[0] as ID<Customer>
            }
            guard found.count <= limit else { return nil }
            customers.formUnion(found)
        }
        for gap in basis.gaps(to: run) {
            for sql in [
                Self.ordersPlaced, Self.refundsMade, Self.expensesMade, Self.expensesReversed,
            ] {
                let found = try snapshot.all(
                    sql,
                    gap.lowerBound,
                    gap.upperBound,
                    limit + 1
                ) { row throws(SQLiteError) in try row[0] as ID<Customer> }
                guard found.count <= limit else { return nil }
                customers.formUnion(found)
            }
        }
        return customers
    }

    private static let newOrders = """
        SELECT customer_id FROM customer_order WHERE id > $1 ORDER BY id LIMIT $2
        """

    /// Cancellations are among them.
    private static let newRefunds = """
        SELECT o.customer_id FROM refund r CROSS JOIN customer_order o ON o.id = r.order_id
        WHERE r.id > $1 ORDER BY r.id LIMIT $2
        """

    private static let newExpenses = """
        SELECT customer_id FROM expense WHERE id > $1 ORDER BY id LIMIT $2
        """

    private static let changes = """
        SELECT customer_id FROM tier_change WHERE seq > $1 ORDER BY seq, customer_id LIMIT $2
        """

    private static let ordersPlaced = """
        SELECT customer_id FROM customer_order WHERE placed_at >= $1 AND placed_at < $2
        ORDER BY placed_at, id LIMIT $3
        """

    private static let refundsMade = """
        SELECT o.customer_id FROM refund r CROSS JOIN customer_order o ON o.id = r.order_id
        WHERE r.refunded_at >= $1 AND r.refunded_at < $2
        ORDER BY r.refunded_at, r.id LIMIT $3
        """

    private static let expensesMade = """
        SELECT customer_id FROM expense WHERE spent_at >= $1 AND spent_at < $2
        ORDER BY spent_at, id LIMIT $3
        """

    private static let expensesReversed = """
        SELECT customer_id FROM expense WHERE reversed_at >= $1 AND reversed_at < $2
        ORDER BY reversed_at, id LIMIT $3
        """
}

// MARK: - Checking

extension TierBasisStore {
    /// The customers of the basis to whom nothing has happened since, and whose sums are others than
    /// those of their orders, refunds and expenses.
    func unfit(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT s.customer_id
            FROM tier_basis b CROSS JOIN tier_run t ON t.id = b.tier_run_id
                CROSS JOIN tier_standing s ON s.tier_run_id = t.id
                CROSS JOIN customer c ON c.id = s.customer_id AND c.archived_at IS NULL
            WHERE NOT EXISTS (SELECT 1 FROM tier_change g
                    WHERE g.customer_id = s.customer_id AND g.seq > b.last_seq)
                AND NOT EXISTS (SELECT 1 FROM customer_order o
                    WHERE o.customer_id = s.customer_id AND o.id > b.last_order_id)
                AND NOT EXISTS (SELECT 1 FROM customer_order o JOIN refund r ON r.order_id = o.id
                    WHERE o.customer_id = s.customer_id AND r.id > b.last_refund_id)
                AND NOT EXISTS (SELECT 1 FROM expense e
                    WHERE e.customer_id = s.customer_id AND e.id > b.last_expense_id)
                AND (s.orders <> (SELECT count(*) FROM customer_order o
                        WHERE o.customer_id = s.customer_id
                            AND o.placed_at >= t.window_start AND o.placed_at < t.as_of
                            AND (o.cancelled_at IS NULL OR o.cancelled_at >= t.as_of))
                    OR s.amount <> coalesce((SELECT \(boundedSum("o.total")) FROM customer_order o
                            WHERE o.customer_id = s.customer_id
                                AND o.placed_at >= t.window_start AND o.placed_at < t.as_of), 0)
                        - coalesce((SELECT \(boundedSum("o.total")) FROM customer_order o
                            WHERE o.customer_id = s.customer_id
                                AND o.placed_at >= t.window_start AND o.placed_at < t.as_of
                                AND o.cancelled_at < t.as_of), 0)
                        - s.refunded
                    OR s.refunded <> coalesce((SELECT -\(boundedSum("r.amount"))
                        FROM customer_order o JOIN refund r ON r.order_id = o.id
                        WHERE o.customer_id = s.customer_id AND r.kind = 'refund'
                            AND r.refunded_at >= t.window_start AND r.refunded_at < t.as_of), 0)
                    OR s.expense <> coalesce((SELECT \(boundedSum("e.amount")) FROM expense e
                        WHERE e.customer_id = s.customer_id
                            AND e.spent_at >= t.window_start AND e.spent_at < t.as_of
                            AND (e.reversed_at IS NULL OR e.reversed_at < t.as_of)), 0))
            ORDER BY s.customer_id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
