// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Relationship managers: who looks after whom, who lacks someone, and how much each has to do
/// (M33).
@Suite struct ManagerTests {
    private static let path = "/v1/customers/1/manager"

    private static func pair(_ manager: Int, _ deputy: Int? = nil) -> String {
        let deputy = deputy.map { #", "deputyId": \#($0)"# } ?? ""
        return #"{"managerId": \#(manager)\#(deputy)}"#
    }

    private static let refused = [
        Case("no token", "PUT", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "PUT", path, pair(1), by: .agent, is: 403, "forbidden"),
        Case("no JSON", "PUT", path, "x", is: 400, "malformed-body"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        Case("nobody yet", "GET", path, is: 404, "not-found"),
        Case("no such customer", "PUT", "/v1/customers/9/manager", pair(1), is: 404, "not-found"),
        Case("no history", "GET", "/v1/customers/9/managers", is: 404, "not-found"),
        Case("an agent's report", "GET", coverage, by: .agent, is: 403, "forbidden"),
        Case("an agent's load", "GET", load, by: .agent, is: 403, "forbidden"),
        .refused("an unknown lack", query: coverage + "?lacks=boss", "lacks"),
        .refused("nothing", "PUT", path, "{}", "/managerId"),
        .refused("strangers", "PUT", path, pair(8, 9), "/managerId", "/deputyId"),
        .refused("the same twice", "PUT", path, pair(1, 1), "/deputyId", saying: "manager"),
        .refused(
            "a reason of 2,001",
            "PUT",
            path,
            #"{"managerId": 1, "reason": "\#(String(repeating: "x", count: 2001))"}"#,
            "/reason"
        ),
    ]

    private static let coverage = "/v1/reports/coverage"
    private static let load = "/v1/reports/manager-load"

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.staff(2)
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `a customer has one manager at a time, who is its owner, and a history`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.staff(3)
            try client.customer()
            let first = try client.as(.manager).put(Self.path, Self.pair(1, 2))
            #expect(first.status == 200)
            #expect(first.json["managerId"] == 1)
            #expect(first.json["deputyId"] == 2)
            #expect(first.json["actor"] == "manager")
            #expect(try client.get("/v1/customers/1").json["ownerId"] == 1)
            clock.advance(hours: 1)
            // The same once more changes nothing.
            #expect(try client.put(Self.path, Self.pair(1, 2)).json == first.json)
            let second = try client.put(Self.path, #"{"managerId": 3, "reason": "moved"}"#)
            #expect(second.json["begunAt"] == "2026-11-23T03:00:00.000Z")
            #expect(try client.as(.reader).get(Self.path).json == second.json)
            let events = try client.get("/v1/events?limit=500").items
            let assigned = events.filter { $0["action"] == "customer.manager-assigned" }
            #expect(assigned.count == 2)
            #expect(assigned[1]["subject"] == ["type": "customer", "id": 1])
            #expect(
                assigned[1]["changes"] == ["managerId": 3, "reason": "moved", "deputyId": .null]
            )
            let history = try client.get("/v1/customers/1/managers").items
            #expect(history.map { $0["managerId"] } == [3, 1])
            #expect(history[1]["endedAt"] == "2026-11-23T03:00:00.000Z")
            #expect(history[0]["endedAt"] == nil)
            let page = try client.get("/v1/customers/1/managers?limit=1")
            let next = try #require(page.next)
            #expect(
                try client.get("/v1/customers/1/managers?limit=1&after=\(next)").ids == [1]
            )
            _ = try client.delete("/v1/customers/1")
            #expect(try client.get(Self.path).status == 404)
            #expect(try client.put(Self.path, Self.pair(1)).problem == "not-allowed-now")
        }
    }

    /// Customers whose profits are 800, 150, 40, 10: key, ordinary, small, small.
    private static func rank(_ client: TestClient) throws {
        for (place, total) in ["800", "150", "40", "10"].enumerated() {
            let id = try client.customer("c\(place + 1)")
            try client.create(
                "/v1/orders",
                """
                {"customerId": \(id), "placedAt": "2026-11-01T00:00:00Z", "total": "\(total)"}
                """
            )
        }
        // One who brings much turnover and no profit: class A, small.
        let dear = try client.customer("dear")
        try client.create("/v1/products", #"{"sku": "T", "name": "t", "unitCost": "5000"}"#)
        try client.create(
            "/v1/orders",
            """
            {"customerId": \(dear), "placedAt": "2026-11-01T00:00:00Z",
             "lines": [{"sku": "T", "quantity": 1, "unitPrice": "5000"}]}
            """
        )
        _ = try client.runTiers()
    }

    @Test func `the report lists key and class A customers who lack someone`() throws {
        try withServer { client in
            try client.staff(3)
            #expect(try client.get(Self.coverage).items.isEmpty)
            try Self.rank(client)
            func gaps(_ query: String = "") throws -> [Int?] {
                try client.as(.manager).get(Self.coverage + query).items
                    .map { $0["customer"]?["id"]?.integer }
            }
            let rows = try client.get(Self.coverage + "?count=exact")
            #expect(rows.json["count"] == 2)
            #expect(
                rows.items[0] == [
                    "customer": ["id": 1, "name": "c1", "tier": "key"], "abc": "B", "rank": 1,
                    "lacks": ["manager", "deputy"],
                ]
            )
            #expect(rows.items[1]["customer"] == ["id": 5, "name": "dear", "tier": "small"])
            #expect(rows.items[1]["abc"] == "A")
            let first = try client.get(Self.coverage + "?limit=1")
            let next = try #require(first.next)
            #expect(try gaps("?limit=1&after=\(next)") == [5])
            _ = try client.put(Self.path, Self.pair(1, 2))
            _ = try client.put("/v1/customers/5/manager", Self.pair(3))
            #expect(try gaps() == [5])
            #expect(try client.get(Self.coverage).items[0]["lacks"] == ["deputy"])
            #expect(try client.get(Self.coverage).items[0]["managerId"] == 3)
            #expect(try gaps("?lacks=manager") == [])
            #expect(try gaps("?lacks=deputy") == [5])
            #expect(try client.get(Self.coverage + "?format=csv").lines.count == 2)
            _ = try client.delete("/v1/customers/5")
            #expect(try gaps() == [])
        }
    }

    @Test func `the load counts what each person looks after`() throws {
        try withServer { client in
            try client.create("/v1/teams", #"{"name": "desk"}"#)
            try client.staff(2)
            try client.create("/v1/staff", #"{"name": "idle", "teamId": 1}"#)
            try Self.rank(client)
            for customer in 1...2 {
                _ = try client.put("/v1/customers/\(customer)/manager", Self.pair(1, 2))
            }
            _ = try client.patch("/v1/customers/3", #"{"ownerId": 2}"#)
            for _ in 0..<2 {
                let complaint = #"{"customerId": 1, "channel": "web", "subject": "late"}"#
                try client.create("/v1/complaints", complaint)
            }
            _ = try client.post("/v1/complaints/2/assign", #"{"assigneeId": 2}"#)
            let rows = try client.as(.manager).get(Self.load).items
            #expect(
                rows == [
                    [
                        "staffId": 1, "name": "员工1", "managed": 2, "managedKey": 1,
                        "deputised": 0, "owned": 2, "openComplaints": 0,
                    ],
                    [
                        "staffId": 2, "name": "员工2", "managed": 0, "managedKey": 0,
                        "deputised": 2, "owned": 1, "openComplaints": 1,
                    ],
                    [
                        "staffId": 3, "name": "idle", "teamId": 1, "managed": 0, "managedKey": 0,
                        "deputised": 0, "owned": 0, "openComplaints": 0,
                    ],
                ]
            )
            let team = try client.get(Self.load + "?teamId=1").items
            #expect(team.map { $0["staffId"] } == [3])
        }
    }

    @Test func `an escalation goes to the manager rather than to the owner`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.staff(2)
            try client.customer()
            _ = try client.put(Self.path, Self.pair(1))
            _ = try client.patch("/v1/customers/1", #"{"ownerId": 2}"#)
            let complaint = #"{"customerId": 1, "channel": "web", "subject": "late"}"#
            try client.create("/v1/complaints", complaint)
        }
        clock.advance(hours: 22)
        try withServer(clock: clock, database: folder.database) { client in
            _ = try DeadlineTests.alarms(client, 2)
            let events = try client.get("/v1/events?limit=500").items
            let escalated = events.first { $0["action"] == "complaint.answer-escalated" }
            #expect(escalated?["changes"]?["addresseeId"] == 1)
        }
    }
}

/// Handing over what a person has to do, and leaving.
@Suite struct HandoverTests {
    private static let path = "/v1/staff/1/handover"

    private static let refused = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "GET", path, is: 405, "method-not-allowed"),
        Case(
            "from nobody",
            "POST",
            "/v1/staff/9/handover",
            #"{"toId": 1}"#,
            is: 404,
            "not-found"
        ),
        .refused("nothing", "POST", path, "{}", "/toId"),
        .refused("to nobody", "POST", path, #"{"toId": 9}"#, "/toId"),
        .refused("to oneself", "POST", path, #"{"toId": 1}"#, "/toId", saying: "someone else"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.staff(2)
            try client.check(Self.refused)
        }
    }

    private static func pair(_ manager: Int, _ deputy: Int) -> String {
        #"{"managerId": \#(manager), "deputyId": \#(deputy)}"#
    }

    /// Person 1 manages 1 and 2, stands in for 3 and 4, owns 5 and has complaints 1 (open),
    /// 2 (waiting) and 3 (closed).
    private static func prepare(_ client: TestClient) throws {
        try client.staff(3)
        for _ in 1...5 { try client.customer() }
        for (customer, pair) in [pair(1, 3), pair(1, 2), pair(3, 1), pair(2, 1)].enumerated() {
            _ = try client.put("/v1/customers/\(customer + 1)/manager", pair)
        }
        _ = try client.patch("/v1/customers/5", #"{"ownerId": 1}"#)
        for id in 1...3 {
            try client.create(
                "/v1/complaints",
                #"{"customerId": \#(id), "channel": "web", "subject": "late"}"#
            )
            _ = try client.post("/v1/complaints/\(id)/assign", #"{"assigneeId": 1}"#)
        }
        _ = try client.post("/v1/complaints/2/pause", #"{"reason": "on holiday"}"#)
        for (step, body) in [
            ("listen", #"{"statement": "late"}"#),
            ("assess", #"{"verdict": "not", "cause": "other", "reason": "it was not"}"#),
            ("remedy", #"{"proposal": "none"}"#), ("remedy/accept", ""), ("remedy/done", ""),
            ("follow-up", #"{"helped": true}"#),
        ] {
            let target = "/v1/complaints/3/\(step)"
            let done = try body.isEmpty ? client.send("POST", target) : client.post(target, body)
            guard done.status == 200 else { throw TestFailure("\(step): \(done)") }
        }
    }

    @Test func `gives all that is open to another, and keeps what was`() throws {
        try withServer { client in
            try Self.prepare(client)
            client.clock.advance(hours: 1)
            let body = #"{"toId": 2, "reason": "parental leave"}"#
            let handover = try client.as(.manager).post(Self.path, body)
            #expect(handover.status == 200)
            #expect(
                handover.json == [
                    "fromId": 1, "toId": 2, "reason": "parental leave", "managed": 4, "owned": 3,
                    "complaints": 2, "plannedContacts": 0, "approvals": 0, "tasks": 0,
                ]
            )
            let event = try client.lastEvent()
            #expect(event?["action"] == "staff.handed-over")
            #expect(event?["changes"] == handover.json)
            let pairs = try (1...4).map { id in
                let active = try client.get("/v1/customers/\(id)/manager").json
                return [active["managerId"]?.integer, active["deputyId"]?.integer]
            }
            // Nobody stands in for themselves.
            #expect(pairs == [[2, 3], [2, nil], [3, 2], [2, nil]])
            let history = try client.get("/v1/customers/1/managers").items
            #expect(history.map { $0["managerId"] } == [2, 1])
            #expect(history[0]["reason"] == "parental leave")
            let owners = try (1...5).map {
                try client.get("/v1/customers/\($0)").json["ownerId"]?.integer
            }
            #expect(owners == [2, 2, 3, 2, 2])
            let complaints = try (1...3).map { try client.get("/v1/complaints/\($0)").json }
            #expect(complaints.map { $0["assigneeId"]?.integer } == [2, 2, 1])
            let last = complaints[0]["history"]?.elements?.last
            #expect(last?["action"] == "assign")
            #expect(last?["actor"] == "manager")
            let nothing = try client.post(Self.path, #"{"toId": 2}"#)
            #expect(nothing.json["managed"] == 0)
            #expect(nothing.json["owned"] == 0)
            #expect(nothing.json["complaints"] == 0)
        }
    }

    @Test func `whoever leaves has handed everything over, and loses every token`() throws {
        try withServer { client in
            try Self.prepare(client)
            let new = #"{"name": "t", "role": "agent", "owner": "x", "staffId": 1}"#
            let token = try client.post("/v1/tokens", new)
            let own = client.with(token: try #require(token.json["token"]?.string))
            #expect(try own.get("/v1/staff/me").status == 200)
            let early = try client.delete("/v1/staff/1")
            #expect(early.status == 409)
            #expect(early.json["allowed"] == ["POST /v1/staff/1/handover"])
            #expect(
                early.detail
                    == "the person still has to be relieved of 2 customers as manager, "
                    + "2 customers as deputy, 3 customers as owner, 2 open complaints"
            )
            #expect(try client.as(.agent).delete("/v1/staff/1").status == 403)
            _ = try client.post(Self.path, #"{"toId": 2}"#)
            _ = try client.put("/v1/staff/1/presence", #"{"presence": "available"}"#)
            #expect(try client.get("/v1/staff/1").json["presence"] == "available")
            #expect(try client.delete("/v1/staff/1", ["if-match": "\"9.x\""]).status == 412)
            #expect(try client.delete("/v1/staff/1").status == 204)
            #expect(try client.lastEvent()?["action"] == "staff.archived")
            for _ in 0..<4 { #expect(try own.get("/v1/staff/me").status == 401) }
            #expect(try client.get("/v1/staff").ids == [2, 3])
            let left = try client.get("/v1/staff/1").json
            #expect(left["archivedAt"] != nil)
            #expect(left["presence"] == "off")
            #expect(left["presenceExpiresAt"] == nil)
            #expect(try client.get("/v1/staff/1/presence").problem == "unknown-person")
            #expect(try client.patch("/v1/staff/1", #"{"name": "y"}"#).problem == "not-allowed-now")
            let back = try client.post("/v1/staff/2/handover", #"{"toId": 1}"#)
            #expect(back.pointers == ["/toId"])
            // Once more is no harm.
            #expect(try client.delete("/v1/staff/1").status == 204)
        }
    }

    @Test func `a breach finds the leader of today, and no policy's leader leaves`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            for name in ["a", "b"] { _ = try client.create("/v1/staff", #"{"name": "\#(name)"}"#) }
            func lead(_ id: Int) throws {
                let policy = """
                    {"answerHours": 24, "keyAnswerHours": 4, "remedyDays": 5, "keyRemedyDays": 2,
                     "leaderId": \(id)}
                    """
                #expect(try client.put("/v1/complaint-policy", policy).status == 200)
            }
            try lead(1)
            _ = try client.create("/v1/customers", #"{"kind": "individual", "name": "k"}"#)
            let new = #"{"customerId": 1, "channel": "web", "subject": "x"}"#
            #expect(try client.post("/v1/complaints", new).json["leaderId"] == 1)

            let early = try client.delete("/v1/staff/1")
            #expect(early.problem == "not-allowed-now", "\(early)")
            #expect(early.json["allowed"] == ["PUT /v1/complaint-policy"])
            try lead(2)
            #expect(try client.delete("/v1/staff/1").status == 204)
        }
        clock.advance(hours: 25)
        try withServer(clock: clock, database: folder.database) { client in
            _ = try DeadlineTests.alarms(client, 3)
            let events = try client.get("/v1/events?limit=500").json["items"]?.elements ?? []
            let breach = events.first { $0["action"] == "complaint.answer-overdue" }
            #expect(breach?["changes"]?["addresseeId"] == 2, "\(String(describing: breach))")
        }
    }
}
