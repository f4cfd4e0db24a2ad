// SPDX-License-Identifier: Apache-2.0
import SQLite
import Synchronization
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

    /// Checkpoints each 1,000 pages.
    private static var eager: Writer.Configuration {
        var configuration = Writer.Configuration()
        configuration.checkpointPages = 1_000
        return configuration
    }

    @Test func `keep the WAL bounded`() throws {
        let largest = Atomic(0)
        try withWriter(
            Self.eager,
            onCommit: { report in
                largest.max(report.walBytes, ordering: .relaxed)
            }
        ) { writer, folder in
            try writer.write { transaction in
                try transaction.run("CREATE TABLE page (body BLOB NOT NULL) STRICT")
            }
            try write(40, to: writer)
            // 1,000 pages, and those of one more commit.
            #expect(largest.load(ordering: .relaxed) < 1_200 * 4_120)
            #expect(try folder.size(of: "test.db-wal") ?? 0 < 1_200 * 4_120)
        }
    }

    @Test func `begin anew when a reader that held them back is gone`() throws {
        let last = Atomic(0)
        try withWriter(
            Self.eager,
            onCommit: { report in
                last.store(report.walBytes, ordering: .relaxed)
            }
        ) { writer, folder in
            try writer.write { transaction in
                try transaction.run("CREATE TABLE page (body BLOB NOT NULL) STRICT")
            }
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
}
