// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// `/v1/backups`: made, watched and listed.
@Suite struct BackupRouteTests {
    private func withBackups(
        keep: Int? = nil,
        _ body: (TestClient, BackupFolder) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        let settings = BackupSettings(folder: folder.path, keep: keep)
        try withServer(configure: { $0.backups = settings }) { client in
            try body(client, BackupFolder(folder.path, for: client.service.database.path))
        }
    }

    @Test func `a backup holds what was committed, and its manifest says so`() throws {
        try withBackups { client, folder in
            try client.customer("李雷")
            let last = try #require(try client.service.number("SELECT max(seq) FROM event"))
            let made = try client.backup()
            #expect(made["status"] == "finished")
            #expect(made["progress"]?.double == 1)
            #expect(made["tables"]?["customer"]?.integer == 1)
            #expect(made["journal"]?["seq"]?.integer == last)
            let manifest = try #require(try folder.backups().first)
            #expect(made["file"]?.string == manifest.file)
            #expect(made["bytes"]?.integer == manifest.bytes)
            let path = folder.file(manifest.file)
            try manifest.verifyBytes(of: path)
            let copy = try Connection(path: path, mode: .readOnly)
            try copy.read { try manifest.verify(BackupContents(of: $0)) }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(names) == [manifest.file, manifest.file + BackupManifest.suffix])
            for name in names {
                let path = folder.file(name)
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
                #expect(mode as? Int == 0o600, "\(name)")
            }
        }
    }

    @Test func `backups are listed, the newest first, page by page`() throws {
        try withBackups { client, folder in
            // The clock stands still: each id is one more than the one before.
            let ids = try (0..<3).map { _ in try client.backup()["id"]?.integer }
            let newest = try #require(ids.last ?? nil)
            #expect(ids == [newest - 2, newest - 1, newest])
            #expect(try client.get("/v1/backups").ids == [newest, newest - 1, newest - 2])
            let down = try client.all("/v1/backups", limit: 1).map { $0["id"]?.integer }
            #expect(down == [newest, newest - 1, newest - 2])
            let up = try client.all("/v1/backups?sort=id", limit: 2).map { $0["id"]?.integer }
            #expect(up == [newest - 2, newest - 1, newest])
            #expect(try client.get("/v1/backups?count=exact&limit=1").json["count"]?.integer == 3)
            #expect(try client.get("/v1/backups/\(newest + 1)").status == 404)
        }
    }

    @Test func `one is made at a time`() throws {
        try withBackups { client, folder in
            // Held by another process, as it were, the folder lets none be made.
            let lock = try FolderLock(folder.path)
            let refused = try client.backup()
            #expect(refused["status"] == "failed")
            #expect(refused["failure"] == "another backup is being written to the folder")
            lock.release()
            #expect(try client.backup()["status"] == "finished")
        }
    }

    @Test func `a second one while the first runs is refused, and told where that is`() throws {
        try withBackups { client, _ in
            // Each takes many times as long as its answer.
            var answers: [TestAnswer] = []
            while answers.last?.status != 409, answers.count < 100 {
                answers.append(try client.send("POST", "/v1/backups"))
            }
            let (refused, begun) = (answers.removeLast(), try #require(answers.last))
            #expect(refused.problem == "backup-running")
            #expect(refused.json["existing"]?.string == begun.location)
            #expect(try client.finished(try #require(begun.location))["status"] == "finished")
        }
    }

    @Test func `only as many are kept as the setting says`() throws {
        try withBackups(keep: 2) { client, folder in
            for _ in 0..<4 { _ = try client.backup() }
            let listed = try client.get("/v1/backups").items
            #expect(listed.count == 2)
            #expect(try folder.backups().count == 2)
        }
    }

    @Test func `a retry with its key starts none`() throws {
        try withBackups { client, folder in
            let first = try client.send("POST", "/v1/backups", ["idempotency-key": "b"])
            _ = try client.finished(try #require(first.location))
            let second = try client.send("POST", "/v1/backups", ["idempotency-key": "b"])
            #expect(second.status == 202)
            #expect(second.location == first.location)
            #expect(second.fields["idempotent-replayed"] == "true")
            #expect(try folder.backups().count == 1)
        }
    }

    @Test func `a folder that is not there fails the backup and counts`() throws {
        try withServer(configure: { $0.backups = BackupSettings(folder: "/nowhere") }) { client in
            let failed = try client.backup()
            #expect(failed["status"] == "failed")
            #expect(failed["failure"] == "the folder cannot be written (error 2)")
            let metrics = try client.get("/metrics").lines
            #expect(metrics.contains("guanxi_backup_failures_total 1"))
            #expect(metrics.contains("guanxi_backups_total 0"))
        }
    }

    @Test func `without a folder there are none`() throws {
        try withServer { client in
            let answers = [
                try client.send("POST", "/v1/backups"), try client.get("/v1/backups"),
                try client.get("/v1/backups/1"),
            ]
            for answer in answers {
                #expect(answer.status == 409)
                #expect(answer.problem == "no-backup-folder")
            }
        }
    }

    @Test func `only an administrator may`() throws {
        try withBackups { client, _ in
            for role in Role.allCases where role != .admin {
                let client = client.as(role)
                let answers = [
                    try client.send("POST", "/v1/backups"), try client.get("/v1/backups"),
                ]
                #expect(answers.map(\.status) == [403, 403])
            }
        }
    }
}
