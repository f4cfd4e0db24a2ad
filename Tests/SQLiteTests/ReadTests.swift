// SPDX-License-Identifier: Apache-2.0
import SQLite
import TestSupport
import Testing

@Suite struct ReadTests {
    static let endless = """
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
        """

    @Test func `keeps its snapshot while others write`() throws {
        try withWriter { writer, folder in
            let reader = try Connection(path: folder.file(), mode: .readOnly)
            try writer.write { transaction in try insertNote("first", in: transaction) }
            try reader.read { snapshot throws in
                #expect(try countNotes(snapshot) == 1)
                try writer.write { transaction in try insertNote("second", in: transaction) }
                #expect(try countNotes(snapshot) == 1)
            }
            #expect(try reader.read(countNotes) == 2)
        }
    }

    @Test func `interrupts a statement that goes over the budget`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let error = #expect(throws: SQLiteError.self) {
            try connection.read(within: .milliseconds(5), value(Self.endless))
        }
        #expect(error?.isInterrupted == true)
        #expect(try connection.read(value("SELECT 1")) == .integer(1))
    }

    @Test func `interrupts many short statements that go over the budget`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let error = #expect(throws: SQLiteError.self) {
            try connection.read(within: .milliseconds(5)) { snapshot in
                while true { _ = try value("SELECT 1")(snapshot) }
            }
        }
        #expect(error?.isInterrupted == true)
    }

    @Test func `does not write`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.write { transaction in try transaction.run("CREATE TABLE a (b)") }
        let error = #expect(throws: SQLiteError.self) {
            try connection.read(value("INSERT INTO a (b) VALUES (1) RETURNING b"))
        }
        #expect(error?.isMisuse == true)
        #expect(try connection.read(value("SELECT count(*) FROM a")) == .integer(0))
    }

    @Test func `ends with its closure`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let leaked = try connection.read { snapshot in snapshot }
        let error = #expect(throws: SQLiteError.self) { try value("SELECT 1")(leaked) }
        #expect(error?.isMisuse == true)
    }

    @Test func `does not nest`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        try connection.read { snapshot throws in
            #expect(throws: SQLiteError.self) { try connection.read(value("SELECT 1")) }
            #expect(try value("SELECT 2")(snapshot) == .integer(2))
        }
    }

    @Test func `passes on what its closure throws and is ready again`() throws {
        struct Other: Error {}
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        #expect(throws: Other.self) { try connection.read { _ in throw Other() } }
        #expect(try connection.read(value("SELECT 1")) == .integer(1))
    }

    @Test func `runs on the threads of a pool`() throws {
        try withWriter { writer, folder in
            try writer.write { transaction in try insertNote("first", in: transaction) }
            let pool = try ReaderPool(path: folder.file(), threads: 2)
            let counts = Collected<Int?>()
            for _ in 0..<10 {
                try pool.submit { connection in counts.add(try? connection.read(countNotes)) }
            }
            #expect(counts.wait(for: 10) == Array(repeating: 1, count: 10))
            pool.stop()
            #expect(throws: QueueFull()) { try pool.submit { _ in } }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a stop ends what a pool reads, and what waits to be read`() throws {
        try withWriter { _, folder in
            let pool = try ReaderPool(path: folder.file(), threads: 1)
            let began = Collected<Bool>()
            let errors = Collected<SQLiteError?>()
            for sql in [Self.endless, "SELECT 1", Self.endless] {
                try pool.submit { connection in
                    began.add(true)
                    do {
                        _ = try connection.read(value(sql))
                        errors.add(nil)
                    } catch {
                        errors.add(error as? SQLiteError)
                    }
                }
            }
            _ = began.wait(for: 1)
            pool.stop()
            #expect(errors.all.map { $0?.isInterrupted } == [true, true, true])
        }
    }

    @Test func `a pool throws what opening threw`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SQLiteError.self) { try ReaderPool(path: folder.file(), threads: 2) }
    }
}
