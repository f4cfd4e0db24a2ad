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
}
