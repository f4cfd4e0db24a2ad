// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

@Suite struct WriterTests {
    /// Time enough for any batch of a test.
    static let patient = Writer.Configuration(batchTime: .seconds(60))

    struct Refusal: Error, Equatable {}

    @Test func `commits together what has queued and answers in order`() throws {
        let reports = Collected<CommitReport>()
        try withWriter(Self.patient, onCommit: reports.add) { writer, folder in
            let answers = Collected<Int?>()
            let gate = try writer.hold()
            for number in 1...100 {
                try writer.submit { transaction in
                    try insertNote("note \(number)", in: transaction)
                } then: { result in
                    answers.add(try? result.get())
                }
            }
            #expect(writer.queueLength == 100)
            #expect(answers.all.isEmpty)
            gate.open()
            #expect(answers.wait(for: 100) == Array(1...100))
            // The first commit made the table.
            #expect(reports.wait(for: 2).map(\.requests) == [1, 100])
            #expect(reports.all[1].walBytes > 0)
            #expect(reports.all[1].duration > .zero)
        }
    }

    @Test func `answers when other connections see the row`() throws {
        try withWriter { writer, folder in
            let path = folder.file()
            let seen = Collected<Int?>()
            for number in 1...3 {
                try writer.submit { transaction in
                    try insertNote("note \(number)", in: transaction)
                } then: { _ in
                    let other = try? Connection(path: path, mode: .readOnly)
                    seen.add(try? other?.read(countNotes))
                }
                #expect(seen.wait(for: number).last == number)
            }
        }
    }

    @Test func `commits no more at once than the limit`() throws {
        let reports = Collected<CommitReport>()
        let configuration = Writer.Configuration(batchLimit: 10, batchTime: .seconds(60))
        try withWriter(configuration, onCommit: reports.add) { writer, _ in
            let gate = try writer.hold()
            for number in 1...25 {
                try writer.submit { transaction in
                    try insertNote("note \(number)", in: transaction)
                } then: { _ in
                }
            }
            gate.open()
            #expect(reports.wait(for: 4).map(\.requests) == [1, 10, 10, 5])
            #expect(reports.all.dropFirst().map(\.queueLength) == [15, 5, 0])
        }
    }

    @Test func `commits what took its time without waiting for more`() throws {
        let reports = Collected<CommitReport>()
        let configuration = Writer.Configuration(batchTime: .zero)
        try withWriter(configuration, onCommit: reports.add) { writer, _ in
            let gate = try writer.hold()
            let answer = Collected<Int?>()
            try writer.submit { transaction in
                try insertNote("note", in: transaction)
            } then: { result in
                answer.add(try? result.get())
            }
            gate.open()
            #expect(answer.wait(for: 1) == [1])
            // What held the writer wrote nothing: no commit of it is reported.
            #expect(reports.wait(for: 2).map(\.requests) == [1, 1])
        }
    }

    @Test func `commits what a job has written together with what came meanwhile`() throws {
        let reports = Collected<CommitReport>()
        try withWriter(Self.patient, onCommit: reports.add) { writer, _ in
            let (running, gate) = (Gate(), Gate())
            let answers = Collected<Int?>()
            Foundation.Thread.detachNewThread {
                let answer = try? writer.write { transaction in
                    running.open()
                    gate.pass()
                    return try insertNote("a piece", in: transaction)
                }
                answers.add(answer)
            }
            running.pass()
            for number in 1...3 {
                try writer.submit { transaction in
                    try insertNote("note \(number)", in: transaction)
                } then: { result in
                    answers.add(try? result.get())
                }
            }
            gate.open()
            #expect(Set(answers.wait(for: 4)) == [1, 2, 3, 4])
            // The first commit made the table.
            #expect(reports.wait(for: 2).map(\.requests) == [1, 4])
        }
    }

