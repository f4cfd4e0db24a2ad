// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TierPolicyStore: Sendable {
    /// The columns that `policy(_:from:)` reads, of `tier_policy AS p`.
    static let columns = """
        p.id, p.window_months, p.key_share, p.ordinary_share, p.a_share, p.b_share, p.margin,
        p.created_at, p.early_adopter_days, p.run_every_days, p.runs_from
        """

    private static let findLatest = """
        SELECT \(columns) FROM tier_policy p ORDER BY p.id DESC LIMIT 1
        """

    func latest(in snapshot: Snapshot) throws(SQLiteError) -> TierPolicy? {
        try snapshot.first(Self.findLatest) { row throws(SQLiteError) in
            try Self.policy(row, from: 0)
        }
    }

    func insert(
        _ rules: TierRules,
        runsFrom: CalendarDay?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO tier_policy (window_months, key_share, ordinary_share, a_share, b_share,
                margin, created_at, early_adopter_days, run_every_days, runs_from)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            rules.windowMonths,
            rules.keyShare,
            rules.ordinaryShare,
            rules.aShare,
            rules.bShare,
            rules.margin,
            now,
            rules.earlyAdopterDays,
            rules.runEveryDays,
            runsFrom
        )
    }

    static func policy(
        _ row: borrowing Row,
        from first: Int
    ) throws(SQLiteError) -> TierPolicy {
        try TierPolicy(
            version: row[first],
            rules: TierRules(
                windowMonths: row[first + 1],
                keyShare: row[first + 2],
                ordinaryShare: row[first + 3],
                aShare: row[first + 4],
                bShare: row[first + 5],
                margin: row[first + 6],
                earlyAdopterDays: row[first + 8],
                runEveryDays: row[first + 9]
            ),
            createdAt: row[first + 7],
            runsFrom: row[first + 10]
        )
    }
}
