// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import HTTP
import HTTPServer
import Synchronization
import Testing

@Suite struct StartStopTests {
    struct Refusal: Error {}

    private func start(_ change: (inout ServerConfiguration) -> Void) throws -> Server {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.reactors = 2
        change(&configuration)
        let stage = Stage()
        return try Server(configuration) { _ in TestResponder(stage) }
    }

    @Test func `says that a port is in use`() throws {
        try withServer { test in
            let port = test.server.port
            #expect(throws: ServerError.portInUse(host: "127.0.0.1", port: port)) {
                try start { $0.port = port }
            }
        }
    }

    @Test func `says that a host is wrong`() {
        #expect(throws: ServerError.self) { try start { $0.host = "no such host" } }
        #expect(throws: ServerError.self) { try start { $0.host = "192.0.2.1" } }
        #expect(throws: ServerError.self) { try start { $0.port = 65536 } }
    }

    @Test func `passes on what a responder's making throws`() {
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.reactors = 2
        let stage = Stage()
        #expect(throws: Refusal.self) {
            try Server(configuration) { reactor in
                if reactor == 1 { throw Refusal() }
                return TestResponder(stage)
            }
        }
    }

    @Test func `makes a responder for each reactor`() throws {
        let made = Mutex<[Int]>([])
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.reactors = 3
        let stage = Stage()
        let server = try Server(configuration) { reactor in
            made.withLock { $0.append(reactor) }
            return TestResponder(stage)
        }
        server.drain(within: .seconds(1))
        #expect(made.withLock { $0.sorted() } == [0, 1, 2])
    }

    /// Begins to drain a server, and tells when it has ended.
    private static func drain(_ server: Server) -> DispatchSemaphore {
        let drained = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            server.drain(within: .seconds(60))
            drained.signal()
        }
        return drained
    }

    @Test func `drains what runs and closes what is idle`() throws {
        try withServer { test in
            var idle = try test.peer()
            try idle.send(ExchangeTests.get("/?1"))
            #expect(try idle.answer().body == "1")
            var pending = try test.peer()
            try pending.send(ExchangeTests.get("/later"))
            let reply = test.stage.nextReply()
            var parked = try test.peer()
            try parked.send(ExchangeTests.get("/park"))
            test.stage.waitForArrival()

            let drained = Self.drain(test.server)
            #expect(try idle.rest() == "")
            let late = try parked.answer()
            #expect(late.body == "expired")
            #expect(late.fields["connection"] == "close")
            #expect(try parked.rest() == "")
            reply(Response(.created))
            let answer = try pending.answer()
            #expect(answer.status == 201)
            #expect(answer.fields["connection"] == "close")
            #expect(try pending.rest() == "")
            idle.endSending()
            parked.endSending()
            pending.endSending()
            drained.wait()
            #expect(test.server.openConnections == 0)
            #expect(throws: Peer.Failure.self) { _ = try test.peer() }
        }
    }

    @Test func `a connection ends with an answer that was begun before the drain`() throws {
        try withServer { test in
            // Reads on only when the drain has begun.
            var large = try test.peer()
            try large.send(ExchangeTests.get("/large"))
            #expect(try large.read(most: 12) == Array("HTTP/1.1 200".utf8))
            var streaming = try test.peer()
            try streaming.send(ExchangeTests.get("/held"))
            let reply = test.stage.nextPiece()
            var parked = try test.peer()
            try parked.send(ExchangeTests.get("/park"))
            test.stage.waitForArrival()

            let drained = Self.drain(test.server)
            #expect(try parked.answer().body == "expired")
            reply(.end)
            #expect(try streaming.rest().hasSuffix("4\r\nheld\r\n0\r\n\r\n"))
            #expect(try large.rest().hasSuffix("yyy"))
            streaming.endSending()
            large.endSending()
            parked.endSending()
            drained.wait()
            #expect(test.server.openConnections == 0)
        }
    }

    @Test func `cuts what is left when the time to drain is up`() throws {
        try withServer { test in
            let peer = try test.peer()
            try peer.send(ExchangeTests.get("/later"))
            let reply = test.stage.nextReply()
            test.server.drain(within: .milliseconds(20))
            try peer.waitForReset()
            #expect(test.server.openConnections == 0)
            reply(Response(.ok))
        }
    }

    @Test func `turns away connections above the limit while all are busy`() throws {
        try withServer {
            $0.maxConnections = 1
            $0.idleGrace = .seconds(60)
        } _: { test in
            var first = try test.peer()
            try first.send(ExchangeTests.get("/later"))
            let reply = test.stage.nextReply()
            var second = try test.peer()
            let answer = try second.answer()
            #expect(answer.status == 503)
            #expect(answer.body == "tooManyConnections")
            #expect(try second.rest() == "")
            reply(Response(.ok, body: .bytes(Array("late".utf8))))
            #expect(try first.answer().body == "late")
        }
    }

    @Test func `keeps a connection that was busy a moment ago`() throws {
        try withServer {
            $0.maxConnections = 1
            $0.idleGrace = .seconds(60)
        } _: { test in
            var first = try test.peer()
            try first.send(ExchangeTests.get("/?1"))
            #expect(try first.answer().body == "1")
            var second = try test.peer()
            #expect(try second.answer().status == 503)
            try first.send(ExchangeTests.get("/?2"))
            #expect(try first.answer().body == "2")
        }
    }

    @Test(arguments: [1, 2])
    func `lets the longest idle go for a new connection`(_ reactors: Int) throws {
        try withServer {
            $0.maxConnections = 3
            $0.idleGrace = .zero
            $0.reactors = reactors
        } _: { test in
            var oldest = try test.peer()
            try oldest.send(ExchangeTests.get("/?1"))
            #expect(try oldest.answer().body == "1")
            var other = try test.peer()
            try other.send(ExchangeTests.get("/?2"))
            #expect(try other.answer().body == "2")
            var busy = try test.peer()
            try busy.send(ExchangeTests.get("/later"))
            let reply = test.stage.nextReply()
            // The one that was idle first has been busy since.
            try oldest.send(ExchangeTests.get("/?3"))
            #expect(try oldest.answer().body == "3")
            var new = try test.peer()
            try new.send(ExchangeTests.get("/?4"))
            #expect(try new.answer().body == "4")
            if reactors == 1 {
                #expect(try other.rest() == "")
                try oldest.send(ExchangeTests.get("/?5"))
                #expect(try oldest.answer().body == "5")
            }
            reply(Response(.ok, body: .bytes(Array("late".utf8))))
            #expect(try busy.answer().body == "late")
        }
    }

    @Test func `serves a socket that it is handed, and leaves it open`() throws {
        let socket = try Self.listen()
        defer { close(socket) }
        var port = 0
        for number in 1...2 {
            let server = try start { $0.inheritedSocket = socket }
            port = server.port
            #expect(server.host == "127.0.0.1")
            var peer = try Peer(port: port)
            try peer.send(ExchangeTests.get("/?\(number)"))
            #expect(try peer.answer().body == "\(number)")
            peer.endSending()
            server.drain(within: .seconds(5))
        }
        // Nobody serves it now: a connection waits in its queue for who comes next.
        var waiting = try Peer(port: port)
        try waiting.send(ExchangeTests.get("/?3"))
        let server = try start { $0.inheritedSocket = socket }
        #expect(try waiting.answer().body == "3")
        waiting.endSending()
        server.drain(within: .seconds(5))
    }

    @Test func `refuses a descriptor that is no listening socket`() {
        #expect(throws: ServerError.badSocket(0)) { try start { $0.inheritedSocket = 0 } }
    }

    /// A listening socket on a free port.
    private static func listen() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bind(
                descriptor,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        guard result == 0, Glibc.listen(descriptor, 16) == 0 else {
            close(descriptor)
            throw Peer.Failure(call: "listen", code: errno)
        }
        return descriptor
    }
}
