// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct WarningStore: Sendable {
    /// The columns that `warning(_:in:)` reads, of `warning AS w`.
    private static let columns = """
        w.id, w.customer_id, w.kind, w.status, w.reason, w.reference, w.cause, w.action,
        w.raised_at, w.investigated_at, w.countermeasure_at, w.closed_at, w.cleared_at, w.version,
        w.outstanding, w.credit_limit, w.order_id, w.due_at, w.period, w.sales_target,
        w.expected_sales, w.sales, w.expense_budget, w.expense, w.orders, w.last_order_at,
        w.half_interval_days, w.days_since, w.threshold, w.p_alive, w.value_model_id
        """

    private static let findByID = "SELECT \(columns) FROM warning w WHERE w.id = $1"

    func find(_ id: ID<Warning>, in snapshot: Snapshot) throws(SQLiteError) -> Warning? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try warning(row, in: snapshot)
        }
    }

    func page(
        _ filter: WarningFilter,
        _ request: PageRequest<WarningSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Warning> {
        var select = PagedSelect(Self.columns, from: "warning w")
        try select.filter("w.customer_id", of: filter.customerID, in: snapshot)
        select.filter("w.kind = $?", filter.kind)
        select.filter("w.status = $?", filter.status)
        select.filter("w.raised_at >= $?", filter.since)
        select.filter("w.raised_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting == .id ? ["w.id"] : ["w.raised_at", "w.id"],
            in: snapshot
        ) { row throws(SQLiteError) in
            try warning(row, in: snapshot)
        } keyOf: { warning in
            request.sorting == .id
                ? [warning.id.stored] : [warning.times.raisedAt.stored, warning.id.stored]
        }
    }

    /// The cases that keep others from being raised: those that are not closed, and the closed
    /// ones that hold yet.
    func standing(
        of customers: ClosedRange<Int64>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [StandingWarning] {
        try snapshot.all(
            """
            SELECT id, customer_id, kind, status, reason, reference, raised_at FROM warning
            WHERE cleared_at IS NULL AND customer_id >= $1 AND customer_id <= $2
            """,
            customers.lowerBound,
            customers.upperBound
        ) { row throws(SQLiteError) in
            try StandingWarning(
                id: row[0],
                customerID: row[1],
                kind: row[2],
                status: row[3],
                reason: row[4],
                reference: row[5],
                raisedAt: row[6]
            )
        }
    }

    /// The case of a kind that is not closed.
    func open(
        _ kind: Warning.Kind,
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Warning>? {
        try snapshot.first(
            "SELECT id FROM warning WHERE customer_id = $1 AND kind = $2 AND status <> 'closed'",
            customer,
            kind
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The cases of a customer that are not closed, oldest first.
    func open(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Warning] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM warning w
            WHERE w.customer_id = $1 AND w.status <> 'closed' ORDER BY w.customer_id, w.kind
            """,
            customer
        ) { row throws(SQLiteError) in
            try warning(row, in: snapshot)
        }
    }

    func insert(
        _ finding: WarningFinding,
        of customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Warning>? {
        let figures = finding.figures
        let id: ID<Warning>? = try transaction.first(
            """
            INSERT INTO warning (customer_id, kind, reason, reference, status, raised_at,
                outstanding, credit_limit, order_id, due_at, period, sales_target, expected_sales,
                sales, expense_budget, expense, orders, last_order_at, half_interval_days,
                days_since, threshold, p_alive, value_model_id, version)
            VALUES ($1, $2, $3, $4, 'open', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                $17, $18, $19, $20, $21, $22, 1)
            RETURNING id
            """,
            values: [
                customer.stored, finding.kind.stored, finding.reason.stored,
                finding.reference.stored, now.stored, figures.outstanding.stored,
                figures.creditLimit.stored, figures.orderID.stored, figures.dueAt.stored,
                figures.period.stored, figures.salesTarget.stored, figures.expectedSales.stored,
                figures.sales.stored, figures.expenseBudget.stored, figures.expense.stored,
                figures.orders.stored, figures.lastOrderAt.stored, figures.halfIntervalDays.stored,
                figures.daysSince.stored, figures.threshold.stored,
                figures.aliveProbability.stored, figures.modelID.stored,
            ]
        ) { row throws(SQLiteError) in try row[0] }
        guard let id else { return nil }
        for (position, period) in figures.periods.enumerated() {
            try transaction.run(
                """
                INSERT INTO warning_period (warning_id, position, period, sales, expense)
                VALUES ($1, $2, $3, $4, $5)
                """,
                id,
                position,
                period.period,
                period.sales,
                period.expense
            )
        }
        return id
    }

    /// Takes a case a step further.
    func move(
        _ id: ID<Warning>,
        to status: Warning.Status,
        _ step: WarningStep,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE warning SET status = $2, cause = $3, action = $4,
                investigated_at = CASE WHEN $2 = 'investigating' THEN $5 ELSE investigated_at END,
                countermeasure_at =
                    CASE WHEN $2 = 'countermeasure' THEN $5 ELSE countermeasure_at END,
                closed_at = CASE WHEN $2 = 'closed' THEN $5 END,
                version = version + 1
            WHERE id = $1
            """,
            id,
            status,
            step.cause,
            step.action,
            now
        )
    }

    /// Takes a closed case back to a step before.
    func reopen(
        _ id: ID<Warning>,
        at status: Warning.Status,
        _ step: WarningStep,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE warning SET status = $2, cause = $3, action = $4, closed_at = NULL,
                cleared_at = NULL, version = version + 1
            WHERE id = $1
            """,
            id,
            status,
            step.cause,
            step.action
        )
    }

    /// Notes that what raised a closed case holds no more.
    func clear(
        _ id: ID<Warning>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE warning SET cleared_at = $2 WHERE id = $1", id, now)
    }

    private func warning(
        _ row: borrowing Row,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Warning {
        let id: ID<Warning> = try row[0]
        var figures = WarningFigures()
        figures.outstanding = try row[14]
        figures.creditLimit = try row[15]
        figures.orderID = try row[16]
        figures.dueAt = try row[17]
        figures.period = try row[18]
        figures.salesTarget = try row[19]
        figures.expectedSales = try row[20]
        figures.sales = try row[21]
        figures.expenseBudget = try row[22]
        figures.expense = try row[23]
        figures.orders = try row[24]
        figures.lastOrderAt = try row[25]
        figures.halfIntervalDays = try row[26]
        figures.daysSince = try row[27]
        figures.threshold = try row[28]
        figures.aliveProbability = try row[29]
        figures.modelID = try row[30]
        let reason: Warning.Reason = try row[4]
        if reason == .risingExpense { figures.periods = try periods(of: id, in: snapshot) }
        return try Warning(
            id: id,
            customerID: row[1],
            kind: row[2],
            status: row[3],
            finding: WarningFinding(reason: reason, reference: row[5], figures: figures),
            cause: row[6],
            action: row[7],
            times: WarningTimes(
                raisedAt: row[8],
                investigatedAt: row[9],
                countermeasureAt: row[10],
                closedAt: row[11],
                clearedAt: row[12]
            ),
            version: row[13]
        )
    }

    private func periods(
        of id: ID<Warning>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [WarningPeriod] {
        try snapshot.all(
            """
            SELECT period, sales, expense FROM warning_period WHERE warning_id = $1
            ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try WarningPeriod(period: row[0], sales: row[1], expense: row[2])
        }
    }
}

// MARK: - The policy

extension WarningStore {
    func policy(in snapshot: Snapshot) throws(SQLiteError) -> WarningPolicy? {
        try snapshot.first(
            """
            SELECT id, overdue_days, progress_share, expense_period, expense_rises,
                alive_probability, churn_intervals, task_days, cumulative_amount, reminder_days,
                pressure_days, legal_days, created_at
            FROM warning_policy ORDER BY id DESC LIMIT 1
            """
        ) { row throws(SQLiteError) in
            try WarningPolicy(
                version: row[0],
                terms: WarningTerms(
                    overdueDays: row[1],
                    progressShare: row[2],
                    expensePeriod: row[3],
                    expenseRises: row[4],
                    aliveProbability: row[5],
                    churnIntervals: row[6],
                    taskDays: row[7],
                    cumulativeAmount: row[8],
                    reminderDays: row[9],
                    pressureDays: row[10],
                    legalDays: row[11]
                ),
                createdAt: row[12]
            )
        }
    }

    func insert(
        _ terms: WarningTerms,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO warning_policy (overdue_days, progress_share, expense_period,
                expense_rises, alive_probability, churn_intervals, task_days, cumulative_amount,
                reminder_days, pressure_days, legal_days, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            terms.overdueDays,
            terms.progressShare,
            terms.expensePeriod,
            terms.expenseRises,
            terms.aliveProbability,
            terms.churnIntervals,
            terms.taskDays,
            terms.cumulativeAmount,
            terms.reminderDays,
            terms.pressureDays,
            terms.legalDays,
            now
        )
    }
}

// MARK: - What is to be looked at

extension WarningStore {
    /// Has a customer looked at, to whom something has happened.
    func touch(_ customer: ID<Customer>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("INSERT INTO warning_check (customer_id) VALUES ($1)", customer)
    }

    /// The first of those who are to be looked at, and up to where that is all of them.
    func touched(
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> TouchedCustomers? {
        var customers: Set<ID<Customer>> = []
        var last: Int64?
        try snapshot.forEach(
            "SELECT id, customer_id FROM warning_check ORDER BY id LIMIT $1",
            limit
        ) { row throws(SQLiteError) in
            last = try row[0]
            customers.insert(try row[1])
        }
        return last.map { TouchedCustomers(customers: customers, last: $0) }
    }

    func forget(upTo last: Int64, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("DELETE FROM warning_check WHERE id <= $1", last)
    }

    /// Has all customers looked at.
    func demandRun(in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("UPDATE warning_mark SET is_run_due = 1 WHERE id = 1")
    }

    func isRunDemanded(in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        let isDue: Int? = try snapshot.first(
            "SELECT is_run_due FROM warning_mark WHERE id = 1"
        ) { row throws(SQLiteError) in try row[0] }
        return isDue == 1
    }
}

/// The customers to whom something has happened, as far as one look goes.
struct TouchedCustomers: Sendable {
    let customers: Set<ID<Customer>>
    /// Up to which of the notes that is all of them.
    let last: Int64
}

// MARK: - Runs

extension WarningStore {
    private static let runColumns = """
        r.id, r.status, r.looked_at, r.customers, r.raised, r.created_at, r.updated_at
        """

    func run(_ id: ID<WarningRun>, in snapshot: Snapshot) throws(SQLiteError) -> WarningRun? {
        try snapshot.first(
            "SELECT \(Self.runColumns) FROM warning_run r WHERE r.id = $1",
            id,
            read: Self.run
        )
    }

    func pendingRun(in snapshot: Snapshot) throws(SQLiteError) -> WarningRun? {
        try snapshot.first(
            """
            SELECT \(Self.runColumns) FROM warning_run r WHERE r.status = 'running'
            ORDER BY r.id LIMIT 1
            """,
            read: Self.run
        )
    }

    func runs(
        _ request: PageRequest<WarningRunSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<WarningRun> {
        try PagedSelect(Self.runColumns, from: "warning_run r").page(
            request,
            key: ["r.id"],
            in: snapshot,
            read: Self.run,
            keyOf: { [$0.id.stored] }
        )
    }

    /// When a look at all customers began last, or, where none ever did, the first order or plan
    /// came.
    func lastLook(in snapshot: Snapshot) throws(SQLiteError) -> Instant? {
        let run = try instant(
            "SELECT created_at FROM warning_run ORDER BY id DESC LIMIT 1",
            in: snapshot
        )
        if let run { return run }
        let order = try instant(
            "SELECT created_at FROM customer_order ORDER BY id LIMIT 1",
            in: snapshot
        )
        let plan = try instant("SELECT created_at FROM plan ORDER BY id LIMIT 1", in: snapshot)
        return [order, plan].compactMap { $0 }.min()
    }

    private func instant(
        _ sql: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Instant? {
        try snapshot.first(sql) { row throws(SQLiteError) in try row[0] }
    }

    func insertRun(
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<WarningRun>? {
        try transaction.run("UPDATE warning_mark SET is_run_due = 0 WHERE id = 1")
        return try transaction.first(
            """
            INSERT INTO warning_run (status, looked_at, customers, raised, created_at, updated_at)
            VALUES ('running', 0, 0, 0, $1, $1)
            RETURNING id
            """,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Notes how far a run has come, and how many more warnings it has raised.
    func advance(
        _ run: WarningRun,
        raised: Int,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE warning_run SET status = $2, looked_at = $3, customers = $4,
                raised = raised + $5, updated_at = $6
            WHERE id = $1
            """,
            run.id,
            run.status,
            run.lastCustomer,
            run.customers,
            raised,
            run.updatedAt
        )
    }

    /// How many customers come next, and the last of them.
    func nextCustomers(
        after customer: Int64,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> CustomerPage? {
        try snapshot.first(
            """
            SELECT count(*), max(id) FROM (
                SELECT id FROM customer WHERE id > $1 ORDER BY id LIMIT $2) AS next
            HAVING count(*) > 0
            """,
            customer,
            limit
        ) { row throws(SQLiteError) in
            try CustomerPage(count: row[0], last: row[1])
        }
    }

    private static func run(_ row: borrowing Row) throws(SQLiteError) -> WarningRun {
        try WarningRun(
            id: row[0],
            status: row[1],
            lastCustomer: row[2],
            customers: row[3],
            raised: row[4],
            createdAt: row[5],
            updatedAt: row[6]
        )
    }
}

/// How many customers a page of a run has, and the last of them.
struct CustomerPage: Sendable {
    let count: Int
    let last: Int64
}
