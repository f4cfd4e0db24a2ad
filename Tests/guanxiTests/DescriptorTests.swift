// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import HTTPServer
import Testing

/// A service that has as many files open as it may.
@Suite struct DescriptorTests {
    private static let limit = 96

    @Test func `an import that finds no descriptor is told to come again`() throws {
        let folder = try TemporaryFolder()
        let database = ["--database", folder.path("test.db")]
        let made = try Program.run(
            ["token", "create", "--name", "a", "--role", "admin"] + database
        )
        let token = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let service = Process()
        service.executableURL = URL(filePath: "/bin/sh")
        service.arguments =
            ["-c", "ulimit -n \(Self.limit) && exec \"$@\"", "sh", Program.url.path, "serve"]
            + ["--port", "0", "--reactors", "1", "--spool-folder", folder.url.path] + database
        service.environment = [:]
        let output = Pipe()
        service.standardOutput = output
        service.standardError = FileHandle.nullDevice
        try service.run()
        defer {
            service.terminate()
            service.waitUntilExit()
        }
        let text = Program.text(of: output, upTo: "\n")
        let port = try #require(text.firstMatch(of: /:(\d+)\n/).flatMap { Int($0.1) })
        let client = PlainClient(host: "127.0.0.1", port: port)
        func importing() throws -> PlainClient.Answer {
            try client.send(
                "POST",
                "/v1/imports/customers",
                fields: ["authorization": "Bearer \(token)", "content-type": "text/csv"],
                body: Array("kind,name\nindividual,x\n".utf8)
            )
        }
        // What the service opens as it goes along is open after this; the connection goes.
        func sockets() throws -> Int {
            try Self.descriptors(of: service).count { $0.hasPrefix("socket:") }
        }
        let silent = try sockets()
        #expect(try importing().status == 200)
        try Self.wait { try sockets() == silent }

        // One at a time, since how many there is room for is known only at the end.
        var idle: [LocalSocket] = []
        while try Self.descriptors(of: service).count < Self.limit - 1 {
            idle.append(try LocalSocket.connected(to: port))
            try Self.wait { try sockets() == silent + idle.count }
        }
        // The connection itself takes the last one.
        let refused = try importing()
        #expect(refused.status == 503)
        #expect(refused.fields["retry-after"] == "1")
        idle.removeAll()
        try Self.wait { try sockets() == silent }
        #expect(try importing().status == 200)
    }

    /// Asks again and again for at most thirty seconds.
    private static func wait(until isSo: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(30)
        while try !isSo() { try #require(ContinuousClock.now < end) }
    }

    /// What a process has open.
    private static func descriptors(of process: Process) throws -> [String] {
        let folder = "/proc/\(process.processIdentifier)/fd"
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: folder).map { name in
            // It may have been closed meanwhile.
            (try? files.destinationOfSymbolicLink(atPath: "\(folder)/\(name)")) ?? ""
        }
    }
}
