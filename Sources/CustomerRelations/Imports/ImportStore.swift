// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ImportStore: Sendable {
    /// The columns that `record(_:)` reads, of `import AS i`.
    private static let columns = """
        i.id, i.kind, i.mode, i.actor, i.started_at, i.finished_at, i.created, i.updated,
        i.unchanged, i.prospects, i.rejected, i.interrupted_at
        """

    private static let findByID = "SELECT \(columns) FROM import i WHERE i.id = $1"

    func find(_ id: ID<Import>, in snapshot: Snapshot) throws(SQLiteError) -> Import? {
        try snapshot.first(Self.findByID, id, read: Self.record)
    }

    func page(
        _ filter: ImportFilter,
        _ request: PageRequest<ImportSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Import> {
        var select = PagedSelect(Self.columns, from: "import i")
        if let condition = filter.status?.condition { select.filter(condition) }
        select.filter("i.kind = $?", filter.kind)
        return try select.page(
            request,
            key: ["i.id"],
            in: snapshot,
            read: Self.record,
            keyOf: { [$0.id.stored] }
        )
    }

    /// Those that have neither finished nor been found cut off.
    func running(in snapshot: Snapshot) throws(SQLiteError) -> [ID<Import>] {
        try snapshot.all(
            """
            SELECT id FROM import WHERE finished_at IS NULL AND interrupted_at IS NULL ORDER BY id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }

    private static func record(_ row: borrowing Row) throws(SQLiteError) -> Import {
        try Import(
            id: row[0],
            kind: row[1],
            mode: row[2],
            actor: row[3],
            startedAt: row[4],
            finishedAt: row[5],
            interruptedAt: row[11],
            counts: ImportCounts(
                created: row[6],
                updated: row[7],
                unchanged: row[8],
                prospects: row[9],
                rejected: row[10]
            )
        )
    }

    func insert(
        _ kind: Import.Kind,
        _ mode: Import.Mode,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Import>? {
        try transaction.first(
            """
            INSERT INTO import (kind, mode, actor, started_at, created, updated, unchanged,
                prospects, rejected)
            VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0)
            RETURNING id
            """,
            kind,
            mode,
            occasion.actor,
            occasion.at
        ) { row throws(SQLiteError) in try row[0] }
    }

    func add(
        _ counts: ImportCounts,
        to id: ID<Import>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE import SET created = created + $2, updated = updated + $3,
                unchanged = unchanged + $4, prospects = prospects + $5, rejected = rejected + $6
            WHERE id = $1
            """,
            id,
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.prospects,
            counts.rejected
        )
    }

    func finish(
        _ id: ID<Import>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE import SET finished_at = $2 WHERE id = $1", id, now)
    }

    func interrupt(
        _ id: ID<Import>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE import SET interrupted_at = $2 WHERE id = $1", id, now)
    }

    func insert(
        _ rejections: [ImportRejection],
        of id: ID<Import>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        for rejection in rejections {
            for (position, refusal) in rejection.refusals.enumerated() {
                try transaction.run(
                    """
                    INSERT INTO import_rejection (import_id, line, position, pointer, detail)
                    VALUES ($1, $2, $3, $4, $5)
                    """,
                    id,
                    rejection.line,
                    position,
                    refusal.pointer,
                    refusal.detail
                )
            }
        }
    }

    func faults(
        of id: ID<Import>,
        _ request: PageRequest<ImportFaultSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<ImportFault> {
        var select = PagedSelect(
            "r.line, r.position, r.pointer, r.detail",
            from: "import_rejection r"
        )
        select.filter("r.import_id = $?", id)
        return try select.page(request, key: ["r.line", "r.position"], in: snapshot) {
            row throws(SQLiteError) in
            try ImportFault(
                line: row[0],
                position: row[1],
                refusal: ServiceError.Refusal(row[2], row[3])
            )
        } keyOf: { fault in
            [fault.line.stored, fault.position.stored]
        }
    }
}

// MARK: - Checking

extension ImportStore {
    /// The imports that refused another number of rows than have a fault.
    func unfitCounts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT i.id FROM import i LEFT JOIN (SELECT import_id, count(DISTINCT line) AS lines
                FROM import_rejection GROUP BY import_id) r ON r.import_id = i.id
            WHERE i.rejected IS NOT coalesce(r.lines, 0)
                OR min(i.created, i.updated, i.unchanged, i.prospects) < 0
            ORDER BY i.id
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}

extension Import.Status {
    fileprivate var condition: String {
        switch self {
        case .running: "i.finished_at IS NULL AND i.interrupted_at IS NULL"
        case .finished: "i.finished_at IS NOT NULL"
        case .interrupted: "i.interrupted_at IS NOT NULL"
        }
    }
}
