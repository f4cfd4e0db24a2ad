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

    /// The amounts that a customer has passed.
    func amounts(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Money] {
        try snapshot.all(
            "SELECT amount FROM cumulative_prompt WHERE customer_id = $1 ORDER BY amount",
            customer
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The amounts that a customer has of duplicates who can leave it yet, by merge.
    func amounts(
        broughtTo customer: ID<Customer>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<CustomerMerge>: [Money]] {
        var amounts: [ID<CustomerMerge>: [Money]] = [:]
        try snapshot.forEach(
            """
            SELECT m.id, p.amount
            FROM customer_merge m
                CROSS JOIN customer_merge_row x ON x.customer_merge_id = m.id
                    AND x.table_name = 'cumulative_prompt'
                CROSS JOIN cumulative_prompt p ON p.id = x.row_id
            WHERE m.customer_id = $1 AND m.undone_at IS NULL AND m.merged_at >= $2
                AND p.customer_id = $1
            """,
            customer,
            CustomerMerge.firstUndoable(at: now)
        ) { row throws(SQLiteError) in amounts[try row[0], default: []].append(try row[1]) }
        return amounts
    }

    /// What the orders that moved with a merge come to now.
    func purchases(
        broughtWith merge: ID<CustomerMerge>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Money {
        try snapshot.first(
            """
            SELECT coalesce(\(boundedSum("o.total - o.refunded")), 0)
            FROM customer_merge_row x CROSS JOIN customer_order o ON o.id = x.row_id
            WHERE x.customer_merge_id = $1 AND x.table_name = 'customer_order'
                AND o.cancelled_at IS NULL
            """,
            merge
        ) { row throws(SQLiteError) in try row[0] } ?? .zero
    }

    /// What all orders of a customer come to, whatever became of them.
    func orders(of customer: ID<Customer>, in snapshot: Snapshot) throws(SQLiteError) -> Money {
        try snapshot.first(
            """
            SELECT coalesce(\(boundedSum("o.total")), 0) FROM customer_order o
            WHERE o.customer_id = $1
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] } ?? .zero
    }

    /// Takes off the amounts of a customer above a sum, and tells which.
    func remove(
        of customer: ID<Customer>,
        above sum: Money,
        in transaction: Transaction
    ) throws(SQLiteError) -> [Money] {
        try transaction.all(
            "DELETE FROM cumulative_prompt WHERE customer_id = $1 AND amount > $2 RETURNING amount",
            customer,
            sum
        ) { row throws(SQLiteError) in try row[0] }
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
