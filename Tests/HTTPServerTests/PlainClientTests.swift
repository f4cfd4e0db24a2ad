// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import HTTP
import HTTPServer
import Synchronization
import Testing

@Suite struct PlainClientTests {
    @Test func `waits for an answer as long as the server gives a sign of life`() throws {
        try withServer { test in
            let client = PlainClient(
                host: "127.0.0.1",
                port: test.server.port,
                patience: .milliseconds(200),
                lifeSign: "/dear"
            )
            DispatchQueue.global().async {
                let reply = test.stage.nextReply()
                while test.stage.dear.load(ordering: .relaxed) < 2 { continue }
                reply(Response(.ok, body: .bytes(Array("done".utf8))))
            }
            let answer = try client.send("GET", "/later")
            #expect(answer.body == Array("done".utf8))
        }
    }

    @Test func `goes on waiting where it was interrupted`() throws {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in }
        try #require(unsafe sigaction(SIGUSR2, &action, nil) == 0)
        try withServer { test in
            let client = PlainClient(host: "127.0.0.1", port: test.server.port)
            let waiting = pthread_self()
            DispatchQueue.global().async {
                let reply = test.stage.nextReply()
                for _ in 0..<1000 {
                    pthread_kill(waiting, SIGUSR2)
                    sched_yield()
                }
                reply(Response(.ok, body: .bytes(Array("done".utf8))))
            }
            let answer = try client.send("GET", "/later")
            #expect(answer.body == Array("done".utf8))
        }
    }

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let target: String
        var lifeSign: String?
    }

    static let cases = [
        Case(testDescription: "no answer", target: "/later"),
        Case(testDescription: "neither an answer nor a sign", target: "/later", lifeSign: "/later"),
        Case(testDescription: "the beginning of an answer", target: "/held"),
    ]

    @Test(arguments: cases)
    func `gives up on a server that does nothing more`(_ one: Case) throws {
        #expect(throws: PlainClient.Failure.silent) {
            try withServer { test in
                let client = PlainClient(
                    host: "127.0.0.1",
                    port: test.server.port,
                    patience: .milliseconds(50),
                    lifeSign: one.lifeSign
                )
                _ = try client.send("GET", one.target)
            }
        }
    }
}
