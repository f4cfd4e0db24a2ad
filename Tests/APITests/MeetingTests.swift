// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Visits and customer meetings, read back and confirmed, and what came of them (M52).
@Suite struct MeetingTests {
    private static let path = "/v1/meetings"

    private static func body(
        _ members: String = "",
        customers: String = "[1]",
        heldAt: String = "2026-11-22T09:00:00+08:00"
    ) -> String {
        let rest = members.isEmpty ? "" : ", " + members
        return #"""
            {"kind": "visit", "customerIds": \#(customers), "heldAt": "\#(heldAt)",
             "summary": "交货要快，包装要好"\#(rest)}
            """#
    }

    /// Two customers with a contact each, and two people of ours.
    private static func prepare(_ client: TestClient) throws {
        try client.staff(2)
        for id in [1, 2] {
            try client.customer()
            try client.create("/v1/customers/\(id)/contacts", #"{"name": "王五"}"#)
        }
    }

    private static let refused: [Case] = [
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("none", "GET", path + "/9", is: 404, "not-found"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        .refused("nothing", "POST", path, "{}", "/kind", "/customerIds", "/heldAt", "/summary"),
        .refused("nobody", "POST", path, body(customers: "[]"), "/customerIds"),
        .refused(
            "strangers, and the same twice",
            "POST",
            path,
            body(
                #""contactIds": [1, 2, 9], "staffIds": [2, 2, 9]"#,
                customers: "[1, 1, 9]",
                heldAt: "2026-11-23T02:00:00.001Z"
            ),
            "/customerIds/1",
            "/staffIds/1",
            "/customerIds/2",
            "/contactIds/1",
            "/contactIds/2",
            "/staffIds/2",
            "/heldAt"
        ),
        .refused("no confirmation", "POST", path + "/1/confirm", "{}", "/contactId", "/name"),
        .refused(
            "two confirmations",
            "POST",
            path + "/1/confirm",
            #"{"contactId": 1, "name": "x"}"#,
            "/contactId",
            "/name"
        ),
        .refused(
            "another's contact",
            "POST",
            path + "/1/confirm",
            #"{"contactId": 2}"#,
            "/contactId",
            saying: "the customers have no contact 2"
        ),
        .refused(
            "the future",
            "POST",
            path + "/1/confirm",
            #"{"contactId": 1, "at": "2026-11-23T02:00:00.001Z"}"#,
            "/at"
        ),
        .refused(
            "before it was held",
            "POST",
            path + "/1/confirm",
            #"{"contactId": 1, "at": "2026-11-22T00:59:59Z"}"#,
            "/at"
        ),
        .refused("no issue", "POST", path + "/1/issues", "{}", "/complaint", "/need", "/task"),
        .refused(
            "two issues",
            "POST",
            path + "/1/issues",
            #"{"need": {"text": "x", "importance": 1}, "complaint": {"subject": "x"}}"#,
            "/complaint",
            "/need",
            "/task"
        ),
        .refused(
            "one who took no part",
            "POST",
            path + "/1/issues",
            #"{"customerId": 2, "complaint": {"subject": "x"}}"#,
            "/customerId"
        ),
        .refused(
            "an importance of 11",
            "POST",
            path + "/1/issues",
            #"{"need": {"text": "", "importance": 11}}"#,
            "/need/text",
            "/need/importance"
        ),
        .refused(
            "nobody to do it",
            "POST",
            path + "/1/issues",
            #"""
            {"task": {"kind": "call-back", "reason": "x", "dueAt": "2026-12-01T00:00:00Z",
             "assigneeId": 9}}
            """#,
            "/task/assigneeId"
        ),
    ]

    @Test func `refuses what has not been`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.create(Self.path, Self.body())
            try client.check(Self.refused)
        }
    }

    @Test func `a contact who has left is none, unless named before`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.create("/v1/customers/1/contacts", #"{"name": "赵六"}"#)
            try client.create(Self.path, Self.body(#""contactIds": [1]"#))
            for contact in [1, 3] { _ = try client.delete("/v1/contacts/\(contact)") }
            try client.check([
                .refused(
                    "who has left",
                    "POST",
                    Self.path,
                    Self.body(#""contactIds": [1]"#),
                    "/contactIds/0",
                    saying: "the customers have no contact 1"
                ),
                .refused(
                    "another who has left",
                    "PATCH",
                    Self.path + "/1",
                    #"{"contactIds": [1, 3]}"#,
                    "/contactIds/1"
                ),
                .refused(
                    "who took no part",
                    "POST",
                    Self.path + "/1/confirm",
                    #"{"contactId": 3}"#,
                    "/contactId"
                ),
                // Nor of a customer who took no part.
                .refused(
                    "named before, of another customer",
                    "PATCH",
                    Self.path + "/1",
                    #"{"customerIds": [2]}"#,
                    "/contactIds/0"
                ),
            ])
            #expect(try client.patch(Self.path + "/1", #"{"place": "上海"}"#).status == 200)
            let confirmed = try client.post(Self.path + "/1/confirm", #"{"contactId": 1}"#)
            #expect(confirmed.json["confirmation"]?["contactId"] == 1)
        }
    }

    @Test func `a summary can be mended until the customer has confirmed it`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.prepare(client)
            let recorded = try client.as(.agent).post(
                Self.path,
                Self.body(#""contactIds": [1], "staffIds": [2], "place": "上海""#)
            )
            #expect(recorded.status == 201)
            #expect(recorded.location == Self.path + "/1")
            #expect(
                recorded.json == [
                    "id": 1, "kind": "visit", "customerIds": [1], "contactIds": [1],
                    "staffIds": [2], "place": "上海", "heldAt": "2026-11-22T01:00:00.000Z",
                    "summary": "交货要快，包装要好", "issues": [], "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.lastEvent()?["action"] == "meeting.recorded")
            let mended = try client.patch(
                Self.path + "/1",
                #"{"summary": "交货要快", "customerIds": [1, 2], "place": null}"#
            )
            #expect(mended.json["customerIds"] == [1, 2])
            #expect(mended.json["place"] == nil)
            clock.advance(hours: 1)
            let confirmed = try client.as(.agent).post(
                Self.path + "/1/confirm",
                #"{"contactId": 2, "at": "2026-11-23T02:30:00Z"}"#
            )
            #expect(
                confirmed.json["confirmation"] == [
                    "at": "2026-11-23T02:30:00.000Z", "contactId": 2,
                ]
            )
            #expect(try client.lastEvent()?["action"] == "meeting.confirmed")
            let before = try client.get(Self.path + "/1")
            for (method, target, body) in [
                ("PATCH", "", #"{"summary": "x"}"#), ("POST", "/confirm", #"{"name": "x"}"#),
            ] {
                let late = try client.send(
                    method,
                    Self.path + "/1" + target,
                    [:],
                    Array(body.utf8),
                    type: "application/json"
                )
                #expect(late.status == 409)
                #expect(late.problem == "not-allowed-now")
                #expect(late.detail == "the summary was confirmed")
                #expect(late.json["allowed"] == ["issues"])
            }
            #expect(try client.get(Self.path + "/1").json == before.json)
            // What changes nothing is no change.
            let same = try client.patch(Self.path + "/1", #"{"summary": "交货要快"}"#)
            #expect(same.status == 200)
        }
    }

    @Test func `what is raised becomes a complaint, a need or a task, which know the meeting`()
        throws
    {
        try withServer { client in
            try Self.prepare(client)
            try client.create(Self.path, Self.body())
            #expect(try client.post(Self.path + "/1/confirm", #"{"name": "李雷"}"#).status == 200)
            let issues = [
                #"{"complaint": {"subject": "箱子破了", "cause": "delivery", "severity": "high"}}"#,
                #"{"customerId": 1, "need": {"text": "小包装", "importance": 7}}"#,
                #"""
                {"task": {"kind": "call-back", "reason": "报新价", "dueAt": "2026-12-01T00:00:00Z",
                 "assigneeId": 2}}
                """#,
            ]
            for issue in issues {
                let raised = try client.as(.agent).post(Self.path + "/1/issues", issue)
                #expect(raised.status == 201, "\(raised)")
                #expect(raised.location == Self.path + "/1")
            }
            #expect(try client.lastEvent()?["action"] == "meeting.issue-raised")
            let meeting = try client.get(Self.path + "/1").json
            #expect(
                meeting["issues"]?.elements?.map { $0["subject"] } == [
                    ["type": "complaint", "id": 1], ["type": "need", "id": 1],
                    ["type": "task", "id": 1],
                ]
            )
            #expect(
                meeting["issues"]?.elements?.first == [
                    "subject": ["type": "complaint", "id": 1],
                    "raisedAt": "2026-11-23T02:00:00.000Z", "actor": "agent",
                ]
            )
            let complaint = try client.get("/v1/complaints/1").json
            #expect(complaint["channel"] == "visit")
            #expect(complaint["severity"] == "high")
            #expect(complaint["receivedAt"] == "2026-11-22T01:00:00.000Z")
            let last = complaint["history"]?.elements?.last
            #expect(last?["action"] == "meeting")
            #expect(last?["meetingId"] == 1)
            let need = try client.get("/v1/needs/1").json
            #expect(need["text"] == "小包装")
            #expect(need["meetingId"] == 1)
            let task = try client.get("/v1/tasks/1").json
            #expect(task["subject"] == ["type": "meeting", "id": 1])
            #expect(task["customerId"] == 1)
            #expect(task["assigneeId"] == 2)
        }
    }

    @Test func `where several took part an issue says whose it is`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.create(Self.path, Self.body(customers: "[1, 2]"))
            let need = #""need": {"text": "x", "importance": 1}"#
            #expect(
                try client.post(Self.path + "/1/issues", "{\(need)}").pointers == ["/customerId"]
            )
            let raised = try client.post(Self.path + "/1/issues", #"{"customerId": 2, \#(need)}"#)
            #expect(raised.status == 201)
            #expect(try client.get("/v1/customers/2/needs").ids == [1])
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [2, 1, 3]), ("sort=heldAt", [3, 1, 2]), ("sort=-id&limit=2", [3, 2]),
        ("kind=meeting", [2]), ("customerId=2", [2]), ("customerId=9", []), ("staffId=1", [3]),
        ("confirmed=true", [1]), ("confirmed=false", [2, 3]), ("since=2026-11-22", [2, 1]),
        ("until=2026-11-22", [3]),
    ]

    @Test func `meetings are listed, and who records by an own token took part`() throws {
        try withServer { client in
            try Self.prepare(client)
            let token = try client.post(
                "/v1/tokens",
                #"{"name": "x", "role": "agent", "owner": "x", "staffId": 1}"#
            )
            let own = client.with(token: try #require(token.json["token"]?.string))
            try client.create(Self.path, Self.body())
            let second = Self.body(customers: "[1, 2]", heldAt: "2026-11-22T10:00:00+08:00")
                .replacing("visit", with: "meeting")
            try client.create(Self.path, second)
            let third = try own.post(Self.path, Self.body(heldAt: "2026-11-21T10:00:00+08:00"))
            #expect(third.json["staffIds"] == [1])
            _ = try client.post(Self.path + "/1/confirm", #"{"name": "李雷"}"#)
            for (query, ids) in Self.filters {
                #expect(try client.get("\(Self.path)?\(query)").ids == ids, "\(query)")
            }
            #expect(try client.get(Self.path + "?confirmed=yes").parameters == ["confirmed"])
            let stale = ["if-match": #""7.x""#] as HeaderFields
            #expect(try client.patch(Self.path + "/2", #"{"place": "x"}"#, stale).status == 412)
        }
    }

    @Test func `what was agreed with a duplicate belongs to the customer it is part of`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.create(Self.path, Self.body(customers: "[2, 1]"))
            let need = #"{"customerId": 2, "need": {"text": "x", "importance": 1}}"#
            let task = #"""
                {"customerId": 2,
                 "task": {"kind": "x", "reason": "x", "dueAt": "2026-12-01T00:00:00Z"}}
                """#
            for issue in [need, task] {
                #expect(try client.post(Self.path + "/1/issues", issue).status == 201)
            }
            try client.create(
                "/v1/approvals",
                #"{"kind": "discount", "customerId": 2, "amount": "1.00"}"#
            )
            let merged = try client.post("/v1/customers/1/merge", #"{"duplicateId": 2}"#)
            #expect(merged.status == 200, "\(merged)")
            #expect(try client.get(Self.path + "/1").json["customerIds"] == [1])
            for customer in [1, 2] {
                #expect(try client.get("\(Self.path)?customerId=\(customer)").ids == [1])
                #expect(try client.get("/v1/tasks?customerId=\(customer)").ids == [2, 1])
                #expect(try client.get("/v1/approvals?customerId=\(customer)").ids == [1])
            }
            #expect(try client.get("/v1/customers/1/needs").ids == [1])
            let later = try client.post(Self.path, Self.body(customers: "[2]"))
            #expect(later.json["customerIds"] == [1])
            let both = try client.post(Self.path, Self.body(customers: "[1, 2]"))
            #expect(both.pointers == ["/customerIds/1"])
            let subject = #"""
                {"kind": "x", "subject": {"type": "customer", "id": 2}, "reason": "x",
                 "dueAt": "2026-12-01T00:00:00Z"}
                """#
            #expect(try client.post("/v1/tasks", subject).json["customerId"] == 1)
            let undone = try client.post("/v1/customers/1/unmerge", #"{"duplicateId": 2}"#)
            #expect(undone.status == 200)
            #expect(try client.get(Self.path + "/1").json["customerIds"] == [2, 1])
            #expect(try client.get("/v1/customers/2/needs").ids == [1])
        }
    }
}

/// What customers need (M45).
@Suite struct NeedTests {
    private static let path = "/v1/customers/1/needs"

    private static let refused: [Case] = [
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("nobody", "GET", "/v1/customers/9/needs", is: 404, "not-found"),
        Case(
            "nobody's",
            "POST",
            "/v1/customers/9/needs",
            #"{"text": "x", "importance": 1}"#,
            is: 404,
            "not-found"
        ),
        Case("none", "GET", "/v1/needs/9", is: 404, "not-found"),
        Case("another method", "DELETE", "/v1/needs/1", is: 405, "method-not-allowed"),
        .refused("nothing", "POST", path, "{}", "/text", "/importance"),
        .refused(
            "too much",
            "POST",
            path,
            #"{"text": "\#(String(repeating: "x", count: 1001))", "importance": 0}"#,
            "/text",
            "/importance"
        ),
        .refused("another meeting", "PATCH", "/v1/needs/1", #"{"meetingId": 1}"#, "/meetingId"),
    ]

    @Test func `are recorded, changed, and listed by importance`() throws {
        try withServer { client in
            try client.customer()
            for importance in [3, 9, 5] {
                let need = #"{"text": "小包装", "importance": \#(importance)}"#
                let recorded = try client.as(.agent).post(Self.path, need)
                #expect(recorded.status == 201)
                #expect(try client.lastEvent()?["action"] == "need.recorded")
            }
            try client.check(Self.refused)
            #expect(try client.get(Self.path).ids == [2, 3, 1])
            let changed = try client.patch("/v1/needs/1", #"{"importance": 10}"#)
            #expect(changed.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "need.changed")
            #expect(try client.get(Self.path + "?limit=1").ids == [1])
            #expect(try client.get(Self.path + "?sort=id").ids == [1, 2, 3])
        }
    }
}
