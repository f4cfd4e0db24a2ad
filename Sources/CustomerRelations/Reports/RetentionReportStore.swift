// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the report on retention counts.
struct RetentionReportStore: Sendable {
    /// An order that was cancelled.
    private struct Cancelled {
        let customer: ID<Customer>
        let placedAt: Instant
    }

    /// The cohorts by the orders that were placed before an instant, and not cancelled by then.
    ///
    /// One pass over the index of customers, which has them in the order that is wanted; the plus
    /// sign keeps the index of dates away. The cancelled ones have an index of their own in the same
    /// order, and are passed over where they are met.
    func rows(
        before end: Instant,
        months: Int,
        zone: CivilTimeZone,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [RetentionReport.Row] {
        guard let start = try PurchaseStore().start(in: snapshot), start < end else { return [] }
        var cohorts = RetentionCohorts(from: start, until: end, months: months, zone: zone)
        let cancelled = try snapshot.all(
            """
            SELECT customer_id, placed_at FROM customer_order
            WHERE cancelled_at < $1 AND +placed_at < $1
            ORDER BY customer_id, placed_at
            """,
            end
        ) { row throws(SQLiteError) in
            try Cancelled(customer: row[0], placedAt: row[1])
        }
        var place = 0
        try snapshot.forEach(
            """
            SELECT customer_id, placed_at FROM customer_order WHERE +placed_at < $1
            ORDER BY customer_id, placed_at
            """,
            end
        ) { row throws(SQLiteError) in
            let (customer, placedAt): (ID<Customer>, Instant) = (try row[0], try row[1])
            // Of two orders of one instant it does not matter which one was cancelled.
            if place < cancelled.count, cancelled[place].customer == customer,
                cancelled[place].placedAt == placedAt
            {
                place += 1
            } else {
                cohorts.add(customer, at: placedAt)
            }
        }
        return cohorts.rows
    }
}
