// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// The register of promises (M50).
@Suite struct PromiseTests {
    private static let path = "/v1/promises"

    /// A customer who was promised as many things, each due an hour after the one before.
    private static func promise(_ client: TestClient, _ count: Int, to customer: Int) throws {
        let promises = (1...count).map { hour in
            #"{"text": "promise \#(hour)", "dueAt": "2026-11-23T0\#(hour + 2):00:00Z"}"#
        }
        let sum = promises.joined(separator: ",")
        _ = try client.create(
            "/v1/interactions",
            """
            {"customerId": \(customer), "direction": "outbound", "content": "information",
             "channel": "phone", "occurredAt": "2026-11-23T01:00:00Z", "summary": "x",
             "promises": [\(sum)]}
            """
        )
    }

    private static func settle(
        _ client: TestClient,
        _ id: Int,
        _ verdict: String
    ) throws -> TestAnswer {
        try client.as(.agent).send("POST", "\(path)/\(id)/\(verdict)")
    }

    @Test func `a promise is open until it is kept, late or broken`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            _ = try client.customer()
            try Self.promise(client, 4, to: 1)
            let open = try client.as(.agent).get(Self.path + "/1")
            #expect(
                open.json == [
                    "id": 1, "kind": "other", "text": "promise 1",
                    "dueAt": "2026-11-23T03:00:00.000Z", "givenAt": "2026-11-23T01:00:00.000Z",
                    "customerId": 1, "interactionId": 1, "status": "open", "version": 1,
                ]
            )
            #expect(try client.get(Self.path).json["keepingRate"] == nil)
            // To the very instant it is in time.
            clock.advance(hours: 1)
            let kept = try Self.settle(client, 1, "keep")
            #expect(kept.status == 200)
            #expect(kept.json["status"] == "kept")
            #expect(kept.json["settledAt"] == "2026-11-23T03:00:00.000Z")
            #expect(kept.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "promise.kept")
            #expect(try client.lastEvent()?["subject"] == ["type": "promise", "id": 1])
            clock.advance(hours: 1, milliseconds: 1)
            #expect(try Self.settle(client, 2, "keep").json["status"] == "late")
            #expect(try Self.settle(client, 3, "break").json["status"] == "broken")
            let list = try client.get(Self.path)
            #expect(list.items.map { $0["status"]?.string } == ["kept", "late", "broken", "open"])
            #expect(list.json["keepingRate"]?.double == 1.0 / 3)
        }
    }

    @Test func `a second verdict is refused, and so is one on nothing`() throws {
        try withServer { client in
            _ = try client.customer()
            try Self.promise(client, 1, to: 1)
            #expect(try Self.settle(client, 1, "break").status == 200)
            let before = try client.get(Self.path + "/1")
            for verdict in ["keep", "break"] {
                let again = try Self.settle(client, 1, verdict)
                #expect(again.status == 409)
                #expect(again.problem == "not-allowed-now")
                #expect(again.detail == "it is broken already")
                #expect(again.json["allowed"] == ["POST /v1/interactions"])
                #expect(try Self.settle(client, 9, verdict).status == 404)
            }
            #expect(try client.get(Self.path + "/1").json == before.json)
            #expect(try client.as(.reader).send("POST", Self.path + "/1/keep").status == 403)
        }
    }

    private static let filters: [(query: String, ids: [Int], rate: Double?)] = [
        ("", [1, 5, 2, 3, 4], 0.5),
        ("sort=-dueAt", [4, 3, 2, 5, 1], 0.5),
        ("status=open", [2, 3, 4], 0.5),
        ("status=kept", [1], 0.5),
        ("customerId=1", [1, 2, 3, 4], 1),
        ("customerId=2", [5], 0),
        ("status=open&until=2026-11-23T05:00:00Z", [2], 0.5),
        ("since=2026-11-23T04:00:00Z", [2, 3, 4], nil),
    ]

    @Test func `the register is narrowed and sorted, with the rate of what is listed`() throws {
        try withServer { client in
            for name in ["one", "two"] { _ = try client.customer(name) }
            try Self.promise(client, 4, to: 1)
            try Self.promise(client, 1, to: 2)
            _ = try Self.settle(client, 1, "keep")
            _ = try Self.settle(client, 5, "break")
            for (query, ids, rate) in Self.filters {
                let list = try client.get("\(Self.path)?\(query)")
                #expect(list.ids == ids, "\(query)")
                #expect(list.json["keepingRate"]?.double == rate, "\(query)")
            }
            let first = try client.get(Self.path + "?limit=2&count=exact")
            #expect(first.ids == [1, 5])
            #expect(first.json["count"] == 5)
            let next = try #require(first.next)
            let second = try client.get("\(Self.path)?limit=2&after=\(next)")
            #expect(second.ids == [2, 3])
            #expect(second.json["keepingRate"] == nil)
            #expect(try client.get(Self.path + "?status=lost").status == 400)
        }
    }
}
