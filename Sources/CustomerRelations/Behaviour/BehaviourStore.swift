// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What one customer bought, and how.
struct BehaviourStore: Sendable {
    /// An order as behaviour looks at it; what was given back of it is taken off.
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
            SELECT id, placed_at, total + CASE WHEN refunded > 0 THEN coalesce((
                    SELECT cast(sum(r.amount) AS bigint) FROM refund r
                    WHERE r.order_id = customer_order.id AND r.refunded_at < $2
                        AND r.kind = 'refund'), 0) ELSE 0 END,
                channel
            FROM customer_order
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

    /// A line of an order, as far as it was not given back.
    struct Line {
        let order: ID<Order>
        let position: Int
        let sku: String
        let category: String?
        /// What its pieces come to before the discount.
        var gross: Money
        var discount: Money
        /// What was given back by a sum, which is not positive.
        var refunded = Money.zero

        var amount: Money { gross - discount + refunded }
    }

    /// What was given back of an order: pieces of a line, or a sum.
    private struct Returned {
        let order: ID<Order>
        let position: Int?
        let gross: Money
        let discount: Money
    }

    /// The lines of the orders in a window that stood at its end, less what was given back before it; a
    /// sum is spread over the lines of its order.
    func lines(
        of customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Line] {
        var lines = try snapshot.all(
            """
            SELECT l.order_id, l.position, l.sku, p.category, l.quantity * l.unit_price,
                coalesce(l.discount, 0)
            FROM customer_order o JOIN order_line l ON l.order_id = o.id
                LEFT JOIN product p ON p.sku = l.sku
            WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.placed_at < $3
                AND (o.cancelled_at IS NULL OR o.cancelled_at >= $3)
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in
            try Line(
                order: row[0],
                position: row[1],
                sku: row[2],
                category: row[3],
                gross: row[4],
                discount: row[5]
            )
        }
        let returned = try snapshot.all(
            """
            SELECT r.order_id, x.order_position, coalesce(x.quantity * x.unit_price, r.amount),
                coalesce(x.discount, 0)
            FROM customer_order o JOIN refund r ON r.order_id = o.id
                LEFT JOIN refund_line x ON x.refund_id = r.id
            WHERE o.customer_id = $1 AND o.placed_at >= $2 AND o.refunded > 0
                AND r.refunded_at < $3 AND r.kind = 'refund'
            """,
            customer,
            start,
            end
        ) { row throws(SQLiteError) in
            try Returned(order: row[0], position: row[1], gross: row[2], discount: row[3])
        }
        guard !returned.isEmpty else { return lines }
        let places = Dictionary(grouping: lines.indices) { lines[$0].order }
        for pieces in returned {
            guard let position = pieces.position,
                let place = places[pieces.order]?.first(where: { lines[$0].position == position })
            else { continue }
            lines[place].gross += pieces.gross
            lines[place].discount += pieces.discount
        }
        for sum in returned where sum.position == nil {
            let places = (places[sum.order] ?? []).sorted {
                lines[$0].position < lines[$1].position
            }
            let parts = sum.gross.spread(over: places.map { lines[$0].amount })
            for (place, part) in zip(places, parts) { lines[place].refunded += part }
        }
        return lines
    }

    /// What attraction is told by, of the orders of a window that stood at its end.
    func attraction(
        of customer: ID<Customer>,
        from start: Instant,
        until end: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> AttractionFigures {
        let lines = try lines(of: customer, from: start, until: end, in: snapshot)
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
        return AttractionFigures(lines, orders: orders ?? 0, contacts: contacts ?? 0)
    }
}
