// SPDX-License-Identifier: Apache-2.0
import HTTP
import HTTPServer
import Synchronization
import Testing

/// What becomes of the requests around one that is none (RFC 9112 sections 9.3.2 and 11.2).
@Suite struct PipelineTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let request: String
        let failure: RequestFailure
        var target = "POST /echo"
        var testDescription: String { name }
    }

    static let post = "POST /echo HTTP/1.1\r\nHost: a\r\n"
    /// What a smuggler wants to be taken for a request of its own.
    static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    static let cases = [
        Case(
            name: "no request line",
            request: "nonsense\r\n\r\n",
            failure: .malformedRequestLine,
            target: "GET /"
        ),
        Case(
            name: "an unknown method",
            request: "BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n",
            failure: .unknownMethod,
            target: "GET /pot"
        ),
        Case(
            name: "another version",
            request: "GET /a HTTP/3.0\r\nHost: a\r\n\r\n",
            failure: .unsupportedVersion,
            target: "GET /a"
        ),
        Case(
            name: "no Host",
            request: "DELETE /a?b HTTP/1.1\r\n\r\n",
            failure: .missingHost,
            target: "DELETE /a"
        ),
        Case(
            name: "a length and chunks",
            request: post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            failure: .contentLengthBesideTransferEncoding
        ),
        Case(
            name: "two lengths",
            request: post + "Content-Length: 0\r\nContent-Length: 99\r\n\r\n",
            failure: .duplicateContentLength
        ),
        Case(
            name: "chunks in disguise",
            request: post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
            failure: .malformedTransferEncoding
        ),
        Case(
            name: "a bad chunk size",
            request: post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0x0\r\n\r\n",
            failure: .badChunkSize
        ),
        Case(
            name: "a chunk that spills",
            request: post + "Transfer-Encoding: chunked\r\n\r\n1\r\naXX0\r\n\r\n",
            failure: .badChunkEnd
        ),
        Case(
            name: "a bare LF in an extension",
            request: post + "Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n",
            failure: .bareLineFeed
        ),
        Case(
            name: "a content coding",
            request: post + "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na",
            failure: .unsupportedContentCoding
        ),
        Case(
            name: "an unknown expectation",
            request: post + "Expect: y 100-continue\r\nContent-Length: 1\r\n\r\na",
            failure: .expectationFailed
        ),
        Case(
            name: "a body that is too large",
            request: post + "Content-Length: 1001\r\n\r\n",
            failure: .bodyTooLarge
        ),
    ]

    @Test(arguments: cases)
    func `answers up to the refused request and nothing behind it`(_ one: Case) throws {
        let input = ExchangeTests.get("/?1") + one.request + Self.smuggled
        try withServer { test in
            for pieces in [[Array(input.utf8)], input.utf8.map { [$0] }] {
                var peer = try test.peer()
                for piece in pieces { try peer.send(piece) }
                #expect(try peer.answer().body == "1")
                try check(one, &peer)
            }
        }
    }

    @Test(arguments: cases)
    func `refuses behind a pending request only when that is answered`(_ one: Case) throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/later") + one.request + Self.smuggled)
            test.stage.nextReply()(Response(.ok, body: .bytes(Array("1".utf8))))
            #expect(try peer.answer().body == "1")
            try check(one, &peer)
        }
    }

    @Test(arguments: cases)
    func `refuses behind a stream only when that has ended`(_ one: Case) throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/script") + one.request + Self.smuggled)
            #expect(try peer.answer().body == "hello world")
            try check(one, &peer)
        }
    }

    /// Checks that the next answer is the refusal, and the last.
    private func check(_ one: Case, _ peer: inout Peer) throws {
        let answer = try peer.answer()
        #expect(answer.status == one.failure.status.code)
        #expect(answer.body == "\(one.failure)")
        #expect(answer.fields["x-target"] == one.target)
        #expect(answer.fields["connection"] == "close")
        #expect(answer.fields["date"]?.hasSuffix(" GMT") == true)
        #expect(try peer.rest() == "")
    }

    @Test func `runs nothing behind a request that asks to close, even if it is pending`() throws {
        try withServer { test in
            var peer = try test.peer()
            let request = ExchangeTests.get("/later", "Connection: close\r\n")
            try peer.send(request + Self.smuggled)
            test.stage.nextReply()(Response(.ok, body: .bytes(Array("1".utf8))))
            #expect(try peer.answer().body == "1")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `frames a refusal by its own request and not by the one before it`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("HEAD /?1 HTTP/1.1\r\nHost: a\r\n\r\n" + "nonsense\r\n\r\n")
            #expect(try peer.answer(toHead: true).status == 200)
            #expect(try peer.answer().body == "malformedRequestLine")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `refuses HEAD without a body`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send("HEAD /a HTTP/1.1\r\n\r\n")
            let answer = try peer.answer(toHead: true)
            #expect(answer.status == 400)
            #expect(answer.fields["content-length"] == "\("missingHost".utf8.count)")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `sends no interim answer to HTTP/1.0`() throws {
        try withServer { test in
            var peer = try test.peer()
            try peer.send(
                "POST /echo HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
            )
            try peer.send("hello")
            let answer = try peer.answer()
            #expect(answer.status == 200)
            #expect(answer.body == "hello")
        }
    }

    @Test func `dear requests in one piece let those of others in between`() throws {
        let count = 300
        try withServer(reactors: 1) { test in
            var many = try test.peer()
            try many.send((1...count).map { ExchangeTests.get("/dear?\($0)") }.joined())
            #expect(try many.answer().body == "1")
            var other = try test.peer()
            try other.send(ExchangeTests.get("/?other"))
            #expect(try other.answer().body == "other")
            #expect(test.stage.dear.load(ordering: .relaxed) < count)
            for number in 2...count { #expect(try many.answer().body == "\(number)") }
        }
    }
}
