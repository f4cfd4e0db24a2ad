// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct AuthorityPolicyStore: Sendable {
    /// The policy in force.
    func latest(in snapshot: Snapshot) throws(SQLiteError) -> AuthorityPolicy? {
        try snapshot.first(
            """
            SELECT id, reply_hours, act_first_hours FROM authority_policy ORDER BY id DESC LIMIT 1
            """
        ) { row throws(SQLiteError) in
            let version: Int = try row[0]
            return try AuthorityPolicy(
                version: version,
                terms: AuthorityTerms(
                    limits: limits(of: version, in: snapshot),
                    replyHours: row[1],
                    actFirstHours: row[2]
                )
            )
        }
    }

    private func limits(
        of policy: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [AuthorityLimit] {
        try snapshot.all(
            """
            SELECT kind, role, staff_id, amount, may_act_first FROM authority_limit
            WHERE authority_policy_id = $1 ORDER BY position
            """,
            policy
        ) { row throws(SQLiteError) in
            try AuthorityLimit(
                kind: row[0],
                role: row[1],
                staffID: row[2],
                amount: row[3],
                mayActFirst: row[4] == 1
            )
        }
    }

    func insert(
        _ terms: AuthorityTerms,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let id = try transaction.insert(
            """
            INSERT INTO authority_policy (reply_hours, act_first_hours, created_at)
            VALUES ($1, $2, $3)
            """,
            terms.replyHours,
            terms.actFirstHours,
            now
        )
        for (position, limit) in terms.limits.enumerated() {
            try transaction.run(
                """
                INSERT INTO authority_limit (authority_policy_id, position, kind, role, staff_id,
                    amount, may_act_first)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                id,
                position,
                limit.kind,
                limit.role,
                limit.staffID,
                limit.amount,
                limit.mayActFirst ? 1 : 0
            )
        }
    }
}
