// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Migrations
import SQLite
import TestSupport
import Testing

/// Every call that SQLite makes of the disk fails, once or for ever.
@Suite struct FaultSweepTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let call: DiskCall
        let code: Int32
        /// Whether the writer must give up wherever it meets this in a commit or a checkpoint.
        var isFatal = false

        init(_ name: String, _ call: DiskCall, _ code: Int32, isFatal: Bool = false) {
            self.name = name
            self.call = call
            self.code = code
            self.isFatal = isFatal
        }

        var testDescription: String { name }
    }

    /// An extended code of SQLITE_IOERR, whose macros Swift does not import.
    private static func failure(_ number: Int32) -> Int32 { SQLITE_IOERR | number << 8 }
    private static let noMemory = failure(12)

    static let faults = [
        Fault("open: cannot", .open, SQLITE_CANTOPEN),
        Fault("open: no memory", .open, noMemory),
        Fault("read: failed", .read, failure(1)),
        Fault("read: short", .read, failure(2)),
        Fault("read: no memory", .read, noMemory),
        Fault("write: failed", .write, failure(3), isFatal: true),
        Fault("write: full", .write, SQLITE_FULL),
        Fault("write: no memory", .write, noMemory),
        Fault("sync: failed", .sync, failure(4), isFatal: true),
        Fault("sync: full", .sync, SQLITE_FULL),
        Fault("sync: no memory", .sync, noMemory),
        Fault("truncate: failed", .truncate, failure(6), isFatal: true),
        Fault("truncate: no memory", .truncate, noMemory),
        Fault("size: failed", .size, failure(7)),
        Fault("lock: failed", .lock, failure(15)),
        Fault("shared memory: not mapped", .shmMap, failure(21)),
        Fault("shared memory: no memory", .shmMap, noMemory),
        Fault("shared memory: not locked", .shmLock, failure(20)),
        Fault("delete: failed", .delete, failure(10)),
        Fault("access: failed", .access, failure(13)),
    ]

    /// Six requests in two bursts, each followed by a checkpoint.
    private static let script = Script([
        .customer, .order(of: 0), .duplicate,
        .complaintOfStranger, .retry(of: 1), .customer,
    ])
    private static let settings = Script.Settings(checkpointPages: 0)

    /// How often the script makes each call, if nothing fails.
    private static let calls = Result {
        let folder = try FaultyFolder()
        try ScriptTemplate.place(in: folder)
        let run = try script.run(in: folder, settings)
        guard run.acknowledged.count == 5, run.failed.count == 1 else {
            throw TestFailure("the script fails by itself: \(run)")
        }
        return folder.callsByKind
    }

    // A database that is there has nothing to delete.
    @Test(arguments: faults.filter { $0.call != .delete }, [false, true])
    func `no call that fails loses what was answered`(
        _ fault: Fault,
        _ isForEver: Bool
    ) throws {
        let count = try Self.calls.get()[fault.call] ?? 0
        try #require(count > 0)
        for number in stride(from: 1, through: count, by: 1) {
            let findings = try play(fault, number, isForEver)
            #expect(findings == [], "\(fault.name), call \(number), for ever: \(isForEver)")
        }
    }

    /// How often each call is made while a database is made and migrated, and closed.
    private static let callsToMake = Result {
        let folder = try FaultyFolder()
        try Script.open(folder, Script.Settings()).stop()
        return folder.callsByKind
    }

    @Test(arguments: faults, [false, true])
    func `a database that met a fault while it was made is whole once it is opened again`(
        _ fault: Fault,
        _ isForEver: Bool
    ) throws {
        let count = try Self.callsToMake.get()[fault.call] ?? 0
        try #require(count > 0)
        // A few calls of each kind, for each migration makes the same ones.
        for number in stride(from: 1, through: count, by: max(1, count / 2)) {
            let folder = try FaultyFolder(sector: 4096)
            folder.fail(fault.call, number: number, isForEver: isForEver, with: fault.code)
            try? Script.open(folder, Script.Settings()).stop()
            #expect(folder.failures > 0)
            let left = try folder.afterPowerLoss(seed: UInt64(number))
            try Script.open(left, Script.Settings()).stop()
            let connection = try Connection(path: left.database, mode: .readOnly)
            let findings = try connection.read { snapshot in try IntegrityCheck.run(snapshot) }
            #expect(findings == [], "\(fault.name), call \(number), for ever: \(isForEver)")
            #expect(try Migrator(Migrations.all).migrate(connection, at: 0) == [])
        }
    }

    /// Plays the script with one fault and tells what is wrong.
    private func play(_ fault: Fault, _ number: Int, _ isForEver: Bool) throws -> [String] {
        let folder = try FaultyFolder(sector: 4096)
        try ScriptTemplate.place(in: folder)
        folder.fail(fault.call, number: number, isForEver: isForEver, with: fault.code)
        let run = try Self.script.run(in: folder, Self.settings)
        var findings: [String] = []
        if folder.failures == 0 { findings.append("nothing failed") }
        if run.fatal.count > 1 { findings.append("gave up \(run.fatal.count) times") }
        if fault.isFatal, run.openError == nil, run.fatal.isEmpty {
            findings.append("went on after the fault")
        }
        if let first = run.firstBurstAfterFatal {
            for number in Self.script.bursts[first...].joined()
            where run.acknowledged[number] != nil {
                findings.append("request \(number) was answered after the writer gave up")
            }
        }
        let left = try folder.afterPowerLoss(seed: UInt64(number))
        return try findings
            + Self.script.inspect(left, acknowledged: run.acknowledged, inOrder: false).findings
    }
}
