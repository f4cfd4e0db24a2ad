// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// One list of what people have to do.
@Suite struct TaskTests {
    private static let path = "/v1/tasks"

    private static func body(
        _ dueAt: String = "2026-11-23T18:00:00+08:00",
        _ members: String = "",
        subject: String = #"{"type": "customer", "id": 1}"#
    ) -> String {
        let rest = members.isEmpty ? "" : ", " + members
        return #"""
            {"kind": "call-back", "subject": \#(subject), "reason": "回访",
             "dueAt": "\#(dueAt)"\#(rest)}
            """#
    }

    /// A client with a token of that person.
    private static func own(_ client: TestClient, _ id: Int) throws -> TestClient {
        let token = try client.post(
            "/v1/tokens",
            #"{"name": "p\#(id)", "role": "agent", "owner": "x", "staffId": \#(id)}"#
        )
        return client.with(token: try #require(token.json["token"]?.string))
    }

    private static let refused: [Case] =
        [
            Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
            Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
            Case("none", "GET", path + "/9", is: 404, "not-found"),
            Case("another method", "DELETE", path + "/9", is: 405, "method-not-allowed"),
            .refused("nothing", "POST", path, "{}", "/kind", "/subject", "/reason", "/dueAt"),
            .refused(
                "a kind with blanks",
                "POST",
                path,
                #"""
                {"kind": "Call back", "subject": {"type": "car", "id": 0}, "reason": " ",
                 "dueAt": "soon"}
                """#,
                "/kind",
                "/subject/type",
                "/subject/id",
                "/reason",
                "/dueAt"
            ),
            .refused(
                "nobody",
                "POST",
                path,
                body(subject: #"{"type": "customer", "id": 9}"#),
                "/subject",
                saying: "there is no customer 9 of any customer"
            ),
            .refused(
                "what belongs to no customer",
                "POST",
                path,
                body(subject: #"{"type": "staff", "id": 1}"#),
                "/subject"
            ),
            .refused(
                "nobody to do it",
                "POST",
                path,
                body("2026-11-24T00:00:00Z", #""assigneeId": 9"#),
                "/assigneeId"
            ),
            .refused("no note", "POST", path + "/1/decline", "{}", "/note"),
        ]
        + [
            "approval:1", "promise:1", "warning:44", "cumulative-amount:1:10000.00",
            "stage-fall-1-2026-11-23", "payment-reminder:1", "payment-pressure:1", "legal-action:1",
        ].map { cause in
            .refused(
                "a cause of the service's own",
                "POST",
                path,
                body("2026-11-24T00:00:00Z", #""cause": "\#(cause)""#),
                "/cause"
            )
        }
        + [
            .refused("another kind", "PATCH", path + "/1", #"{"kind": "x"}"#, "/kind"),
            .refused("nobody else", "PATCH", path + "/1", #"{"assigneeId": 9}"#, "/assigneeId"),
            .refused("nobody's list", query: path + "?assigneeId=me", "assigneeId"),
            .refused("a name", query: path + "?assigneeId=li", "assigneeId"),
            .refused("another day", query: path + "?due=tomorrow", "due"),
        ]

    @Test func `refuses what is no task`() throws {
        try withServer { client in
            try client.staff(1)
            try client.customer()
            try client.create(Self.path, Self.body())
            try client.check(Self.refused)
        }
    }

    @Test func `a task is open until it is done or declined, once`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.staff(2)
            try client.customer()
            let own = try Self.own(client, 1)
            let opened = try own.post(Self.path, Self.body())
            #expect(opened.status == 201)
            #expect(opened.location == Self.path + "/1")
            #expect(
                opened.json == [
                    "id": 1, "kind": "call-back", "subject": ["type": "customer", "id": 1],
                    "customerId": 1, "reason": "回访", "dueAt": "2026-11-23T10:00:00.000Z",
                    "assigneeId": 1, "status": "open", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.lastEvent()?["action"] == "task.opened")
            clock.advance(hours: 1)
            let changed = try own.patch(
                Self.path + "/1",
                #"{"assigneeId": 2, "dueAt": "2026-11-24T00:00:00Z"}"#
            )
            #expect(changed.json["assigneeId"] == 2)
            #expect(changed.json["version"] == 2)
            #expect(
                try client.lastEvent()?["changes"] == [
                    "dueAt": "2026-11-24T00:00:00.000Z", "assigneeId": 2, "version": 2,
                    "updatedAt": "2026-11-23T03:00:00.000Z",
                ]
            )
            let done = try own.post(Self.path + "/1/done", #"{"note": "已回电"}"#)
            #expect(done.json["status"] == "done")
            #expect(done.json["note"] == "已回电")
            #expect(done.json["settledAt"] == "2026-11-23T03:00:00.000Z")
            #expect(done.json["settledBy"] == "p1")
            #expect(try client.lastEvent()?["action"] == "task.done")
            try client.create(Self.path, Self.body())
            let declined = try client.post(Self.path + "/2/decline", #"{"note": "moved away"}"#)
            #expect(declined.json["status"] == "declined")
            for (id, status) in [(1, "done"), (2, "declined")] {
                for action in ["done", "decline"] {
                    let again = try client.post("\(Self.path)/\(id)/\(action)", #"{"note": "x"}"#)
                    #expect(again.problem == "not-allowed-now")
                    #expect(again.detail == "it is \(status) already")
                    #expect(again.json["allowed"] == ["POST /v1/tasks"])
                }
                let late = try client.patch("\(Self.path)/\(id)", #"{"reason": "x"}"#)
                #expect(late.problem == "not-allowed-now")
            }
        }
    }

    @Test func `while a task with a cause is open there is no second`() throws {
        try withServer { client in
            try client.customer()
            let body = Self.body("2026-11-24T00:00:00Z", #""cause": "repair:1""#)
            try client.create(Self.path, body)
            let again = try client.post(Self.path, body)
            #expect(again.problem == "duplicate")
            #expect(again.json["existing"] == "/v1/tasks/1")
            #expect(try client.post(Self.path + "/1/done", "{}").status == 200)
            #expect(try client.post(Self.path, body).status == 201)
        }
    }

    @Test func `a task knows the customer of what it is about`() throws {
        try withServer { client in
            for name in ["a", "b"] { try client.customer(name) }
            try client.create(
                "/v1/complaints",
                #"{"customerId": 2, "channel": "web", "subject": "late"}"#
            )
            try client.create("/v1/customers/2/contacts", #"{"name": "c"}"#)
            for subject in ["complaint", "contact", "customer"] {
                let body = Self.body(subject: #"{"type": "\#(subject)", "id": 1}"#)
                let customer = subject == "customer" ? 1 : 2
                #expect(try client.post(Self.path, body).json["customerId"]?.integer == customer)
            }
            #expect(try client.get(Self.path + "?customerId=2").ids == [1, 2])
        }
    }

    /// When it is ten in the morning in Shanghai it is nine in the evening in New York, of the day
    /// before.
    private static let lists: [(person: Int, query: String, ids: [Int])] = [
        (1, "due=today", [1, 2, 3]), (2, "due=today", [1, 2]),
        (1, "due=overdue", [1, 2]),
        (1, "assigneeId=me", [1, 3]), (2, "assigneeId=me", [2, 4]), (2, "assigneeId=1", [1, 3]),
        (1, "assigneeId=me&due=today", [1, 3]), (2, "assigneeId=me&due=today", [2]),
        (1, "status=open", [1, 2, 3]), (1, "status=done", [4]),
        (1, "kind=call-back", [1, 2, 3, 4]),
        (1, "kind=visit", []), (1, "since=2026-11-24", [4]), (1, "until=2026-11-23", [1]),
        (1, "sort=-dueAt&limit=2", [4, 3]), (1, "sort=-id&limit=1", [4]),
    ]

    @Test func `tasks are listed as whoever asks means it`() throws {
        try withServer { client in
            try client.staff(2)
            #expect(
                try client.patch("/v1/staff/2", #"{"timeZone": "America/New_York"}"#).status == 200
            )
            try client.customer()
            // The day begins at 16:00 in UTC in Shanghai, at 05:00 in New York.
            for (assignee, due) in [
                (1, "2026-11-22T15:59:59.999Z"), (2, "2026-11-22T16:00:00Z"),
                (1, "2026-11-23T15:59:59.999Z"), (2, "2026-11-23T16:00:00Z"),
            ] {
                try client.create(Self.path, Self.body(due, #""assigneeId": \#(assignee)"#))
            }
            #expect(try client.post(Self.path + "/4/done", "{}").status == 200)
            let people = [1: try Self.own(client, 1), 2: try Self.own(client, 2)]
            for (person, query, ids) in Self.lists {
                let list = try #require(people[person]).get("\(Self.path)?\(query)")
                #expect(list.ids == ids, "\(person) \(query)")
            }
            // Whose token is nobody's has the service's day.
            #expect(try client.get(Self.path + "?due=today").ids == [1, 2, 3])
            // What is done is not to be done today.
            #expect(try client.post(Self.path + "/3/done", "{}").status == 200)
            #expect(try client.get(Self.path + "?due=today").ids == [1, 2])
            let next = try #require(try client.get(Self.path + "?limit=3").next)
            #expect(try client.get("\(Self.path)?limit=3&after=\(next)").ids == [4])
        }
    }

    @Test func `what is open is handed over`() throws {
        try withServer { client in
            try client.staff(2)
            try client.customer()
            for _ in 1...2 {
                try client.create(Self.path, Self.body("2026-11-24T00:00:00Z", #""assigneeId": 1"#))
            }
            #expect(try client.post(Self.path + "/1/done", "{}").status == 200)
            #expect(try client.delete("/v1/staff/1").problem == "not-allowed-now")
            let handover = try client.post("/v1/staff/1/handover", #"{"toId": 2}"#)
            #expect(handover.json["tasks"] == 1)
            #expect(try client.get(Self.path + "/1").json["assigneeId"] == 1)
            #expect(try client.get(Self.path + "/2").json["assigneeId"] == 2)
            #expect(try client.delete("/v1/staff/1").status == 204)
        }
    }

    @Test func `approvals and promises that are due ask for tasks, and end them`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.staff(2)
            try client.customer("a", #""ownerId": 2"#)
            try client.create(
                "/v1/approvals",
                #"{"kind": "discount", "customerId": 1, "amount": "5.00", "toId": 1}"#
            )
            let task = try client.get(Self.path + "/1").json
            #expect(task["kind"] == "approval")
            #expect(task["subject"] == ["type": "approval", "id": 1])
            #expect(task["assigneeId"] == 1)
            #expect(task["customerId"] == 1)
            #expect(task["dueAt"] == "2026-11-24T02:00:00.000Z")
            try client.create(
                "/v1/interactions",
                #"""
                {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "phone",
                 "occurredAt": "2026-11-23T02:00:00Z", "summary": "x",
                 "promises": [{"text": "报价", "dueAt": "2026-11-23T06:00:00Z"}]}
                """#
            )
            #expect(
                try client.as(.manager).post("/v1/approvals/1/approve", "{}").status == 200
            )
            #expect(try client.get(Self.path + "/1").json["status"] == "done")
        }
        clock.advance(hours: 3)
        try withServer(clock: clock, database: folder.database) { client in
            #expect(try DeadlineTests.alarms(client, 1) == ["promise.due-soon 1"])
            let task = try client.get(Self.path + "/2").json
            #expect(task["kind"] == "promise")
            #expect(task["reason"] == "报价")
            #expect(task["assigneeId"] == 2)
        }
        clock.advance(hours: 3)
        try withServer(clock: clock, database: folder.database) { client in
            #expect(try DeadlineTests.alarms(client, 2).last == "promise.overdue 1")
            #expect(try client.get(Self.path).ids == [2, 1])
            #expect(try client.send("POST", "/v1/promises/1/keep").status == 200)
            let task = try client.get(Self.path + "/2").json
            #expect(task["status"] == "done")
            #expect(task["note"] == "late")
        }
    }
}
