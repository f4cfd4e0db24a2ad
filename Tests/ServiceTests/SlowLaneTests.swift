// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import Glibc
import HTTP
import HTTPServer
import SQLite
import Service
import Synchronization
import TestSupport
import Testing

/// What waits for the threads of the slow lane, and in which order it is done.
@Suite struct SlowLaneTests {
    /// A lane of one thread that is busy until the gate is opened, and a clock that stands still.
    private struct Lane {
        let lane: SlowLane
        let pool: ReaderPool
        let gate: Gate
        let clock: Clock
        /// What was done, and, with a "-" in front, what was not.
        let done = Collected<String>()

        func read(_ name: String, of token: Int64, isWanted: Bool = true) throws {
            try lane.submit(of: .token(token)) {
                isWanted
            } refuse: { [done] in
                done.add("-" + name)
            } run: { [done] _ in
                done.add(name)
            }
        }

        func page(_ name: String, of token: Int64) throws {
            try lane.submitPage(of: .token(token)) { [done] _ in done.add(name) }
        }
    }

    private final class Clock: Sendable {
        private let instant = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { instant.withLock { $0 } }

        func advance(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    private static func withLane(_ body: (Lane) throws -> Void) throws {
        let folder = try TemporaryFolder()
        let file = try Connection(path: folder.database, mode: .readWriteCreate)
        defer { file.close() }
        let pool = try ReaderPool(path: folder.database, threads: 1, queueLimit: 2_000)
        let gate = try pool.hold()
        // Opened again by a test that has opened it already, without harm.
        defer {
            gate.open()
            pool.stop()
        }
        let clock = Clock()
        try body(
            Lane(lane: SlowLane(pool, now: { clock.now }), pool: pool, gate: gate, clock: clock)
        )
    }

    @Test func `those who ask take turns, however much one asks`() throws {
        try Self.withLane { test in
            for number in 1...3 { try test.read("a\(number)", of: 1) }
            try test.read("b1", of: 2)
            try test.page("b2", of: 2)
            try test.read("c1", of: 3)
            test.gate.open()
            #expect(test.done.wait(for: 6) == ["a1", "b1", "c1", "a2", "b2", "a3"])
        }
    }

    @Test func `so many reads of one and of all may wait, and every page`() throws {
        try Self.withLane { test in
            let shares = Int64(SlowLane.limit / SlowLane.shareLimit)
            for share in 1...shares {
                for _ in 0..<SlowLane.shareLimit { try test.read("read", of: share) }
                if share == 1 {
                    #expect(throws: QueueFull()) { try test.read("more", of: 1) }
                }
            }
            #expect(throws: QueueFull()) { try test.read("more", of: shares + 1) }
            try test.page("page", of: 1)
            try test.page("page", of: shares + 1)
            test.gate.open()
            let done = test.done.wait(for: SlowLane.limit + 2)
            #expect(done.count { $0 == "page" } == 2)
            #expect(done.count { $0 == "read" } == SlowLane.limit)
            // What is done makes room.
            try test.read("more", of: 1)
            #expect(test.done.wait(for: SlowLane.limit + 3).last == "more")
        }
    }

    @Test func `what nobody waits for, or what has waited too long, is not done`() throws {
        try Self.withLane { test in
            try test.read("late", of: 1)
            try test.page("page", of: 1)
            test.clock.advance(.milliseconds(1))
            try test.read("in time", of: 1)
            try test.read("gone", of: 1, isWanted: false)
            test.clock.advance(SlowLane.patience)
            test.gate.open()
            #expect(test.done.wait(for: 4) == ["-late", "page", "in time", "-gone"])
        }
    }

    @Test func `a stream goes on while more waits than the lane takes`() throws {
        try withServer { client in
            let rows = (1...1_200).map { "individual,c\($0)\n" }.joined()
            let sent = try client.send(
                "POST",
                "/v1/imports/customers",
                [:],
                Array(("kind,name\n" + rows).utf8),
                type: "text/csv"
            )
            #expect(sent.status == 200)
            let readers = client.service.database.readers
            let gates = try [readers.hold(), readers.hold()]
            // A stop waits for them.
            defer { for gate in gates { gate.open() } }
            for _ in 0..<SlowLane.limit + 100 {
                do {
                    try readers.submit { _ in }
                } catch {
                    // It is full, so much the better.
                    break
                }
            }
            let before = readers.queueLength
            let lines = Collected<Int>()
            // Not on a queue, whose threads may all be waiting for something.
            Foundation.Thread.detachNewThread {
                let answer = try? client.get("/v1/customers", ["accept": "text/csv"])
                lines.add(answer?.text.split(separator: "\r\n").count ?? 0)
            }
            try waitUntil("the stream waits or is cut") {
                readers.queueLength > before || !lines.all.isEmpty
            }
            for gate in gates { gate.open() }
            #expect(lines.wait(for: 1) == [1_201])
        }
    }

    @Test func `a body that takes its time to be understood holds up no other request`() throws {
        try withServer(configure: { $0.server.reactors = 1 }) { client in
            let customer = try client.customer()
            let readers = client.service.database.readers
            let gates = try [readers.hold(), readers.hold()]
            // A stop waits for them.
            defer { for gate in gates { gate.open() } }
            let words = String(repeating: "late ", count: 10_000)
            let answers = Collected<Int>()
            // Not on a queue, whose threads may all be waiting for something.
            let room = String(repeating: " ", count: 50_000)
            for body in [
                #"{"name": "\#(words)", "kind": "individual"}"#, words,
                #"{"name": "韩梅梅", \#(room) "kind": "individual"}"#,
            ] {
                Foundation.Thread.detachNewThread {
                    answers.add((try? client.post("/v1/customers", body).status) ?? 0)
                }
            }
            try waitUntil("all wait") { readers.queueLength == 3 }
            #expect(try client.get("/v1/customers/\(customer)").status == 200)
            #expect(answers.all.isEmpty)
            for gate in gates { gate.open() }
            #expect(answers.wait(for: 3).sorted() == [201, 400, 422])
        }
    }

    /// Products are slow to read here: a view counts to half a million first.
    private static func withSlowProducts(_ body: (TestClient) throws -> Void) throws {
        try withServer(configure: { $0.server.reactors = 1 }) { client in
            try client.create("/v1/products", #"{"sku": "S", "name": "s"}"#)
            try client.service.tamper("ALTER TABLE product RENAME TO kept_product")
            try client.service.tamper(
                """
                CREATE VIEW product AS SELECT k.* FROM kept_product k WHERE (
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500000)
                    SELECT count(*) FROM n
                ) > k.id
                """
            )
            try body(client)
        }
    }

    @Test func `reads of clients that have gone are not done, and keep no other from its own`()
        throws
    {
        try Self.withSlowProducts { client in
            let readers = client.service.database.readers
            let gates = try [readers.hold(), readers.hold()]
            // A stop waits for them.
            defer { for gate in gates { gate.open() } }
            let request = """
                GET /v1/products HTTP/1.1\r
                Host: x\r
                Authorization: \(client.authorization ?? "")\r
                \r\n
                """
            var lost = try (0..<SlowLane.shareLimit).map { _ in
                try Asker(client.service.port, request)
            }
            try waitUntil("all wait") { readers.queueLength == lost.count }
            // Not by the client that holds a 503 against the service.
            let refused = try PlainClient(host: "127.0.0.1", port: client.service.port)
                .send("GET", "/v1/products", fields: ["authorization": client.authorization ?? ""])
            #expect(refused.status == 503)
            #expect(refused.fields["retry-after"] == "1")
            let answers = Collected<Int>()
            // Not on a queue, whose threads may all be waiting for something.
            Foundation.Thread.detachNewThread {
                answers.add((try? client.as(.agent).get("/v1/products").status) ?? 0)
            }
            try waitUntil("another waits") { readers.queueLength > SlowLane.shareLimit }
            lost = []
            // The one that waits, and the one that asks.
            try waitUntil("all have gone") {
                try client.get("/metrics").text.contains("guanxi_open_connections 2\n")
            }
            for gate in gates { gate.open() }
            #expect(answers.wait(for: 1) == [200])
            let counted = #"guanxi_requests_total{method="GET",route="/v1/products",status="#
            try waitUntil("all are done") {
                try client.get("/metrics").text.contains(counted + "\"503\"} 65\n")
            }
            #expect(try client.get("/metrics").text.contains(counted + "\"200\"} 1\n"))
        }
    }
}

/// A client that asks, and resets its connection when it goes.
private final class Asker {
    private let descriptor: Int32

    init(_ port: Int, _ request: String) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let connected = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                descriptor,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        let bytes = Array(request.utf8)
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        try #require(connected == 0 && sent == bytes.count)
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, 8)
    }

    deinit { close(descriptor) }
}
