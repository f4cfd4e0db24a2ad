// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import HTTPServer
import Testing

/// A mount that only one process and its children see.
enum ReadOnlyMount {
    /// Runs a command where the folder `$0` can only be read.
    private static let script = """
        mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"
        """

    /// What runs a command where a folder can only be read.
    static func prefix(_ folder: String) -> [String] {
        ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script, folder]
    }

    static let isAllowed: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = Array(prefix("/tmp").dropFirst()) + ["/bin/true"]
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

/// A database on a mount that can only be read; needs the right to make one of its own.
@Suite(.enabled(if: ReadOnlyMount.isAllowed))
struct ReadOnlyMediumTests {
    private let folder: TemporaryFolder
    private let path: String
    private let token: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("test.db")
        let made = try Program.run(
            ["token", "create", "--name", "a", "--role", "admin", "--database", path]
        )
        token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Takes away what is beside the database.
    private func remove(_ suffixes: String...) throws {
        for suffix in suffixes { try FileManager.default.removeItem(atPath: path + suffix) }
    }

    private func checkService(_ service: ServingProgram) throws {
        let port = try #require(service.port(), "\(service.end().complaint)")
        let client = PlainClient(host: "127.0.0.1", port: port)
        func send(
            _ method: String,
            _ target: String,
            _ type: String = "application/json",
            _ body: String = ""
        ) throws -> (status: Int, text: String) {
            let answer = try client.send(
                method,
                target,
                fields: ["authorization": "Bearer \(token)", "content-type": type],
                body: Array(body.utf8)
            )
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }
        #expect(try send("GET", "/v1/tokens").status == 200)
        let ready = try send("GET", "/readyz")
        #expect(ready.status == 200)
        #expect(ready.text.contains("changes are refused"))
        let customer = #"{"kind": "individual", "name": "a"}"#
        let changes = [
            try send("POST", "/v1/customers", "application/json", customer),
            try send("DELETE", "/v1/tokens/1"),
            try send("POST", "/v1/imports/customers", "text/csv", "kind,name\nindividual,x\n"),
        ]
        for change in changes {
            #expect(change.status == 507)
            #expect(change.text.contains("medium that can only be read"))
        }
        let end = service.stop()
        #expect(end.code == 0, "\(end.complaint)")
    }

    @Test func `is served for reading, without the files beside it`() throws {
        try remove("-wal", "-shm", "-lock")
        let prefix = ReadOnlyMount.prefix(folder.url.path)
        try checkService(try ServingProgram(path, prefix: prefix))
        let others = [["token", "list"], ["check"], ["export", "customers"]]
        for arguments in others {
            let end = try run(arguments)
            #expect(end.code == 0, "\(arguments): \(end.complaint)")
        }
        for arguments in [["migrate"], ["token", "create", "--name", "b", "--role", "reader"]] {
            let end = try run(arguments)
            #expect(end.code == 73)
            #expect(!end.complaint.isEmpty)
        }
    }

    private func run(_ arguments: [String]) throws -> Program.End {
        let prefix = ReadOnlyMount.prefix(folder.url.path)
        return try Program.run(
            Array(prefix.dropFirst()) + [Program.url.path] + arguments + ["--database", path],
            ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            by: prefix[0]
        )
    }

    @Test func `is served for reading with the log of a service that was killed`() throws {
        let service = try ServingProgram(path)
        _ = try #require(service.port())
        _ = try Program.run(
            ["token", "create", "--name", "late", "--role", "reader", "--database", path]
        )
        service.kill()
        let listed = try run(["token", "list"])
        #expect(listed.output.contains("late"), "\(listed.complaint)")
        try checkService(try ServingProgram(path, prefix: ReadOnlyMount.prefix(folder.url.path)))
    }

    @Test func `is refused where its log could not be read`() throws {
        let service = try ServingProgram(path)
        _ = try #require(service.port())
        _ = try Program.run(
            ["token", "create", "--name", "late", "--role", "reader", "--database", path]
        )
        service.kill()
        try remove("-shm")
        for arguments in [["serve", "--port", "0"], ["token", "list"]] {
            let end = try run(arguments)
            #expect(end.code == 73)
            #expect(end.complaint.contains("its -wal holds changes"), "\(end.complaint)")
        }
    }

    @Test func `has one owner there too`() throws {
        let service = try ServingProgram(path)
        _ = try #require(service.port())
        let end = try run(["serve", "--port", "0"])
        #expect(end.code == 73)
        #expect(end.complaint.contains("in use by process \(service.id)\n"), "\(end.complaint)")
    }

    @Test func `tells who has it where nobody can write it down`() throws {
        let mount = ReadOnlyMount.prefix(folder.url.path)
        let service = try ServingProgram(path, prefix: mount)
        _ = try #require(service.port())
        let end = try run(["serve", "--port", "0"])
        #expect(end.code == 73)
        #expect(end.complaint.contains("in use by process \(service.id)\n"), "\(end.complaint)")
    }
}
