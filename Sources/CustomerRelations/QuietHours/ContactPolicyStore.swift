// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ContactPolicyStore: Sendable {
    /// The policy in force.
    func latest(in snapshot: Snapshot) throws(SQLiteError) -> ContactPolicy? {
        try snapshot.first(
            "SELECT id, holidays FROM contact_policy ORDER BY id DESC LIMIT 1"
        ) { row throws(SQLiteError) in
            let (version, holidays): (Int, String) = (try row[0], try row[1])
            return try ContactPolicy(
                version: version,
                terms: ContactTerms(
                    rules: rules(of: version, in: snapshot),
                    holidays: holidays.split(separator: " ").compactMap { CalendarDay(String($0)) }
                )
            )
        }
    }

    private func rules(
        of policy: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [QuietRule] {
        try snapshot.all(
            """
            SELECT name, season_from, season_until, days, from_minute, until_minute
            FROM contact_policy_rule WHERE contact_policy_id = $1 ORDER BY position
            """,
            policy
        ) { row throws(SQLiteError) in
            let (from, until): (DayOfYear?, DayOfYear?) = (try row[1], try row[2])
            let days: String = try row[3]
            return try QuietRule(
                name: row[0],
                season: from.flatMap { from in until.map { Season(from: from, until: $0) } },
                days: days.split(separator: " ").compactMap { QuietRule.Day(rawValue: String($0)) },
                from: row[4],
                until: row[5]
            )
        }
    }

    func insert(
        _ terms: ContactTerms,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let id = try transaction.insert(
            "INSERT INTO contact_policy (holidays, created_at) VALUES ($1, $2)",
            terms.holidays.map(\.description).joined(separator: " "),
            now
        )
        for (position, rule) in terms.rules.enumerated() {
            try transaction.run(
                """
                INSERT INTO contact_policy_rule (contact_policy_id, position, name, season_from,
                    season_until, days, from_minute, until_minute)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                id,
                position,
                rule.name,
                rule.season?.from,
                rule.season?.until,
                rule.days.map(\.rawValue).joined(separator: " "),
                rule.from,
                rule.until
            )
        }
    }

    /// The calls made to a customer since an instant of which it is known whether they were answered,
    /// latest first.
    func attempts(
        of customer: ID<Customer>,
        since start: Instant,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [CallAttempt] {
        try snapshot.all(
            """
            SELECT l.started_at, l.answered_at FROM call l
            WHERE l.customer_id = $1 AND l.started_at >= $2 AND l.direction = 'outbound'
                AND (l.answered_at IS NOT NULL OR l.ended_at IS NOT NULL)
            ORDER BY l.started_at DESC, l.id DESC LIMIT $3
            """,
            customer,
            start,
            limit
        ) { row throws(SQLiteError) in
            try CallAttempt(at: row[0], isAnswered: row[1] as Instant? != nil)
        }
    }
}
