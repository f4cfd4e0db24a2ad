// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTPServer
import SQLite
import Testing

/// One process has a database, and others learn which.
@Suite struct OwnerTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("test.db")
    }

    private func run(_ arguments: String...) throws -> Program.End {
        try Program.run(arguments + ["--database", path])
    }

    private func isServing(_ port: Int) throws -> Bool {
        try PlainClient(host: "127.0.0.1", port: port).send("GET", "/readyz").status == 200
    }

    private func expectRefused(_ arguments: [String], by owner: ServingProgram) throws {
        let end = try Program.run(arguments)
        #expect(end.code == 73, "\(arguments)")
        let reason = "in use by process \(owner.id)\n"
        #expect(end.complaint.contains(reason), "\(arguments): \(end.complaint)")
    }

    @Test func `what wants the file for itself is refused and told who has it`() throws {
        let owner = try ServingProgram(path)
        let port = try #require(owner.port())
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.db"),
            withDestinationPath: "test.db"
        )
        let others = [
            ["serve", "--port", "0", "--database", path],
            ["serve", "--port", "0", "--database", folder.path("link.db")],
            ["migrate", "--database", path],
            ["restore", folder.path("none.db"), "--database", path],
        ]
        for arguments in others { try expectRefused(arguments, by: owner) }
        #expect(try isServing(port))
        #expect(owner.stop().code == 0)
    }

    @Test func `who migrates has all of the log copied once more, too`() throws {
        try #require(try run("migrate").code == 0)
        // The memory that it shares with others stays, with what a run before has left there.
        let reader = try Connection(path: path, mode: .readOnly)
        defer { reader.close() }
        _ = try reader.read { snapshot in
            try snapshot.first("SELECT count(*) FROM sqlite_schema") { row in try row[0] as Int }
        }
        // nBackfill (https://sqlite.org/walformat.html, "The WAL-Index Header").
        let copied = 96..<100
        let memory = try FileHandle(forUpdating: URL(fileURLWithPath: path + "-shm"))
        defer { try? memory.close() }
        try memory.seek(toOffset: UInt64(copied.lowerBound))
        try memory.write(contentsOf: [1, 0, 0, 0])
        #expect(try run("migrate").code == 0)
        try memory.seek(toOffset: UInt64(copied.lowerBound))
        #expect(try memory.read(upToCount: copied.count) == Data([0, 0, 0, 0]))
    }

    @Test func `the file has one owner by whatever hard link`() throws {
        try #require(try run("migrate").code == 0)
        let link = folder.path("hard.db")
        try FileManager.default.linkItem(atPath: path, toPath: link)
        let owner = try ServingProgram(path)
        let port = try #require(owner.port())
        let commands = [
            ["serve", "--port", "0"], ["token", "create", "--name", "a", "--role", "admin"],
        ]
        for arguments in commands {
            try expectRefused(arguments + ["--database", link], by: owner)
        }
        #expect(try isServing(port))
        #expect(owner.stop().code == 0)
    }

    @Test func `no database is named like a file beside another`() throws {
        let end = try Program.run(["migrate", "--database", folder.path("other.db-wal")])
        #expect(end.code == 73)
        #expect(end.complaint.contains("give it another name"), "\(end.complaint)")
    }

    @Test func `commands that change something ask the owner, whatever link they know`() throws {
        let owner = try ServingProgram(path)
        _ = try #require(owner.port())
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("link.db"),
            withDestinationPath: "test.db"
        )
        let file = folder.path("customers.csv")
        try Data("kind,name\nindividual,x\n".utf8).write(to: URL(filePath: file))
        for database in [path, folder.path("link.db")] {
            let imported = try Program.run(
                ["import", "customers", file, "--database", database]
            )
            #expect(imported.code == 0, "\(imported.complaint)")
            let made = try Program.run(
                ["token", "create", "--name", "a", "--role", "admin", "--database", database]
            )
            #expect(made.output.hasPrefix("gx_"))
        }
        #expect(try run("check").code == 0)
    }

    @Test func `an owner that was killed is no obstacle`() throws {
        for _ in 0..<3 {
            let owner = try ServingProgram(path)
            let port = try #require(owner.port())
            #expect(try isServing(port))
            owner.kill()
        }
        #expect(try run("migrate").code == 0)
    }

    @Test func `what a killed owner has left is not taken for the one that holds the file`() throws
    {
        let owner = try ServingProgram(path)
        _ = try #require(owner.port())
        owner.kill()
        let lock = try DatabaseLock(path: path)
        let end = try run("token", "create", "--name", "a", "--role", "admin")
        lock.release()
        #expect(end.code == 73)
        #expect(end.complaint.contains("in use by process \(getpid())\n"), "\(end.complaint)")
    }

    @Test func `an owner ends when another process could take its lock`() throws {
        let owner = try ServingProgram(path)
        _ = try #require(owner.port())
        try FileManager.default.removeItem(atPath: path + "-lock")
        let end = owner.end()
        #expect(end.code == 70)
        #expect(end.complaint.contains("the lock file is gone"), "\(end.complaint)")
        #expect(try run("check").code == 0)
    }

    @Test func `of those that start at once exactly one serves`() throws {
        for _ in 0..<4 {
            let racers = try (0..<3).map { _ in try ServingProgram(path) }
            let ports = racers.map { $0.port() }
            let winner = try #require(ports.firstIndex { $0 != nil })
            #expect(ports.count { $0 != nil } == 1)
            for place in racers.indices where place != winner {
                let end = racers[place].end()
                #expect(end.code == 73)
                let reason = "in use by process \(racers[winner].id)\n"
                #expect(end.complaint.contains(reason), "\(end.complaint)")
            }
            #expect(try isServing(try #require(ports[winner])))
            racers[winner].kill()
        }
    }
}
