// SPDX-License-Identifier: Apache-2.0
import Foundation
import Migrations
import SQLite
import TestSupport
import Testing

/// The power goes at any moment, and the disk has whatever it has.
@Suite struct CrashTests {
    /// The seeds of a run: 300 of them, or those that the environment names, `1-20000`.
    private static let seeds: ClosedRange<UInt64> = {
        let ends = (ProcessInfo.processInfo.environment["GUANXI_CRASH_SEEDS"] ?? "1-300")
            .split(separator: "-").compactMap { UInt64($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return 1...300 }
        return ends[0]...ends[1]
    }()

    /// Seeds that run beside each other.
    private static let lanes: UInt64 = 2

    @Test(arguments: 0..<lanes)
    func `what was answered is there after a loss of power, whole and once`(
        _ lane: UInt64
    ) throws {
        var outcomes: [Crash.Outcome: Int] = [:]
        for seed in Self.seeds where seed % Self.lanes == lane {
            var crash = try Crash(seed: seed)
            let findings = crash.findings()
            #expect(findings == [], "GUANXI_CRASH_SEEDS=\(seed)-\(seed)")
            outcomes[crash.outcome, default: 0] += 1
        }
        // Otherwise the disk of these tests would forget nothing, or keep nothing.
        guard Self.seeds.count >= 300 else { return }
        #expect(outcomes[.kept] != nil && outcomes[.lost] != nil, "\(outcomes)")
    }
}

extension CrashTests {
    /// So many changes of files and syncs it takes to make and migrate a database.
    private static let callsToMake = Result {
        let folder = try FaultyFolder()
        try Script.open(folder, Script.Settings()).stop()
        return (changes: folder.changes, syncs: folder.calls(.sync))
    }

    @Test func `a database that was being made is whole once it is opened again`() throws {
        let calls = try Self.callsToMake.get()
        for seed in Self.seeds where seed.isMultiple(of: 8) {
            var random = SeededGenerator(seed: ~seed)
            let folder = try FaultyFolder(sector: Bool.random(using: &random) ? 512 : 4096)
            if Bool.random(using: &random) {
                folder.cutPower(inSync: Int.random(in: 1...calls.syncs, using: &random))
            } else {
                folder.cutPower(inChange: Int.random(in: 1...calls.changes, using: &random))
            }
            try? Script.open(folder, Script.Settings()).stop()
            let left = try folder.afterPowerLoss(seed: seed)
            try Script.open(left, Script.Settings()).stop()
            let connection = try Connection(path: left.database, mode: .readOnly)
            let findings = try connection.read { snapshot in try IntegrityCheck.run(snapshot) }
            #expect(findings == [], "GUANXI_CRASH_SEEDS=\(seed)-\(seed)")
            #expect(try Migrator(Migrations.all).migrate(connection, at: 0) == [])
        }
    }
}

/// One loss of power in a script of 30 requests.
private struct Crash {
    private let seed: UInt64
    private let script: Script
    private let settings: Script.Settings
    private let sector: Int32
    private let isInSync: Bool
    private let call: Int
    private(set) var outcome = Outcome.noneAtWork

    /// What became of the batch that was at work when the power went.
    enum Outcome {
        case kept, lost, noneAtWork
    }

    init(seed: UInt64) throws {
        self.seed = seed
        (script, settings, sector) = Self.draw(seed)
        var random = SeededGenerator(seed: ~seed)
        let calls = try Self.calls.get()[settings.checkpointPages] ?? (300, 30)
        // What is written and not synced matters most where a sync would have been.
        isInSync = Bool.random(using: &random)
        call = Int.random(in: 1...(isInSync ? calls.syncs : calls.changes), using: &random)
    }

    private static func draw(_ seed: UInt64) -> (Script, Script.Settings, Int32) {
        var random = SeededGenerator(seed: seed)
        let script = Script(count: 30, failsLate: seed.isMultiple(of: 3), using: &random)
        var settings = Script.Settings()
        // From a checkpoint after each commit to none before the end; 120 pages have a head start.
        settings.checkpointPages = [0, 20, 120, 4_000].randomElement(using: &random) ?? 0
        if seed.isMultiple(of: 4) {
            settings.restartBefore = script.bursts.indices.randomElement(using: &random)
        }
        return (script, settings, Bool.random(using: &random) ? 512 : 4096)
    }

    /// How many changes of files and syncs a script takes at most, by the pages before a
    /// checkpoint.
    private static let calls = Result {
        try (1...16 as ClosedRange<UInt64>).reduce(into: [Int: (changes: Int, syncs: Int)]()) {
            calls,
            seed in
            let (script, settings, _) = draw(seed)
            let folder = try FaultyFolder()
            try ScriptTemplate.place(in: folder)
            _ = try script.run(in: folder, settings)
            let most = calls[settings.checkpointPages] ?? (1, 1)
            calls[settings.checkpointPages] = (
                max(most.changes, folder.changes), max(most.syncs, folder.calls(.sync))
            )
        }
    }

    /// Plays it and tells what is wrong with what is left.
    mutating func findings() -> [String] {
        do { return try play() } catch { return ["\(error)"] }
    }

    private mutating func play() throws -> [String] {
        let folder = try FaultyFolder(sector: sector)
        try ScriptTemplate.place(in: folder)
        if isInSync { folder.cutPower(inSync: call) } else { folder.cutPower(inChange: call) }
        let run = try script.run(in: folder, settings)
        let left = try folder.afterPowerLoss(seed: seed)
        let inspection = try script.inspect(
            left,
            acknowledged: run.acknowledged,
            inOrder: true
        )
        let unanswered = run.failed.keys.filter { !script.requests[$0].actions.isEmpty }
        if !unanswered.isEmpty {
            outcome = inspection.done.isDisjoint(with: unanswered) ? .lost : .kept
        }
        return try inspection.findings + askAgain(left, after: run)
    }

    /// Every client asks again, as one that had no answer does; nothing is done twice by that.
    private func askAgain(_ left: FaultyFolder, after run: ScriptRun) throws -> [String] {
        let again = try script.run(in: left)
        var findings: [String] = []
        if let error = again.openError { findings.append("does not open again: \(error)") }
        for request in script.requests where !request.isRefused {
            guard let answer = again.acknowledged[request.number] else {
                findings.append("\(request) is refused when it comes again")
                continue
            }
            if let first = run.acknowledged[request.number], first != answer {
                findings.append("\(request) is answered \(answer) and not \(first)")
            }
        }
        return try findings
            + script.inspect(left, acknowledged: again.acknowledged, inOrder: true).findings
    }
}
