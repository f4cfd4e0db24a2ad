// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What assessments found, in the order of their dates.
struct StageStore: Sendable {
    /// The columns that `assessment(_:)` reads, of `stage_assessment AS a`.
    private static let columns = """
        a.id, a.customer_id, a.as_of, a.window_start, a.window_months, a.tier_run_id, a.stage,
        a.pending, a.previous_stage, a.changed_at, a.bought, a.need, a.task_id, a.created_at
        """

    /// The latest assessment of a customer up to an instant.
    func latest(
        of customer: ID<Customer>,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> StageAssessment? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM stage_assessment a
            WHERE a.customer_id = $1 AND a.as_of <= $2 ORDER BY a.as_of DESC NULLS LAST LIMIT 1
            """,
            customer,
            asOf,
            read: Self.assessment
        )
    }

    func find(
        _ id: ID<StageAssessment>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> StageAssessment? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM stage_assessment a WHERE a.id = $1",
            id,
            read: Self.assessment
        )
    }

    func page(
        of customer: ID<Customer>,
        _ request: PageRequest<StageAssessmentSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<StageAssessment> {
        var select = PagedSelect(Self.columns, from: "stage_assessment a")
        select.filter("a.customer_id = $?", customer)
        return try select.page(
            request,
            key: ["a.as_of"],
            in: snapshot,
            read: Self.assessment,
            keyOf: { [$0.asOf.stored] }
        )
    }

    /// Enters what was found as of a date, in place of what was found of it before.
    func put(
        _ step: StageStep,
        changedAt: Instant,
        _ input: StageInput,
        of customer: ID<Customer>,
        task: ID<StaffTask>?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO stage_assessment (customer_id, as_of, window_start, window_months,
                tier_run_id, stage, pending, previous_stage, changed_at, bought, need, task_id,
                created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (customer_id, as_of) DO UPDATE SET window_start = $3, window_months = $4,
                tier_run_id = $5, stage = $6, pending = $7, previous_stage = $8, changed_at = $9,
                bought = $10, need = $11, task_id = $12, created_at = $13
            """,
            customer,
            input.asOf,
            input.windowStart,
            input.windowMonths,
            input.run,
            step.stage,
            step.pending,
            step.previousStage,
            changedAt,
            input.share.bought,
            input.share.need,
            task,
            now
        )
        try transaction.run(
            "UPDATE customer SET stage = $2 WHERE id = $1",
            customer,
            step.stage
        )
    }

    /// Enters the first assessment of a customer; false, and nothing, if there is one.
    func insertFirst(
        _ step: StageStep,
        _ input: StageInput,
        of customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> Bool {
        let count = try transaction.run(
            """
            INSERT INTO stage_assessment (customer_id, as_of, window_start, window_months,
                tier_run_id, stage, changed_at, bought, need, created_at)
            SELECT $1, $2, $3, $4, $5, $6, $2, $7, $8, $9
            WHERE NOT EXISTS (SELECT 1 FROM stage_assessment a WHERE a.customer_id = $1)
            """,
            customer,
            input.asOf,
            input.windowStart,
            input.windowMonths,
            input.run,
            step.stage,
            input.share.bought,
            input.share.need,
            now
        )
        guard count == 1 else { return false }
        try transaction.run("UPDATE customer SET stage = $2 WHERE id = $1", customer, step.stage)
        return true
    }

    private static func assessment(_ row: borrowing Row) throws(SQLiteError) -> StageAssessment {
        try StageAssessment(
            id: row[0],
            customerID: row[1],
            asOf: row[2],
            windowStart: row[3],
            windowMonths: row[4],
            runID: row[5],
            share: share(bought: row[10], need: row[11], at: row[6]),
            step: StageStep(stage: row[6], pending: row[7], previousStage: row[8]),
            changedAt: row[9],
            taskID: row[12],
            createdAt: row[13]
        )
    }

    /// Whoever has no orders is at development, and whoever has some is not.
    private static func share(
        bought: Int64,
        need: Int64,
        at stage: Customer.Stage
    ) -> WalletShare {
        WalletShare(bought: bought, need: need, hasPurchases: stage != .development)
    }
}

// MARK: - All customers

extension StageStore {
    /// Where a customer stood at an assessment.
    struct Position: Sendable {
        let customer: ID<Customer>
        let asOf: Instant
        let stage: Customer.Stage
        let pending: Customer.Stage?
        let share: WalletShare
    }

    /// The assessments of the customers of a range, by ascending customer id and date.
    func forEachPosition(
        of customers: ClosedRange<ID<Customer>>,
        in snapshot: Snapshot,
        _ body: (Position) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT a.customer_id, a.as_of, a.stage, a.pending, a.bought, a.need
            FROM stage_assessment a WHERE a.customer_id >= $1 AND a.customer_id <= $2
            ORDER BY a.customer_id, a.as_of
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in
            body(
                try Position(
                    customer: row[0],
                    asOf: row[1],
                    stage: row[2],
                    pending: row[3],
                    share: Self.share(bought: row[4], need: row[5], at: row[2])
                )
            )
        }
    }
}

// MARK: - Checking

extension StageStore {
    /// The customers whose stage is not that of their latest assessment.
    func unfitStages(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT c.id FROM customer c WHERE coalesce(c.stage, '') <> coalesce(
                (SELECT a.stage FROM stage_assessment a WHERE a.customer_id = c.id
                    ORDER BY a.as_of DESC NULLS LAST LIMIT 1), '')
            ORDER BY c.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The customers whose stage in a run is not that of their latest assessment up to its date; who
    /// was assessed since as of a date before it is passed over.
    func unfitStages(of run: TierRun, in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT s.customer_id FROM tier_standing s
            WHERE s.tier_run_id = $1 AND s.stage IS NOT
                    (SELECT a.stage FROM stage_assessment a
                    WHERE a.customer_id = s.customer_id AND a.as_of <= $2
                    ORDER BY a.as_of DESC NULLS LAST LIMIT 1)
                AND NOT EXISTS (SELECT 1 FROM stage_assessment a
                    WHERE a.customer_id = s.customer_id AND a.as_of <= $2 AND a.created_at >= $3
                        AND a.tier_run_id IS NOT s.tier_run_id)
            ORDER BY s.customer_id
            """,
            run.id,
            run.asOf,
            run.updatedAt
        ) { row throws(SQLiteError) in try row[0] }
    }
}
