// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct PromiseStore: Sendable {
    /// The columns that `promise(_:)` reads, of `promise AS p`.
    private static let promiseColumns = """
        p.id, p.kind, p.text, p.given_at, p.due_at, p.tight_kept, p.tight_median, p.tight_ninetieth
        """

    /// The columns that `entry(_:)` reads, of `promise AS p`.
    private static let columns = """
        \(promiseColumns), p.customer_id, p.interaction_id, p.status, p.settled_at, p.version
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
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<PromiseEntry> {
        var select = PagedSelect(Self.columns, from: "promise p")
        select.filter("p.status = $?", filter.status)
        switch filter.due {
        case .soon:
            select.filter(
                """
                p.status = 'open' AND p.due_at >= $?
                    AND p.due_at - (p.due_at - p.given_at) / 4 <= $?
                """,
                now
            )
        case .overdue: select.filter("p.status = 'open' AND p.due_at < $?", now)
        case nil: break
        }
        select.filter("p.kind = $?", filter.kind)
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
                AND ($4 IS NULL OR kind = $4)
            GROUP BY status
            """,
            try MergeStore().kept(of: filter.customerID, in: snapshot),
            filter.since,
            filter.until,
            filter.kind
        ) { row throws(SQLiteError) in counts[try row[0]] = try row[1] }
        return counts
    }

    func insert(
        _ new: NewPromise,
        givenAt: Instant,
        warning: TightPromise?,
        in interaction: ID<Interaction>,
        to customer: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Promise>? {
        let id = try transaction.insert(
            """
            INSERT INTO promise (customer_id, interaction_id, kind, text, given_at, due_at,
                tight_kept, tight_median, tight_ninetieth)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            customer,
            interaction,
            new.kind,
            new.text,
            givenAt,
            new.dueAt,
            warning?.kept,
            warning.map { Int64($0.medianSeconds * 1000) },
            warning.map { Int64($0.ninetiethSeconds * 1000) }
        )
        return id.map { ID(rawValue: $0) }
    }

    /// Notes that the promises of an interaction were given at another time.
    func move(
        _ interaction: ID<Interaction>,
        to givenAt: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE promise SET given_at = $2, version = version + 1 WHERE interaction_id = $1",
            interaction,
            givenAt
        )
    }

    /// How long the promises of a kind took that were kept, in milliseconds, latest first.
    func keepingTimes(
        of kind: Promise.Kind,
        since start: Instant,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT p.settled_at - p.given_at FROM promise p
            WHERE p.kind = $1 AND p.settled_at >= $2 AND p.status <> 'broken'
            ORDER BY p.settled_at DESC, p.id DESC LIMIT $3
            """,
            kind,
            start,
            limit
        ) { row throws(SQLiteError) in max(0, try row[0]) }
    }

    /// Who gave the promises of an interaction, the first of them.
    func giver(
        in interaction: ID<Interaction>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<StaffMember>? {
        try snapshot.first(
            """
            SELECT staff_id FROM interaction_staff WHERE interaction_id = $1 AND position = 0
            """,
            interaction
        ) { row throws(SQLiteError) in try row[0] }
    }

    func promises(
        of interaction: ID<Interaction>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Promise] {
        try snapshot.all(
            """
            SELECT \(Self.promiseColumns) FROM promise p WHERE p.interaction_id = $1 ORDER BY p.id
            """,
            interaction,
            read: Self.promise
        )
    }

    /// What a customer was promised that is open yet, those due first first.
    func open(
        of customer: ID<Customer>,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Promise] {
        try snapshot.all(
            """
            SELECT \(Self.promiseColumns) FROM promise p
            WHERE p.customer_id = $1 AND p.status = 'open' ORDER BY p.due_at, p.id LIMIT $2
            """,
            customer,
            limit,
            read: Self.promise
        )
    }

    /// When each promise that is open is due.
    func due(in snapshot: Snapshot) throws(SQLiteError) -> [ID<Promise>: Instant] {
        var due: [ID<Promise>: Instant] = [:]
        try snapshot.forEach(
            "SELECT id, due_at FROM promise WHERE status = 'open' ORDER BY id"
        ) { row throws(SQLiteError) in due[try row[0]] = try row[1] }
        return due
    }

    /// The promises that are not what they were kept at, or not, makes of them.
    func unfitStandings(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT id FROM promise WHERE CASE status
                    WHEN 'open' THEN settled_at IS NULL
                    WHEN 'kept' THEN settled_at <= due_at
                    WHEN 'late' THEN settled_at > due_at
                    ELSE settled_at IS NOT NULL END IS NOT 1
            ORDER BY id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Those of some promises that are there and not open.
    func settled(
        among ids: Set<Int64>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        var settled: [Int64] = []
        for id in ids {
            guard let entry = try find(ID(rawValue: id), in: snapshot), entry.status != .open
            else { continue }
            settled.append(id)
        }
        return settled
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
            promise: promise(row),
            customerID: row[8],
            interactionID: row[9],
            status: row[10],
            settledAt: row[11],
            version: row[12]
        )
    }

    private static func promise(_ row: borrowing Row) throws(SQLiteError) -> Promise {
        let (kept, median): (Int?, Int64?) = (try row[5], try row[6])
        var warning: TightPromise?
        if let kept, let median, let ninetieth: Int64 = try row[7] {
            warning = TightPromise(
                kept: kept,
                medianSeconds: Double(median) / 1000,
                ninetiethSeconds: Double(ninetieth) / 1000
            )
        }
        return try Promise(
            id: row[0],
            kind: row[1],
            text: row[2],
            givenAt: row[3],
            dueAt: row[4],
            warning: warning
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