    @Test func `rolls back one bad request alone`() throws {
        try withWriter(Self.patient) { writer, folder in
            let answers = Collected<Result<Int, any Error>>()
            let gate = try writer.hold()
            let works: [@Sendable (Transaction) throws -> Int] = [
                { transaction in try insertNote("a", in: transaction) },
                { transaction in
                    _ = try insertNote("b", in: transaction)
                    return try insertNote("a", in: transaction)
                },
                { transaction in
                    _ = try insertNote("c", in: transaction)
                    throw Refusal()
                },
                { transaction in try insertNote("d", in: transaction) },
            ]
            for work in works { try writer.submit(work, then: answers.add) }
            gate.open()
            let results = answers.wait(for: 4)
            #expect(try results[0].get() == 1)
            let twice = #expect(throws: SQLiteError.self) { try results[1].get() }
            #expect(twice?.isUniqueViolation == true)
            #expect(throws: Refusal()) { try results[2].get() }
            #expect(try results[3].get() == 2)
            let reader = try Connection(path: folder.file(), mode: .readOnly)
            #expect(try reader.read(bodies) == ["a", "d"])
        }
    }

    @Test(arguments: [false, true])
    func `runs a batch again, and once, when one fails that has written`(
        _ hasWritten: Bool
    ) throws {
        let reports = Collected<CommitReport>()
        try withWriter(Self.patient, onCommit: reports.add) { writer, folder in
            let attempts = Atomic(0)
            let answers = Collected<Result<Int, any Error>>()
            let gate = try writer.hold()
            let good: @Sendable (String) -> @Sendable (Transaction) throws -> Int = { body in
                { transaction in
                    attempts.add(1, ordering: .relaxed)
                    return try insertNote(body, in: transaction)
                }
            }
            let bad: @Sendable (Transaction) throws -> Int = { transaction in
                if hasWritten { _ = try insertNote("gone", in: transaction) }
                throw Refusal()
            }
            for work in [good("a"), bad, good("b")] { try writer.submit(work, then: answers.add) }
            gate.open()
            let results = answers.wait(for: 3)
            #expect(try results[0].get() == 1)
            #expect(throws: Refusal()) { try results[1].get() }
            #expect(try results[2].get() == 2)
            // The one before it ran twice; the one behind it had not run when it failed.
            #expect(attempts.load(ordering: .relaxed) == (hasWritten ? 3 : 2))
            let commits = hasWritten ? [1, 1, 1] : [1, 3]
            #expect(reports.wait(for: commits.count).map(\.requests) == commits)
            let reader = try Connection(path: folder.file(), mode: .readOnly)
            #expect(try reader.read(bodies) == ["a", "b"])
        }
    }

    @Test func `runs each request again when SQLite rolled the batch back`() throws {
        let reports = Collected<CommitReport>()
        try withWriter(Self.patient, onCommit: reports.add) { writer, folder in
            // An insert that finds no room rolls back the whole transaction.
            try writer.write { transaction in
                try transaction.run("CREATE TABLE large (body TEXT NOT NULL) STRICT")
                _ = try transaction.first("PRAGMA max_page_count = 10") { _ in }
            }
            @Sendable func insertLarge(_ transaction: Transaction) throws -> Int {
                let body = String(repeating: "much", count: 20_000)
                return try transaction.run("INSERT INTO large (body) VALUES ($1)", body)
            }
            let attempts = Atomic(0)
            let answers = Collected<Result<Int, any Error>>()
            let gate = try writer.hold()
            try writer.submit(
                { transaction in
                    attempts.add(1, ordering: .relaxed)
                    return try insertNote("before", in: transaction)
                },
                then: answers.add
            )
            try writer.submit(
                { transaction in
                    // To swallow the error does not save the batch.
                    _ = try? insertLarge(transaction)
                    return try insertNote("none", in: transaction)
                },
                then: answers.add
            )
            try writer.submit(
                { transaction in try insertLarge(transaction) },
                then: answers.add
            )
            try writer.submit(
                { transaction in try insertNote("after", in: transaction) },
                then: answers.add
            )
            gate.open()
            let results = answers.wait(for: 4)
            #expect(try results[0].get() == 1)
            #expect(throws: SQLiteError.self) { try results[1].get() }
            let full = #expect(throws: SQLiteError.self) { try results[2].get() }
            #expect(full?.isFull == true)
            #expect(try results[3].get() == 2)
            #expect(attempts.load(ordering: .relaxed) == 2)
            let reader = try Connection(path: folder.file(), mode: .readOnly)
            #expect(try reader.read(bodies) == ["after", "before"])
        }
    }

