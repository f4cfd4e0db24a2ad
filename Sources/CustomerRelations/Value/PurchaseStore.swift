// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The orders, as purchases.
struct PurchaseStore: Sendable {
    /// When the first order was placed.
    func start(in snapshot: Snapshot) throws(SQLiteError) -> Instant? {
        try snapshot.first(
            "SELECT placed_at FROM customer_order ORDER BY placed_at, id LIMIT 1"
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Whether more orders than so many were placed before an instant.
    func exceeds(
        _ count: Int,
        before end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Bool {
        let found: Int? = try snapshot.first(
            """
            SELECT count(*) FROM (
                SELECT 1 FROM customer_order WHERE placed_at < $1 LIMIT $2) AS some
            """,
            end,
            count + 1
        ) { row throws(SQLiteError) in try row[0] }
        return found ?? 0 > count
    }

    /// Whether so many customers have orders of different times.
    func hasRepeats(atLeast count: Int, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        let found: Int? = try snapshot.first(
            """
            SELECT count(*) FROM (
                SELECT customer_id FROM customer_order GROUP BY customer_id
                HAVING min(placed_at) < max(placed_at) LIMIT $1) AS some
            """,
            count
        ) { row throws(SQLiteError) in try row[0] }
        return found ?? 0 >= count
    }

    /// Fills a book with the orders that were placed before an instant, as they stood then.
    ///
    /// One pass over the index of customers, which holds all that is asked of most orders: the plus
    /// sign keeps the index of dates away.
    func fill(_ book: inout PurchaseBook, before end: Instant, in snapshot: Snapshot)
        throws(SQLiteError)
    {
        try snapshot.forEach(
            """
            SELECT customer_id, placed_at, total FROM customer_order
            WHERE cancelled_at < $1 AND +placed_at < $1
            ORDER BY customer_id, placed_at
            """,
            end
        ) { row throws(SQLiteError) in
            book.cancel(try row[0], at: try row[1], try row[2])
        }
        try snapshot.forEach(
            """
            SELECT o.customer_id, o.placed_at, r.amount
            FROM refund r JOIN customer_order o ON o.id = r.order_id
            WHERE r.refunded_at < $1 AND r.kind = 'refund'
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $1)
            """,
            end
        ) { row throws(SQLiteError) in
            book.refund(try row[0], at: try row[1], try row[2])
        }
        try snapshot.forEach(
            """
            SELECT customer_id, placed_at, total FROM customer_order WHERE +placed_at < $1
            ORDER BY customer_id, placed_at
            """,
            end
        ) { row throws(SQLiteError) in
            book.add(try row[0], at: try row[1], try row[2])
        }
        book.close()
    }

    /// The same with the orders of one customer.
    func fill(
        _ book: inout PurchaseBook,
        of customer: ID<Customer>,
        before end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT o.placed_at, r.amount FROM customer_order o JOIN refund r ON r.order_id = o.id
            WHERE o.customer_id = $1 AND o.placed_at < $2
                AND r.refunded_at < $2 AND r.kind = 'refund'
            """,
            customer,
            end
        ) { row throws(SQLiteError) in
            book.refund(customer, at: try row[0], try row[1])
        }
        try snapshot.forEach(
            """
            SELECT placed_at, total FROM customer_order
            WHERE customer_id = $1 AND placed_at < $2
                AND (cancelled_at IS NULL OR cancelled_at >= $2)
            ORDER BY placed_at
            """,
            customer,
            end
        ) { row throws(SQLiteError) in
            book.add(customer, at: try row[0], try row[1])
        }
        book.close()
    }
}
