// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import TestSupport
import Testing

/// The first and the last instants that can be written.
@Suite struct ExtremeTimeTests {
    private static let first = "0001-01-01T00:00:00Z"
    private static let last = "9999-12-31T23:59:59.999Z"

    private static let accepted: [Case] = [
        Case(
            "a complaint",
            "POST",
            "/v1/complaints",
            #"{"customerId": 1, "channel": "web", "subject": "x", "receivedAt": "\#(first)"}"#,
            is: 201
        ),
        Case(
            "an order",
            "POST",
            "/v1/orders",
            #"{"customerId": 1, "placedAt": "\#(first)", "total": "1", "dueAt": "\#(last)"}"#,
            is: 201
        ),
        Case(
            "an interaction",
            "POST",
            "/v1/interactions",
            #"""
            {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "visit",
             "occurredAt": "\#(first)", "summary": "x",
             "promises": [{"text": "x", "dueAt": "\#(last)"}]}
            """#,
            is: 201
        ),
        Case(
            "a token",
            "POST",
            "/v1/tokens",
            #"{"name": "x", "role": "reader", "owner": "x", "expiresAt": "\#(last)"}"#,
            is: 201
        ),
        .refused(
            "before the first",
            "POST",
            "/v1/orders",
            #"{"customerId": 1, "placedAt": "0001-01-01T00:00:00+00:01", "total": "1"}"#,
            "/placedAt"
        ),
        .refused(
            "behind the last",
            "POST",
            "/v1/orders",
            #"{"customerId": 1, "placedAt": "\#(first)", "total": "1", "dueAt": "10000-01-01T00:00:00Z"}"#,
            "/dueAt"
        ),
    ]

    @Test func `are taken and given back`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.accepted)
            #expect(try client.get("/v1/orders/1").json["placedAt"] == "0001-01-01T00:00:00.000Z")
            #expect(try client.get("/v1/orders/1").json["dueAt"] == .string(Self.last))
            #expect(try client.get("/v1/customers/1/timeline").items.count == 3)
        }
    }

    @Test func `narrow lists`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.accepted)
            for list in ["orders", "complaints", "interactions"] {
                for (query, count) in [
                    ("since=0001-01-01", 1), ("until=0001-01-01", 0), ("since=9999-12-31", 0),
                    ("until=9999-12-31", 1), ("since=\(Self.first)", 1), ("until=\(Self.last)", 1),
                ] {
                    let answer = try client.get("/v1/\(list)?\(query)")
                    #expect(answer.items.count == count, "\(list) \(query)")
                }
            }
            #expect(try client.get("/v1/customers?updatedSince=9999-12-31").items.isEmpty)
        }
    }

    @Test func `can be the date of a tier run`() throws {
        try withServer { client in
            try client.customer()
            let run = try client.runTiers(#"{"asOf": "0001-01-01", "windowMonths": 120}"#)
            #expect(run["status"] == "finished")
            #expect(try client.get("/v1/tiers?asOf=0001-01-01").items.count == 1)
            #expect(try client.get("/v1/tiers?asOf=9999-12-31").problem == "future-as-of")
        }
    }
}
