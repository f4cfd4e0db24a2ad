// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Testing

@Suite struct ConnectionTests {
    struct Setting: Sendable, CustomTestStringConvertible {
        let pragma: String
        let writing: StoredValue
        var reading: StoredValue?

        var testDescription: String { pragma }
    }

    static let settings = [
        Setting(pragma: "journal_mode", writing: .text("wal")),
        Setting(pragma: "synchronous", writing: .integer(2), reading: .integer(2)),
        Setting(pragma: "foreign_keys", writing: .integer(1), reading: .integer(1)),
        Setting(pragma: "query_only", writing: .integer(0), reading: .integer(1)),
        Setting(pragma: "cache_size", writing: .integer(-65536), reading: .integer(-16384)),
        Setting(pragma: "temp_store", writing: .integer(2), reading: .integer(2)),
        Setting(pragma: "journal_size_limit", writing: .integer(64 << 20), reading: .integer(-1)),
        Setting(pragma: "cell_size_check", writing: .integer(1), reading: .integer(1)),
        Setting(pragma: "trusted_schema", writing: .integer(0), reading: .integer(0)),
        Setting(pragma: "wal_autocheckpoint", writing: .integer(0), reading: .integer(0)),
    ]

    @Test(arguments: settings)
    func `has the settings of the design`(_ one: Setting) throws {
        let folder = try TemporaryFolder()
        let writing = try Connection(path: folder.file(), mode: .readWriteCreate)
        #expect(try writing.write(value("PRAGMA \(one.pragma)")) == one.writing)
        guard let expected = one.reading else { return }
        let reading = try Connection(path: folder.file(), mode: .readOnly)
        #expect(try reading.read(value("PRAGMA \(one.pragma)")) == expected)
    }

    @Test func `refuses double-quoted strings`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        #expect(throws: SQLiteError.self) { try connection.read(value("SELECT \"text\"")) }
    }

    @Test func `refuses writes to the schema and to shadow tables`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction in
            try transaction.run("CREATE VIRTUAL TABLE found USING fts5 (body)")
        }
        for sql in ["DELETE FROM sqlite_schema", "DELETE FROM found_data"] {
            #expect(throws: SQLiteError.self) {
                try connection.write { transaction in try transaction.run(sql) }
            }
        }
    }

    @Test func `creates files for their owner alone`() throws {
        let folder = try TemporaryFolder()
        let connection = try Connection(path: folder.file(), mode: .readWriteCreate)
        try connection.write { transaction in try transaction.run("CREATE TABLE a (b)") }
        for name in ["test.db", "test.db-wal", "test.db-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `takes a path for a path`() throws {
        let folder = try TemporaryFolder()
        let connection = try Connection(path: folder.file("a?mode=memory"), mode: .readWriteCreate)
        connection.close()
        #expect(try folder.size(of: "a?mode=memory") != nil)
    }

    @Test(arguments: [Connection.Mode.readOnly, .readWrite])
    func `does not create a file unless told to`(_ mode: Connection.Mode) throws {
        let folder = try TemporaryFolder()
        #expect(throws: SQLiteError.self) { try Connection(path: folder.file(), mode: mode) }
        #expect(try folder.size(of: "test.db") == nil)
    }

    @Test func `refuses a file that is no database`() throws {
        let folder = try TemporaryFolder()
        try Data(repeating: 0x41, count: 8192).write(to: URL(filePath: folder.file()))
        let error = #expect(throws: SQLiteError.self) {
            try Connection(path: folder.file(), mode: .readWrite)
        }
        #expect(error?.isCorrupt == true)
    }

    @Test func `leaves the WAL to the writer when it closes`() throws {
        let folder = try TemporaryFolder()
        let connection = try Connection(path: folder.file(), mode: .readWriteCreate)
        try connection.write { transaction in try transaction.run("CREATE TABLE a (b)") }
        connection.close()
        #expect(try folder.size(of: "test.db-wal") ?? 0 > 0)
    }

    @Test func `throws once it is closed`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        connection.close()
        connection.close()
        let error = #expect(throws: SQLiteError.self) { try connection.read(value("SELECT 1")) }
        #expect(error?.isMisuse == true)
    }

    @Test func `explains a statement`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction in
            try transaction.run("CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT) STRICT")
        }
        let byKey = try connection.queryPlan(of: "SELECT b FROM a WHERE id = $1")
        #expect(byKey == ["SEARCH a USING INTEGER PRIMARY KEY (rowid=?)"])
        #expect(try connection.queryPlan(of: "SELECT id FROM a WHERE b = $1") == ["SCAN a"])
    }
}

/// A body for `read` that reads one value.
func value(_ sql: String) -> (Snapshot) throws -> StoredValue? {
    { snapshot in try snapshot.first(sql) { row in try row[0] } }
}
