// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PurchasePromptStore: Sendable {
    /// Notes that a customer has passed an amount, and tells where; nil, and nothing, if it has before.
    func insert(
        _ amount: Money,
        of customer: ID<Customer>,
        by order: ID<Order>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> Int64? {
        try transaction.insert(
            """
            INSERT INTO cumulative_prompt (customer_id, amount, order_id, raised_at)
            VALUES ($1, $2, $3, $4)
            ON CONFLICT (customer_id, amount) DO NOTHING
            """,
            customer,
            amount,
            order,
            now
        )
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

    /// An amount that was passed, and by whom.
    struct Prompt: Sendable {
        let customer: ID<Customer>
        let amount: Money
    }

    /// Takes off that an amount was passed; nil if it was not noted there.
    func remove(_ id: Int64, in transaction: Transaction) throws(SQLiteError) -> Prompt? {
        try transaction.first(
            "DELETE FROM cumulative_prompt WHERE id = $1 RETURNING customer_id, amount",
            id
        ) { row throws(SQLiteError) in try Prompt(customer: row[0], amount: row[1]) }
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
