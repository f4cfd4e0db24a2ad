// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// The tenths of the customers by value, kept with the model that tells.
struct ValueDecileStore: Sendable {
    /// Keeps the tenths of a model, and the policy by which they were reckoned.
    func insert(
        _ deciles: [ValueDecile],
        of model: ID<ValueModel>,
        by policy: ValuePolicy,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE value_model SET value_policy_id = $2 WHERE id = $1",
            model,
            policy.version
        )
        for decile in deciles {
            try transaction.run(
                """
                INSERT INTO value_decile (value_model_id, decile, customers, expected_orders,
                    lifetime_value, alive_probability)
                VALUES ($1, $2, $3, $4, $5, $6)
                """,
                model,
                decile.decile,
                decile.customers,
                decile.expectedOrders,
                decile.lifetimeValue,
                decile.aliveProbability
            )
        }
    }

    /// The rows of the report by the finished model with the latest data up to an instant; empty
    /// without one that has tenths.
    func rows(until: Instant, in snapshot: Snapshot) throws(SQLiteError) -> [ValueReport.Row] {
        let model = try snapshot.first(
            """
            SELECT m.id, m.data_until, p.discount_rate, p.margin
            FROM value_model m JOIN value_policy p ON p.id = m.value_policy_id
            WHERE m.status = 'finished' AND m.data_until <= $1
            ORDER BY m.data_until DESC NULLS LAST, m.id DESC NULLS LAST LIMIT 1
            """,
            until
        ) { row throws(SQLiteError) in
            try ValueReport.Model(
                id: row[0],
                dataUntil: row[1],
                discountRate: row[2],
                margin: row[3]
            )
        }
        guard let model else { return [] }
        let deciles = try snapshot.all(
            """
            SELECT d.decile, d.customers, d.expected_orders, d.lifetime_value, d.alive_probability
            FROM value_decile d WHERE d.value_model_id = $1 ORDER BY d.decile
            """,
            model.id
        ) { row throws(SQLiteError) in
            try ValueDecile(
                decile: row[0],
                customers: row[1],
                expectedOrders: row[2],
                lifetimeValue: row[3],
                aliveProbability: row[4]
            )
        }
        let value = deciles.reduce(Money.zero) { $0 + ($1.lifetimeValue ?? .zero) }
        return deciles.map { ValueReport.Row(decile: $0, model: model, value: value) }
    }

    /// The models whose tenths do not hold all their customers.
    func unfit(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT m.id FROM value_model m
            WHERE m.value_policy_id IS NOT NULL AND (
                m.customers IS NOT (SELECT coalesce(cast(sum(d.customers) AS bigint), 0)
                    FROM value_decile d WHERE d.value_model_id = m.id)
                OR \(ValueDecile.count) IS NOT (SELECT count(*)
                    FROM value_decile d WHERE d.value_model_id = m.id))
            ORDER BY m.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
