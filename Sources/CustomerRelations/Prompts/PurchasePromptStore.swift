// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PurchasePromptStore: Sendable {
    /// Notes that a customer has passed an amount; false, and nothing, if it has before.
    func insert(
        _ amount: Money,
        of customer: ID<Customer>,
        by order: ID<Order>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> Bool {
        try transaction.run(
            """
            INSERT INTO cumulative_prompt (customer_id, amount, order_id, raised_at)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (customer_id, amount) DO NOTHING
            """,
            customer,
            amount,
            order,
            now
        ) == 1
    }

    /// The amounts that a customer has passed, as another one has.
    func amounts(
        of customer: ID<Customer>,
        passedBy other: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Money] {
        try snapshot.all(
            """
            SELECT p.amount FROM cumulative_prompt p
            JOIN cumulative_prompt k ON k.customer_id = $2 AND k.amount = p.amount
            WHERE p.customer_id = $1
            """,
            customer,
            other
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Takes off the amounts above a sum that a customer has passed since an instant, and tells which;
    /// those stay that others brought along with merges that hold.
    func remove(
        of customer: ID<Customer>,
        above sum: Money,
        since instant: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> [Money] {
        try transaction.all(
            """
            DELETE FROM cumulative_prompt
            WHERE customer_id = $1 AND amount > $2 AND raised_at >= $3
                AND id NOT IN (SELECT x.row_id
                    FROM customer_merge m JOIN customer_merge_row x ON x.customer_merge_id = m.id
                    WHERE m.customer_id = $1 AND m.undone_at IS NULL
                        AND x.table_name = 'cumulative_prompt')
            RETURNING amount
            """,
            customer,
            sum,
            instant
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// What the orders of a customer come to that were recorded since an instant, as far as they count.
    func purchases(
        of customer: ID<Customer>,
        since instant: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money {
        try snapshot.first(
            """
            SELECT coalesce(\(boundedSum("o.total - o.refunded")), 0) FROM customer_order o
            WHERE o.customer_id = $1 AND o.created_at >= $2 AND o.cancelled_at IS NULL
            """,
            customer,
            instant
        ) { row throws(SQLiteError) in try row[0] } ?? .zero
    }

    /// The order of a customer that was recorded last.
    func lastOrder(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Order>? {
        try snapshot.first(
            "SELECT max(id) FROM customer_order WHERE customer_id = $1 HAVING count(*) > 0",
            customer
        ) { row throws(SQLiteError) in try row[0] }
    }
}
