// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ValuePolicyStore: Sendable {
    func latest(in snapshot: Snapshot) throws(SQLiteError) -> ValuePolicy? {
        try snapshot.first(
            """
            SELECT id, discount_rate, margin, refit_days, created_at FROM value_policy
            ORDER BY id DESC LIMIT 1
            """
        ) { row throws(SQLiteError) in
            try ValuePolicy(
                version: row[0],
                rules: ValueRules(discountRate: row[1], margin: row[2], refitDays: row[3]),
                createdAt: row[4]
            )
        }
    }

    func insert(
        _ rules: ValueRules,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO value_policy (discount_rate, margin, refit_days, created_at)
            VALUES ($1, $2, $3, $4)
            """,
            rules.discountRate,
            rules.margin,
            rules.refitDays,
            now
        )
    }
}
