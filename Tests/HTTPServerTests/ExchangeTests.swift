// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation
import HTTP
import HTTPServer
import Synchronization
import Testing

@Suite struct ExchangeTests {
    static func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
    }

    @Test func `answers request after request on one connection`() throws {
        try withServer { test in
            var peer = try test.peer()
            for number in 1...3 {
                try peer.send(Self.get("/?\(number)"))
                let answer = try peer.answer()
                #expect(answer.status == 200)
                #expect(answer.body == "\(number)")
                #expect(answer.fields["server"] == "guanxi")
                #expect(answer.fields["date"]?.hasSuffix(" GMT") == true)
                #expect(answer.fields["connection"] == nil)
            }
            #expect(test.server.openConnections == 1)
            try peer.send(Self.get("/address"))
            #expect(try peer.answer().body == "127.0.0.1")
        }
    }

    @Test func `closes when asked to, after the answer`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(Self.get("/?1", "Connection: close\r\n") + Self.get("/?2"))
            let answer = try peer.answer()
            #expect(answer.body == "1")
            #expect(answer.fields["connection"] == "close")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `answers pipelined requests in their order`() throws {
        try withServer { test in
            var peer = try test.peer()
            let requests = (1...1000).map { Self.get("/?\($0)") }
            try peer.send(requests.joined())
            for number in 1...1000 {
                #expect(try peer.answer().body == "\(number)")
            }
        }
    }

    @Test func `lets pipelined requests wait behind a pending one`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(Self.get("/?1") + Self.get("/later") + Self.get("/?3") + "GET /?4 HT")
            #expect(try peer.answer().body == "1")
            test.stage.nextReply()(Response(.ok, body: .bytes(Array("2".utf8))))
            #expect(try peer.answer().body == "2")
            #expect(try peer.answer().body == "3")
            try peer.send("TP/1.1\r\nHost: a\r\n\r\n")
            #expect(try peer.answer().body == "4")
        }
    }

    @Test func `answers a head that comes byte by byte`() throws {
        try withServer { test in
            var peer = try test.peer()
            for byte in Self.get("/?1").utf8 {
                try peer.send([byte])
            }
            #expect(try peer.answer().body == "1")
        }
    }

    @Test func `takes bodies of a length and in chunks`() throws {
        try withServer { test in
            var peer = try test.peer()
            let head = "POST /echo HTTP/1.1\r\nHost: a\r\n"
            try peer.send(head + "Content-Length: 5\r\n\r\nhel")
            try peer.send("lo")
            #expect(try peer.answer().body == "hello")
            try peer.send(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r")
            try peer.send("\n2\r\nlo\r\n0\r\n\r\n")
            #expect(try peer.answer().body == "hello")
            try peer.send(head + "Content-Length: 0\r\n\r\n")
            #expect(try peer.answer().body == "")
        }
    }

    @Test func `answers HEAD without a body`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("HEAD /?123 HTTP/1.1\r\nHost: a\r\n\r\n" + Self.get("/?4"))
            let answer = try peer.answer(toHead: true)
            #expect(answer.fields["content-length"] == "3")
            #expect(try peer.answer().body == "4")
        }
    }

    @Test func `cancels the stream that HEAD does not want`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("HEAD /endless HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try peer.answer(toHead: true).fields["transfer-encoding"] == "chunked")
            test.stage.pieces.cancelled.wait()
            #expect(test.stage.pieces.counts.withLock { $0.asked } == 0)
        }
    }

    @Test func `says 100 Continue when a body is wanted`() throws {
        try withServer { test in
            var peer = try test.peer()
            let head =
                "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            try peer.send(head)
            #expect(try peer.answer().status == 100)
            try peer.send("hello")
            #expect(try peer.answer().body == "hello")
            try peer.send(head + "hello")
            #expect(try peer.answer().body == "hello")
        }
    }

    @Test func `answers at once instead of 100 Continue when a body is not wanted`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(
                "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            )
            let answer = try peer.answer()
            #expect(answer.status == 403)
            #expect(answer.fields["connection"] == "close")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `keeps the connection if an unwanted body has arrived`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(
                "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
                    + "POST /refused HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\nhello\r\n0\r\n\r\n" + Self.get("/?1")
            )
            #expect(try peer.answer().status == 403)
            #expect(try peer.answer().status == 403)
            #expect(try peer.answer().body == "1")
        }
    }

    @Test(arguments: ["Content-Length: 1000", "Content-Length: 1001"])
    func `takes a body of n bytes and refuses one of n + 1 by its head`(_ field: String) throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("POST /echo HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
            if field.hasSuffix("1000") {
                try peer.send(String(repeating: "a", count: 1000))
                #expect(try peer.answer().body.count == 1000)
            } else {
                #expect(try peer.answer().status == 413)
                #expect(try peer.rest() == "")
            }
        }
    }

    @Test func `refuses chunks that become too many`() throws {
        try withServer { test in
            var peer = try test.peer()
            let chunk = "64\r\n" + String(repeating: "a", count: 100) + "\r\n"
            try peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<11 {
                try peer.send(chunk)
            }
            #expect(try peer.answer().status == 413)
            #expect(try peer.rest() == "")
        }
    }

    @Test func `lets a client that sends on read the answer to a refused request`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
            try peer.send([UInt8](repeating: 0, count: 10_000_000))
            #expect(try peer.answer().status == 413)
            #expect(try peer.rest() == "")
        }
    }

    @Test func `spools a body to a file`() throws {
        try withServer { test in
            let body = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let sum = body.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            var peer = try test.peer()
            try peer.send("PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 2500000\r\n\r\n")
            try peer.send(body)
            #expect(try peer.answer().body == "2500000 2500000 \(sum)")
            try peer.send("PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 3000001\r\n\r\n")
            #expect(try peer.answer().status == 413)
        }
    }

    @Test func `says when there is no room to spool`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        try withServer {
            $0.spoolFolder = folder
        } _: { test in
            try FileManager.default.removeItem(atPath: folder)
            var peer = try test.peer()
            try peer.send("PUT /spool HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\na")
            #expect(try peer.answer().status == 507)
        }
    }

    @Test func `says when there is no memory for a body`() throws {
        try withServer(reactors: 1) {
            $0.memory = 100
        } _: { test in
            var peer = try test.peer()
            let body = String(repeating: "a", count: 101)
            try peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\n" + body)
            #expect(try peer.answer().body == "outOfMemory")
            var other = try test.peer()
            try other.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
            try other.send(String(body.dropFirst()))
            #expect(try other.answer().status == 200)
        }
    }

    @Test func `answers what is no request and closes`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(Self.get("/?1") + "nonsense\r\n\r\n" + Self.get("/?2"))
            #expect(try peer.answer().body == "1")
            let answer = try peer.answer()
            #expect(answer.status == 400)
            #expect(answer.body == "malformedRequestLine")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `answers a client that has ended its side`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(Self.get("/?1") + Self.get("/later") + Self.get("/?3"))
            peer.endSending()
            #expect(try peer.answer().body == "1")
            test.stage.nextReply()(Response(.noContent))
            #expect(try peer.answer().status == 204)
            #expect(try peer.answer().body == "3")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `refuses half a request at the end of input`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("GET / HT")
            peer.endSending()
            #expect(try peer.answer().body == "incompleteMessage")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `ends HTTP/1.0 connections unless asked to keep them`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("GET /?1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let first = try peer.answer()
            #expect(first.fields["connection"] == "keep-alive")
            try peer.send("GET /?2 HTTP/1.0\r\n\r\n")
            let second = try peer.answer()
            #expect(second.body == "2")
            #expect(second.fields["connection"] == "close")
            #expect(try peer.rest() == "")
        }
    }
}
