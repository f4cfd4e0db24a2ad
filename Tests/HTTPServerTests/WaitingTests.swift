// SPDX-License-Identifier: Apache-2.0
import Dispatch
import HTTP
import HTTPServer
import Synchronization
import Testing

@Suite struct WaitingTests {
    let later = ExchangeTests.get("/later")
    let park = ExchangeTests.get("/park")

    @Test func `sends answers that come from other threads`() throws {
        try withServer { test in
            var peer = try test.peer()
            for number in 1...100 {
                try peer.send(later)
                let reply = test.stage.nextReply()
                DispatchQueue.global().async {
                    reply(Response(.ok, body: .bytes(Array("\(number)".utf8))))
                }
                #expect(try peer.answer().body == "\(number)")
            }
        }
    }

    @Test func `drops a second answer and one that comes too late`() throws {
        try withServer(reactors: 1) { test in
            var peer = try test.peer()
            try peer.send(later)
            let reply = test.stage.nextReply()
            reply(Response(.ok))
            reply(Response(.notFound))
            #expect(try peer.answer().status == 200)
            try peer.send(later)
            let next = test.stage.nextReply()
            reply(Response(.notFound))
            next(Response(.accepted))
            #expect(try peer.answer().status == 202)

            let gone = try test.peer()
            try gone.send(later)
            let lost = test.stage.nextReply()
            gone.reset()
            lost(Response(.ok, body: .stream(test.stage.pieces)))
            test.stage.pieces.cancelled.wait()
            try peer.send(ExchangeTests.get("/?1"))
            #expect(try peer.answer().body == "1")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `tells whether an answer is still wanted`() throws {
        try withServer { test in
            let peer = try test.peer()
            try peer.send(later)
            let reply = test.stage.nextReply()
            peer.endSending()
            #expect(reply.isWanted)
            peer.reset()
            while reply.isWanted { continue }
        }
    }

    @Test func `runs a parked request again when woken`() throws {
        try withServer { test in
            for number in 1...100 {
                test.stage.news.withLock { $0 = nil }
                var peer = try test.peer()
                try peer.send(park)
                test.stage.waitForArrival()
                test.stage.news.withLock { $0 = "\(number)" }
                test.server.wake()
                #expect(try peer.answer().body == "\(number)")
            }
        }
    }

    @Test func `parks a woken request again until its first instant`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/park?30"))
            test.stage.waitForArrival()
            test.server.wake()
            #expect(try peer.answer().body == "expired")
        }
    }

    @Test func `runs a parked request again when its time is up`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/park?1") + ExchangeTests.get("/park?-1"))
            #expect(try peer.answer().body == "expired")
            #expect(try peer.answer().body == "expired")
            try peer.send(ExchangeTests.get("/?1"))
            #expect(try peer.answer().body == "1")
        }
    }

    @Test func `does not park a request of a client that has ended its side`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(park)
            test.stage.waitForArrival()
            peer.endSending()
            #expect(try peer.answer().body == "expired")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `streams pieces in chunks`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/script") + ExchangeTests.get("/?2"))
            let answer = try peer.answer()
            #expect(answer.fields["transfer-encoding"] == "chunked")
            #expect(answer.body == "hello world")
            #expect(try peer.answer().body == "2")
        }
    }

    @Test func `streams until the close to HTTP/1.0`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("GET /script HTTP/1.0\r\n\r\n")
            #expect(try peer.rest().hasSuffix("\r\n\r\nhello world"))
        }
    }

    @Test func `cuts the connection when a stream fails`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/broken"))
            #expect(throws: Peer.Failure.self) { try peer.answer() }
        }
    }

    @Test func `asks a stream for no more than its reader takes`() throws {
        // More than the sockets of both sides buffer together.
        let most = 24 << 20
        try withServer(reactors: 1) { test in
            var slow = try test.peer(receiveBuffer: 65536)
            try slow.send(ExchangeTests.get("/endless"))
            var read = 0
            var other = try test.peer()
            for _ in 0..<3 {
                // Each request is a turn of the reactor in which it could ask.
                for _ in 0..<500 {
                    try other.send(ExchangeTests.get("/"))
                    #expect(try other.answer().status == 200)
                }
                let asked = test.stage.pieces.counts.withLock { $0.asked }
                #expect(asked * Pieces.size < read + most)
                for _ in 0..<50 {
                    read += try slow.read(most: 65536).count
                }
            }
            #expect(read > 0)
            slow.reset()
            test.stage.pieces.cancelled.wait()
        }
    }
}
