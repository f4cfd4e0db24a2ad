// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import SQLite
import Service
import TestSupport
import Testing

/// One bad request among 128 that are written together, as clients see it.
@Suite struct BadRequestOverHTTPTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let body: String
        var fields: HeaderFields = [:]
        let status: Int
        let problem: String
    }

    static let bad = [
        Bad(
            testDescription: "an external id that is taken",
            path: "/v1/customers",
            body: #"{"kind": "individual", "name": "a", "externalId": "taken"}"#,
            status: 409,
            problem: "duplicate"
        ),
        Bad(
            testDescription: "an order of nobody",
            path: "/v1/orders",
            body: """
                {"customerExternalId": "nobody", "placedAt": "2026-11-01T00:00:00Z", "total": "1"}
                """,
            status: 422,
            problem: "invalid-body"
        ),
        Bad(
            testDescription: "a key that came with another body",
            path: "/v1/customers",
            body: #"{"kind": "individual", "name": "another"}"#,
            fields: ["idempotency-key": "taken"],
            status: 422,
            problem: "idempotency-key-reused"
        ),
    ]

    @Test(arguments: bad)
    func `127 are answered with 201 and one with its problem`(_ bad: Bad) throws {
        try withServer { client in
            let taken = #"{"kind": "individual", "name": "a", "externalId": "taken"}"#
            let first = try client.post("/v1/customers", taken, ["idempotency-key": "taken"])
            try #require(first.status == 201)
            let writer = client.service.database.writer
            let gate = try writer.hold()
            defer { gate.open() }
            let answers = Answers<TestAnswer>()
            for number in 0..<128 {
                Thread.detachNewThread {
                    answers.add(
                        number,
                        Result {
                            guard number != 77 else {
                                return try client.post(bad.path, bad.body, bad.fields)
                            }
                            let body = #"{"kind": "individual", "name": "客户 \#(number)"}"#
                            return try client.post("/v1/customers", body)
                        }
                    )
                }
            }
            let deadline = ContinuousClock.now + .seconds(30)
            while writer.queueLength < 128, ContinuousClock.now < deadline { sched_yield() }
            gate.open()
            try answers.wait(for: 128)
            for (number, answer) in try answers.all() {
                let answer = try answer.get()
                #expect(answer.status == (number == 77 ? bad.status : 201), "\(answer)")
                #expect(answer.problem == (number == 77 ? bad.problem : nil))
            }
            #expect(try client.service.number("SELECT count(*) FROM customer") == 128)
        }
    }
}
