// SPDX-License-Identifier: Apache-2.0
import CSQLite
import SQLite
import TestSupport
import Testing

/// The disk fails to write frames of the log, or pages that a checkpoint has copied, and says so once.
@Suite struct LostWriteTests {
    private static let script = {
        var random = SeededGenerator(seed: 1)
        return Script(count: 80, failsLate: false, using: &random)
    }()

    // A head start is synced early once it has more than 200 pages.
    @Test(arguments: [150, 400], [false, true])
    func `the next start has them written again, also beside another process`(
        _ checkpointPages: Int,
        _ isBesideOther: Bool
    ) throws {
        let settings = Script.Settings(checkpointPages: checkpointPages)
        var number = 0
        while true {
            number += 1
            let folder = try FaultyFolder(sector: 4096)
            try ScriptTemplate.place(in: folder)
            // What SQLite counts as copied lives as long as one has the database open.
            let other = try Connection(path: folder.database, mode: .readOnly)
            defer { other.close() }
            let tables = try other.read { snapshot in
                try snapshot.first("SELECT count(*) FROM sqlite_schema") { row in
                    try row[0] as Int
                }
            }
            #expect(tables ?? 0 > 0)
            if !isBesideOther { other.close() }
            folder.fail(.sync, number: number, with: SQLITE_IOERR | 4 << 8)
            let run = try Self.script.run(in: folder, settings)
            guard folder.failures > 0 else { break }
            #expect(run.fatal.count == 1, "sync \(number)")
            // Else the last checkpoint would bring all to the disk, whatever became of the log.
            if !isBesideOther { folder.cutPower(inSync: 5) }
            let again = try Self.script.run(in: folder, settings)
            if isBesideOther { #expect(again.fatal == [], "sync \(number)") }
            other.close()
            let answers = run.acknowledged.merging(again.acknowledged) { first, _ in first }
            for seed in 1...6 as ClosedRange<UInt64> {
                let findings = try Self.script.inspect(
                    folder.afterPowerLoss(seed: seed),
                    acknowledged: answers,
                    inOrder: false
                ).findings
                #expect(findings == [], "sync \(number), seed \(seed)")
            }
        }
        #expect(number > 10)
    }

    @Test func `the writer gives up once an early sync has failed, whether changes come or not`()
        throws
    {
        let folder = try FaultyFolder()
        let fatal = Collected<SQLiteError>()
        var configuration = Writer.Configuration()
        configuration.checkpointPages = 400
        let writer = try Writer(
            path: folder.database,
            configuration: configuration,
            onFatal: fatal.add
        )
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run("CREATE TABLE note (body BLOB) STRICT")
            try transaction.run("INSERT INTO note VALUES (zeroblob($1))", 310 * 4096)
        }
        // After that of the commit, and of the log before it is copied, comes the early one.
        folder.fail(.sync, number: 3, with: SQLITE_IOERR | 4 << 8)
        try writer.write { transaction in
            try transaction.run("INSERT INTO note VALUES (zeroblob(1))")
        }
        #expect(fatal.wait(for: 1).map(\.isInputOutput) == [true])
        #expect(folder.log.last { $0.call == .sync }?.isWAL == false)
        #expect(throws: SQLiteError.self) {
            try writer.write { transaction in try transaction.run("DELETE FROM note") }
        }
    }

    @Test func `a start writes the frames of the log again, and not what lies behind them`()
        throws
    {
        let folder = try TemporaryFolder()
        var configuration = Writer.Configuration()
        configuration.checkpointPages = 50
        let writer = try Writer(
            path: folder.database,
            configuration: configuration,
            onFatal: { _ in }
        )
        defer { writer.stop() }
        // The first is copied at once, so that the second has the log begin anew.
        for size in [100 * 4096, 1] {
            try writer.write { transaction in
                try transaction.run("CREATE TABLE IF NOT EXISTS note (body BLOB) STRICT")
                try transaction.run("INSERT INTO note VALUES (zeroblob($1))", size)
            }
        }
        let left = try FaultyFolder()
        try copyAsKilled(folder.database, to: left.database)
        let connection = try Connection(path: left.database, mode: .readWrite)
        defer { connection.close() }
        let before = left.log.count
        try connection.takeOver()
        let calls = left.log[before...].filter { $0.isWAL && [.write, .sync].contains($0.call) }
        let written = calls.reduce(0) { $0 + ($1.call == .write ? $1.length : 0) }
        #expect(calls.last?.call == .sync)
        // The log's head of 32 bytes, and frames with heads of 24.
        #expect((written - 32) % (24 + 4096) == 0)
        #expect((1...5).contains((written - 32) / (24 + 4096)))
    }
}
