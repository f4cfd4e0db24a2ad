// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import HTTPServer
import JSON
import Testing

@Suite struct DemoCommandTests {
    @Test func `prints commands that work, serves, and leaves nothing behind`() throws {
        try withDemo { demo, text, port, folder in
            try Self.paste(text, port)
            demo.terminate()
            demo.waitUntilExit()
            #expect(demo.terminationStatus == 0)
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    @Test func `ends at once at a second signal, and leaves nothing behind`() throws {
        try withDemo { demo, _, port, folder in
            // A request that never becomes complete keeps the first signal waiting.
            let client = PlainClient(host: "127.0.0.1", port: port)
            #expect(throws: PlainClient.Failure.connectionLost) {
                try client.send(
                    "POST",
                    "/v1/complaints",
                    fields: [:],
                    length: 2,
                    body: {
                        guard demo.isRunning else { return nil }
                        demo.terminate()
                        demo.interrupt()
                        demo.waitUntilExit()
                        return [UInt8(ascii: "{")]
                    },
                    piece: { _ in }
                )
            }
            #expect([128 + SIGINT, 128 + SIGTERM].contains(demo.terminationStatus))
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(left.isEmpty)
        }
    }

    /// Starts a demo, hands over what it printed, its port and the folder of its temporary files.
    private func withDemo(_ body: (Process, String, Int, URL) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let demo = Process()
        demo.executableURL = Program.url
        demo.arguments = ["demo", "--customers", "50", "--port", "0"]
        demo.environment = ["TMPDIR": folder.url.path]
        let output = Pipe()
        demo.standardOutput = output
        demo.standardError = FileHandle.nullDevice
        try demo.run()
        defer { demo.terminate() }
        let text = Program.text(of: output, upTo: "listening on")
        let port = try #require(text.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { Int($0.1) })
        try body(demo, text, port, folder.url)
    }

    /// Sends what the printed commands do.
    private static func paste(_ text: String, _ port: Int) throws {
        let token = try #require(text.firstMatch(of: /gx_[0-9a-f]+/)).output
        let phone = try #require(text.firstMatch(of: /phone=(\d+)/)).output.1
        let query = try #require(text.firstMatch(of: /customers\?q=[-\d]+/)).output
        let client = PlainClient(host: "127.0.0.1", port: port)
        var fields: HeaderFields = ["authorization": "Bearer \(token)"]

        let tiers = try client.send("GET", "/v1/tiers?format=csv", fields: fields)
        #expect(tiers.status == 200)
        let found = try client.send("GET", "/v1/\(query)", fields: fields)
        #expect(found.status == 200)
        #expect(tiers.body.count { $0 == UInt8(ascii: "\n") } == 51)

        fields.set("content-type", "application/x-www-form-urlencoded")
        let complaint = try client.send(
            "POST",
            "/v1/complaints",
            fields: fields,
            body: Array("channel=call-center&phone=\(phone)&subject=late".utf8)
        )
        #expect(complaint.status == 201)
        let customer = try JSONReader.read(complaint.body)["customer"]?["id"]?.integer
        #expect(try JSONReader.read(found.body)["items"]?[0]?["id"]?.integer == customer)
    }
}
