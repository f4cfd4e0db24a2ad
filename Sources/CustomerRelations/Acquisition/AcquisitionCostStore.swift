// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct AcquisitionCostStore: Sendable {
    /// The columns that `cost(_:)` reads, of `acquisition_cost AS a`.
    private static let columns = """
        a.id, a.channel, a.period, a.starts_at, a.ends_at, a.amount, a.version, a.created_at,
        a.updated_at
        """

    func find(
        of channel: CustomerSource.Channel,
        _ period: PlanPeriod,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> AcquisitionCost? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM acquisition_cost a WHERE a.channel = $1 AND a.period = $2
            """,
            channel,
            period.text,
            read: Self.cost
        )
    }

    /// The costs of a channel whose periods have a part of the range.
    func overlapping(
        _ range: Range<Instant>,
        of channel: CustomerSource.Channel,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [AcquisitionCost] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM acquisition_cost a
            WHERE a.channel = $1 AND a.starts_at < $3 AND a.ends_at > $2 ORDER BY a.starts_at
            """,
            channel,
            range.lowerBound,
            range.upperBound,
            read: Self.cost
        )
    }

    func page(
        _ filter: AcquisitionCostFilter,
        _ request: PageRequest<AcquisitionCostSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<AcquisitionCost> {
        var select = PagedSelect(Self.columns, from: "acquisition_cost a")
        select.filter("a.channel = $?", filter.channel)
        select.filter("a.starts_at >= $?", filter.since)
        select.filter("a.starts_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting == .id ? ["a.id"] : ["a.starts_at", "a.id"],
            in: snapshot,
            read: Self.cost
        ) { cost in
            request.sorting == .id ? [cost.id.stored] : [cost.startsAt.stored, cost.id.stored]
        }
    }

    func insert(
        _ details: AcquisitionCostDetails,
        of channel: CustomerSource.Channel,
        _ period: PlanPeriod,
        _ range: Range<Instant>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO acquisition_cost (channel, period, starts_at, ends_at, amount, version,
                created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, 1, $6, $6)
            """,
            channel,
            period.text,
            range.lowerBound,
            range.upperBound,
            details.amount,
            now
        )
    }

    func update(
        _ id: ID<AcquisitionCost>,
        to details: AcquisitionCostDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE acquisition_cost SET amount = $2, version = version + 1, updated_at = $3
            WHERE id = $1
            """,
            id,
            details.amount,
            now
        )
    }

    func delete(_ id: ID<AcquisitionCost>, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run("DELETE FROM acquisition_cost WHERE id = $1", id)
    }

    static func cost(_ row: borrowing Row) throws(SQLiteError) -> AcquisitionCost {
        try AcquisitionCost(
            id: row[0],
            channel: row[1],
            period: row[2],
            startsAt: row[3],
            endsAt: row[4],
            details: AcquisitionCostDetails(amount: row[5]),
            version: row[6],
            createdAt: row[7],
            updatedAt: row[8]
        )
    }

    /// The costs whose periods have a part of the time between two instants.
    func all(
        since: Instant,
        until: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [AcquisitionCost] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM acquisition_cost a
            WHERE a.starts_at < $2 AND a.ends_at > $1 ORDER BY a.starts_at, a.id
            """,
            since,
            until,
            read: Self.cost
        )
    }
}
