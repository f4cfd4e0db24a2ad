// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

@Suite struct CheckpointTests {
    /// Writes some 100 pages in each of so many commits.
    private func write(_ commits: Int, to writer: Writer) throws {
        for _ in 0..<commits {
            try writer.write { transaction in
                try transaction.run("INSERT INTO page (body) VALUES (zeroblob(400000))")
            }
        }
    }

    /// Hands a test a writer of pages that checkpoints each 1,000 of them, and tells of the WAL's bytes
    /// after each commit.
    private func withPages(
        _ tell: @escaping @Sendable (Int) -> Void,
        _ body: (Writer, TemporaryFolder) throws -> Void
    ) throws {
        var configuration = Writer.Configuration()
        configuration.checkpointPages = 1_000
        try withWriter(configuration, onCommit: { report in tell(report.walBytes) }) {
            writer,
            folder in
            try writer.write { transaction in
                try transaction.run("CREATE TABLE page (body BLOB NOT NULL) STRICT")
            }
            try body(writer, folder)
        }
    }

    @Test func `keep the WAL bounded`() throws {
        let largest = Atomic(0)
        try withPages({ bytes in largest.max(bytes, ordering: .relaxed) }) { writer, folder in
            try write(40, to: writer)
            // 1,000 pages, and those of one more commit.
            #expect(largest.load(ordering: .relaxed) < 1_200 * 4_120)
            #expect(try folder.size(of: "test.db-wal") ?? 0 < 1_200 * 4_120)
        }
    }

    @Test func `find most of their pages in the file`() throws {
        let last = Atomic(0)
        try withPages({ bytes in last.store(bytes, ordering: .relaxed) }) { writer, folder in
            try write(9, to: writer)
            // Copies come after the answer.
            try writer.write { _ in }
            #expect(last.load(ordering: .relaxed) > 900 * 4_120)
            #expect(try folder.size(of: "test.db") ?? 0 > 750 * 4_096)
            try write(3, to: writer)
            #expect(last.load(ordering: .relaxed) < 300 * 4_120)
        }
    }

    @Test func `begin anew when a reader that held them back is gone`() throws {
        let last = Atomic(0)
        try withPages({ bytes in last.store(bytes, ordering: .relaxed) }) { writer, folder in
            let reader = try Connection(path: folder.file(), mode: .readOnly)
            try reader.read { snapshot in
                _ = try countNotes(snapshot)
                try write(30, to: writer)
                #expect(last.load(ordering: .relaxed) > 2_000 * 4_120)
            }
            try write(15, to: writer)
            #expect(last.load(ordering: .relaxed) < 1_200 * 4_120)
        }
    }

    @Test func `are held back by an endless read until its budget is spent`() throws {
        let last = Atomic(0)
        try withPages({ bytes in last.store(bytes, ordering: .relaxed) }) { writer, folder in
            let path = folder.file()
            let reading = Gate()
            let ends = Collected<SQLiteError?>()
            Thread.detachNewThread {
                do {
                    let reader = try Connection(path: path, mode: .readOnly)
                    try reader.read(within: .milliseconds(200)) { snapshot in
                        _ = try countNotes(snapshot)
                        reading.open()
                        _ = try snapshot.first(Self.endless) { row in try row[0] as Int }
                    }
                    ends.add(nil)
                } catch {
                    ends.add(error as? SQLiteError)
                }
            }
            reading.pass()
            while ends.all.isEmpty { try write(5, to: writer) }
            #expect(ends.all[0]?.isInterrupted == true)
            try write(15, to: writer)
            #expect(last.load(ordering: .relaxed) < 1_200 * 4_120)
        }
    }

    private static let endless = """
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number)
        SELECT max(n) FROM number
        """
}
