// SPDX-License-Identifier: Apache-2.0
import CSQLite
import SQLite
import TestSupport
import Testing

/// The WAL is synced behind the last frame of a transaction and before its answer is given.
@Suite struct SyncOrderTests {
    @Test func `10,000 answers are given after the sync of what they tell`() throws {
        let folder = try FaultyFolder()
        var configuration = Writer.Configuration(batchTime: .seconds(60))
        // So that the WAL begins anew now and then.
        configuration.checkpointPages = 200
        let writer = try Writer(
            path: folder.database,
            configuration: configuration,
            onFatal: { _ in }
        )
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT) STRICT")
        }
        let answers = Answers<Int>()
        var random = SeededGenerator(seed: 1)
        var sent = 0
        while sent < 10_000 {
            let end = min(10_000, sent + Int.random(in: 1...120, using: &random))
            let gate = try writer.hold()
            for number in sent..<end {
                try writer.submit { transaction in
                    try transaction.run(
                        "INSERT INTO note (id, body) VALUES ($1, 'durable')",
                        number
                    )
                } then: { result in
                    folder.mark(number)
                    answers.add(number, result)
                }
            }
            gate.open()
            sent = end
            try answers.wait(for: sent)
        }
        #expect(try answers.all().values.allSatisfy { (try? $0.get()) == 1 })
        let order = SyncOrder(folder.log)
        #expect(order.answers == 10_000)
        #expect(order.early == [])
        #expect(order.unwritten == [])
    }

    @Test(arguments: [("FULL", 0), ("NORMAL", 50)])
    func `the check fails where synchronous is NORMAL`(
        _ synchronous: String,
        _ early: Int
    ) throws {
        let folder = try FaultyFolder()
        let connection = try PlainConnection(folder.database)
        try connection.execute("PRAGMA journal_mode = WAL")
        try connection.execute("PRAGMA wal_autocheckpoint = 0")
        try connection.execute("PRAGMA synchronous = \(synchronous)")
        try connection.execute("CREATE TABLE note (id INTEGER PRIMARY KEY)")
        for number in 1...50 {
            try connection.execute("INSERT INTO note VALUES (\(number))")
            folder.mark(number)
        }
        let order = SyncOrder(folder.log)
        #expect(order.answers == 50)
        #expect(order.early.count == early)
    }
}

/// What a log says of the order of frames, syncs and answers.
struct SyncOrder {
    private(set) var answers = 0
    /// The answers that were given while a frame was not synced.
    private(set) var early: [Int] = []
    /// The answers before which no frame was written since the batch before.
    private(set) var unwritten: [Int] = []

    init(_ log: [DiskEntry]) {
        var isUnsynced = false
        var isWritten = false
        var wasAnswer = false
        for entry in log {
            switch entry.call {
            case .write where entry.isWAL:
                if wasAnswer { isWritten = false }
                isUnsynced = true
                isWritten = true
                wasAnswer = false
            case .sync where entry.isWAL && entry.code == SQLITE_OK:
                isUnsynced = false
                if wasAnswer { isWritten = false }
                wasAnswer = false
            case .mark:
                answers += 1
                if isUnsynced { early.append(entry.offset) }
                if !isWritten { unwritten.append(entry.offset) }
                wasAnswer = true
            default: break
            }
        }
    }
}

/// A connection with settings that the module refuses to have.
///
/// `@safe`: the handle is private, set by init and closed in deinit.
@safe private final class PlainConnection {
    private var database: OpaquePointer?

    init(_ path: String) throws {
        guard unsafe sqlite3_open(path, &database) == SQLITE_OK else {
            throw TestFailure("cannot open \(path)")
        }
    }

    deinit { unsafe sqlite3_close_v2(database) }

    func execute(_ sql: String) throws {
        let code = unsafe sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw TestFailure("\(sql): \(code)") }
    }
}
