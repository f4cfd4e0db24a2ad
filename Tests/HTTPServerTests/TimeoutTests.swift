// SPDX-License-Identifier: Apache-2.0
import HTTP
import HTTPServer
import Testing

@Suite struct TimeoutTests {
    @Test func `closes an idle connection`() throws {
        try withServer {
            $0.idleTimeout = .milliseconds(20)
        } _: { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/?1"))
            #expect(try peer.answer().body == "1")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `closes a connection on which nothing comes`() throws {
        try withServer {
            $0.headerTimeout = .milliseconds(20)
        } _: { test in
            var peer = try test.peer()
            #expect(try peer.rest() == "")
        }
    }

    @Test func `refuses a head that stops`() throws {
        try withServer {
            $0.headerTimeout = .milliseconds(20)
        } _: { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/?1") + "GET /a HTTP/1.1\r\nHo")
            #expect(try peer.answer().body == "1")
            let answer = try peer.answer()
            #expect(answer.status == 408)
            #expect(answer.body == "headerTimeout")
            #expect(answer.fields["x-target"] == "GET /a")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `refuses a body that stops`() throws {
        try withServer {
            $0.bodyTimeout = .milliseconds(20)
        } _: { test in
            var peer = try test.peer()
            try peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na")
            let answer = try peer.answer()
            #expect(answer.body == "bodyTimeout")
            #expect(answer.fields["x-target"] == "POST /echo")
            #expect(try peer.rest() == "")
        }
    }

    @Test func `gives up an answer that does not come`() throws {
        try withServer {
            $0.answerTimeout = .milliseconds(20)
        } _: { test in
            var peer = try test.peer()
            try peer.send(ExchangeTests.get("/later"))
            let reply = test.stage.nextReply()
            let answer = try peer.answer()
            #expect(answer.status == 503)
            #expect(answer.fields["x-target"] == "GET /later")
            reply(Response(.ok))
            #expect(try peer.rest() == "")
        }
    }

    @Test func `gives up a reader that has stopped`() throws {
        try withServer {
            $0.writeTimeout = .milliseconds(20)
        } _: { test in
            let peer = try test.peer(receiveBuffer: 65536)
            try peer.send(ExchangeTests.get("/large"))
            try peer.waitForReset()
        }
    }

    @Test func `gives up a client that sends on after the last answer`() throws {
        try withServer {
            $0.lingerTimeout = .milliseconds(20)
        } _: { test in
            var peer = try test.peer()
            try peer.send("nonsense\r\n\r\n")
            #expect(try peer.answer().status == 400)
            #expect(try peer.rest() == "")
            #expect(throws: Peer.Failure.self) {
                while true {
                    try peer.send("a")
                }
            }
        }
    }
}
