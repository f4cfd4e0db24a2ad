// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct LifecycleStore: Sendable {
    /// The most changes that are shown, the last ones.
    private static let limit = 1_000

    func insert(
        _ lifecycle: Customer.Lifecycle,
        after origin: Customer.Lifecycle,
        of customer: ID<Customer>,
        because reason: String?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO lifecycle_change (customer_id, origin, lifecycle, reason, actor, changed_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            customer,
            origin,
            lifecycle,
            reason,
            occasion.actor,
            occasion.at
        )
    }

    /// The changes of a customer, oldest first.
    func changes(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [LifecycleChange] {
        try snapshot.all(
            """
            SELECT origin, lifecycle, changed_at, actor, reason FROM lifecycle_change
            WHERE customer_id = $1 ORDER BY id DESC LIMIT $2
            """,
            customer,
            Self.limit
        ) { row throws(SQLiteError) in
            try LifecycleChange(
                origin: row[0],
                lifecycle: row[1],
                at: row[2],
                actor: row[3],
                reason: row[4]
            )
        }
        .reversed()
    }

    /// The customers whose last change did not lead to what they are.
    func unfit(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            WITH change AS (SELECT customer_id, origin, lifecycle,
                    lag(lifecycle) OVER course AS former, lead(id) OVER course IS NULL AS is_last
                FROM lifecycle_change WINDOW course AS (PARTITION BY customer_id ORDER BY id))
            SELECT DISTINCT c.id FROM change h JOIN customer c ON c.id = h.customer_id
            WHERE h.is_last AND h.lifecycle <> c.lifecycle OR h.origin <> h.former
            ORDER BY c.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
