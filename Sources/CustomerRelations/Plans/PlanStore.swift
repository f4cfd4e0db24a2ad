// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PlanStore: Sendable {
    /// The columns that `plan(_:)` reads, of `plan AS p`.
    private static let columns = """
        p.id, p.customer_id, p.period, p.starts_at, p.ends_at, p.sales_target, p.expense_budget,
        p.version, p.created_at, p.updated_at
        """

    func find(
        of customer: ID<Customer>,
        _ period: PlanPeriod,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Plan? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM plan p WHERE p.customer_id = $1 AND p.period = $2",
            customer,
            period.text,
            read: Self.plan
        )
    }

    /// The plans of a customer that begin before the range ends, and end after it begins.
    func overlapping(
        _ range: Range<Instant>,
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Plan] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM plan p
            WHERE p.customer_id = $1 AND p.starts_at < $3 AND p.ends_at > $2
            ORDER BY p.starts_at
            """,
            customer,
            range.lowerBound,
            range.upperBound,
            read: Self.plan
        )
    }

    func page(
        _ filter: PlanFilter,
        _ request: PageRequest<PlanSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Plan> {
        var select = PagedSelect(Self.columns, from: "plan p")
        try select.filter("p.customer_id", of: filter.customerID, in: snapshot)
        select.filter("p.starts_at >= $?", filter.since)
        select.filter("p.starts_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting == .id ? ["p.id"] : ["p.starts_at", "p.id"],
            in: snapshot,
            read: Self.plan
        ) { plan in
            request.sorting == .id ? [plan.id.stored] : [plan.startsAt.stored, plan.id.stored]
        }
    }

    func insert(
        _ details: PlanDetails,
        of customer: ID<Customer>,
        _ period: PlanPeriod,
        _ range: Range<Instant>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Plan>? {
        try transaction.first(
            """
            INSERT INTO plan (customer_id, period, starts_at, ends_at, sales_target,
                expense_budget, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7)
            RETURNING id
            """,
            customer,
            period.text,
            range.lowerBound,
            range.upperBound,
            details.salesTarget,
            details.expenseBudget,
            now
        ) { row throws(SQLiteError) in try row[0] }
    }

    func update(
        _ id: ID<Plan>,
        to details: PlanDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE plan SET sales_target = $2, expense_budget = $3, version = version + 1,
                updated_at = $4
            WHERE id = $1
            """,
            id,
            details.salesTarget,
            details.expenseBudget,
            now
        )
    }

    func delete(_ id: ID<Plan>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("DELETE FROM plan WHERE id = $1", id)
    }

    private static func plan(_ row: borrowing Row) throws(SQLiteError) -> Plan {
        try Plan(
            id: row[0],
            customerID: row[1],
            period: row[2],
            startsAt: row[3],
            endsAt: row[4],
            details: PlanDetails(salesTarget: row[5], expenseBudget: row[6]),
            version: row[7],
            createdAt: row[8],
            updatedAt: row[9]
        )
    }
}
