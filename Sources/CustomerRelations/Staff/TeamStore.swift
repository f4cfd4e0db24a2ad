// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TeamStore: Sendable {
    /// The columns that `team(_:)` reads.
    private static let columns = "id, name, version, created_at, updated_at"

    func find(_ id: ID<Team>, in snapshot: Snapshot) throws(SQLiteError) -> Team? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM team WHERE id = $1",
            id,
            read: Self.team
        )
    }

    func id(name: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Team>? {
        try snapshot.first(
            "SELECT id FROM team WHERE name = $1",
            name
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ request: PageRequest<TeamSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Team> {
        try PagedSelect(Self.columns, from: "team").page(
            request,
            key: request.sorting.key,
            in: snapshot,
            read: Self.team,
            keyOf: request.sorting.key(of:)
        )
    }

    func insert(
        _ details: TeamDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Team>? {
        let id = try transaction.insert(
            "INSERT INTO team (name, version, created_at, updated_at) VALUES ($1, 1, $2, $2)",
            details.name,
            now
        )
        return id.map { ID(rawValue: $0) }
    }

    func update(
        _ id: ID<Team>,
        to details: TeamDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE team SET name = $2, version = version + 1, updated_at = $3 WHERE id = $1",
            id,
            details.name,
            now
        )
    }

    private static func team(_ row: borrowing Row) throws(SQLiteError) -> Team {
        try Team(
            id: row[0],
            details: TeamDetails(name: row[1]),
            version: row[2],
            createdAt: row[3],
            updatedAt: row[4]
        )
    }
}

extension TeamSorting {
    fileprivate var key: [String] {
        switch self {
        case .id: ["id"]
        case .name: ["name"]
        }
    }

    fileprivate func key(of team: Team) -> [StoredValue] {
        switch self {
        case .id: [team.id.stored]
        case .name: [team.details.name.stored]
        }
    }
}
