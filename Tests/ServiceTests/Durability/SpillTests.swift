// SPDX-License-Identifier: Apache-2.0
import SQLite
import TestSupport
import Testing

/// Changes that do not fit into the writer's memory, some of them undone, and a kill after each batch.
@Suite struct SpillTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `what was answered, and nothing else, is there after a kill`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let folder = try TemporaryFolder()
        var configuration = Writer.Configuration(batchTime: .seconds(60))
        configuration.cacheSize = 1
        configuration.checkpointPages = Int.random(in: 200...4000, using: &random)
        let fatal = Collected<SQLiteError>()
        let writer = try Writer(
            path: folder.database,
            configuration: configuration,
            onFatal: fatal.add
        )
        defer { writer.stop() }
        try writer.write { transaction in
            try transaction.run(
                "CREATE TABLE page (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT"
            )
        }
        var expected: [Int: Int] = [:]
        for _ in 1...15 {
            let changes = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                Change(using: &random)
            }
            let answers = Answers<Bool>()
            let gate = try writer.hold()
            for (number, change) in changes.enumerated() {
                try writer.submit { transaction in
                    try change.run(in: transaction)
                    return true
                } then: { result in
                    answers.add(number, result)
                }
            }
            gate.open()
            try answers.wait(for: changes.count)
            let done = try answers.all().filter { (try? $0.value.get()) == true }.keys
            for number in changes.indices where changes[number].isRight {
                #expect(done.contains(number), "seed \(seed)")
            }
            for number in done.sorted() { changes[number].apply(to: &expected) }
            let (rows, findings) = try afterKill(of: folder)
            #expect(rows == expected, "seed \(seed)")
            #expect(findings == [], "seed \(seed)")
        }
        #expect(fatal.all == [])
        #expect(!expected.isEmpty)
    }

    /// The length of each row's text by its id, and what a check finds.
    private func afterKill(of folder: TemporaryFolder) throws -> ([Int: Int], [String]) {
        let left = try TemporaryFolder()
        try copyAsKilled(folder.database, to: left.database)
        let connection = try Connection(path: left.database, mode: .readWrite)
        defer { connection.close() }
        return try connection.read { snapshot in
            var rows: [Int: Int] = [:]
            try snapshot.forEach("SELECT id, length(body) FROM page") { row in
                rows[try row[0]] = try row[1]
            }
            return (rows, try IntegrityCheck.run(snapshot))
        }
    }
}

/// What one request does.
private struct Change {
    private enum Step {
        case put(ClosedRange<Int>)
        case grow(ClosedRange<Int>)
        case remove(ClosedRange<Int>)
        /// A statement that fails when it has done half, which nobody minds.
        case fail(ClosedRange<Int>)
    }

    private let steps: [Step]
    private let failsLate: Bool
    /// Whether it has to be done, whatever happens beside it.
    let isRight: Bool
    private static let length = 20_000

    init(using random: inout SeededGenerator) {
        steps = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            let first = Int.random(in: 1...100, using: &random)
            let range = first...(first + Int.random(in: 0...60, using: &random))
            return switch Int.random(in: 0..<8, using: &random) {
            case 0..<3: .put(range)
            case 3..<6: .grow(range)
            case 6: .remove(range)
            default: .fail(range)
            }
        }
        failsLate = Int.random(in: 0..<3, using: &random) == 0
        isRight = !failsLate && !steps.contains { if case .fail = $0 { true } else { false } }
    }

    func run(in transaction: Transaction) throws {
        for step in steps {
            switch step {
            case .put(let ids):
                for id in ids {
                    try transaction.run(
                        "INSERT OR REPLACE INTO page (id, body) VALUES ($1, hex(zeroblob($2)))",
                        id,
                        Self.length / 2
                    )
                }
            case .grow(let ids):
                try transaction.run(
                    "UPDATE page SET body = body || 'a' WHERE id BETWEEN $1 AND $2",
                    ids.lowerBound,
                    ids.upperBound
                )
            case .remove(let ids):
                try transaction.run(
                    "DELETE FROM page WHERE id BETWEEN $1 AND $2",
                    ids.lowerBound,
                    ids.upperBound
                )
            case .fail(let ids):
                _ = try? transaction.run(
                    "UPDATE page SET body = iif(id < $2, body || 'b', NULL) WHERE id BETWEEN $1 AND $2",
                    ids.lowerBound,
                    ids.upperBound
                )
            }
        }
        if failsLate { throw TestFailure("late") }
    }

    /// Does the same to the length of each row's text by its id.
    func apply(to lengths: inout [Int: Int]) {
        for step in steps {
            switch step {
            case .put(let ids): for id in ids { lengths[id] = Self.length }
            case .grow(let ids): for id in ids where lengths[id] != nil { lengths[id]? += 1 }
            case .remove(let ids): for id in ids { lengths[id] = nil }
            case .fail(let ids):
                // Without its last row it does not fail.
                if lengths[ids.upperBound] == nil {
                    for id in ids where lengths[id] != nil { lengths[id]? += 1 }
                }
            }
        }
    }
}
