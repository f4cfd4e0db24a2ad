// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Replying to complaints, and their clocks.
@Suite struct ComplaintClockTests {
    private static let one = "/v1/complaints/1"
    private static let reply = #"{"text": "we are sorry", "channel": "phone"}"#

    private static func open(_ client: TestClient, customer: Int) throws -> TestAnswer {
        try client.post(
            "/v1/complaints",
            #"{"customerId": \#(customer), "channel": "web", "subject": "late"}"#
        )
    }

    private static func withComplaint(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            _ = try open(client, customer: client.customer())
            try body(client)
        }
    }

    @Test func `a reply stops the answer clock`() throws {
        try Self.withComplaint { client in
            client.clock.advance(hours: 3)
            let answer = try client.as(.agent).post(Self.one + "/reply", Self.reply)
            #expect(answer.status == 200)
            #expect(answer.json["answeredAt"] == "2026-11-23T05:00:00.000Z")
            #expect(answer.json["status"] == "open")
            #expect(answer.json["breached"] == [])
            #expect(
                answer.json["history"]?[1] == [
                    "at": "2026-11-23T05:00:00.000Z", "actor": "agent", "action": "reply",
                    "text": "we are sorry", "channel": "phone",
                ]
            )
            let event = try client.lastEvent()
            #expect(event?["action"] == "complaint.replied")
            #expect(event?["changes"]?["text"] == "we are sorry")
            client.clock.advance(hours: 30)
            let second = try client.post(Self.one + "/reply", Self.reply)
            #expect(second.json["answeredAt"] == "2026-11-23T05:00:00.000Z")
            #expect(second.json["history"]?.elements?.count == 3)
            #expect(try client.get(Self.one).json["breached"] == [])
        }
    }

    struct Moment: CustomTestStringConvertible {
        let name: String
        let hours: Int64
        var milliseconds: Int64 = 0
        let breached: JSON

        var testDescription: String { name }
    }

    static let answers = [
        Moment(name: "a moment before", hours: 24, milliseconds: -1, breached: []),
        Moment(name: "at the very due instant", hours: 24, breached: []),
        Moment(name: "a moment late", hours: 24, milliseconds: 1, breached: ["answer"]),
    ]

    @Test(arguments: answers)
    func `a reply is in time up to the due instant`(_ one: Moment) throws {
        try Self.withComplaint { client in
            client.clock.advance(hours: one.hours, milliseconds: one.milliseconds)
            let answer = try client.post(Self.one + "/reply", Self.reply)
            #expect(answer.json["breached"] == one.breached)
            client.clock.advance(hours: 24)
            #expect(try client.get(Self.one).json["breached"] == one.breached)
            let ids = one.breached == [] ? [] : [1]
            #expect(try client.get("/v1/complaints?breached=answer").ids == ids)
        }
    }

    // Five business days after Monday is the next Monday.
    static let silences = [
        Moment(name: "at the answer's due instant", hours: 24, breached: []),
        Moment(name: "after it", hours: 24, milliseconds: 1, breached: ["answer"]),
        Moment(name: "at the remedy's due instant", hours: 168, breached: ["answer"]),
        Moment(name: "after that", hours: 168, milliseconds: 1, breached: ["answer", "remedy"]),
    ]

    @Test(arguments: silences)
    func `the clocks run out by themselves`(_ one: Moment) throws {
        try Self.withComplaint { client in
            let before = try client.get(Self.one)
            client.clock.advance(hours: one.hours, milliseconds: one.milliseconds)
            let after = try client.get(Self.one)
            #expect(after.json["breached"] == one.breached)
            #expect((after.etag == before.etag) == (one.breached == []))
            for clock in ["answer", "remedy"] {
                let isBreached = one.breached.elements?.contains(.string(clock)) == true
                let ids = try client.get("/v1/complaints?breached=\(clock)").ids
                #expect(ids == (isBreached ? [1] : []), "\(clock)")
            }
        }
    }

    private static let refused = [
        Case("no token", "POST", one + "/reply", reply, by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", one + "/reply", reply, by: .reader, is: 403, "forbidden"),
        Case("another method", "GET", one + "/reply", is: 405, "method-not-allowed"),
        Case("no such complaint", "POST", "/v1/complaints/2/reply", reply, is: 404, "not-found"),
        Case("no JSON", "POST", one + "/reply", "sorry", is: 400, "malformed-body"),
        .refused("nothing", "POST", one + "/reply", "{}", "/text", "/channel"),
        .refused(
            "an unknown channel",
            "POST",
            one + "/reply",
            #"{"text": "x", "channel": "hotline"}"#,
            "/channel",
            saying: "packaging"
        ),
        .refused(
            "a text of 8,001",
            "POST",
            one + "/reply",
            #"{"text": "\#(String(repeating: "x", count: 8001))", "channel": "phone"}"#,
            "/text"
        ),
        .refused(
            "a stranger",
            "POST",
            one + "/reply",
            #"{"text": "x", "channel": "phone", "at": 1}"#,
            "/at"
        ),
    ]

    @Test func `a reply that breaks rules is refused`() throws {
        try Self.withComplaint { try $0.check(Self.refused) }
    }

    @Test func `a closed complaint takes no reply`() throws {
        try Self.withComplaint { client in
            try client.service.tamper("UPDATE complaint SET status = 'closed', step = 'done'")
            let answer = try client.post(Self.one + "/reply", Self.reply)
            #expect(answer.status == 409)
            #expect(answer.problem == "complaint-closed")
            #expect(answer.json["allowed"] == ["reopen"])
        }
    }

    @Test func `a key customer is answered within four hours`() throws {
        try withServer { client in
            let key = try client.customer("key")
            let small = try client.customer("small")
            try client.create(
                "/v1/orders",
                #"{"customerId": \#(key), "placedAt": "2026-11-01T00:00:00Z", "total": "1000"}"#
            )
            _ = try client.runTiers()
            let complaint = try Self.open(client, customer: key).json
            #expect(complaint["customer"]?["tier"] == "key")
            #expect(complaint["answerDueAt"] == "2026-11-23T06:00:00.000Z")
            #expect(complaint["remedyDueAt"] == "2026-11-25T02:00:00.000Z")
            let other = try Self.open(client, customer: small).json
            #expect(other["customer"]?["tier"] == "small")
            #expect(other["answerDueAt"] == "2026-11-24T02:00:00.000Z")
            #expect(try client.get("/v1/complaints?tier=key").ids == [1])
            client.clock.advance(hours: 4, milliseconds: 1)
            #expect(try client.get("/v1/complaints?breached=answer").ids == [1])
        }
    }
}
