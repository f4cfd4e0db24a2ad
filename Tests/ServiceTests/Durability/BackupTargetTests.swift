// SPDX-License-Identifier: Apache-2.0
import SQLite
import TestSupport
import Testing

/// Backups onto a disk that fails.
@Suite struct BackupTargetTests {
    private static let full: Int32 = 13

    @Test func `a disk that is full under a backup is named by the backup's path`() throws {
        let source = try TemporaryFolder()
        let connection = try Connection(path: source.database, mode: .readWriteCreate)
        try connection.write { try $0.run("CREATE TABLE a (body BLOB NOT NULL) STRICT") }
        try connection.write { try $0.run("INSERT INTO a VALUES (zeroblob(4000000))") }
        let folder = try FaultyFolder()
        let file = folder.database + ".backup"
        folder.fail(.write, number: 100, isForEver: true, with: Self.full)
        let error = #expect(throws: BackupError.self) {
            try Backup.copy(from: source.database, to: file)
        }
        #expect(error == .file(path: file + ".part", errno: 28))
        #expect(DurableFile.size(of: file + ".part") == nil)
        connection.close()
    }
}
