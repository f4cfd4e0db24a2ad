// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite
import Service
import TestSupport
import Testing

/// Making one customer of two, and taking that back.
@Suite struct MergeTests {
    static func body(_ duplicate: Int) -> String { #"{"duplicateId": \#(duplicate)}"# }

    private static let merge = "/v1/customers/1/merge"
    private static let unmerge = "/v1/customers/1/unmerge"
    private static let list = "/v1/customers/1/merges"

    private static let refused = [
        Case("no token", "POST", merge, body(2), by: nil, is: 401, "unauthorized"),
        Case("a manager", "POST", merge, body(2), by: .manager, is: 403, "forbidden"),
        Case("a manager's undoing", "POST", unmerge, body(2), by: .manager, is: 403, "forbidden"),
        Case("no JSON", "POST", merge, "x", is: 400, "malformed-body"),
        Case("another method", "GET", merge, is: 405, "method-not-allowed"),
        Case("nobody", "POST", "/v1/customers/9/merge", body(2), is: 404, "not-found"),
        Case("nobody's", "POST", "/v1/customers/9/unmerge", body(2), is: 404, "not-found"),
        Case("nobody's list", "GET", "/v1/customers/9/merges", is: 404, "not-found"),
        .refused("no duplicate", "POST", merge, "{}", "/duplicateId"),
        .refused("a stranger", "POST", merge, #"{"duplicateId": 2, "x": 1}"#, "/x"),
        .refused("no such duplicate", "POST", merge, body(9), "/duplicateId"),
        Case(
            "itself",
            "POST",
            merge,
            body(1),
            is: 422,
            "merge-with-itself",
            pointers: ["/duplicateId"]
        ),
        Case("one who is archived", "POST", merge, body(3), is: 409, "merge-archived"),
        Case(
            "into an archived one",
            "POST",
            "/v1/customers/3/merge",
            body(1),
            is: 409,
            "merge-archived"
        ),
        Case("one never merged", "POST", unmerge, body(2), is: 409, "not-merged"),
        Case("itself undone", "POST", unmerge, body(1), is: 409, "not-merged"),
        Case(
            "another version",
            "POST",
            merge,
            body(2),
            with: ["if-match": "\"9.x\""],
            is: 412,
            "precondition-failed"
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            for _ in 1...3 { try client.customer() }
            _ = try client.delete("/v1/customers/3")
            try client.check(Self.refused)
            let itself = try client.post(Self.merge, Self.body(1)).json["allowed"]
            #expect(itself == ["GET /v1/duplicates"])
            let unmerged = try client.post(Self.unmerge, Self.body(2)).json["allowed"]
            #expect(unmerged == ["GET /v1/customers/1/merges"])
        }
    }

    // MARK: - What moves

    private static let lists = [
        "interactions", "complaints", "orders", "promises", "calls", "planned-contacts",
    ]

    /// Two customers with everything that a customer can have.
    static func begin(_ client: TestClient) throws {
        try client.staff(3)
        try client.customer(
            "李雷",
            #"""
            "externalId": "A", "phones": [{"number": "13800138000"}], "emails": ["a@example.com"],
            "tags": ["east", "vip"], "source": {"channel": "fair"},
            "profile": {"basic": {"city": "上海"}}
            """#
        )
        try client.customer(
            "上海李雷商行",
            #"""
            "externalId": "B", "phones": [{"number": "138-0013-8000"}, {"number": "13900139000"}],
            "emails": ["A@Example.com", "b@example.com"], "tags": ["vip", "old"],
            "source": {"channel": "list"}, "ownerId": 3, "creditLimit": "5.00",
            "profile": {"basic": {"city": "北京", "age": 40}, "family": {}}
            """#
        )
        for customer in 1...2 { try fill(client, customer) }
    }

    private static func fill(_ client: TestClient, _ customer: Int) throws {
        try client.create(
            "/v1/customers/\(customer)/contacts",
            #"{"name": "k\#(customer)", "phones": [{"number": "1370013700\#(customer)"}]}"#
        )
        try client.create(
            "/v1/interactions",
            #"""
            {"customerId": \#(customer), "direction": "inbound", "content": "idea",
             "channel": "phone", "occurredAt": "2026-11-01T00:00:00Z", "summary": "x\#(customer)",
             "contactIds": [\#(customer)], "staffIds": [1],
             "promises": [{"text": "call", "dueAt": "2026-12-01T00:00:00Z"}]}
            """#
        )
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": \#(customer), "placedAt": "2026-11-01T00:00:00Z", "total": "\#(customer)"}
            """#
        )
        try client.create(
            "/v1/complaints",
            #"""
            {"customerId": \#(customer), "channel": "web", "subject": "y", "orderId": \#(customer)}
            """#
        )
        try client.create(
            "/v1/planned-contacts",
            #"""
            {"customerId": \#(customer), "channel": "email", "plannedAt": "2026-11-25T06:00:00Z",
             "purpose": "x"}
            """#
        )
        _ = try client.put("/v1/customers/\(customer)/manager", #"{"managerId": \#(customer)}"#)
        for event in ["started", "ended"] {
            _ = try client.post(
                "/v1/calls",
                #"""
                {"externalId": "C\#(customer)", "event": "\#(event)", "phone": "1370013700\#(customer)"}
                """#
            )
        }
    }

    /// All that belongs to a customer, without what counts changes.
    private static func state(_ client: TestClient, of customer: Int) throws -> [String] {
        let paths = [
            "/v1/customers/\(customer)", "/v1/customers/\(customer)/contacts?sort=id",
            "/v1/customers/\(customer)/managers", "/v1/customers/\(customer)/timeline",
        ]
        let lists = lists.map { "/v1/\($0)?customerId=\(customer)" }
        return try (paths + lists).map { path in
            try client.get(path).text
                .replacing(/"version":\d+/, with: "")
                .replacing(/"updatedAt":"[^"]*"/, with: "")
        }
    }

    @Test func `everything of the duplicate becomes the kept one's`() throws {
        try withServer { client in
            try Self.begin(client)
            let steward = client.as(.steward)
            let merged = try steward.post(Self.merge, Self.body(2))
            #expect(merged.status == 200, "\(merged)")
            #expect(merged.json == (try client.get("/v1/customers/1").json))
            let kept = merged.json
            #expect(kept["name"] == "李雷")
            #expect(kept["externalId"] == "A")
            #expect(kept["phoneNumbers"] == ["+8613800138000", "+8613900139000"])
            #expect(kept["emails"] == ["a@example.com", "b@example.com"])
            #expect(kept["tags"] == ["east", "vip", "old"])
            #expect(kept["source"] == ["channel": "fair"])
            #expect(kept["creditLimit"] == "5.00")
            // Its manager had made himself its owner.
            #expect(kept["ownerId"] == 1)
            #expect(
                kept["profile"] == ["basic": ["city": "上海", "age": 40], "family": [:]]
            )
            #expect(try client.get("/v1/customers/1/contacts").ids == [1, 2])
            for list in Self.lists {
                let rows = try client.get("/v1/\(list)?customerId=1&count=exact").json
                // Each call was recorded as an interaction, too.
                #expect(rows["count"] == (list == "interactions" ? 4 : 2), "\(list)")
                // The old id leads to the same.
                let same = try client.get("/v1/\(list)?customerId=2&count=exact").json
                #expect(same == rows, "\(list)")
            }
            let managers = try client.get("/v1/customers/1/managers").items
            #expect(managers.map { $0["managerId"] } == [2, 1])
            #expect(managers.map { $0["endedAt"] == nil } == [false, true])
            #expect(try client.get("/v1/customers/1/manager").json["managerId"] == 1)
            let merges = try client.as(.reader).get(Self.list).items
            #expect(merges.count == 1)
            #expect(merges[0]["duplicateId"] == 2)
            #expect(merges[0]["duplicateName"] == "上海李雷商行")
            #expect(merges[0]["actor"] == "steward")
            #expect(merges[0]["undoableUntil"] == "2026-12-23T02:00:00.000Z")
            #expect(
                merges[0]["moved"] == [
                    "contacts": 1, "interactions": 2, "promises": 1, "complaints": 1, "orders": 1,
                    "calls": 1, "plannedContacts": 1, "approvals": 0, "tasks": 0, "meetings": 0,
                    "needs": 0, "managers": 1, "linksFrom": 0, "linksTo": 0, "expenses": 0,
                    "plans": 0, "categorySpend": 0, "warnings": 0, "cumulativePrompts": 0,
                ]
            )
        }
    }

    /// The periods of a customer's plans, the categories, and how many expenses there are.
    private static func trade(_ client: TestClient, _ customer: Int) throws -> [String?] {
        let plans = try client.get("/v1/plans?customerId=\(customer)&sort=startsAt").items
        let spends = try client.get("/v1/customers/\(customer)/category-spend").items
        let expenses = try client.get("/v1/expenses?customerId=\(customer)").items
        return plans.map { $0["period"]?.string } + spends.map { $0["category"]?.string }
            + ["\(expenses.count)"]
    }

    @Test func `plans and categories move where the kept one has none`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for (customer, periods, categories) in [
                (1, ["2026-Q4"], ["tea"]), (2, ["2026-11", "2027"], ["tea", "coffee"]),
            ] {
                for period in periods {
                    _ = try client.put(
                        "/v1/plans/\(customer)/\(period)",
                        #"{"salesTarget": "\#(customer)"}"#
                    )
                }
                for category in categories {
                    _ = try client.put(
                        "/v1/customers/\(customer)/category-spend/\(category)",
                        #"""
                        {"amount": "1", "per": "year", "source": "stated", "asOf": "2026-11-01"}
                        """#
                    )
                }
                try client.create(
                    "/v1/expenses",
                    #"""
                    {"customerId": \#(customer), "amount": "1", "purpose": "x",
                     "spentAt": "2026-11-01T00:00:00Z"}
                    """#
                )
            }
            #expect(try client.post(Self.merge, Self.body(2)).status == 200)
            #expect(try Self.trade(client, 1) == ["2026-Q4", "2027", "coffee", "tea", "2"])
            // The old id leads to the kept one's plans.
            #expect(try client.get("/v1/plans/2/2026-Q4").json["customerId"] == 1)
            #expect(try client.put("/v1/plans/2/2028", #"{"salesTarget": "1"}"#).status == 201)
            #expect(try client.post(Self.unmerge, Self.body(2)).status == 200)
            #expect(try Self.trade(client, 1) == ["2026-Q4", "2028", "tea", "1"])
            #expect(try Self.trade(client, 2) == ["2026-11", "2027", "coffee", "tea", "1"])
        }
    }

    @Test func `statements of a category are told apart by source and time`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            func state(_ customer: Int, _ amount: Int, _ source: String, _ day: String) throws {
                let answer = try client.put(
                    "/v1/customers/\(customer)/category-spend/tea",
                    #"""
                    {"amount": "\#(amount)", "per": "year", "source": "\#(source)",
                     "asOf": "2026-\#(day)"}
                    """#
                )
                #expect(answer.status < 300)
            }
            func history(_ customer: Int) throws -> [String?] {
                try client.get("/v1/customers/\(customer)/category-spend/tea/statements").items
                    .map { $0["amount"]?.string }
            }
            try state(1, 1, "stated", "10-01")
            try state(2, 2, "stated", "10-01")
            try state(2, 3, "surveyed", "10-02")
            try state(2, 4, "stated", "11-01")
            #expect(try client.post(Self.merge, Self.body(2)).status == 200)
            // What the kept one had said of that time itself stays.
            #expect(try history(1) == ["4.00", "3.00", "1.00"])
            #expect(try client.get("/v1/customers/1/category-spend/tea").json["amount"] == "4.00")
            #expect(try client.post(Self.unmerge, Self.body(2)).status == 200)
            #expect(try history(1) == ["1.00"])
            #expect(try history(2) == ["4.00", "3.00", "2.00"])
        }
    }

    @Test func `both of them have it in the journal`() throws {
        try withServer { client in
            try Self.begin(client)
            let last = try client.service.number("SELECT max(seq) FROM event") ?? 0
            _ = try client.post(Self.merge, Self.body(2))
            _ = try client.post(Self.unmerge, Self.body(2))
            let events = try client.get("/v1/events?after=\(last)").items
                .filter { $0["subject"]?["type"] == "customer" }
            #expect(
                events.map { "\($0["action"]?.string ?? "") \($0["subject"]?["id"]?.integer ?? 0)" }
                    == [
                        "customer.changed 1", "customer.merged 1", "customer.merged-away 2",
                        "customer.unmerged 1", "customer.restored 2", "customer.changed 1",
                    ]
            )
            #expect(events[1]["changes"]?["duplicateId"] == 2)
            #expect(events[1]["changes"]?["moved"]?["orders"] == 1)
            #expect(events[2]["changes"] == ["customerId": 1])
        }
    }

    @Test func `undone, each has what it had`() throws {
        try withServer { client in
            try Self.begin(client)
            let before = try (1...2).map { try Self.state(client, of: $0) }
            _ = try client.post(Self.merge, Self.body(2))
            client.clock.advance(hours: 30 * 24)
            let undone = try client.as(.steward).post(Self.unmerge, Self.body(2))
            #expect(undone.status == 200, "\(undone)")
            client.clock.set(TestClock.start)
            for customer in 1...2 {
                let after = try Self.state(client, of: customer)
                #expect(after == before[customer - 1])
            }
            let merges = try client.get(Self.list).items
            #expect(merges[0]["undoneAt"] != nil)
            #expect(merges[0]["undoableUntil"] == nil)
            #expect(try client.post(Self.unmerge, Self.body(2)).problem == "not-merged")
            // It can be merged again.
            #expect(try client.post(Self.merge, Self.body(2)).status == 200)
        }
    }

    @Test func `what came later stays where it is`() throws {
        try withServer { client in
            try Self.begin(client)
            _ = try client.post(Self.merge, Self.body(2))
            // An old id in a body means the one that is kept.
            let order = #"{"customerId": 2, "placedAt": "2026-11-02T00:00:00Z", "total": "9"}"#
            let later = try client.post("/v1/orders", order)
            #expect(later.json["customerId"] == 1)
            let changes = #"""
                {"phones": [{"number": "13900139000"}, {"number": "13600136000"}], "tags": [],
                 "creditLimit": "7.00"}
                """#
            _ = try client.patch("/v1/customers/1", changes)
            _ = try client.put("/v1/customers/1/manager", #"{"managerId": 3}"#)
            _ = try client.post("/v1/promises/2/keep", "")
            let kept = try client.post(Self.unmerge, Self.body(2)).json
            #expect(kept["phoneNumbers"] == ["+8613600136000"])
            #expect(kept["creditLimit"] == "7.00")
            #expect(kept["tags"] == [])
            #expect(try client.get("/v1/orders?customerId=1").ids == [3, 1])
            #expect(try client.get("/v1/orders?customerId=2").ids == [2])
            #expect(try client.get("/v1/promises?customerId=2").items[0]["status"] == "kept")
            #expect(try client.get("/v1/customers/1/manager").json["managerId"] == 3)
            #expect(try client.get("/v1/customers/2/manager").json["managerId"] == 2)
            #expect(try client.get("/v1/customers/2").json["phoneNumbers"]?.elements?.count == 2)
        }
    }

    @Test func `after 30 days it cannot be undone`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            _ = try client.post(Self.merge, Self.body(2))
            client.clock.advance(hours: 30 * 24, milliseconds: 1)
            let late = try client.post(Self.unmerge, Self.body(2))
            #expect(late.status == 409)
            #expect(late.problem == "merge-too-old")
            #expect(late.json["until"] == "2026-12-23T02:00:00.000Z")
        }
    }

    // MARK: - Where it leads

    private static let routes = API(
        services: Services(zone: .shanghai),
        database: nil,
        system: SystemStatus(),
        clock: { TestClock.start },
        wakeJobs: {}
    )
    .routes.filter { $0.template.text.hasPrefix("/v1/customers/{customer}") }

    @Test func `reads are sent to the kept one, changes are refused, whatever they are`() throws {
        try withServer { client in
            for _ in 1...3 { try client.customer() }
            // A chain: three into two into one.
            _ = try client.post("/v1/customers/2/merge", Self.body(3))
            _ = try client.post(Self.merge, Self.body(2))
            #expect(Self.routes.count > 10)
            for route in Self.routes {
                let rest = route.template.text.dropFirst("/v1/customers/{customer}".count)
                let method = route.method.rawValue
                let isRead = method == "GET"
                let answer = try client.send(
                    method,
                    "/v1/customers/3\(rest)\(isRead ? "?limit=7" : "")",
                    [:],
                    Array((Self.bodies[String(rest)] ?? "{}").utf8),
                    type: isRead || method == "DELETE" ? nil : "application/json"
                )
                let name = Comment(rawValue: "\(method) \(route.template.text): \(answer)")
                if isRead, answer.status == 400 { continue }
                switch (isRead, rest) {
                case (true, _):
                    #expect(answer.status == 301, name)
                    #expect(answer.location == "/v1/customers/1\(rest)?limit=7", name)
                    #expect(answer.problem == "customer-moved", name)
                    #expect(answer.fields["cache-control"] == "no-store", name)
                case (false, "/unmerge"): #expect(answer.problem == "not-merged", name)
                default:
                    #expect(answer.status == 409, name)
                    #expect(answer.problem == "customer-merged", name)
                }
                if answer.problem != "not-merged" {
                    #expect(answer.json["existing"] == "/v1/customers/1", name)
                }
            }
            let plain = try client.get("/v1/customers/2")
            #expect(plain.location == "/v1/customers/1")
            let head = try client.send("HEAD", "/v1/customers/2/tier")
            #expect(head.status == 301)
            #expect(head.location == "/v1/customers/1/tier")
        }
    }

    /// What the changes of a customer need, so that they come as far as the customer.
    private static let bodies = [
        "/contacts": #"{"name": "x"}"#,
        "/lifecycle": #"{"lifecycle": "lost", "reason": "x"}"#,
        "/links": #"{"kind": "serves", "customerId": 1}"#,
        "/manager": #"{"managerId": 1}"#,
        "/category-spend/{category}":
            #"{"amount": "1", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#,
        "/merge": body(1), "/unmerge": body(1),
        "/needs": #"{"text": "x", "importance": 1}"#, "/stage-assessments": "{}",
    ]

    @Test func `numbers, texts and names of other systems lead to the kept one`() throws {
        try withServer { client in
            try Self.begin(client)
            _ = try client.post(Self.merge, Self.body(2))
            for query in ["13900139000", "13700137002"] {
                let pop = try client.get("/v1/screen-pop?phone=\(query)")
                #expect(pop.json["customer"]?["id"] == 1, "\(pop)")
            }
            let chosen = try client.get("/v1/screen-pop?phone=13900139000&customerId=2")
            #expect(chosen.json["customer"]?["id"] == 1)
            #expect(try client.get("/v1/customers").ids == [1])
            for text in ["商行", "李雷", "b@example", "1390013", "B"] {
                #expect(try client.get("/v1/customers?q=\(text)").ids == [1], "\(text)")
            }
            _ = try client.patch("/v1/customers/1", #"{"name": "雷"}"#)
            #expect(try client.get("/v1/customers?q=商行").ids == [1])
            let found = try client.get("/v1/search?q=商行").json["items"]?.elements ?? []
            #expect(found.map { $0["id"] } == [1])
            let put = try client.put(
                "/v1/customers/by-external-id/B",
                #"{"kind": "individual", "name": "韩梅梅"}"#
            )
            #expect(put.status == 200)
            #expect(put.json["id"] == 1)
            #expect(put.json["name"] == "雷")
            #expect(put.json["externalId"] == "A")
            let order = #"""
                {"customerExternalId": "B", "placedAt": "2026-11-02T00:00:00Z", "total": "9"}
                """#
            #expect(try client.post("/v1/orders", order).json["customerId"] == 1)
            let taken = try client.post(
                "/v1/customers",
                #"{"kind": "individual", "name": "x", "externalId": "B"}"#
            )
            #expect(taken.json["existing"] == "/v1/customers/1")
            let own = try client.patch("/v1/customers/1", #"{"externalId": "B"}"#)
            #expect(own.pointers == ["/externalId"])
            _ = try client.post(Self.unmerge, Self.body(2))
            #expect(try client.get("/v1/customers?q=商行").ids == [2])
            #expect(try client.get("/v1/screen-pop?phone=13700137002").json["customer"]?["id"] == 2)
        }
    }

    @Test func `an external id goes to one who has none, and comes back`() throws {
        try withServer { client in
            try client.customer()
            try client.customer("x", #""externalId": "B""#)
            _ = try client.post(Self.merge, Self.body(2))
            #expect(try client.get("/v1/customers/1").json["externalId"] == "B")
            _ = try client.post(Self.unmerge, Self.body(2))
            #expect(try client.get("/v1/customers/1").json["externalId"] == nil)
            #expect(try client.get("/v1/customers/2").json["externalId"] == "B")
        }
    }

    private static func send(
        _ client: TestClient,
        _ kind: String,
        _ rows: String
    ) throws -> [Int?] {
        let answer = try client.send(
            "POST",
            "/v1/imports/\(kind)",
            [:],
            Array((rows + "\n").utf8),
            type: "text/csv"
        )
        return ["created", "updated", "unchanged", "rejected"].map { answer.json[$0]?.integer }
    }

    @Test func `imports lead to the kept one, and the same file changes nothing`() throws {
        try withServer { client in
            let customers = """
                kind,name,externalId,phones.0.number,emails.0,role
                individual,李雷,A,13800138000,,
                individual,雷李,B,13900139000,b@example.com,internal
                individual,无名,,13600136000,,
                """
            let orders = """
                customerExternalId,placedAt,total
                A,2026-11-01,5.00
                B,2026-11-01,5.00
                """
            #expect(try Self.send(client, "customers", customers) == [3, 0, 0, 0])
            #expect(try Self.send(client, "orders", orders) == [2, 0, 0, 0])
            _ = try client.post(Self.merge, Self.body(2))
            _ = try client.post(Self.merge, Self.body(3))
            #expect(try Self.send(client, "customers", customers) == [0, 0, 3, 0])
            #expect(try Self.send(client, "orders", orders) == [0, 0, 2, 0])
            #expect(try client.get("/v1/customers/1").json["name"] == "李雷")
            // What it lacks is added.
            let more = "kind,name,externalId,phones.0.number\nindividual,雷李,B,13700137000"
            #expect(try Self.send(client, "customers", more) == [0, 1, 0, 0])
            let phones = try client.get("/v1/customers/1").json["phoneNumbers"]?.elements
            #expect(phones?.count == 4)
            // Both may have bought the same on a day.
            let twins = """
                customerExternalId,placedAt,total
                A,2026-11-03,5.00
                B,2026-11-03,5.00
                """
            #expect(try Self.send(client, "orders", twins) == [2, 0, 0, 0])
            #expect(try client.get("/v1/orders?customerId=1").ids.count == 4)
        }
    }

    // MARK: - Merges upon merges

    @Test func `of a chain the last merge is undone first`() throws {
        try withServer { client in
            for _ in 1...3 { try client.customer() }
            _ = try client.post("/v1/customers/2/merge", Self.body(3))
            _ = try client.post(Self.merge, Self.body(2))
            for path in ["/v1/customers/2/unmerge", Self.unmerge] {
                let covered = try client.post(path, Self.body(3))
                #expect(covered.status == 409)
                #expect(covered.problem == "merge-covered")
                #expect(
                    covered.json["allowed"]
                        == [#"POST /v1/customers/1/unmerge {"duplicateId": 2}"#]
                )
            }
            let again = try client.post(Self.merge, Self.body(3))
            #expect(again.problem == "already-merged")
            #expect(again.json["existing"] == "/v1/customers/2")
            let into = try client.post("/v1/customers/2/merge", Self.body(1))
            #expect(into.problem == "customer-merged")
            _ = try client.post(Self.unmerge, Self.body(2))
            #expect(try client.get("/v1/customers/3").location == "/v1/customers/2")
            let elsewhere = try client.post(Self.unmerge, Self.body(3))
            #expect(elsewhere.problem == "not-merged")
            #expect(
                elsewhere.json["allowed"] == [#"POST /v1/customers/2/unmerge {"duplicateId": 3}"#]
            )
            _ = try client.post("/v1/customers/2/unmerge", Self.body(3))
            #expect(try client.get("/v1/customers").ids == [1, 2, 3])
        }
    }

    @Test func `what two duplicates brought stays until both are gone`() throws {
        try withServer { client in
            try client.customer("k")
            for name in ["a", "b"] {
                try client.customer(
                    name,
                    #""phones": [{"number": "13900139000"}], "tags": ["\#(name)"], "creditLimit": "5""#
                )
            }
            for duplicate in 2...3 { _ = try client.post(Self.merge, Self.body(duplicate)) }
            let one = try client.post(Self.unmerge, Self.body(2)).json
            #expect(one["phoneNumbers"] == ["+8613900139000"])
            #expect(one["tags"] == ["b"])
            #expect(one["creditLimit"] == "5.00")
            let none = try client.post(Self.unmerge, Self.body(3)).json
            #expect(none["phoneNumbers"] == [])
            #expect(none["tags"] == [])
            #expect(none["creditLimit"] == nil)
        }
    }

    // MARK: - What rests on it

    @Test func `complaints get the deadlines of the kept one's tier`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "99"}"#
            )
            _ = try client.runTiers()
            try client.create(
                "/v1/complaints",
                #"{"customerId": 2, "channel": "web", "subject": "late"}"#
            )
            func due() throws -> String? {
                try client.get("/v1/complaints/1").json["answerDueAt"]?.string
            }
            #expect(try due() == "2026-11-24T02:00:00.000Z")
            _ = try client.post(Self.merge, Self.body(2))
            #expect(try due() == "2026-11-23T06:00:00.000Z")
            _ = try client.post(Self.unmerge, Self.body(2))
            #expect(try due() == "2026-11-24T02:00:00.000Z")
            let alarms = try client.service.number("SELECT count(*) FROM deadline")
            #expect(alarms == 1)
        }
    }

    @Test func `a manager goes along where the kept one has none`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.staff(2)
            _ = try client.put("/v1/customers/2/manager", #"{"managerId": 2}"#)
            _ = try client.post(Self.merge, Self.body(2))
            #expect(try client.get("/v1/customers/1/manager").json["managerId"] == 2)
            #expect(try client.get("/v1/customers/1").json["ownerId"] == 2)
            // Whoever has left meanwhile does not come back.
            _ = try client.post("/v1/staff/2/handover", #"{"toId": 1}"#)
            _ = try client.delete("/v1/staff/2")
            _ = try client.post(Self.unmerge, Self.body(2))
            #expect(try client.get("/v1/customers/2/manager").status == 404)
            #expect(try client.get("/v1/customers/1/manager").json["managerId"] == 1)
        }
    }

    @Test func `together they may not have more than one may`() throws {
        try withServer { client in
            func phones(_ numbers: ClosedRange<Int>) -> String {
                let list = numbers.map { #"{"number": "138001380\#($0)"}"# }
                return #""phones": [\#(list.joined(separator: ", "))]"#
            }
            try client.customer("a", phones(10...29))
            try client.customer("b", phones(20...29))
            try client.customer("c", phones(30...30))
            let many = try client.post(Self.merge, Self.body(3))
            #expect(many.status == 409)
            #expect(many.problem == "merge-too-large")
            #expect(many.json["count"] == 21)
            #expect(many.json["limit"] == 20)
            #expect(many.json["allowed"] == ["PATCH /v1/customers/1"])
            #expect(try client.post(Self.merge, Self.body(2)).status == 200)
        }
    }

    @Test func `what is derived holds, merged and undone`() throws {
        try withServer { client in
            try Self.begin(client)
            for action in [Self.merge, Self.unmerge] {
                _ = try client.post(action, Self.body(2))
                let findings = try client.service.database.read { try DerivedCheck.run($0) }
                #expect(findings == [])
            }
        }
    }

    @Test func `every table that refers to customers moves or has a reason to stay`() throws {
        try withServer { client in
            let tables = try client.service.database.read { snapshot in
                try snapshot.all(
                    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name"
                ) { row in (name: try row[0] as String, sql: try row[1] as String) }
            }
            let referring = tables.filter { $0.sql.contains(/REFERENCES customer \(id\)/) }
            let known = MergedTable.all.map(\.name) + MergedTable.staying.map(\.key)
            #expect(referring.map(\.name) == Set(known).sorted())
        }
    }
}
