// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Cases of early warning (M17), and of credit among them (M13).
@Suite struct WarningTests {
    private static let path = "/v1/warnings"
    private static let onCredit = #""terms": "credit""#

    /// A customer whose second order takes it above its limit.
    private static func withCreditCase(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            try client.staff(1)
            try client.customer("x", #""creditLimit": "100", "ownerId": 1"#)
            #expect(try client.order("100", onCredit).status == 201)
            #expect(try client.get(path).items.isEmpty)
            #expect(try client.order("0.01", onCredit).status == 201)
            try body(client)
        }
    }

    // MARK: - Credit

    @Test func `the order that exceeds the limit raises a case, which blocks the next`() throws {
        try Self.withCreditCase { client in
            let list = try client.as(.agent).get(Self.path)
            #expect(
                list.items == [
                    [
                        "id": 1, "customerId": 1, "kind": "credit", "status": "open",
                        "reason": "over-limit",
                        "text": "100.01 outstanding, the limit is 100.00",
                        "figures": ["outstanding": "100.01", "creditLimit": "100.00"],
                        "raisedAt": "2026-11-23T02:00:00.000Z", "version": 1, "holds": true,
                        "current": ["outstanding": "100.01", "creditLimit": "100.00"],
                    ]
                ]
            )
            let blocked = try client.order("1", Self.onCredit)
            #expect(blocked.status == 409)
            #expect(blocked.problem == "credit-blocked")
            #expect(blocked.json["warning"] == "/v1/warnings/1")
            #expect(blocked.json["allowed"] == ["prepaid"])
            #expect(try client.order("1", #""terms": "prepaid""#).status == 201)
            let paid = #""terms": "credit", "paidAt": "2026-11-21T00:00:00Z""#
            #expect(try client.order("1", paid).status == 201)
            // It holds no more once enough is paid, and blocks until it is closed.
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "50"}"#)
            let reading = try client.get(Self.path + "/1").json
            #expect(reading["holds"] == false)
            #expect(reading["current"] == nil)
            #expect(reading["figures"]?["outstanding"] == "100.01")
            #expect(try client.order("1", Self.onCredit).status == 409)
            try client.closeWarning(1)
            #expect(try client.order("1", Self.onCredit).status == 201)
            #expect(try client.get(Self.path).ids == [1])
        }
    }

    @Test func `an order that is sent again raises nothing again`() throws {
        try withServer { client in
            try client.customer("x", #""creditLimit": "1""#)
            let first = try client.order("2", Self.onCredit, key: "k")
            let again = try client.order("2", Self.onCredit, key: "k")
            #expect(first.status == 201)
            #expect(again.json == first.json)
            #expect(again.fields["idempotent-replayed"] == "true")
            #expect(try client.get(Self.path).ids == [1])
            let raised = try client.feed().filter { $0["action"] == "warning.raised" }
            #expect(raised.count == 1)
            #expect(raised.first?["actor"] != "scheduler")
            #expect(raised.first?["subject"] == ["type": "warning", "id": 1])
        }
    }

    @Test func `an order that is refused for credit leaves nothing`() throws {
        try Self.withCreditCase { client in
            try client.check([
                Case(
                    "credit",
                    "POST",
                    "/v1/orders",
                    #"""
                    {"customerId": 1, "placedAt": "2026-11-20T00:00:00Z", "total": "1",
                     "terms": "credit"}
                    """#,
                    is: 409,
                    "credit-blocked",
                    saying: "customer 1"
                )
            ])
            #expect(try client.get("/v1/orders").items.count == 2)
        }
    }

    @Test func `an order on credit finds what is overdue by more than the days`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            for _ in 1...2 { try client.customer() }
            let due = #""terms": "credit", "dueAt": "2026-11-24T02:00:00Z""#
            for customer in 1...2 {
                #expect(try client.order("100", of: customer, due).status == 201)
            }
            clock.advance(hours: 31 * 24)
            // The look that the day asks for is over.
            try client.runWarnings()
            // Overdue by thirty days, and not by more.
            #expect(try client.order("1", of: 1, Self.onCredit).status == 201)
            #expect(try client.get(Self.path).items.isEmpty)
            clock.advance(milliseconds: 1)
            #expect(try client.order("1", of: 2, Self.onCredit).status == 201)
            let all = try client.get(Self.path + "?customerId=2").items
            #expect(all.map { $0["reason"] } == ["overdue"])
            #expect(
                all.first?["figures"] == [
                    "threshold": .number("30.0"), "outstanding": "100.00", "orderId": 2,
                    "dueAt": "2026-11-24T02:00:00.000Z",
                ]
            )
            #expect(try client.order("1", of: 2, Self.onCredit).problem == "credit-blocked")
        }
    }

    @Test func `what is overdue is raised by the night, once for each order`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            let due = #""terms": "credit", "dueAt": "2026-11-24T02:00:00Z""#
            _ = try client.order("100", due)
            _ = try client.order("50", due)
            clock.advance(hours: 31 * 24)
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
            clock.advance(milliseconds: 1)
            try client.runWarnings()
            try client.runWarnings()
            #expect(try client.get(Self.path).ids == [1])
            try client.closeWarning(1)
            // The other order is another matter; the first is not raised again while it goes on.
            for _ in 1...2 { try client.runWarnings() }
            let open = try client.get(Self.path + "?status=open")
            #expect(open.items.map { $0["figures"]?["orderId"] } == [2])
            #expect(try client.get(Self.path + "/1").json["holds"] == true)
        }
    }

    @Test func `imported orders are not refused, and have all looked at`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A", "creditLimit": "10""#)
            let text = """
                customerExternalId,placedAt,total,terms
                A,2026-11-01,100,credit
                A,2026-11-02,100,credit

                """
            func bring(_ text: String) throws -> JSON {
                let body = Array(text.utf8)
                return try client.send("POST", "/v1/imports/orders", [:], body, type: "text/csv")
                    .json
            }
            #expect(try bring(text)["created"] == 2)
            let seen = try client.lastSeq()
            // Whatever wakes the jobs.
            _ = try client.put("/v1/plans/1/2026", #"{"salesTarget": "1"}"#)
            let raised = try client.awaitEvent("warning.raised", after: seen)
            #expect(raised["changes"]?["kind"] == "credit")
            #expect(try client.order("1", Self.onCredit).problem == "credit-blocked")
            // History is not to be bought again.
            let more = "customerExternalId,placedAt,total,terms\nA,2026-10-01,100,credit\n"
            #expect(try bring(more)["created"] == 1)
        }
    }

    @Test func `a payment that is taken back has its customer looked at`() throws {
        try withServer { client in
            try client.customer("x", #""creditLimit": "100""#)
            #expect(try client.order("90", Self.onCredit).status == 201)
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "90"}"#)
            #expect(try client.order("50", Self.onCredit).status == 201)
            let seen = try client.lastSeq()
            try client.create("/v1/payments/1/reverse", #"{"reason": "bounced"}"#)
            _ = try client.awaitEvent("warning.raised", after: seen)
            let reasons = try client.get(Self.path).items.map { $0["text"] }
            #expect(reasons == ["140.00 outstanding, the limit is 100.00"])
        }
    }

    @Test func `a lower limit is looked at, and who is archived is not`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer("x", #""creditLimit": "100""#) }
            for customer in 1...2 { _ = try client.order("60", of: customer, Self.onCredit) }
            #expect(try client.delete("/v1/customers/2").status == 204)
            for customer in 1...2 {
                _ = try client.patch("/v1/customers/\(customer)", #"{"creditLimit": "59.99"}"#)
            }
            try client.runWarnings()
            #expect(try client.get(Self.path).items.map { $0["customerId"] } == [1])
        }
    }

    @Test func `a limit that is changed or put is looked at at once`() throws {
        try withServer { client in
            for number in 1...2 {
                try client.customer("x", #""externalId": "C\#(number)", "creditLimit": "100""#)
                _ = try client.order("60", of: number, Self.onCredit)
            }
            // What the orders ask for has been done.
            try client.runWarnings()
            var seen = try client.lastSeq()
            _ = try client.patch("/v1/customers/1", #"{"creditLimit": "59.99"}"#)
            try client.awaitEvent("warning.raised", after: seen)
            seen = try client.lastSeq()
            _ = try client.put(
                "/v1/customers/by-external-id/C2",
                #"{"kind": "individual", "name": "x", "creditLimit": "59.99"}"#
            )
            try client.awaitEvent("warning.raised", after: seen)
        }
    }

    // MARK: - Steps

    private static func step(
        _ client: TestClient,
        _ action: String,
        _ body: String = "{}"
    ) throws -> TestAnswer {
        try client.as(.manager).post("\(path)/1/\(action)", body)
    }

    @Test func `a case goes through its steps, and is closed with cause and action`() throws {
        try Self.withCreditCase { client in
            let both = #"{"cause": "x", "action": "y"}"#
            for action in ["countermeasure", "close"] {
                let answer = try Self.step(client, action, both)
                #expect(answer.problem == "not-allowed-now", "\(action)")
                #expect(answer.json["allowed"] == ["investigate"], "\(action)")
            }
            let investigated = try Self.step(client, "investigate")
            #expect(investigated.json["status"] == "investigating")
            #expect(investigated.json["investigatedAt"] == "2026-11-23T02:00:00.000Z")
            #expect(try client.lastEvent()?["action"] == "warning.investigating")
            #expect(try Self.step(client, "investigate").json["allowed"] == ["countermeasure"])
            client.clock.advance(hours: 1)
            let countered = try Self.step(client, "countermeasure", #"{"cause": "forgot"}"#)
            #expect(countered.json["status"] == "countermeasure")
            #expect(countered.json["countermeasureAt"] == "2026-11-23T03:00:00.000Z")
            #expect(countered.json["cause"] == "forgot")
            let unexplained = try Self.step(client, "close")
            #expect(unexplained.status == 422)
            #expect(unexplained.problem == "warning-unexplained")
            #expect(unexplained.pointers == ["/action"])
            let closed = try Self.step(client, "close", #"{"action": "called"}"#)
            #expect(closed.status == 200)
            #expect(closed.json["status"] == "closed")
            #expect(closed.json["closedAt"] == "2026-11-23T03:00:00.000Z")
            #expect(closed.json["cause"] == "forgot")
            #expect(closed.json["action"] == "called")
            #expect(closed.json["holds"] == true)
            let actions = try client.feed().compactMap { $0["action"]?.string }
            #expect(
                actions.filter { $0.hasPrefix("warning.") } == [
                    "warning.raised", "warning.investigating", "warning.countermeasure",
                    "warning.closed",
                ]
            )
            #expect(try Self.step(client, "close").json["allowed"] == [])
            // The next order that exceeds the limit raises the next case.
            #expect(try client.order("1", Self.onCredit).status == 201)
            #expect(try client.get(Self.path + "?status=open").ids == [2])
        }
    }

    @Test func `closing without anything names both that are missing, whatever the step`() throws {
        try Self.withCreditCase { client in
            for action in ["investigate", "countermeasure", nil] {
                let answer = try Self.step(client, "close")
                #expect(answer.status == 422)
                #expect(answer.pointers == ["/cause", "/action"])
                if let action { _ = try Self.step(client, action) }
            }
            #expect(try client.get(Self.path + "/1").json["status"] == "countermeasure")
        }
    }

    @Test func `a case asks somebody to look into it until it is closed`() throws {
        try Self.withCreditCase { client in
            let task = try client.get("/v1/tasks?kind=credit-warning").items
            #expect(task.count == 1)
            #expect(task.first?["subject"] == ["type": "warning", "id": 1])
            #expect(task.first?["customerId"] == 1)
            #expect(task.first?["assigneeId"] == 1)
            #expect(task.first?["reason"] == "100.01 outstanding, the limit is 100.00")
            #expect(task.first?["dueAt"] == "2026-11-26T02:00:00.000Z")
            try client.closeWarning(1)
            let done = try client.get("/v1/tasks/1").json
            #expect(done["status"] == "done")
            #expect(done["note"] == "called")
        }
    }

    @Test func `the screen-pop and the timeline tell of cases`() throws {
        try withServer { client in
            try client.customer("x", #""creditLimit": "1", "phones": [{"number": "13800138000"}]"#)
            _ = try client.order("2", Self.onCredit)
            let pop = try client.as(.agent).get("/v1/screen-pop?phone=13800138000").json
            #expect(
                pop["warnings"] == [
                    [
                        "kind": "credit", "since": "2026-11-23T02:00:00.000Z", "id": 1,
                        "text": "2.00 outstanding, the limit is 1.00",
                    ]
                ]
            )
            let timeline = try client.as(.agent).get("/v1/customers/1/timeline").items
            #expect(
                timeline == [
                    [
                        "type": "warning", "at": "2026-11-23T02:00:00.000Z", "id": 1,
                        "text": "over-limit",
                    ]
                ]
            )
            try client.closeWarning(1)
            let empty = try client.get("/v1/screen-pop?phone=13800138000").json
            #expect(empty["warnings"] == [])
        }
    }

    @Test func `a merge takes cases along, but for one of a kind that is open already`() throws {
        try withServer { client in
            for _ in 1...3 { try client.customer("x", #""creditLimit": "1""#) }
            for customer in [1, 2] { _ = try client.order("2", of: customer, Self.onCredit) }
            #expect(
                try client.post("/v1/customers/3/merge", #"{"duplicateId": 2}"#).status == 200
            )
            #expect(try client.get(Self.path + "/2").json["customerId"] == 3)
            #expect(try client.order("1", of: 3, Self.onCredit).problem == "credit-blocked")
            let open = "/v1/tasks?kind=credit-warning&status=open&sort=id"
            let cause = #"{"cause": "forgot"}"#
            #expect(try client.post(Self.path + "/2/investigate", cause).status == 200)
            #expect(
                try client.post("/v1/customers/1/merge", #"{"duplicateId": 3}"#).status == 200
            )
            // The case of the kept one is the one that goes on.
            #expect(try client.get(Self.path + "?customerId=1&status=open").ids == [1])
            let closed = try client.get(Self.path + "/2").json
            #expect(closed["customerId"] == 1)
            #expect(closed["status"] == "closed")
            #expect(closed["cause"] == "forgot")
            #expect(closed["action"] == "merged with case 1")
            #expect(try client.get(open).items.map { $0["subject"]?["id"] } == [1])
            #expect(try client.get("/v1/tasks/2").json["note"] == "merged with case 1")
            // Two customers again have a case each, as far as it was.
            #expect(
                try client.post("/v1/customers/1/unmerge", #"{"duplicateId": 3}"#).status == 200
            )
            let again = try client.get(Self.path + "/2").json
            #expect(again["customerId"] == 3)
            #expect(again["status"] == "investigating")
            #expect(again["cause"] == "forgot")
            #expect(again["action"] == nil)
            #expect(again["closedAt"] == nil)
            let reopened = try client.feed().filter { $0["action"] == "warning.reopened" }
            #expect(reopened.map { $0["subject"]?["id"] } == [2])
            #expect(try client.get(open).items.map { $0["subject"]?["id"] } == [1, 2])
            #expect(try client.get(open).items.map { $0["customerId"] } == [1, 3])
            #expect(try client.order("1", of: 3, Self.onCredit).problem == "credit-blocked")
        }
    }

    @Test func `what two owe together is looked at with the merge`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer("x", #""creditLimit": "100""#) }
            for customer in 1...2 { _ = try client.order("60", of: customer, Self.onCredit) }
            // What the orders ask for has been done.
            try client.runWarnings()
            let seen = try client.lastSeq()
            _ = try client.post("/v1/customers/1/merge", #"{"duplicateId": 2}"#)
            try client.awaitEvent("warning.raised", after: seen)
            let found = try client.get(Self.path).items.map { $0["text"] }
            #expect(found == ["120.00 outstanding, the limit is 100.00"])
        }
    }

    // MARK: - Refusals

    private static func policy(_ change: String) -> String {
        #"""
        {"overdueDays": 30, "expensePeriod": "month", "expenseRises": 3, "churnIntervals": 3,
         "taskDays": 3, "cumulativeAmount": "1", "reminderDays": 1, "pressureDays": 2,
         "legalDays": 3, \#(change)}
        """#
    }

    private static let refused = [
        Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
        Case("a reader", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("an agent's step", "POST", path + "/1/close", "{}", by: .agent, is: 403, "forbidden"),
        Case("an agent's run", "POST", "/v1/warning-runs", by: .agent, is: 403, "forbidden"),
        Case(
            "an agent's policy",
            "PUT",
            "/v1/warning-policy",
            "{}",
            by: .agent,
            is: 403,
            "forbidden"
        ),
        Case("no such warning", "GET", path + "/9", is: 404, "not-found"),
        Case("no such warning to close", "POST", path + "/9/close", "{}", is: 404, "not-found"),
        Case("no such run", "GET", "/v1/warning-runs/9", is: 404, "not-found"),
        Case("another method", "PUT", path, "{}", is: 405, "method-not-allowed"),
        Case("no JSON", "POST", path + "/1/close", "{", is: 400, "malformed-body"),
        .refused("a stranger", "POST", path + "/1/investigate", #"{"note": "x"}"#, "/note"),
        .refused(
            "empty words",
            "POST",
            path + "/1/close",
            #"{"cause": "", "action": " "}"#,
            "/cause",
            "/action"
        ),
        .refused("another kind", query: path + "?kind=fire", "kind"),
        .refused("another status", query: path + "?status=done", "status"),
        .refused("another order", query: path + "?sort=kind", "sort"),
        .refused(
            "no policy",
            "PUT",
            "/v1/warning-policy",
            "{}",
            "/overdueDays",
            "/progressShare",
            "/expensePeriod",
            "/expenseRises",
            "/pAlive",
            "/churnIntervals",
            "/taskDays",
            "/cumulativeAmount",
            "/reminderDays",
            "/pressureDays",
            "/legalDays"
        ),
        .refused(
            "a policy out of bounds",
            "PUT",
            "/v1/warning-policy",
            #"""
            {"overdueDays": -1, "progressShare": 1.1, "expensePeriod": "week", "expenseRises": 0,
             "pAlive": 0.00001, "churnIntervals": 101, "taskDays": 366, "cumulativeAmount": 1,
             "reminderDays": -1, "pressureDays": 3651, "legalDays": "x"}
            """#,
            "/overdueDays",
            "/progressShare",
            "/expensePeriod",
            "/expenseRises",
            "/pAlive",
            "/churnIntervals",
            "/taskDays",
            "/cumulativeAmount",
            "/reminderDays",
            "/pressureDays",
            "/legalDays"
        ),
        Case(
            "a policy that never warns",
            "PUT",
            "/v1/warning-policy",
            policy(#""progressShare": 0, "pAlive": 0"#),
            is: 422,
            "senseless-policy",
            pointers: ["/progressShare", "/pAlive"]
        ),
        Case(
            "a policy that warns of everyone",
            "PUT",
            "/v1/warning-policy",
            policy(#""progressShare": 1, "pAlive": 1"#),
            is: 422,
            "senseless-policy",
            pointers: ["/pAlive"]
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try Self.withCreditCase { client in
            try client.check(Self.refused)
            let stale = try client.post(Self.path + "/1/investigate", "{}", ["if-match": "\"9.x\""])
            #expect(stale.status == 412)
            #expect(stale.json["current"]?["status"] == "open")
        }
    }
}
