// SPDX-License-Identifier: Apache-2.0
import SQLite
import Synchronization
import Testing

@Suite struct SharedViewTests {
    @Test func `two threads see one state, whatever is committed meanwhile`() throws {
        try withWriter { writer, folder in
            let connection = try Connection(path: folder.file(), mode: .readOnly)
            let helpers = try ReaderPool(path: folder.file(), threads: 1)
            defer { helpers.stop() }
            let notes = Notes(writer)
            try notes.insert()
            for _ in 1...50 {
                // Keeps the thread from beginning at once.
                try helpers.submit { _ in try? writer.write { _ in } }
                let counts = try connection.read(with: helpers, beside: writer.commits) { view in
                    try [countNotes(view.snapshot)]
                        + view.map(8) { _, snapshot in try countNotes(snapshot) }
                }
                #expect(Set(counts).count == 1)
            }
            notes.stop()
        }
    }

    @Test func `a commit between two beginnings is noticed`() throws {
        try withWriter { writer, _ in
            #expect(writer.commits.isStill {})
            let isStill = try writer.commits.isStill {
                _ = try writer.write { transaction in try insertNote("x", in: transaction) }
            }
            #expect(!isStill)
        }
    }

    @Test func `answers in order, with help and without`() throws {
        try withWriter { writer, folder in
            let connection = try Connection(path: folder.file(), mode: .readOnly)
            let pool = try ReaderPool(path: folder.file(), threads: 1)
            defer { pool.stop() }
            for helpers in [pool, nil] {
                let parts = try connection.read(with: helpers, beside: writer.commits) { view in
                    let first = view.start { snapshot in try countNotes(snapshot) }
                    return try view.map(100) { number, _ in number } + [first.wait()]
                }
                #expect(parts == Array(0..<100) + [0])
            }
        }
    }

    @Test func `throws what a part has thrown, and lets the thread go`() throws {
        try withWriter { writer, folder in
            let connection = try Connection(path: folder.file(), mode: .readOnly)
            let helpers = try ReaderPool(path: folder.file(), threads: 1)
            defer { helpers.stop() }
            for _ in 1...3 {
                #expect(throws: QueueFull.self) {
                    try connection.read(with: helpers, beside: writer.commits) { view in
                        try view.map(10) { number, _ in if number == 5 { throw QueueFull() } }
                    }
                }
            }
            #expect(try helpers.run { connection in try connection.read(countNotes) } == 0)
        }
    }
}

/// Somebody who inserts one note after the other.
private final class Notes: Sendable {
    private let writer: Writer
    private let number = Mutex(0)
    private let goesOn = Mutex(true)

    init(_ writer: Writer) { self.writer = writer }

    func insert() throws(QueueFull) {
        let next = number.withLock { number in
            number += 1
            return number
        }
        try writer.submit { transaction in
            try insertNote("\(next)", in: transaction)
        } then: { [self] _ in
            guard goesOn.withLock({ $0 }) else { return }
            do { try insert() } catch { stop() }
        }
    }

    func stop() { goesOn.withLock { $0 = false } }
}
