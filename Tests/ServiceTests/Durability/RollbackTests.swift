// SPDX-License-Identifier: Apache-2.0
import CSQLite
import SQLite
import TestSupport
import Testing

/// SQLite rolls a whole batch back by itself, in the middle of it.
@Suite struct RollbackTests {
    /// What pages meet that leave a full cache for the WAL before the commit.
    static let faults = [
        FaultSweepTests.Fault("full", .write, SQLITE_FULL),
        FaultSweepTests.Fault("failed", .write, SQLITE_IOERR | 3 << 8),
        FaultSweepTests.Fault("no memory", .write, SQLITE_IOERR | 12 << 8),
    ]

    /// Enough for the cache of a mebibyte to overflow in the middle.
    private static let requests = 24

    /// A batch of requests that each tell what they found, and what it left.
    private struct Outcome: Equatable {
        var answers: [Int: String] = [:]
        var rows: [Int] = []
    }

    @Test(arguments: faults)
    func `leaves what running the requests one by one would, and answers nothing early`(
        _ fault: FaultSweepTests.Fault
    ) throws {
        let serial = try runOneByOne()
        let undisturbed = try runTogether(failing: nil)
        #expect(undisturbed.outcome == serial)
        #expect(undisturbed.attempts == Self.requests)
        var replays = 0
        for write in stride(from: 1, through: undisturbed.writes, by: 1) {
            let run = try runTogether(failing: (fault, write))
            #expect(run.early == [], "write \(write)")
            if run.attempts > Self.requests {
                replays += 1
                #expect(run.outcome == serial, "write \(write)")
            } else {
                // It met the commit: nobody is told that it was done.
                #expect(run.outcome.answers == [:], "write \(write)")
            }
        }
        #expect(replays > 5)
    }

    @Test func `a request is not refused for a row that never came to be`() throws {
        let folder = try FaultyFolder()
        let writer = try Writer(
            path: folder.database,
            configuration: Writer.Configuration(batchTime: .seconds(60)),
            onFatal: { _ in }
        )
        defer { writer.stop() }
        try Self.makeTable(writer)
        let answers = Answers<String>()
        let gate = try writer.hold()
        for number in 1...2 {
            try writer.submit { transaction in
                try transaction.run("INSERT INTO page (id) VALUES ($1)", 10 + number)
                try transaction.run("INSERT INTO page (id) VALUES (1)")
                return "done"
            } then: { result in
                answers.add(number, result)
            }
        }
        // The second has written and fails, for the first has the row; then the commit of the first
        // fails.
        folder.fail(.write, with: SQLITE_FULL)
        gate.open()
        try answers.wait(for: 2)
        let error = #expect(throws: SQLiteError.self) { try answers.all()[1]?.get() }
        #expect(error?.isFull == true)
        #expect(try answers.all()[2]?.get() == "done")
    }

    private static func work(_ number: Int, in transaction: Transaction) throws -> String {
        let found = try transaction.first("SELECT count(*), max(id) FROM page") { row in
            "\(try row[0] as Int) rows up to \(try row[1] as Int? ?? 0)"
        }
        try transaction.run("INSERT INTO page (id, body) VALUES ($1, zeroblob(150000))", number)
        return found ?? ""
    }

    private static func makeTable(_ writer: Writer) throws {
        try writer.write { transaction in
            try transaction.run("CREATE TABLE page (id INTEGER PRIMARY KEY, body BLOB) STRICT")
        }
    }

    private static func rows(_ folder: FaultyFolder) throws -> [Int] {
        let connection = try Connection(path: folder.database, mode: .readOnly)
        return try connection.read { snapshot in
            try snapshot.all("SELECT id FROM page WHERE length(body) = 150000 ORDER BY id") { row in
                try row[0]
            }
        }
    }

    private func runOneByOne() throws -> Outcome {
        let folder = try FaultyFolder()
        let writer = try Writer(path: folder.database, onFatal: { _ in })
        defer { writer.stop() }
        try Self.makeTable(writer)
        var outcome = Outcome()
        for number in 1...Self.requests {
            outcome.answers[number] = try writer.write { try Self.work(number, in: $0) }
        }
        outcome.rows = try Self.rows(folder)
        return outcome
    }

    private struct Run {
        var outcome: Outcome
        var attempts: Int
        var writes: Int
        var early: [Int]
    }

    /// Runs the requests as one batch, in which one write fails.
    private func runTogether(
        failing: (fault: FaultSweepTests.Fault, write: Int)?
    ) throws -> Run {
        let folder = try FaultyFolder()
        var configuration = Writer.Configuration(batchTime: .seconds(60))
        configuration.cacheSize = 1
        let writer = try Writer(
            path: folder.database,
            configuration: configuration,
            onFatal: { _ in }
        )
        defer { writer.stop() }
        try Self.makeTable(writer)
        let before = folder.calls(.write)
        if let (fault, write) = failing {
            folder.fail(fault.call, number: write, with: fault.code)
        }
        let answers = Answers<String>()
        let attempts = Counter()
        let gate = try writer.hold()
        for number in 1...Self.requests {
            try writer.submit { transaction in
                attempts.add()
                return try Self.work(number, in: transaction)
            } then: { result in
                if case .success = result { folder.mark(number) }
                answers.add(number, result)
            }
        }
        gate.open()
        try answers.wait(for: Self.requests)
        let writes = folder.calls(.write) - before
        return Run(
            outcome: Outcome(
                answers: try answers.all().compactMapValues { try? $0.get() },
                rows: try Self.rows(folder)
            ),
            attempts: attempts.now,
            writes: writes,
            early: SyncOrder(folder.log).early
        )
    }
}