    @Test func `refuses work when its queue is full`() throws {
        let configuration = Writer.Configuration(queueLimit: 2)
        try withWriter(configuration) { writer, _ in
            let gate = try writer.hold()
            let answers = Collected<Int?>()
            for number in 1...2 {
                try writer.submit { transaction in
                    try insertNote("note \(number)", in: transaction)
                } then: { result in
                    answers.add(try? result.get())
                }
            }
            #expect(throws: QueueFull()) {
                try writer.submit { _ in
                } then: { _ in
                }
            }
            gate.open()
            #expect(answers.wait(for: 2) == [1, 2])
        }
    }

    @Test func `who waits for the commit also waits for room in the queue`() throws {
        let configuration = Writer.Configuration(queueLimit: 1)
        try withWriter(configuration) { writer, _ in
            for number in 1...100 {
                let gate = try writer.hold()
                try writer.submit { transaction in
                    try insertNote("before \(number)", in: transaction)
                } then: { _ in
                }
                DispatchQueue.global().async { gate.open() }
                let id = try writer.write { transaction in
                    try insertNote("behind \(number)", in: transaction)
                }
                #expect(id == 2 * number)
            }
        }
    }

    @Test func `does not wait for room without end, nor while it stops`() throws {
        let configuration = Writer.Configuration(queueLimit: 1, patience: 0)
        try withWriter(configuration) { writer, _ in
            let gate = try writer.hold()
            try writer.submit { _ in
            } then: { _ in
            }
            #expect(throws: QueueFull()) { try writer.write(countNotes) }
            #expect(!writer.isClosed)
            gate.open()
        }
        try withWriter(Writer.Configuration(queueLimit: 1)) { writer, _ in
            let gate = try writer.hold()
            try writer.submit { _ in
            } then: { _ in
            }
            DispatchQueue.global().async { writer.close() }
            #expect(throws: QueueFull()) { try writer.write(countNotes) }
            #expect(writer.isClosed)
            gate.open()
        }
    }

    @Test func `writes nothing when every request of a batch failed`() throws {
        try withWriter { writer, folder in
            let before = try folder.size(of: "test.db-wal")
            #expect(throws: Refusal()) {
                try writer.write { transaction in
                    _ = try insertNote("rolled back", in: transaction)
                    throw Refusal()
                }
            }
            try writer.write(countNotes)
            #expect(try folder.size(of: "test.db-wal") == before)
        }
    }

    @Test func `finishes what has queued when it stops`() throws {
        try withWriter { writer, folder in
            let gate = try writer.hold()
            let answers = Collected<Int?>()
            for number in 1...10 {
                try writer.submit { transaction in
                    try insertNote("note \(number)", in: transaction)
                } then: { result in
                    answers.add(try? result.get())
                }
            }
            gate.open()
            writer.stop()
            #expect(answers.all == Array(1...10))
            #expect(try folder.size(of: "test.db-wal") == 0)
            #expect(throws: QueueFull()) { try writer.write(countNotes) }
        }
    }

    @Test func `throws what opening threw`() {
        #expect(throws: SQLiteError.self) {
            try Writer(path: "/nowhere/test.db", onFatal: { _ in })
        }
    }

    @Test func `does not wait for itself`() throws {
        try withWriter { writer, _ in
            let error = #expect(throws: SQLiteError.self) {
                try writer.write { _ in try writer.write(countNotes) }
            }
            #expect(error?.isMisuse == true)
        }
    }

    @Test(arguments: [
        "COMMIT", "end", " ROLLBACK", "ROLLBACK TO request", "RELEASE request", "BEGIN",
    ])
    func `refuses work that ends its transaction`(_ sql: String) throws {
        try withWriter { writer, _ throws in
            let error = #expect(throws: SQLiteError.self) {
                try writer.write { transaction in try transaction.run(sql) }
            }
            #expect(error?.isMisuse == true)
            let next = try writer.write { transaction in try insertNote("next", in: transaction) }
            #expect(next == 1)
        }
    }

    private var bodies: (Snapshot) throws -> [String] {
        { snapshot in
            try snapshot.all("SELECT body FROM note ORDER BY body") { row in try row[0] }
        }
    }
}
