// SPDX-License-Identifier: Apache-2.0
import API
import Foundation
import Glibc
import Migrations
import SQLite
import Testing

/// `guanxi backup`, `restore` and `check`, as scripts see them.
@Suite struct BackupCommandTests {
    private let folder: TemporaryFolder
    private let database: String

    init() throws {
        folder = try TemporaryFolder()
        database = folder.path("test.db")
        let arguments = ["token", "create", "--name", "a", "--role", "admin"]
        let end = try Program.run(arguments + ["--database", database])
        try #require(end.code == 0)
    }

    private func run(_ arguments: String...) throws -> Program.End {
        try Program.run(arguments, ["GUANXI_DATABASE": database])
    }

    private func change(_ file: String) throws {
        var bytes = try Data(contentsOf: URL(filePath: file))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: file))
    }

    @Test func `a backup is restored beside the database, and over it when told to`() throws {
        let file = folder.path("copy.db")
        let made = try run("backup", file)
        #expect(made.code == 0)
        #expect(made.output == file + "\n")
        #expect(try run("check", "--database", file).code == 0)
        let refused = try run("restore", file)
        #expect(refused.code == 73)
        #expect(refused.complaint.contains("--force"))
        let replaced = try run("restore", file, "--force")
        #expect(replaced.code == 0, "\(replaced.complaint)")
        #expect(replaced.output == database + ": 1 journal entries\n")
        #expect(try run("restore", file, "--database", folder.path("new.db")).code == 0)
        #expect(try run("check").code == 0)
    }

    @Test func `a backup is found by a link to it, with its manifest`() throws {
        let file = folder.path("copy.db")
        let link = folder.path("latest.db")
        #expect(try run("backup", file).code == 0)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let restored = try run("restore", link, "--database", folder.path("new.db"))
        #expect(restored.code == 0)
        #expect(restored.complaint.isEmpty)
        try change(file)
        #expect(try run("check", "--database", link).output.contains("its manifest"))
    }

    @Test func `a log beside a backup is not taken for a part of it`() throws {
        let file = folder.path("copy.db")
        #expect(try run("backup", file).code == 0)
        try Data("no log of it".utf8).write(to: URL(filePath: file + "-wal"))
        for arguments in [["restore", file, "--force"], ["check", "--database", file]] {
            let end = try Program.run(arguments, ["GUANXI_DATABASE": database])
            #expect(end.code == 65)
            #expect(end.complaint.contains("copy.db-wal"))
        }
    }

    @Test func `what is no database of guanxi is neither checked nor restored`() throws {
        let empty = folder.path("empty.db")
        try Data().write(to: URL(filePath: empty))
        let foreign = folder.path("foreign.db")
        let connection = try Connection(path: foreign, mode: .readWriteCreate)
        try connection.write { try $0.run("CREATE TABLE other (id INTEGER) STRICT") }
        connection.close()
        for file in [empty, foreign] {
            for end in [try run("restore", file, "--force"), try run("check", "--database", file)] {
                #expect(end.code == 65)
                #expect(end.complaint.contains("no database of guanxi"), "\(end.complaint)")
            }
        }
        #expect(try run("check").code == 0)
    }

    @Test func `a file that is there is not overwritten`() throws {
        let file = folder.path("copy.db")
        #expect(try run("backup", file).code == 0)
        let before = try BackupManifest(at: file + BackupManifest.suffix)
        let refused = try run("backup", file)
        #expect(refused.code == 73)
        #expect(refused.complaint.contains("exists"))
        #expect(try BackupManifest(at: file + BackupManifest.suffix) == before)
    }

    @Test(arguments: ["-wal", "-shm", "-journal", "-lock", "-ballast", ".manifest.json", ".part"])
    func `no backup is named like a file beside another`(suffix: String) throws {
        let file = folder.path("other.db" + suffix)
        let refused = try run("backup", file)
        #expect(refused.code == 73)
        #expect(refused.complaint.contains("give it another name"), "\(refused.complaint)")
        #expect(DurableFile.size(of: file) == nil)
    }

    @Test func `no backup is put beside what would be taken for its log`() throws {
        let file = folder.path("copy.db")
        try Data().write(to: URL(filePath: file + "-wal"))
        let refused = try run("backup", file)
        #expect(refused.code == 73)
        #expect(refused.complaint.contains("copy.db-wal exists"), "\(refused.complaint)")
        #expect(DurableFile.size(of: file) == nil)
    }

    @Test func `a backup is not restored over itself`() throws {
        let file = folder.path("copy.db")
        try #require(try run("backup", file).code == 0)
        let before = try Data(contentsOf: URL(filePath: file))
        let refused = try run("restore", file, "--force", "--database", file)
        #expect(refused.code == 65, "\(refused.complaint)")
        #expect(try Data(contentsOf: URL(filePath: file)) == before)
    }

    @Test func `no database is restored to the name of a file beside another`() throws {
        let file = folder.path("copy.db")
        try #require(try run("backup", file).code == 0)
        let log = folder.path("other.db-wal")
        let refused = try run("restore", file, "--database", log)
        #expect(refused.code == 73)
        #expect(refused.complaint.contains("give it another name"), "\(refused.complaint)")
        #expect(DurableFile.size(of: log) == nil)
    }

    @Test func `a folder gets a name by the time, and as many as are to be kept`() throws {
        let backups = folder.path("backups")
        try FileManager.default.createDirectory(
            atPath: backups,
            withIntermediateDirectories: false
        )
        var last = ""
        for _ in 1...3 {
            let made = try run("backup", backups, "--keep", "2")
            #expect(made.code == 0, "\(made.complaint)")
            #expect(made.output != last)
            last = made.output
        }
        let kept = try BackupFolder(backups, for: database).backups()
        #expect(kept.count == 2)
        #expect(backups + "/" + kept[0].file + "\n" == last)
        #expect(try run("backup", backups, "--keep", "0").code == 64)
    }

    @Test func `one that was changed is found out`() throws {
        let file = folder.path("copy.db")
        #expect(try run("backup", file).code == 0)
        try change(file)
        let check = try run("check", "--database", file)
        #expect(check.code == 65)
        #expect(check.output.contains("digest"))
        let restore = try run("restore", file, "--database", folder.path("new.db"))
        #expect(restore.code == 65)
        #expect(restore.complaint.contains("digest"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("new.db")))
    }

    @Test func `one without manifest is restored, and it is said`() throws {
        let file = folder.path("copy.db")
        #expect(try run("backup", file).code == 0)
        DurableFile.remove(file + BackupManifest.suffix)
        let restored = try run("restore", file, "--database", folder.path("new.db"))
        #expect(restored.code == 0)
        #expect(restored.complaint.contains("manifest.json is missing"))
    }

    @Test func `what a link leads to is replaced, not the link`() throws {
        let (file, link) = (folder.path("copy.db"), folder.path("link.db"))
        #expect(try run("backup", file).code == 0)
        let files = FileManager.default
        try files.createSymbolicLink(atPath: link, withDestinationPath: database)
        #expect(try run("restore", file, "--database", link, "--force").code == 0)
        #expect(try files.destinationOfSymbolicLink(atPath: link) == database)
        #expect(try run("check").code == 0)
    }

    @Test func `one of an earlier program is as good`() throws {
        let old = folder.path("old.db")
        let connection = try Connection(path: old, mode: .readWriteCreate)
        _ = try Migrator(Array(Migrations.all.dropLast())).migrate(connection, at: 0)
        connection.close()
        let file = folder.path("copy.db")
        #expect(try run("backup", file, "--database", old).code == 0)
        #expect(try run("check", "--database", file).code == 0)
        let restored = try run("restore", file, "--database", folder.path("new.db"))
        #expect(restored.code == 0, "\(restored.complaint)")
        #expect(try run("migrate", "--database", folder.path("new.db")).code == 0)
    }

    @Test func `a database in use is never replaced, and its owner is named`() throws {
        let file = folder.path("copy.db")
        #expect(try run("backup", file).code == 0)
        let lock = try DatabaseLock(path: database)
        let refused = try run("restore", file, "--force")
        #expect(refused.code == 73)
        #expect(refused.complaint.contains("in use by process \(getpid())"))
        lock.release()
        #expect(try run("restore", folder.path("none"), "--force").code == 65)
    }

    @Test func `a name that looks like an address is a file's name`() throws {
        let arguments = ["backup", "file:copy.db", "--database", database]
        let script = ["-c", "cd \"$0\" && exec \"$@\"", folder.url.path, Program.url.path]
        let made = try Program.run(script + arguments, by: "/bin/sh")
        #expect(made.code == 0, "\(made.complaint)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(names.contains("file:copy.db") && names.contains("file:copy.db.manifest.json"))
        #expect(try run("check", "--database", folder.path("file:copy.db")).code == 0)
    }

    private func owner(_ name: String) throws -> (owner: Int?, group: Int?, mode: Int?) {
        let all = try FileManager.default.attributesOfItem(atPath: folder.path(name))
        return (
            all[.ownerAccountID] as? Int, all[.groupOwnerAccountID] as? Int,
            all[.posixPermissions] as? Int
        )
    }

    @Test(.enabled(if: geteuid() == 0))
    func `what root restores belongs to whoever had it, or has the folder`() throws {
        let file = folder.path("copy.db")
        #expect(try run("backup", file).code == 0)
        let files = FileManager.default
        try files.setAttributes(
            [.ownerAccountID: 65_534, .groupOwnerAccountID: 65_533, .posixPermissions: 0o640],
            ofItemAtPath: database
        )
        #expect(try run("restore", file, "--force").code == 0)
        for name in ["test.db", "test.db-lock"] {
            #expect(try owner(name) == (65_534, 65_533, 0o640), "\(name)")
        }
        let service = folder.path("service")
        try files.createDirectory(atPath: service, withIntermediateDirectories: false)
        try files.setAttributes(
            [.ownerAccountID: 65_532, .groupOwnerAccountID: 65_531],
            ofItemAtPath: service
        )
        #expect(try run("restore", file, "--database", service + "/new.db").code == 0)
        for name in ["service/new.db", "service/new.db-lock"] {
            #expect(try owner(name) == (65_532, 65_531, 0o600), "\(name)")
        }
    }
}
