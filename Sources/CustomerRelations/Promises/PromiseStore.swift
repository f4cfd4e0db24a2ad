// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PromiseStore: Sendable {
    /// The columns that `entry(_:)` reads, of `promise AS p`.
    private static let columns = """
        p.id, p.text, p.due_at, p.customer_id, p.interaction_id, p.status, p.settled_at, p.version
        """

    func find(_ id: ID<Promise>, in snapshot: Snapshot) throws(SQLiteError) -> PromiseEntry? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM promise p WHERE p.id = $1",
            id,
            read: Self.entry
        )
    }

    func page(
        _ filter: PromiseFilter,
        _ request: PageRequest<PromiseSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<PromiseEntry> {
        var select = PagedSelect(Self.columns, from: "promise p")
        select.filter("p.status = $?", filter.status)
        try select.filter("p.customer_id", of: filter.customerID, in: snapshot)
        select.filter("p.due_at >= $?", filter.since)
        select.filter("p.due_at < $?", filter.until)
        return try select.page(
            request,
            key: request.sorting.key,
            in: snapshot,
            read: Self.entry,
            keyOf: request.sorting.key(of:)
        )
    }

    /// How many promises there are of each status, whatever status is asked for.
    func counts(
        _ filter: PromiseFilter,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [PromiseEntry.Status: Int] {
        var counts: [PromiseEntry.Status: Int] = [:]
        try snapshot.forEach(
            """
            SELECT status, count(*) FROM promise
            WHERE \(filter.customerID == nil ? "$1 IS NULL" : "customer_id = $1")
                AND ($2 IS NULL OR due_at >= $2) AND ($3 IS NULL OR due_at < $3)
            GROUP BY status
            """,
            try MergeStore().kept(of: filter.customerID, in: snapshot),
            filter.since,
            filter.until
        ) { row throws(SQLiteError) in counts[try row[0]] = try row[1] }
        return counts
    }

    func settle(
        _ id: ID<Promise>,
        as status: PromiseEntry.Status,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE promise SET status = $2, settled_at = $3, version = version + 1 WHERE id = $1",
            id,
            status,
            now
        )
    }

    private static func entry(_ row: borrowing Row) throws(SQLiteError) -> PromiseEntry {
        try PromiseEntry(
            promise: Promise(id: row[0], text: row[1], dueAt: row[2]),
            customerID: row[3],
            interactionID: row[4],
            status: row[5],
            settledAt: row[6],
            version: row[7]
        )
    }
}

extension PromiseSorting {
    fileprivate var key: [String] {
        switch self {
        case .dueAt: ["p.due_at", "p.id"]
        }
    }

    fileprivate func key(of entry: PromiseEntry) -> [StoredValue] {
        switch self {
        case .dueAt: [entry.promise.dueAt.stored, entry.id.stored]
        }
    }
}
