// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct InteractionTests {
    private static let path = "/v1/interactions"

    /// A body with these members in place of, or beside, the usual ones.
    private static func body(_ members: (String, String)...) -> String {
        var all = [
            ("customerId", "1"), ("direction", "\"inbound\""), ("content", "\"information\""),
            ("channel", "\"phone\""), ("occurredAt", "\"2026-11-23T09:00:00+08:00\""),
            ("summary", "\"x\""),
        ]
        for member in members {
            all.removeAll { $0.0 == member.0 }
            all.append(member)
        }
        return "{" + all.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "说", count: length))\""
    }

    private static func promises(_ count: Int) -> String {
        let promise = #"{"text": "call back", "dueAt": "2026-11-24T00:00:00Z"}"#
        return "[" + (0..<count).map { _ in promise }.joined(separator: ",") + "]"
    }

    private static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "[", is: 400, "malformed-body"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        Case("no such interaction", "GET", path + "/1", is: 404, "not-found"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case(
            "no customer",
            "POST",
            path,
            body(("customerId", "null")),
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId"]
        ),
    ]

    private static let refusedBodies: [Case] = [
        ("nothing", "{}", ["/direction", "/content", "/channel", "/occurredAt", "/summary"]),
        ("a stranger", body(("color", "1")), ["/color"]),
        ("an id", body(("id", "1")), ["/id"]),
        (
            "a customer named twice",
            body(("customerExternalId", "\"A\"")),
            ["/customerId", "/customerExternalId"]
        ),
        ("an unknown customer", body(("customerId", "9")), ["/customerId"]),
        (
            "an unknown external id",
            body(("customerId", "null"), ("customerExternalId", "\"B\"")),
            ["/customerExternalId"]
        ),
        (
            "unknown words", body(("direction", "1"), ("channel", "\"tv\"")),
            ["/direction", "/channel"]
        ),
        (
            "an instant without offset", body(("occurredAt", "\"2026-11-23T09:00:00\"")),
            ["/occurredAt"]
        ),
        ("a date", body(("occurredAt", "\"2026-11-23\"")), ["/occurredAt"]),
        ("a number for an instant", body(("occurredAt", "1795399200000")), ["/occurredAt"]),
        ("the future", body(("occurredAt", "\"2026-11-23T02:00:00.001Z\"")), ["/occurredAt"]),
        ("a negative duration", body(("durationSeconds", "-1")), ["/durationSeconds"]),
        ("more than a week", body(("durationSeconds", "604801")), ["/durationSeconds"]),
        ("a contact that is not there", body(("contactIds", "[5]")), ["/contactIds/0"]),
        ("nobody of ours", body(("staffIds", "[5]")), ["/staffIds/0"]),
        (
            "the same twice", body(("staffIds", "[1, 1]")),
            ["/staffIds/1", "/staffIds/0", "/staffIds/1"]
        ),
        (
            "whatever only the records can tell",
            body(
                ("occurredAt", "\"2026-11-23T02:00:00.001Z\""),
                ("contactIds", "[77]"),
                ("staffIds", "[88]"),
                ("complaintId", "999"),
                ("promises", #"[{"text": "x", "dueAt": "2020-01-01T00:00:00Z"}]"#)
            ),
            [
                "/occurredAt", "/promises/0/dueAt", "/contactIds/0", "/staffIds/0", "/complaintId",
            ]
        ),
        (
            "nobody, and nobody of ours", body(("customerId", "9"), ("staffIds", "[88]")),
            ["/customerId", "/staffIds/0"]
        ),
        ("no summary", body(("summary", "\"\"")), ["/summary"]),
        ("a summary of 4,001", body(("summary", text(4001))), ["/summary"]),
        ("a next step of 1,001", body(("nextStep", text(1001))), ["/nextStep"]),
        ("21 promises", body(("promises", promises(21))), ["/promises"]),
        (
            "a promise without anything",
            body(("promises", "[{}]")),
            ["/promises/0/text", "/promises/0/dueAt"]
        ),
        (
            "a promise of 1,001",
            body(("promises", #"[{"text": \#(text(1001)), "dueAt": "2026-11-24T00:00:00Z"}]"#)),
            ["/promises/0/text"]
        ),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    private static let accepted: [Case] = [
        ("the least", body()),
        ("this very instant", body(("occurredAt", "\"2026-11-23T02:00:00Z\""))),
        ("no duration", body(("durationSeconds", "0"))),
        ("a week", body(("durationSeconds", "604800"))),
        ("a summary of 4,000", body(("summary", text(4000)))),
        ("a next step of 1,000", body(("nextStep", text(1000)))),
        ("20 promises", body(("promises", promises(20)))),
        ("no contacts", body(("contactIds", "[]"))),
        (
            "an external id for the customer",
            body(("customerId", "null"), ("customerExternalId", "\"A\""))
        ),
    ]
    .map { Case($0, "POST", path, $1, by: .agent, is: 201) }

    @Test func `POST refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.check(Self.refusedRequests + Self.refusedBodies)
        }
    }

    @Test func `POST takes everything up to its limits`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.check(Self.accepted)
        }
    }

    @Test func `POST records an interaction, and GET reads it`() throws {
        try withServer { client in
            try client.customer()
            let answer = try client.post(
                Self.path,
                Self.body(
                    ("durationSeconds", "180"),
                    ("nextStep", "\"send a quote\""),
                    ("externalId", "\"C-1\""),
                    ("promises", #"[{"text": "call back", "dueAt": "2026-11-24T10:00:00+08:00"}]"#)
                )
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/interactions/1")
            #expect(
                answer.json == [
                    "id": 1, "customerId": 1, "direction": "inbound", "content": "information",
                    "channel": "phone", "occurredAt": "2026-11-23T01:00:00.000Z",
                    "durationSeconds": 180, "contactIds": [], "staffIds": [], "summary": "x",
                    "nextStep": "send a quote",
                    "promises": [
                        [
                            "id": 1, "kind": "other", "text": "call back",
                            "dueAt": "2026-11-24T02:00:00.000Z",
                        ]
                    ],
                    "corrections": [],
                    "externalId": "C-1", "version": 1, "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            let read = try client.get("/v1/interactions/1")
            #expect(read.json == answer.json)
            #expect(read.etag == answer.etag)
            #expect(try client.lastEvent()?["action"] == "interaction.recorded")
            let again = try client.post(Self.path, Self.body(("externalId", "\"C-1\"")))
            #expect(again.status == 409)
            #expect(again.json["existing"] == "/v1/interactions/1")
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [3, 2, 1]),
        ("sort=occurredAt", [1, 2, 3]),
        ("sort=id", [1, 2, 3]),
        ("sort=-id", [3, 2, 1]),
        ("customerId=2", [3]),
        ("customerId=9", []),
        ("channel=visit", [2]),
        ("content=feeling", [2]),
        ("direction=outbound", [2, 1]),
        ("q=报价", [1]),
        ("q=价", [1]),
        ("q=ABC", [2]),
        ("since=2026-11-22", [3, 2]),
        ("since=2026-11-21T17:00:00Z", [3, 2]),
        ("until=2026-11-22", [1]),
        ("since=2026-11-21T16:00:00Z&until=2026-11-22T01:00:00Z", [2]),
        ("since=2026-11-22&until=2026-11-22", []),
        ("customerId=1&direction=outbound&sort=id", [1, 2]),
    ]

    @Test func `GET filters and sorts`() throws {
        try withServer { client in
            try client.customer()
            try client.customer()
            for body in [
                Self.body(
                    ("direction", "\"outbound\""),
                    ("summary", "\"发了报价\""),
                    ("occurredAt", "\"2026-11-21T08:00:00Z\"")
                ),
                Self.body(
                    ("direction", "\"outbound\""),
                    ("summary", "\"ａｂｃ\""),
                    ("channel", "\"visit\""),
                    ("content", "\"feeling\""),
                    ("occurredAt", "\"2026-11-22T08:00:00+08:00\"")
                ),
                Self.body(("customerId", "2")),
            ] {
                try client.create(Self.path, body)
            }
            for (query, ids) in Self.filters {
                #expect(try client.as(.agent).get("\(Self.path)?\(query)").ids == ids, "\(query)")
                let first = try client.get("\(Self.path)?\(query)&limit=1&count=exact")
                #expect(first.json["count"]?.integer == ids.count, "\(query)")
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
            #expect(try client.get(Self.path, ["accept": "text/csv"]).lines.count == 4)
            #expect(try client.get(Self.path + "?format=ndjson").lines.count == 3)
        }
    }

    private static let refusedQueries: [Case] = [
        .refused(
            "an unknown channel",
            query: path + "?channel=tv",
            "channel",
            saying: "call-center"
        ),
        .refused("an unknown content", query: path + "?content=x", "content"),
        .refused("an unknown direction", query: path + "?direction=x", "direction"),
        .refused("no customer", query: path + "?customerId=x", "customerId"),
        .refused("no instant", query: path + "?since=yesterday", "since", saying: "or a date"),
        .refused("an instant without offset", query: path + "?until=2026-11-21T00:00:00", "until"),
        .refused("an unknown parameter", query: path + "?tag=x", "tag"),
        .refused("a limit of 501", query: path + "?limit=501", "limit"),
        .refused("another order", query: path + "?sort=summary", "sort"),
        Case("a table for an agent", "GET", path + "?format=csv", by: .agent, is: 403, "forbidden"),
    ]

    @Test func `GET refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refusedQueries) }
    }
}
