// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import JSON
import Migrations
import SQLite
import Service
import TestSupport
import Testing

/// Backups made and restored, and what of them is left when that fails.
@Suite struct BackupWorkTests {
    private struct Enough: Error {}

    private func names(in folder: TemporaryFolder, beginning: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix(beginning) }.sorted()
    }

    private func restore(
        _ file: String,
        to path: String
    ) throws -> JournalVerdict {
        try BackupRestore(file) { try Migrator(Migrations.all).verify($0) }
            .run(to: path) { _ in }
    }

    private func withBackup(
        _ body: (TestClient, TemporaryFolder, _ file: String) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        try withServer { client in
            try client.customer("李雷")
            let file = folder.path + "/copy.db"
            _ = try BackupWork(of: client.service.database.path, keep: nil)
                .run(to: file, at: client.clock.now) { _ in }
            try body(client, folder, file)
        }
    }

    @Test func `what is restored is what was backed up`() throws {
        try withBackup { client, folder, file in
            let customer = try client.get("/v1/customers/1").body
            try client.customer("later")
            let path = folder.path + "/restored.db"
            let verdict = try restore(file, to: path)
            #expect(verdict.isValid)
            #expect(try names(in: folder, beginning: "restored") == ["restored.db"])
            try withServer(database: path) { restored in
                let first = try restored.get("/v1/customers/1")
                #expect(first.body == customer)
                #expect(try restored.get("/v1/customers/2").status == 404)
                #expect(try restored.get("/v1/audit/verify").json["valid"] == true)
            }
        }
    }

    @Test func `what lies beside a replaced database is gone`() throws {
        try withBackup { _, folder, file in
            let path = folder.path + "/old.db"
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try Data("old".utf8).write(to: URL(filePath: path + suffix))
            }
            _ = try restore(file, to: path)
            #expect(try names(in: folder, beginning: "old") == ["old.db"])
        }
    }

    @Test func `a backup that is not what its manifest says is refused, and changes nothing`()
        throws
    {
        try withBackup { _, folder, file in
            let path = folder.path + "/old.db"
            try Data("old".utf8).write(to: URL(filePath: path))
            var bytes = try Data(contentsOf: URL(filePath: file))
            // The last byte of the first row that was inserted into its page.
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(filePath: file))
            #expect(throws: BackupFault.self) { try restore(file, to: path) }
            try (bytes + [0]).write(to: URL(filePath: file))
            #expect(throws: BackupFault.self) { try restore(file, to: path) }
            #expect(try Data(contentsOf: URL(filePath: path)) == Data("old".utf8))
            #expect(try names(in: folder, beginning: "old") == ["old.db"])
        }
    }

    @Test func `a backup without manifest is restored after the check`() throws {
        try withBackup { _, folder, file in
            DurableFile.remove(file + BackupManifest.suffix)
            let restore = try BackupRestore(file) { _ in }
            #expect(!restore.hasManifest)
            #expect(try restore.run(to: folder.path + "/new.db") { _ in }.isValid)
        }
    }

    @Test func `a manifest of another state is refused`() throws {
        try withBackup { client, folder, file in
            try client.customer("later")
            let other = folder.path + "/other.db"
            let made = try BackupWork(of: client.service.database.path, keep: nil)
                .run(to: other, at: client.clock.now) { _ in }
            let older = try Connection(path: file, mode: .readOnly)
            #expect(throws: BackupFault.self) {
                try older.read { try made.manifest.verify(BackupContents(of: $0)) }
            }
        }
    }

    @Test func `one that is broken off leaves nothing`() throws {
        try withBackup { client, folder, file in
            for end in [0.1, 0.8] {
                #expect(throws: Enough.self) {
                    try BackupWork(of: client.service.database.path, keep: 1)
                        .run(to: folder.path + "/broken.db", at: client.clock.now) {
                            if $0 > end { throw Enough() }
                        }
                }
            }
            let left = try names(in: folder, beginning: "broken")
            #expect(left == [])
            #expect(try names(in: folder, beginning: "copy").count == 2)
        }
    }

    @Test func `what a killed process left is removed by the next one`() throws {
        try withBackup { client, folder, _ in
            let path = client.service.database.path
            let file = BackupFolder(folder.path, for: path).newFile(at: client.clock.now)
            let left = [file + ".part", file + BackupManifest.suffix + ".part"]
            let foreign = [folder.path + "/other.part", folder.path + "/test-1.sqlite.part"]
            for path in left + foreign { try Data().write(to: URL(filePath: path)) }
            _ = try BackupWork(of: path, keep: nil).run(to: file, at: client.clock.now) { _ in }
            for path in left { #expect(DurableFile.size(of: path) == nil) }
            for path in foreign { #expect(DurableFile.size(of: path) == 0) }
        }
    }
}
