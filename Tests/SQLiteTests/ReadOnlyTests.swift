// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

/// Databases that cannot be written; Tests/guanxiTests has those on media that cannot.
@Suite struct ReadOnlyTests {
    /// Makes a database in one file with one note in it.
    private func make(_ path: String) throws {
        let writer = try Writer(path: path, onFatal: { _ in })
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run(
                "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE) STRICT"
            )
            try insertNote("a", in: transaction)
        }
    }

    @Test(arguments: ["test.db", "a?mode=rw&b#c%20 数.db"])
    func `an immutable file is read by its name, and is not written`(_ name: String) throws {
        let folder = try TemporaryFolder()
        try make(folder.file(name))
        let connection = try Connection(path: folder.file(name), mode: .immutable)
        #expect(try connection.read(countNotes) == 1)
        let error = #expect(throws: SQLiteError.self) {
            try connection.write { transaction in try insertNote("b", in: transaction) }
        }
        #expect(error?.isReadOnly == true)
    }

    @Test(arguments: [Connection.Mode.readOnly, .immutable])
    func `a writer that can only read answers reads and refuses changes`(
        _ mode: Connection.Mode
    ) throws {
        let folder = try TemporaryFolder()
        try make(folder.file())
        let writer = try Writer(
            path: folder.file(),
            mode: mode,
            onFatal: { error in Issue.record(error) }
        )
        defer { writer.stop() }
        #expect(try writer.write(countNotes) == 1)
        for usesReserve in [false, true] {
            let error = #expect(throws: SQLiteError.self) {
                try writer.write(usingReserve: usesReserve) { transaction in
                    try insertNote("b", in: transaction)
                }
            }
            #expect(error?.isReadOnly == true)
        }
        #expect(try writer.write(countNotes) == 1)
    }

    @Test func `a file that can be read with its log is not called immutable`() throws {
        let folder = try TemporaryFolder()
        try make(folder.file())
        #expect(try Connection.Mode.reading(folder.file()) == .readOnly)
        #expect(throws: SQLiteError.self) { try Connection.Mode.reading(folder.file("none.db")) }
    }
}
