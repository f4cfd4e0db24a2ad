// SPDX-License-Identifier: Apache-2.0
import SQLite
import TestSupport
import Testing

/// Backups onto a disk that fails.
@Suite struct BackupTargetTests {
    private static let full: Int32 = 13
    /// SQLITE_IOERR_SHMSIZE.
    private static let sharedMemory: Int32 = 10 | 19 << 8

    /// Backs up into a folder whose disk fails, and answers the error.
    private func backUp(to folder: FaultyFolder) throws -> BackupError? {
        let source = try TemporaryFolder()
        let connection = try Connection(path: source.database, mode: .readWriteCreate)
        defer { connection.close() }
        try connection.write { try $0.run("CREATE TABLE a (body BLOB NOT NULL) STRICT") }
        try connection.write { try $0.run("INSERT INTO a VALUES (zeroblob(4000000))") }
        return #expect(throws: BackupError.self) {
            try Backup.copy(from: source.database, to: folder.database)
        }
    }

    @Test func `a disk that is full under a backup is named by the backup's path`() throws {
        let folder = try FaultyFolder()
        let part = folder.database + ".part"
        folder.fail(.write, number: 100, isForEver: true, with: Self.full)
        #expect(try backUp(to: folder) == .file(path: part, errno: 28))
        #expect(DurableFile.size(of: part) == nil)
    }

    @Test func `so is one that fails at the end`() throws {
        let folder = try FaultyFolder()
        let part = folder.database + ".part"
        folder.fail(.shmMap, isForEver: true, with: Self.sharedMemory)
        let error = try backUp(to: folder)
        guard case .file(let path, _)? = error else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
        #expect(path == part)
        #expect(DurableFile.size(of: part) == nil)
    }
}
