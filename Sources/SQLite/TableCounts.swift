// SPDX-License-Identifier: Apache-2.0

/// How many rows each table of a database has, and by which schema.
package struct TableCounts: Sendable, Equatable {
    package struct Table: Sendable, Equatable {
        package let name: String
        package let rows: Int

        package init(name: String, rows: Int) {
            self.name = name
            self.rows = rows
        }
    }

    /// The number of the last migration.
    package let schemaVersion: Int
    /// By name.
    package let tables: [Table]

    package init(schemaVersion: Int, tables: [Table]) {
        self.schemaVersion = schemaVersion
        self.tables = tables
    }

    /// The number of the last migration.
    package static func schemaVersion(in snapshot: Snapshot) throws(SQLiteError) -> Int {
        try snapshot.first("PRAGMA user_version") { row in try row[0] } ?? 0
    }

    /// Counts every row; tables of SQLite's own and virtual ones, which store their rows in others,
    /// are left out.
    package init(in snapshot: Snapshot) throws(SQLiteError) {
        schemaVersion = try Self.schemaVersion(in: snapshot)
        let names: [String] = try snapshot.all(
            """
            SELECT name FROM sqlite_schema
            WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                AND sql NOT LIKE 'CREATE VIRTUAL%'
            ORDER BY name
            """
        ) { row in try row[0] }
        var tables: [Table] = []
        for name in names {
            // The name is the schema's own: a parameter cannot stand for it.
            let quoted = name.split(separator: "\"", omittingEmptySubsequences: false)
                .joined(separator: "\"\"")
            let rows: Int? = try snapshot.first("SELECT count(*) FROM \"\(quoted)\"") { row in
                try row[0]
            }
            tables.append(Table(name: name, rows: rows ?? 0))
        }
        self.tables = tables
    }
}
