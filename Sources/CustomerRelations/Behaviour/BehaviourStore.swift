// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What one customer bought, and how.
struct BehaviourStore: Sendable {
    /// An order as behaviour looks at it.
    struct Entry {
        let id: ID<Order>
        let placedAt: Instant
        let total: Money
        let channel: String?
    }

    /// The orders of a customer that stood at an instant, in the order of their times.
    func orders(
        of customer: ID<Customer>,
        before end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Entry] {
        try snapshot.all(
            """
            SELECT id, placed_at, total, channel FROM customer_order
            WHERE customer_id = $1 AND placed_at < $2
                AND (cancelled_at IS NULL OR cancelled_at >= $2)
            ORDER BY placed_at, id
            """,
            customer,
            end
        ) { row throws(SQLiteError) in
            try Entry(id: row[0], placedAt: row[1], total: row[2], channel: row[3])
        }
    }

    /// What a customer was given back before an instant, which is not positive.
    func refunded(
        to customer: ID<Customer>,
        before end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money {
        try snapshot.first(
            """
            SELECT coalesce(\(boundedSum("r.amount")), 0)
            FROM customer_order o JOIN refund r ON r.order_id = o.id
            WHERE o.customer_id = $1 AND r.refunded_at < $2 AND r.kind = 'refund'
            """,
            customer,
            end
        ) { row throws(SQLiteError) in try row[0] } ?? .zero
    }

    /// What lines came to.
    struct Part {
        let name: String?
        let orders: Int
        let amount: Money
    }

    private static let lineAmount = "l.quantity * l.unit_price - coalesce(l.discount, 0)"

    /// What a customer ordered by category, what came to most first.
    func mix(
        of customer: ID<Customer>,
        before end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Part] {
        try snapshot.all(
            """
            SELECT p.category, count(DISTINCT o.id) AS orders,
                \(boundedSum(Self.lineAmount)) AS amount
            FROM customer_order o JOIN order_line l ON l.order_id = o.id
                LEFT JOIN product p ON p.sku = l.sku
            WHERE o.customer_id = $1 AND o.placed_at < $2
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $2)
            GROUP BY p.category ORDER BY amount DESC NULLS LAST, p.category
            """,
            customer,
            end
        ) { row throws(SQLiteError) in
            try Part(name: row[0], orders: row[1], amount: row[2])
        }
    }

    /// What attraction is told by, of the orders of a window that stood at its end.
    func attraction(
        of customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> AttractionFigures {
        struct Sums {
            let gross: Money
            let discount: Money
            let discounted: Money
        }
        let discounted = """
            CASE WHEN l.discount > 0 THEN l.quantity * l.unit_price - l.discount ELSE 0 END
            """
        let sums = try snapshot.first(
            """
            SELECT coalesce(\(boundedSum("l.quantity * l.unit_price")), 0),
                coalesce(\(boundedSum("coalesce(l.discount, 0)")), 0),
                coalesce(\(boundedSum(discounted)), 0)
            FROM customer_order o JOIN order_line l ON l.order_id = o.id
            WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $3)
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in
            try Sums(gross: row[0], discount: row[1], discounted: row[2])
        }
        struct Top {
            let sku: String
            let amount: Money
        }
        let top = try snapshot.first(
            """
            SELECT l.sku, \(boundedSum(Self.lineAmount)) AS amount
            FROM customer_order o JOIN order_line l ON l.order_id = o.id
            WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $3)
            GROUP BY l.sku ORDER BY amount DESC NULLS LAST, l.sku LIMIT 1
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in try Top(sku: row[0], amount: row[1]) }
        let orders: Int? = try snapshot.first(
            """
            SELECT count(*) FROM customer_order o
            WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $3)
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in try row[0] }
        let contacts: Int? = try snapshot.first(
            """
            SELECT count(*) FROM interaction i WHERE i.customer_id = $1 AND i.occurred_at >= $2
                AND i.occurred_at < $3 AND i.direction = 'inbound'
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in try row[0] }
        let gross = sums?.gross ?? .zero
        let discount = sums?.discount ?? .zero
        return AttractionFigures(
            gross: gross,
            discounted: sums?.discounted ?? .zero,
            discount: discount,
            net: gross - discount,
            topSKU: top?.sku,
            topAmount: top?.amount ?? .zero,
            orders: orders ?? 0,
            contacts: contacts ?? 0
        )
    }
}
