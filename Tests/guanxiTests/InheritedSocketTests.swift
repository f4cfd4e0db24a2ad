// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import HTTPServer
import Testing

/// Sockets that a service manager hands over.
@Suite struct InheritedSocketTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        /// As the shell reads it: `$$` is the number of the process that the service becomes.
        let variables: String
        let isServed: Bool

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "for this process", variables: "LISTEN_PID=$$ LISTEN_FDS=1", isServed: true),
        Case(name: "for another process", variables: "LISTEN_PID=1 LISTEN_FDS=1", isServed: false),
        Case(name: "for nobody", variables: "LISTEN_FDS=1", isServed: false),
        Case(name: "none", variables: "LISTEN_PID=$$ LISTEN_FDS=0", isServed: false),
        Case(name: "no number", variables: "LISTEN_PID=$$ LISTEN_FDS=x", isServed: false),
        Case(name: "no variables", variables: "", isServed: false),
    ]

    @Test(arguments: cases)
    func `a socket is served if it is this process's`(_ one: Case) throws {
        let folder = try TemporaryFolder()
        let socket = try LocalSocket.listening()
        let service = Self.service(one.variables, socket, folder)
        let output = Pipe()
        service.standardOutput = output
        try service.run()
        defer {
            service.terminate()
            service.waitUntilExit()
        }
        let text = Program.text(of: output, upTo: "\n")
        let port = try #require(text.firstMatch(of: /127\.0\.0\.1:(\d+)\n/).flatMap { Int($0.1) })
        #expect((port == socket.port) == one.isServed)
        let answer = try PlainClient(host: "127.0.0.1", port: port).send("GET", "/healthz")
        #expect(answer.status == 200)
    }

    @Test(arguments: ["LISTEN_PID=$$ LISTEN_FDS=2", "LISTEN_PID=$$ LISTEN_FDS=3"])
    func `more than one socket is refused`(_ variables: String) throws {
        let folder = try TemporaryFolder()
        let service = Self.service(variables, try LocalSocket.listening(), folder)
        service.standardOutput = FileHandle.nullDevice
        try service.run()
        service.waitUntilExit()
        #expect(service.terminationStatus == 64)
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
        #expect(left.isEmpty)
    }

    /// A service that has the socket as its descriptor 3.
    private static func service(
        _ variables: String,
        _ socket: LocalSocket,
        _ folder: TemporaryFolder
    ) -> Process {
        let service = Process()
        service.executableURL = URL(filePath: "/bin/sh")
        service.arguments =
            ["-c", "exec 3<&0 </dev/null && \(variables) exec \"$@\"", "sh", Program.url.path]
            + ["serve", "--port", "0", "--reactors", "2", "--database", folder.path("test.db")]
        service.environment = [:]
        // A descriptor of its own, which lives as long as the process is known.
        service.standardInput = FileHandle(
            fileDescriptor: dup(socket.descriptor),
            closeOnDealloc: true
        )
        service.standardError = FileHandle.nullDevice
        return service
    }
}
