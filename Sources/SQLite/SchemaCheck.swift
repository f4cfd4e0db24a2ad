// SPDX-License-Identifier: Apache-2.0

extension Migrator {
    /// What stands in the schema otherwise than the migrations make it that a database has; nothing
    /// when it is as they do.
    ///
    /// No other check sees it: without an index a read takes long and doubles come in, and a trigger
    /// does what nobody asked for. The migrations are run anew, in memory.
    package func differences(in snapshot: Snapshot) throws -> [String] {
        let version = try TableCounts.schemaVersion(in: snapshot)
        let model = try Connection(path: ":memory:", mode: .readWriteCreate)
        defer { model.close() }
        _ = try first(version).migrate(model, at: 0)
        let (expected, shadows) = try model.read { snapshot in
            (try SchemaItem.all(in: snapshot), try SchemaItem.shadows(in: snapshot))
        }
        let found = try SchemaItem.all(in: snapshot)
        return Set(expected.keys).union(found.keys).sorted().compactMap { name in
            switch (expected[name], found[name]) {
            case (nil, _): "\(name) is of no migration"
            case (_, nil): "\(name) is missing"
            // How SQLite writes the tables down that it makes for itself is its own affair.
            case (let ours?, let theirs?) where ours != theirs && !shadows.contains(name):
                "\(name) is not as the migrations make it"
            default: nil
            }
        }
    }
}

/// What a schema has of one name: in which table, by which text.
private struct SchemaItem: Equatable {
    let table: String
    let sql: String?

    /// By type and name; what is SQLite's own is left out.
    static func all(in snapshot: Snapshot) throws(SQLiteError) -> [String: SchemaItem] {
        var items: [String: SchemaItem] = [:]
        try snapshot.forEach(
            """
            SELECT type || ' ' || name, tbl_name, sql FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            """
        ) { row throws(SQLiteError) in
            items[try row[0]] = SchemaItem(table: try row[1], sql: try row[2])
        }
        return items
    }

    /// The tables in which virtual ones store their rows.
    static func shadows(in snapshot: Snapshot) throws(SQLiteError) -> Set<String> {
        Set(
            try snapshot.all(
                "SELECT 'table ' || name FROM pragma_table_list WHERE type = 'shadow'"
            ) { row throws(SQLiteError) in try row[0] as String }
        )
    }
}
