// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Opening, reading and correcting complaints.
@Suite struct ComplaintTests {
    private static let path = "/v1/complaints"

    private static func body(_ members: String, customer: String = #""customerId": 1"#) -> String {
        #"{\#(customer), "channel": "hotline", "subject": "late"\#(members)}"#
    }

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "慢", count: length))\""
    }

    private static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case(
            "plain text",
            "POST",
            path,
            "late",
            with: ["content-type": "text/plain"],
            is: 415,
            "unsupported-media-type",
            saying: "application/x-www-form-urlencoded"
        ),
        Case("no JSON", "POST", path, "late", is: 400, "malformed-body"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        Case("no such complaint", "GET", path + "/1", is: 404, "not-found"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case(
            "no customer",
            "POST",
            path,
            #"{"channel": "web", "subject": "x"}"#,
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId", "/phone"]
        ),
        Case(
            "no customer and the future",
            "POST",
            path,
            #"{"channel": "web", "subject": "x", "receivedAt": "2026-11-24T10:00:00Z"}"#,
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId", "/phone", "/receivedAt"]
        ),
        Case(
            "a customer named twice",
            "POST",
            path,
            #"{"customerId": 1, "phone": "13800138000", "channel": "web", "subject": "x"}"#,
            is: 422,
            "invalid-body",
            pointers: ["/customerId", "/phone"],
            saying: "exactly one of customerId, customerExternalId, phone is wanted"
        ),
    ]

    private static let refusedBodies: [Case] = [
        (
            "nothing", "{}",
            ["/channel", "/subject", "/customerId", "/customerExternalId", "/phone"]
        ),
        (
            "no customer, a wrong channel and no subject", #"{"channel": "fax", "subject": ""}"#,
            ["/channel", "/subject", "/customerId", "/customerExternalId", "/phone"]
        ),
        ("a stranger", body(#", "color": 1"#), ["/color"]),
        (
            "a customer named twice",
            body(#", "phone": "13800138000""#),
            ["/customerId", "/phone"]
        ),
        (
            "nothing of what is named",
            body(
                #", "orderId": 9, "receivedAt": "2026-11-24T10:00:00Z", "causeDetail": "late""#,
                customer: #""customerId": 9"#
            ),
            ["/receivedAt", "/customerId", "/orderId", "/causeDetail"]
        ),
        ("an unknown customer", body("", customer: #""customerId": 9"#), ["/customerId"]),
        (
            "an unknown external id",
            body("", customer: #""customerExternalId": "B""#),
            ["/customerExternalId"]
        ),
        ("a phone that is none", body("", customer: #""phone": "abc""#), ["/phone"]),
        (
            "an unknown channel", #"{"customerId": 1, "channel": "fax", "subject": "x"}"#,
            ["/channel"]
        ),
        ("an unknown cause", body(#", "cause": "rain""#), ["/cause"]),
        ("an unknown severity", body(#", "severity": "urgent""#), ["/severity"]),
        (
            "a subject of 201", #"{"customerId": 1, "channel": "web", "subject": \#(text(201))}"#,
            ["/subject"]
        ),
        ("a description of 8,001", body(#", "description": \#(text(8001))"#), ["/description"]),
        ("an external id of 201", body(#", "externalId": \#(text(201))"#), ["/externalId"]),
        ("an order that is not there", body(#", "orderId": 9"#), ["/orderId"]),
        ("another's order", body(#", "orderId": 1"#), ["/orderId"]),
        ("the future", body(#", "receivedAt": "2026-11-23T10:00:00.001+08:00""#), ["/receivedAt"]),
        (
            "an instant without offset", body(#", "receivedAt": "2026-11-23T10:00:00""#),
            ["/receivedAt"]
        ),
        ("a second too many", body(#", "receivedAt": "2026-11-22T23:59:60Z""#), ["/receivedAt"]),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    private static let readOnly = [
        "id", "customer", "status", "step", "answerDueAt", "answeredAt", "remedyDueAt",
        "remediedAt", "closedAt", "breached", "assigneeId", "leaderId", "history", "version",
        "createdAt", "updatedAt",
    ]
    .map {
        Case.refused(
            "\($0) set",
            "POST",
            path,
            body(", \"\($0)\": 1"),
            "/" + $0,
            saying: "read-only"
        )
    }

    private static let accepted: [Case] = [
        ("the least", body("")),
        ("an external id for the customer", body("", customer: #""customerExternalId": "A""#)),
        ("a subject of 200", #"{"customerId": 1, "channel": "web", "subject": \#(text(200))}"#),
        ("a description of 8,000", body(#", "description": \#(text(8000))"#)),
        ("this very instant", body(#", "receivedAt": "2026-11-23T10:00:00+08:00""#)),
        ("its own order", body(#", "orderId": 1"#, customer: #""customerId": 2"#)),
    ]
    .map { Case($0, "POST", path, $1, by: .agent, is: 201) }

    private static func prepare(_ client: TestClient) throws {
        try client.customer("x", #""externalId": "A""#)
        let other = try client.customer()
        try client.create(
            "/v1/orders",
            #"{"customerId": \#(other), "placedAt": "2026-11-01T00:00:00Z", "total": "1"}"#
        )
    }

    @Test func `POST refuses what it cannot take`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.check(Self.refusedRequests + Self.refusedBodies + Self.readOnly)
        }
    }

    @Test func `POST takes everything up to its limits`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.check(Self.accepted)
        }
    }

    @Test func `POST lists the legal words`() throws {
        try withServer { client in
            try client.customer()
            let answer = try client.post(Self.path, Self.body(#", "severity": "urgent""#))
            #expect(answer.details == ["must be one of low, normal, high, critical"])
        }
    }

    @Test func `POST opens a complaint, and GET reads it`() throws {
        try withServer { client in
            let customer = try client.customer("李雷")
            let answer = try client.as(.agent).post(
                Self.path,
                Self.body(
                    #"""
                    , "description": "three days", "cause": "delivery", "severity": "high",
                    "externalId": "CC-1", "receivedAt": "2026-11-23T08:30:00.5+08:00"
                    """#
                )
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/complaints/1")
            #expect(
                answer.json == [
                    "id": 1, "customer": ["id": .integer(customer), "name": "李雷"],
                    "channel": "hotline", "subject": "late", "description": "three days",
                    "cause": "delivery", "severity": "high", "externalId": "CC-1",
                    "status": "open", "step": "listen", "receivedAt": "2026-11-23T00:30:00.500Z",
                    "answerDueAt": "2026-11-24T00:30:00.500Z",
                    "remedyDueAt": "2026-11-30T00:30:00.500Z",
                    "deadlinesBy": ["policyVersion": 1], "breached": [],
                    "history": [
                        ["at": "2026-11-23T02:00:00.000Z", "actor": "agent", "action": "open"]
                    ],
                    "version": 1, "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            let read = try client.get("/v1/complaints/1")
            #expect(read.json == answer.json)
            #expect(read.etag == answer.etag)
            #expect(try client.lastEvent()?["action"] == "complaint.opened")
            let again = try client.post(Self.path, Self.body(#", "externalId": "CC-1""#))
            #expect(again.status == 409)
            #expect(again.json["existing"] == "/v1/complaints/1")
        }
    }

    private static let phones = [
        "13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "008613800138000",
        "（＋８６）１３８００１３８０００", "013800138000",
    ]

    @Test func `POST finds the customer by phone however it is typed`() throws {
        try withServer { client in
            try client.customer("a", #""phones": [{"number": "010-62345678"}]"#)
            let id = try client.customer("b", #""phones": [{"number": "+86 138-0013-8000"}]"#)
            for phone in Self.phones {
                let body = Self.body("", customer: #""phone": "\#(phone)""#)
                let answer = try client.post(Self.path, body)
                #expect(answer.json["customer"]?["id"]?.integer == id, "\(phone)")
            }
            #expect(try client.get("/v1/customers?count=exact").json["count"] == 2)
        }
    }

    @Test func `POST makes a prospect of an unknown phone, once`() throws {
        try withServer { client in
            let body = Self.body("", customer: #""phone": "139 0000 1111""#)
            let first = try client.post(Self.path, body)
            #expect(first.status == 201)
            #expect(first.json["customer"]?["name"] == "139 0000 1111")
            let prospect = try client.get("/v1/customers/1").json
            #expect(prospect["lifecycle"] == "prospect")
            #expect(prospect["source"] == ["channel": "complaint"])
            #expect(prospect["phoneNumbers"] == ["+8613900001111"])
            _ = try client.post(Self.path, body)
            #expect(try client.get("/v1/customers").ids == [1])
            let actions = try client.all("/v1/complaints?customerId=1")
            #expect(actions.count == 2)
        }
    }

    @Test func `POST refuses a phone that two customers have, and lists them`() throws {
        try withServer { client in
            let phone = #""phones": [{"number": "13800138000"}]"#
            let one = try client.customer("甲", phone)
            let two = try client.customer("乙", #""phones": [{"number": "+86 138 0013 8000"}]"#)
            let body = Self.body("", customer: #""phone": "13800138000""#)
            let answer = try client.post(Self.path, body)
            #expect(answer.status == 409)
            #expect(answer.problem == "ambiguous-customer")
            #expect(
                answer.json["customers"]
                    == [["id": .integer(one), "name": "甲"], ["id": .integer(two), "name": "乙"]]
            )
            #expect(answer.pointers == [])
            // It does not keep what else is wrong to itself.
            let more = #"""
                , "orderId": 9, "causeDetail": "rain", "receivedAt": "2030-01-01T00:00:00Z"
                """#
            let wrong = try client.post(
                Self.path,
                Self.body(more, customer: #""phone": "13800138000""#)
            )
            #expect(wrong.problem == "ambiguous-customer")
            #expect(wrong.json["customers"] == answer.json["customers"])
            #expect(wrong.pointers == ["/receivedAt", "/orderId", "/causeDetail"])
            #expect(try client.get(Self.path).items.isEmpty)
            _ = try client.delete("/v1/customers/\(one)")
            let clear = try client.post(Self.path, body)
            #expect(clear.json["customer"]?["id"]?.integer == two)
        }
    }

    @Test func `POST takes a form`() throws {
        try withServer { client in
            let answer = try client.as(.agent).form(
                Self.path,
                "phone=%2B86+138+0013+8000&channel=call-center&subject=%E6%85%A2+&severity="
                    + "&description=a%26b%3Dc&receivedAt=2026-11-23T09%3A00%3A00%2B08%3A00"
            )
            #expect(answer.status == 201)
            #expect(answer.json["subject"] == "慢 ")
            #expect(answer.json["severity"] == "normal")
            #expect(answer.json["description"] == "a&b=c")
            #expect(answer.json["receivedAt"] == "2026-11-23T01:00:00.000Z")
            #expect(answer.json["customer"]?["name"] == "+86 138 0013 8000")
        }
    }

    private static let forms: [(name: String, body: String, status: Int, pointers: [String])] = [
        (
            "nothing", "", 422,
            ["/channel", "/subject", "/customerId", "/customerExternalId", "/phone"]
        ),
        (
            "strangers and doubles",
            "customerId=1&customerId=2&channel=web&subject=x&color=red",
            422,
            ["/customerId", "/color"]
        ),
        ("a member that is read-only", "phone=110&channel=web&subject=x&id=1", 422, ["/id"]),
        (
            "an identifier that is none", "customerId=one&channel=web&subject=x", 422,
            ["/customerId"]
        ),
        ("an unknown word", "customerId=1&channel=fax&subject=x", 422, ["/channel"]),
        (
            "the future",
            "customerId=1&channel=web&subject=x&receivedAt=2026-11-24T00:00:00Z",
            422,
            ["/receivedAt"]
        ),
        ("a bad escape", "customerId=1&channel=web&subject=%zz", 400, []),
        ("U+0000", "customerId=1&channel=web&subject=%00", 400, []),
        ("GBK", "customerId=1&channel=web&subject=%C2%FD", 400, []),
    ]

    @Test func `POST refuses a form that breaks rules`() throws {
        try withServer { client in
            try client.customer()
            for one in Self.forms {
                let answer = try client.form(Self.path, one.body)
                #expect(answer.status == one.status, "\(one.name)")
                #expect(answer.pointers == one.pointers, "\(one.name)")
                #expect(answer.problem == (one.status == 400 ? "malformed-body" : "invalid-body"))
            }
            #expect(try client.get(Self.path).items.isEmpty)
        }
    }

    @Test func `PATCH corrects what is recorded`() throws {
        try withServer { client in
            try client.customer()
            let id = try client.create(Self.path, Self.body(#", "externalId": "A""#))
            try client.create(Self.path, Self.body(#", "externalId": "B""#))
            let one = "\(Self.path)/\(id)"
            let tag = try #require(try client.get(one).etag)
            client.clock.advance(minutes: 5)
            let changed = try client.as(.agent).patch(
                one,
                #"{"subject": "lost", "cause": "delivery", "externalId": null}"#,
                ["if-match": tag]
            )
            #expect(changed.status == 200)
            #expect(changed.json["subject"] == "lost")
            #expect(changed.json["cause"] == "delivery")
            #expect(changed.json["externalId"] == nil)
            #expect(changed.json["version"] == 2)
            #expect(changed.json["receivedAt"] == "2026-11-23T02:00:00.000Z")
            let entry = changed.json["history"]?[1]
            #expect(entry?["action"] == "changed")
            #expect(entry?["at"] == "2026-11-23T02:05:00.000Z")
            #expect(try client.lastEvent()?["action"] == "complaint.changed")
            let late = try client.patch(one, "{}", ["if-match": tag])
            #expect(late.status == 412)
            #expect(late.json["current"]?["subject"] == "lost")
            try client.check([
                Case("no token", "PATCH", one, "{}", by: nil, is: 401, "unauthorized"),
                Case("no such complaint", "PATCH", "/v1/complaints/9", "{}", is: 404, "not-found"),
                .refused("another customer", "PATCH", one, #"{"customerId": 2}"#, "/customerId"),
                .refused("another time", "PATCH", one, #"{"receivedAt": null}"#, "/receivedAt"),
                .refused("a step", "PATCH", one, #"{"step": "done"}"#, "/step"),
                .refused("no subject", "PATCH", one, #"{"subject": null}"#, "/subject"),
                .refused("an order", "PATCH", one, #"{"orderId": 7}"#, "/orderId"),
                Case("a duplicate", "PATCH", one, #"{"externalId": "B"}"#, is: 409, "duplicate"),
            ])
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [3, 2, 1]),
        ("sort=receivedAt", [1, 2, 3]),
        ("sort=answerDueAt", [1, 2, 3]),
        ("sort=-id", [3, 2, 1]),
        ("customerId=2", [3]),
        ("status=open", [3, 2, 1]),
        ("status=closed", []),
        ("step=listen", [3, 2, 1]),
        ("step=assess", []),
        ("assigneeId=1", []),
        ("tier=key", []),
        ("cause=delivery", [2]),
        ("q=慢", [2]),
        ("q=LATE", [3, 1]),
        ("q=three", [1]),
        ("since=2026-11-22", [3, 2]),
        ("until=2026-11-22", [1]),
        ("since=2026-11-21T10:00:00%2B08:00&until=2026-11-21T10:00:00.001%2B08:00", [1]),
        ("breached=answer", [1]),
        ("breached=remedy", []),
    ]

    @Test func `GET filters and sorts`() throws {
        try withServer { client in
            try client.customer()
            try client.customer()
            for body in [
                Self.body(#", "receivedAt": "2026-11-21T02:00:00Z", "description": "Three days""#),
                #"""
                {"customerId": 1, "channel": "web", "subject": "太慢了", "cause": "delivery",
                 "receivedAt": "2026-11-22T02:00:00Z"}
                """#,
                Self.body("", customer: #""customerId": 2"#),
            ] {
                try client.create(Self.path, body)
            }
            for (query, ids) in Self.filters {
                #expect(try client.as(.agent).get("\(Self.path)?\(query)").ids == ids, "\(query)")
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
            #expect(try client.get(Self.path, ["accept": "text/csv"]).lines.count == 4)
            #expect(try client.get(Self.path + "?format=ndjson&q=慢").lines.count == 1)
        }
    }

    private static let refusedQueries: [Case] = [
        .refused(
            "an unknown status",
            query: path + "?status=new",
            "status",
            saying: "waiting-customer"
        ),
        .refused("an unknown step", query: path + "?step=x", "step", saying: "follow-up"),
        .refused(
            "an unknown clock",
            query: path + "?breached=true",
            "breached",
            saying: "answer, remedy"
        ),
        .refused("an unknown cause", query: path + "?cause=x", "cause"),
        .refused("an unknown tier", query: path + "?tier=A", "tier"),
        .refused("no assignee", query: path + "?assigneeId=0", "assigneeId"),
        .refused("an unknown parameter", query: path + "?channel=web", "channel"),
        .refused("no instant", query: path + "?since=2026", "since"),
        Case("a table for an agent", "GET", path + "?format=csv", by: .agent, is: 403, "forbidden"),
    ]

    @Test func `GET refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refusedQueries) }
    }
}
