// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TierRunStore: Sendable {
    /// The columns that `run(_:)` reads, of `source`.
    private static let columns = """
        r.id, r.status, r.progress, r.as_of, r.window_start, r.window_months, r.created_at,
        r.updated_at, r.key_customers, r.ordinary_customers, r.small_customers, r.key_profit,
        r.ordinary_profit, r.small_profit, r.key_cutoff, r.ordinary_cutoff,
        r.scope, r.basis_run_id, r.customers_read, r.scheduled_on, r.reason,
        \(TierPolicyStore.columns)
        """

    private static let source = "tier_run r JOIN tier_policy p ON p.id = r.tier_policy_id"

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE r.id = $1"

    private static let findLatest = """
        SELECT \(columns) FROM \(source) WHERE r.status = 'finished' AND r.as_of <= $1
        ORDER BY r.as_of DESC NULLS LAST, r.id DESC NULLS LAST LIMIT 1
        """

    private static let findLatestOfWindow = """
        SELECT \(columns) FROM \(source)
        WHERE r.status = 'finished' AND r.as_of <= $1 AND r.window_months = $2
        ORDER BY r.as_of DESC NULLS LAST, r.id DESC NULLS LAST LIMIT 1
        """

    private static let findPending = """
        SELECT \(columns) FROM \(source) WHERE r.status = 'running'
        ORDER BY r.as_of, r.id LIMIT 1
        """

    func find(_ id: ID<TierRun>, in snapshot: Snapshot) throws(SQLiteError) -> TierRun? {
        try snapshot.first(Self.findByID, id, read: Self.run)
    }

    /// The finished run with the latest date up to this one.
    func latest(asOf: Instant, in snapshot: Snapshot) throws(SQLiteError) -> TierRun? {
        try snapshot.first(Self.findLatest, asOf, read: Self.run)
    }

    /// The same of those with a window of so many months.
    func latest(
        asOf: Instant,
        months: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> TierRun? {
        try snapshot.first(Self.findLatestOfWindow, asOf, months, read: Self.run)
    }

    /// The finished run with the latest date before this one.
    func previous(before asOf: Instant, in snapshot: Snapshot) throws(SQLiteError) -> ID<TierRun>? {
        try snapshot.first(
            """
            SELECT id FROM tier_run WHERE status = 'finished' AND as_of < $1
            ORDER BY as_of DESC NULLS LAST, id DESC NULLS LAST LIMIT 1
            """,
            asOf
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The earliest in date among the runs not carried out, so that each finds the one before it.
    func pending(in snapshot: Snapshot) throws(SQLiteError) -> TierRun? {
        try snapshot.first(Self.findPending, read: Self.run)
    }

    /// Whether there is a run, however it ended, for this day's turn.
    func isScheduled(on day: CalendarDay, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first("SELECT id FROM tier_run WHERE scheduled_on = $1", day) {
            row throws(SQLiteError) in try row[0] as ID<TierRun>
        } != nil
    }

    func page(
        _ request: PageRequest<TierRunSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<TierRun> {
        try PagedSelect(Self.columns, from: Self.source).page(
            request,
            key: ["r.id"],
            in: snapshot,
            read: Self.run,
            keyOf: { [$0.id.stored] }
        )
    }

    func insert(
        asOf: Instant,
        windowStart: Instant,
        windowMonths: Int,
        policy: TierPolicy,
        scope: TierRun.Scope,
        scheduledOn: CalendarDay?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<TierRun>? {
        try transaction.first(
            """
            INSERT INTO tier_run (status, progress, as_of, window_start, window_months,
                tier_policy_id, created_at, updated_at, scope, scheduled_on)
            VALUES ('running', 0.0, $1, $2, $3, $4, $5, $5, $6, $7)
            RETURNING id
            """,
            asOf,
            windowStart,
            windowMonths,
            policy.version,
            now,
            scope,
            scheduledOn
        ) { row throws(SQLiteError) in try row[0] }
    }

    func setProgress(
        _ progress: Double,
        of run: ID<TierRun>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE tier_run SET progress = $2 WHERE id = $1", run, progress)
    }

    func finish(
        _ run: ID<TierRun>,
        _ outcome: TierOutcome,
        _ reading: TierReading,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE tier_run SET status = 'finished', progress = 1.0, key_customers = $2,
                ordinary_customers = $3, small_customers = $4, key_profit = $5,
                ordinary_profit = $6, small_profit = $7, key_cutoff = $8, ordinary_cutoff = $9,
                updated_at = $10, basis_run_id = $11, customers_read = $12
            WHERE id = $1
            """,
            run,
            outcome.key.customers,
            outcome.ordinary.customers,
            outcome.small.customers,
            outcome.key.profit,
            outcome.ordinary.profit,
            outcome.small.profit,
            outcome.cutoffs.key,
            outcome.cutoffs.ordinary,
            now,
            reading.basis,
            reading.customers
        )
    }

    func fail(
        _ run: ID<TierRun>,
        reason: String,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE tier_run SET status = 'failed', reason = $2, updated_at = $3 WHERE id = $1
            """,
            run,
            reason,
            now
        )
    }

    private static func run(_ row: borrowing Row) throws(SQLiteError) -> TierRun {
        let keyCustomers: Int? = try row[8]
        return try TierRun(
            id: row[0],
            status: row[1],
            progress: row[2],
            asOf: row[3],
            windowStart: row[4],
            windowMonths: row[5],
            policy: TierPolicyStore.policy(row, from: 21),
            scope: row[16],
            basisRunID: row[17],
            customersRead: row[18],
            scheduledOn: row[19],
            outcome: keyCustomers == nil ? nil : outcome(row),
            reason: row[20],
            createdAt: row[6],
            updatedAt: row[7]
        )
    }

    private static func outcome(_ row: borrowing Row) throws(SQLiteError) -> TierOutcome {
        try TierOutcome(
            key: TierCount(customers: row[8], profit: row[11]),
            ordinary: TierCount(customers: row[9], profit: row[12]),
            small: TierCount(customers: row[10], profit: row[13]),
            cutoffs: TierCutoffs(key: row[14], ordinary: row[15])
        )
    }
}

// MARK: - Checking

extension TierRunStore {
    /// The finished runs that counted other customers in a tier than have a standing there, or more
    /// that were read, or whose ranks are not those of the standings; and the others that counted any.
    func unfitOutcomes(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT r.id FROM tier_run r WHERE r.status <> 'finished'
                AND coalesce(r.key_customers, r.ordinary_customers, r.small_customers, r.key_profit,
                    r.ordinary_profit, r.small_profit, r.key_cutoff, r.ordinary_cutoff)
                    IS NOT NULL
            UNION ALL SELECT r.id FROM tier_run r WHERE r.status = 'finished' AND (
                r.key_customers IS NOT (SELECT count(*) FROM tier_standing s
                    WHERE s.tier_run_id = r.id AND s.tier = 'key')
                OR r.ordinary_customers IS NOT (SELECT count(*) FROM tier_standing s
                    WHERE s.tier_run_id = r.id AND s.tier = 'ordinary')
                OR r.small_customers IS NOT (SELECT count(*) FROM tier_standing s
                    WHERE s.tier_run_id = r.id AND s.tier = 'small')
                OR r.key_customers + r.ordinary_customers + r.small_customers
                    IS NOT (SELECT count(*) FROM tier_rank p WHERE p.tier_run_id = r.id)
                OR (r.customers_read BETWEEN 0
                    AND r.key_customers + r.ordinary_customers + r.small_customers) IS NOT 1
                OR EXISTS (SELECT 1 FROM tier_standing s LEFT JOIN tier_rank p
                        ON p.tier_run_id = s.tier_run_id AND p.rank = s.rank
                    WHERE s.tier_run_id = r.id AND p.customer_id IS NOT s.customer_id))
            ORDER BY 1
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The finished runs whose profits are not the sums of what their standings say is positive, or
    /// whose cut-offs are not the least profit in their tier.
    func unfitProfits(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        let sums = Tier.allCases.map { tier in
            let profit = "iif(tier = '\(tier.rawValue)', max(profit, 0), 0)"
            return "\(boundedSum(profit)) AS \(tier.rawValue)_profit"
        }
        return try snapshot.all(
            """
            SELECT r.id FROM tier_run r LEFT JOIN (
                SELECT tier_run_id, \(sums.joined(separator: ", ")),
                    min(profit) FILTER (WHERE tier = 'key') AS key_cutoff,
                    min(profit) FILTER (WHERE tier = 'ordinary') AS ordinary_cutoff
                FROM tier_standing GROUP BY tier_run_id
            ) s ON s.tier_run_id = r.id
            WHERE r.status = 'finished' AND (
                min(r.key_profit, \(sumBound)) IS NOT coalesce(s.key_profit, 0)
                OR min(r.ordinary_profit, \(sumBound)) IS NOT coalesce(s.ordinary_profit, 0)
                OR min(r.small_profit, \(sumBound)) IS NOT coalesce(s.small_profit, 0)
                OR r.key_cutoff IS NOT s.key_cutoff
                OR r.ordinary_cutoff IS NOT s.ordinary_cutoff)
            ORDER BY r.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
