// SPDX-License-Identifier: Apache-2.0
internal import SQLite
internal import Statistics

struct ValueModelStore: Sendable {
    /// The columns that `model(_:)` reads.
    private static let columns = """
        m.id, m.status, m.data_until, m.failure, m.customers, m.repeat_customers, m.created_at,
        m.updated_at, m.log_likelihood, m.r, m.alpha, m.a, m.b, m.r_error, m.alpha_error, m.a_error,
        m.b_error, m.spending_customers, m.spending_log_likelihood, m.p, m.q, m.v, m.p_error,
        m.q_error, m.v_error, m.holdout_weeks, m.holdout_customers, m.holdout_purchases,
        m.holdout_expected, m.model_rmse, m.model_top_share, m.recency_rmse, m.recency_top_share,
        m.frequency_rmse, m.frequency_top_share
        """

    func find(_ id: ID<ValueModel>, in snapshot: Snapshot) throws(SQLiteError) -> ValueModel? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM value_model m WHERE m.id = $1",
            id,
            read: Self.model
        )
    }

    /// The finished model with the latest data up to an instant.
    func latest(until: Instant, in snapshot: Snapshot) throws(SQLiteError) -> ValueModel? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM value_model m
            WHERE m.status = 'finished' AND m.data_until <= $1
            ORDER BY m.data_until DESC NULLS LAST, m.id DESC NULLS LAST LIMIT 1
            """,
            until,
            read: Self.model
        )
    }

    /// The earliest in date among those that are still to be fitted.
    func pending(in snapshot: Snapshot) throws(SQLiteError) -> ValueModel? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM value_model m WHERE m.status = 'running'
            ORDER BY m.data_until, m.id LIMIT 1
            """,
            read: Self.model
        )
    }

    /// When the last one was started.
    func lastStart(in snapshot: Snapshot) throws(SQLiteError) -> Instant? {
        try snapshot.first(
            "SELECT created_at FROM value_model ORDER BY id DESC LIMIT 1"
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ request: PageRequest<ValueModelSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<ValueModel> {
        try PagedSelect(Self.columns, from: "value_model m").page(
            request,
            key: ["m.id"],
            in: snapshot,
            read: Self.model,
            keyOf: { [$0.id.stored] }
        )
    }

    func insert(
        until: Instant,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<ValueModel>? {
        try transaction.first(
            """
            INSERT INTO value_model (status, data_until, created_at, updated_at)
            VALUES ('running', $1, $2, $2)
            RETURNING id
            """,
            until,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }

    func finish(
        _ id: ID<ValueModel>,
        _ fit: ValueFit,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let (buying, errors) = (fit.buying.model, fit.buying.standardErrors)
        let (spending, spendingErrors) = (fit.spending?.model, fit.spending?.standardErrors)
        let holdout = fit.holdout
        try transaction.run(
            """
            UPDATE value_model SET status = 'finished', updated_at = $2, customers = $3,
                repeat_customers = $4, log_likelihood = $5, r = $6, alpha = $7, a = $8, b = $9,
                r_error = $10, alpha_error = $11, a_error = $12, b_error = $13,
                spending_customers = $14, spending_log_likelihood = $15, p = $16, q = $17, v = $18,
                p_error = $19, q_error = $20, v_error = $21, holdout_weeks = $22,
                holdout_customers = $23, holdout_purchases = $24, holdout_expected = $25,
                model_rmse = $26, model_top_share = $27, recency_rmse = $28,
                recency_top_share = $29, frequency_rmse = $30, frequency_top_share = $31
            WHERE id = $1
            """,
            values: [
                id.stored, now.stored, fit.customers.stored, fit.repeatCustomers.stored,
                fit.buying.logLikelihood.stored, buying.r.stored, buying.alpha.stored,
                buying.a.stored, buying.b.stored, errors?.r.stored ?? .null,
                errors?.alpha.stored ?? .null, errors?.a.stored ?? .null,
                errors?.b.stored ?? .null, fit.spending?.customers.stored ?? .null,
                fit.spending?.logLikelihood.stored ?? .null, spending?.p.stored ?? .null,
                spending?.q.stored ?? .null, spending?.v.stored ?? .null,
                spendingErrors?.p.stored ?? .null, spendingErrors?.q.stored ?? .null,
                spendingErrors?.v.stored ?? .null, holdout?.weeks.stored ?? .null,
                holdout?.customers.stored ?? .null, holdout?.purchases.stored ?? .null,
                holdout?.expectedPurchases.stored ?? .null, holdout?.model.rmse.stored ?? .null,
                holdout?.model.topDecileShare?.stored ?? .null,
                holdout?.recencyAlone.rmse.stored ?? .null,
                holdout?.recencyAlone.topDecileShare?.stored ?? .null,
                holdout?.frequencyAlone.rmse.stored ?? .null,
                holdout?.frequencyAlone.topDecileShare?.stored ?? .null,
            ]
        )
    }

    func fail(
        _ id: ID<ValueModel>,
        _ failure: ValueFailure,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        var count: Int?
        if case .tooFewRepeatCustomers(let few) = failure { count = few }
        try transaction.run(
            """
            UPDATE value_model SET status = 'failed', failure = $2, repeat_customers = $3,
                updated_at = $4
            WHERE id = $1
            """,
            id,
            ValueReason(failure).code,
            count,
            now
        )
    }

    private static func model(_ row: borrowing Row) throws(SQLiteError) -> ValueModel {
        let code: ValueReason.Code? = try row[3]
        return try ValueModel(
            id: row[0],
            status: row[1],
            dataUntil: row[2],
            fit: fit(row),
            failure: code.map { code throws(SQLiteError) in
                switch code {
                case .tooFewRepeatCustomers: .tooFewRepeatCustomers(try row[5])
                case .undetermined: .undetermined
                default: .error
                }
            },
            createdAt: row[6],
            updatedAt: row[7]
        )
    }

    private static func fit(_ row: borrowing Row) throws(SQLiteError) -> ValueFit? {
        guard let logLikelihood: Double = try row[8],
            let model = BGNBD(
                r: try row[9],
                alpha: try row[10],
                a: try row[11],
                b: try row[12]
            )
        else { return nil }
        return ValueFit(
            dataUntil: try row[2],
            repeatCustomers: try row[5],
            buying: BGNBDFit(
                model: model,
                standardErrors: try buyingErrors(row),
                logLikelihood: logLikelihood,
                customers: try row[4]
            ),
            spending: try spending(row),
            holdout: try holdout(row)
        )
    }

    private static func buyingErrors(_ row: borrowing Row) throws(SQLiteError) -> BGNBD? {
        guard let r: Double = try row[13] else { return nil }
        return BGNBD(r: r, alpha: try row[14], a: try row[15], b: try row[16])
    }

    private static func spending(_ row: borrowing Row) throws(SQLiteError) -> GammaGammaFit? {
        guard let customers: Int = try row[17],
            let model = GammaGamma(p: try row[19], q: try row[20], v: try row[21])
        else { return nil }
        var errors: GammaGamma?
        if let p: Double = try row[22] {
            errors = GammaGamma(p: p, q: try row[23], v: try row[24])
        }
        return GammaGammaFit(
            model: model,
            standardErrors: errors,
            logLikelihood: try row[18],
            customers: customers
        )
    }

    private static func holdout(_ row: borrowing Row) throws(SQLiteError) -> HoldoutComparison? {
        guard let weeks: Double = try row[25] else { return nil }
        return HoldoutComparison(
            customers: try row[26],
            weeks: weeks,
            purchases: try row[27],
            expectedPurchases: try row[28],
            model: HoldoutMeasure(rmse: try row[29], topDecileShare: try row[30]),
            recencyAlone: HoldoutMeasure(rmse: try row[31], topDecileShare: try row[32]),
            frequencyAlone: HoldoutMeasure(rmse: try row[33], topDecileShare: try row[34])
        )
    }
}
