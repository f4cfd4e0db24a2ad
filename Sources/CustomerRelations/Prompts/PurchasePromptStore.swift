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

    /// Takes off the amounts that all orders of a customer together do not come to, whatever became of
    /// them, and tells which.
    func removeAboveOrders(
        of customer: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) -> [Money] {
        try transaction.all(
            """
            DELETE FROM cumulative_prompt
            WHERE customer_id = $1 AND amount > coalesce((SELECT \(boundedSum("o.total"))
                FROM customer_order o WHERE o.customer_id = $1), 0)
            RETURNING amount
            """,
            customer
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
