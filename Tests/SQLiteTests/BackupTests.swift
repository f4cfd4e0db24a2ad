// SPDX-License-Identifier: Apache-2.0
import Foundation
import SQLite
import Synchronization
import TestSupport
import Testing

@Suite struct BackupTests {
    @Test func `copies what was committed, in one file`() throws {
        try withWriter { writer, folder in
            try writer.write { transaction in
                for number in 1...1000 { _ = try insertNote("note \(number)", in: transaction) }
            }
            let progress = Collected<Double>()
            try Backup.copy(
                from: folder.file(),
                to: folder.file("copy.db"),
                progress: progress.add
            )
            #expect(progress.all.last == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.filter { $0.hasPrefix("copy") } == ["copy.db"])
            let copy = try Connection(path: folder.file("copy.db"), mode: .readOnly)
            #expect(try copy.read(countNotes) == 1000)
            // Not in WAL mode (https://sqlite.org/fileformat2.html, offset 18).
            let bytes = try Data(contentsOf: URL(filePath: folder.file("copy.db")))
            #expect(Array(bytes[18...19]) == [1, 1])
            #expect(try copy.read { snapshot in try IntegrityCheck.run(snapshot) } == [])
        }
    }

    @Test func `is consistent while others write`() throws {
        try withWriter { writer, folder in
            // Some 5,000 pages, which take two steps.
            try writer.write { transaction in
                try transaction.run("CREATE TABLE page (body BLOB NOT NULL) STRICT")
                try transaction.run("INSERT INTO page (body) VALUES (zeroblob(20000000))")
                try insertNote("before", in: transaction)
            }
            // Each step is followed by a commit to pages that are copied and pages that are not.
            var steps = 0
            try Backup.copy(from: folder.file(), to: folder.file("copy.db")) { _ in
                steps += 1
                let body = "during \(steps)"
                _ = try? writer.write { transaction in
                    try transaction.run("INSERT INTO page (body) VALUES (zeroblob(40000))")
                    try insertNote(body, in: transaction)
                    return try transaction.run("DELETE FROM note WHERE body = 'before'")
                }
            }
            #expect(steps > 1)
            let copy = try Connection(path: folder.file("copy.db"), mode: .readOnly)
            #expect(try copy.read(value("SELECT body FROM note")) == .text("before"))
            #expect(try copy.read(value("SELECT count(*) FROM page")) == .integer(1))
            #expect(try copy.read { snapshot in try IntegrityCheck.run(snapshot) } == [])
            let live = try Connection(path: folder.file(), mode: .readOnly)
            #expect(try live.read(countNotes) == steps)
        }
    }

    @Test func `overwrites nothing`() throws {
        try withWriter { _, folder in
            let file = folder.file("copy.db")
            try Data("precious".utf8).write(to: URL(filePath: file))
            #expect(throws: BackupError.exists(file)) {
                try Backup.copy(from: folder.file(), to: file)
            }
            #expect(try folder.size(of: "copy.db") == 8)
        }
    }

    @Test func `takes the place of what an earlier try left`() throws {
        try withWriter { _, folder in
            try Data("half".utf8).write(to: URL(filePath: folder.file("copy.db.part")))
            try Backup.copy(from: folder.file(), to: folder.file("copy.db"))
            #expect(try folder.size(of: "copy.db.part") == nil)
        }
    }

    @Test func `leaves nothing of a damaged database`() throws {
        let folder = try TemporaryFolder()
        try makeDamaged(folder)
        let error = #expect(throws: BackupError.self) {
            try Backup.copy(from: folder.file(), to: folder.file("copy.db"))
        }
        guard case .damaged(let findings) = error else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
        #expect(!findings.isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.filter { $0.hasPrefix("copy") } == [])
    }

    @Test func `damage is found`() throws {
        let folder = try TemporaryFolder()
        try makeDamaged(folder)
        let connection = try Connection(path: folder.file(), mode: .readOnly)
        #expect(try !connection.read { snapshot in try IntegrityCheck.run(snapshot) }.isEmpty)
    }

    @Test func `says when there is no folder`() throws {
        try withWriter { _, folder in
            let file = folder.file("none/copy.db")
            #expect(throws: BackupError.file(path: file + ".part", errno: ENOENT)) {
                try Backup.copy(from: folder.file(), to: file)
            }
        }
    }

    @Test func `a copy that holds something else than the database is none`() throws {
        try withWriter { _, folder in
            var reads = 0
            #expect(throws: BackupError.differs) {
                try Backup.copy(
                    from: folder.file(),
                    to: folder.file("copy.db"),
                    proof: { _ in
                        reads += 1
                        return reads
                    },
                    publish: { _, _ in Issue.record("it was published") },
                    progress: { _ in }
                )
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names.filter { $0.hasPrefix("copy") } == [])
        }
    }

    @Test func `counts the rows of each table`() throws {
        try withWriter { writer, folder in
            try writer.write { transaction in
                try transaction.run("CREATE TABLE \"a \"\" b\" (id INTEGER PRIMARY KEY) STRICT")
                try transaction.run("INSERT INTO \"a \"\" b\" VALUES (1), (2)")
                try transaction.run("CREATE VIRTUAL TABLE words USING fts5 (word)")
                try transaction.run("PRAGMA user_version = 7")
                return try insertNote("note", in: transaction)
            }
            let connection = try Connection(path: folder.file(), mode: .readOnly)
            let counts = try connection.read { try TableCounts(in: $0) }
            #expect(counts.schemaVersion == 7)
            let rows = Dictionary(uniqueKeysWithValues: counts.tables.map { ($0.name, $0.rows) })
            #expect(rows["a \" b"] == 2)
            #expect(rows["note"] == 1)
            #expect(rows["words"] == nil)
        }
    }

    @Test func `one backup at a time is written to a folder`() throws {
        let folder = try TemporaryFolder()
        let lock = try FolderLock(folder.path)
        #expect(throws: BackupError.busy(folder.path)) { _ = try FolderLock(folder.path) }
        lock.release()
        _ = try FolderLock(folder.path)
    }

    /// A database whose fourth page is overwritten.
    private func makeDamaged(_ folder: TemporaryFolder) throws {
        let writer = try Writer(path: folder.file(), onFatal: { _ in })
        try writer.write { transaction in
            try transaction.run("CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT) STRICT")
            for number in 1...1000 {
                try transaction.run("INSERT INTO note VALUES ($1, 'a')", number)
            }
        }
        writer.stop()
        let file = try FileHandle(forWritingTo: URL(filePath: folder.file()))
        try file.seek(toOffset: 3 * 4096)
        try file.write(contentsOf: Data(repeating: 0xff, count: 4096))
        try file.close()
    }
}
