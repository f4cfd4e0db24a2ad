// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Offers at round sums (M10) and the ladder of debts (M28), which are tasks.
@Suite struct PromptTests {
    private static func amounts(_ client: TestClient) throws -> [String] {
        try client.all("/v1/tasks?kind=cumulative-amount&sort=id")
            .compactMap { $0["cause"]?.string?.split(separator: ":").last.map(String.init) }
    }

    // MARK: - Round sums

    @Test func `each multiple of the amount is asked for once`() throws {
        try withServer { client in
            try client.staff(1)
            try client.customer("x", #""ownerId": 1"#)
            _ = try client.order("9999.99")
            #expect(try Self.amounts(client).isEmpty)
            let first = try client.order("0.01", key: "k")
            #expect(first.status == 201)
            #expect(try client.order("0.01", key: "k").json == first.json)
            #expect(try Self.amounts(client) == ["10000.00"])
            let task = try client.as(.agent).get("/v1/tasks?kind=cumulative-amount").items.first
            #expect(task?["subject"] == ["type": "customer", "id": 1])
            #expect(task?["customerId"] == 1)
            #expect(task?["assigneeId"] == 1)
            #expect(
                task?["reason"]
                    == "purchases have come to 10000.00: offer a benefit or personal service"
            )
            #expect(task?["dueAt"] == "2026-11-26T02:00:00.000Z")
            // What is given back is bought again, and passes nothing new, done or not.
            for settled in [false, true] {
                if settled { _ = try client.post("/v1/tasks/1/done", "{}") }
                let order = try client.order("0.01").json["id"]?.integer ?? 0
                try client.create(
                    "/v1/orders/\(order)/refunds",
                    #"{"amount": "0.01", "reason": "x"}"#
                )
            }
            try client.create("/v1/orders/2/refunds", #"{"amount": "0.01", "reason": "x"}"#)
            _ = try client.order("0.01")
            #expect(try Self.amounts(client) == ["10000.00"])
            // One that is called off counts no more.
            let off = try client.order("9999").json["id"]?.integer ?? 0
            _ = try client.post("/v1/orders/\(off)/cancel", #"{"reason": "x"}"#)
            _ = try client.order("9999")
            #expect(try Self.amounts(client) == ["10000.00"])
            _ = try client.order("1")
            #expect(try Self.amounts(client) == ["10000.00", "20000.00"])
            _ = try client.order("20000")
            #expect(
                try Self.amounts(client) == ["10000.00", "20000.00", "30000.00", "40000.00"]
            )
        }
    }

    @Test func `of very many multiples at once the highest are asked for`() throws {
        try withServer { client in
            try client.customer()
            for _ in 1...2 {
                #expect(try client.order("9999999999999.99").status == 201)
            }
            let all = try Self.amounts(client)
            #expect(all.count == 40)
            #expect(all.first == "9999999800000.00")
            #expect(all.last == "19999999990000.00")
        }
    }

    @Test func `imported orders count, and ask for nothing`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let text = "customerExternalId,placedAt,total\nA,2026-11-01,25000\n"
            _ = try client.send(
                "POST",
                "/v1/imports/orders",
                [:],
                Array(text.utf8),
                type: "text/csv"
            )
            _ = try client.order("4999.99")
            #expect(try Self.amounts(client).isEmpty)
            _ = try client.order("0.01")
            #expect(try Self.amounts(client) == ["30000.00"])
            // A smaller amount counts from the next order on.
            try client.setWarningPolicy(#""cumulativeAmount": "500""#)
            _ = try client.order("1000")
            #expect(try Self.amounts(client) == ["30000.00", "30500.00", "31000.00"])
        }
    }

    @Test func `a merge takes what was passed along`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for customer in 1...2 { _ = try client.order("10000", of: customer) }
            #expect(
                try client.post("/v1/customers/1/merge", #"{"duplicateId": 2}"#).status == 200
            )
            // Together they have bought for 20000.
            let asked = ["10000.00", "10000.00", "20000.00"]
            #expect(try Self.amounts(client) == asked)
            _ = try client.order("10000")
            #expect(try Self.amounts(client) == asked + ["30000.00"])
        }
    }

    /// The amounts that are asked for and open, with their customers.
    private static func open(_ client: TestClient) throws -> [String] {
        try client.all("/v1/tasks?kind=cumulative-amount&status=open&sort=id").map {
            let amount = $0["cause"]?.string?.split(separator: ":").last ?? ""
            return "\($0["customerId"]?.integer ?? 0) \(amount)"
        }
    }

    @Test func `what two pass together is asked for with the merge, once`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for customer in 1...2 { _ = try client.order("6000", of: customer) }
            let merge = #"{"duplicateId": 2}"#
            #expect(try client.post("/v1/customers/1/merge", merge).status == 200)
            #expect(try Self.open(client) == ["1 10000.00"])
            _ = try client.order("7999.99")
            #expect(try Self.open(client) == ["1 10000.00"])
            _ = try client.order("0.01")
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00"])
        }
    }

    @Test func `what both were asked for is asked for once, and twice when they are two`() throws {
        try withServer { client in
            try client.staff(1)
            for _ in 1...2 { try client.customer("x", #""ownerId": 1"#) }
            for customer in 1...2 { _ = try client.order("11000", of: customer) }
            #expect(try Self.open(client) == ["1 10000.00", "2 10000.00"])
            let merge = #"{"duplicateId": 2}"#
            #expect(try client.post("/v1/customers/1/merge", merge).status == 200)
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00"])
            let double = try client.get("/v1/tasks/2").json
            #expect(double["status"] == "done")
            #expect(double["note"] == "merged with customer 1, of whom it was asked as well")
            #expect(try client.post("/v1/customers/1/unmerge", merge).status == 200)
            #expect(try Self.open(client) == ["1 10000.00", "2 10000.00"])
            let again = try client.get("/v1/tasks?customerId=2&status=open").items.first
            #expect(again?["assigneeId"] == 1)
            #expect(again?["dueAt"] == double["dueAt"])
            // Each passes the next one by itself.
            _ = try client.order("9000", of: 1)
            #expect(try Self.open(client) == ["1 10000.00", "2 10000.00", "1 20000.00"])
        }
    }

    @Test func `once two are two again each is asked for what it has passed by itself`() throws {
        try withServer { client in
            try Self.customers(client, "8000", "12000")
            #expect(try Self.open(client) == ["2 10000.00"])
            try Self.merge(client, 1, 2)
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00"])
            _ = try client.order("11000")
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00", "1 30000.00"])
            // By itself it has come to 19000.
            try Self.unmerge(client, 1, 2)
            #expect(try Self.open(client) == ["2 10000.00", "1 10000.00"])
            let ended = try client.get("/v1/tasks?kind=cumulative-amount&status=done").items
            #expect(ended.map { $0["note"] } == ["the merge was undone", "the merge was undone"])
            _ = try client.order("1000")
            #expect(try Self.open(client) == ["2 10000.00", "1 10000.00", "1 20000.00"])
        }
    }

    @Test func `what was passed together and by itself as well is not asked for again`() throws {
        try withServer { client in
            try Self.customers(client, "6000", "6000", "6000")
            for other in 2...3 { try Self.merge(client, 1, other) }
            _ = try client.order("5000")
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00"])
            // 17000 without the one, 11000 without the other.
            for other in 2...3 {
                try Self.unmerge(client, 1, other)
                #expect(try Self.open(client) == ["1 10000.00"])
            }
        }
    }

    private static func merge(_ client: TestClient, _ customer: Int, _ other: Int) throws {
        let body = #"{"duplicateId": \#(other)}"#
        #expect(try client.post("/v1/customers/\(customer)/merge", body).status == 200)
    }

    private static func unmerge(_ client: TestClient, _ customer: Int, _ other: Int) throws {
        let body = #"{"duplicateId": \#(other)}"#
        #expect(try client.post("/v1/customers/\(customer)/unmerge", body).status == 200)
    }

    private static func customers(_ client: TestClient, _ amounts: String...) throws {
        for (place, amount) in amounts.enumerated() {
            try client.customer("x", #""externalId": "\#(place + 1)""#)
            _ = try client.order(amount, of: place + 1)
        }
    }

    @Test func `merges undone in another order leave nothing that one alone has not passed`() throws
    {
        try withServer { client in
            try Self.customers(client, "5000", "9000", "6000")
            try Self.merge(client, 1, 3)
            try Self.merge(client, 1, 2)
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00"])
            try Self.unmerge(client, 1, 3)
            #expect(try Self.open(client) == ["1 10000.00"])
            try Self.unmerge(client, 1, 2)
            #expect(try Self.open(client).isEmpty)
            _ = try client.order("6000")
            #expect(try Self.open(client) == ["1 10000.00"])
        }
    }

    @Test func `what left with one duplicate is asked for of those who have it yet`() throws {
        try withServer { client in
            try Self.customers(client, "3000", "11000", "12000", "13000")
            let tasks = try client.all("/v1/tasks?kind=cumulative-amount&sort=id")
            let served = tasks.first { $0["customerId"] == 4 }?["id"]?.integer ?? 0
            #expect(try client.post("/v1/tasks/\(served)/done", "{}").status == 200)
            for other in [2, 3] { try Self.merge(client, 1, other) }
            #expect(try Self.open(client) == ["1 10000.00", "1 20000.00"])
            try Self.unmerge(client, 1, 2)
            #expect(try Self.open(client) == ["2 10000.00", "1 10000.00"])
            try Self.unmerge(client, 1, 3)
            #expect(try Self.open(client) == ["2 10000.00", "3 10000.00"])
            // What was served before is not asked for again.
            for other in [2, 4] { try Self.merge(client, 1, other) }
            try Self.unmerge(client, 1, 2)
            #expect(try Self.open(client) == ["2 10000.00", "3 10000.00"])
        }
    }

    @Test func `what was passed with one who has left is not asked for`() throws {
        try withServer { client in
            try Self.customers(client, "500", "9000", "9000")
            for other in [2, 3] { try Self.merge(client, 1, other) }
            _ = try client.order("2000")
            for other in [2, 3] { try Self.unmerge(client, 1, other) }
            #expect(try Self.open(client).isEmpty)
            _ = try client.order("8000")
            #expect(try Self.open(client) == ["1 10000.00"])
        }
        try withServer { client in
            try Self.customers(client, "15000", "8000", "100")
            try Self.merge(client, 3, 1)
            _ = try client.order("6000", of: 3)
            try Self.merge(client, 3, 2)
            #expect(try Self.open(client) == ["3 10000.00", "3 20000.00"])
            // With the one it has yet it has come to 14100.
            try Self.unmerge(client, 3, 1)
            #expect(try Self.open(client) == ["1 10000.00", "3 10000.00"])
        }
    }

    @Test func `what a duplicate gave back hides nothing that is passed without it`() throws {
        try withServer { client in
            try Self.customers(client, "100", "15000")
            try Self.merge(client, 1, 2)
            try client.create("/v1/orders/2/refunds", #"{"amount": "15000", "reason": "x"}"#)
            _ = try client.order("12000")
            try Self.unmerge(client, 1, 2)
            #expect(try Self.open(client) == ["2 10000.00", "1 10000.00"])
        }
    }

    @Test func `undoing a merge asks for nothing twice, and not for what was imported`() throws {
        try withServer { client in
            try Self.customers(client, "8000", "500")
            try Self.merge(client, 1, 2)
            let order = try client.order("3000").json["id"]?.integer ?? 0
            let task = try client.get("/v1/tasks?kind=cumulative-amount").ids.first ?? 0
            #expect(try client.post("/v1/tasks/\(task)/done", "{}").status == 200)
            try client.create("/v1/orders/\(order)/refunds", #"{"amount": "3000", "reason": "x"}"#)
            try client.setWarningPolicy(#""cumulativeAmount": "7000""#)
            let text = "customerExternalId,placedAt,total\n1,2026-11-01,50000\n"
            let body = Array(text.utf8)
            _ = try client.send("POST", "/v1/imports/orders", [:], body, type: "text/csv")
            try Self.unmerge(client, 1, 2)
            #expect(try Self.open(client).isEmpty)
            try client.setWarningPolicy(#""cumulativeAmount": "10000""#)
            _ = try client.order("1000")
            #expect(try Self.amounts(client) == ["10000.00"])
        }
    }

    @Test func `what imports had passed is not asked for by a merge`() throws {
        try withServer { client in
            for name in ["A", "B"] { try client.customer(name, #""externalId": "\#(name)""#) }
            let text = "customerExternalId,placedAt,total\nA,2026-11-01,25000\nB,2026-11-01,4999\n"
            let body = Array(text.utf8)
            _ = try client.send("POST", "/v1/imports/orders", [:], body, type: "text/csv")
            let merge = #"{"duplicateId": 1}"#
            #expect(try client.post("/v1/customers/2/merge", merge).status == 200)
            #expect(try Self.open(client).isEmpty)
            _ = try client.order("1", of: 2)
            #expect(try Self.open(client) == ["2 30000.00"])
        }
    }

    // MARK: - The ladder

    private static let due = #""terms": "credit", "dueAt": "2026-11-23T02:00:00Z""#

    /// The steps of the ladder of an order, with their states.
    private static func steps(_ client: TestClient, of order: Int = 1) throws -> [String] {
        try client.all("/v1/tasks?sort=id").filter {
            $0["subject"]?["type"] == "order" && $0["subject"]?["id"]?.integer == order
        }
        .map { "\($0["kind"]?.string ?? "") \($0["status"]?.string ?? "")" }
    }

    /// Does or declines the step that is open.
    private static func settle(
        _ client: TestClient,
        _ kind: String,
        _ action: String = "done"
    ) throws {
        let open = try client.get("/v1/tasks?kind=\(kind)&status=open").ids
        let id = try #require(open.first)
        let answer = try client.as(.agent).post("/v1/tasks/\(id)/\(action)", #"{"note": "x"}"#)
        #expect(answer.status == 200)
    }

    @Test func `each step is asked for in its time, after the one below it`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            _ = try client.order("100", Self.due)
            clock.advance(hours: 3 * 24)
            try client.runWarnings()
            #expect(try Self.steps(client).isEmpty)
            clock.advance(milliseconds: 1)
            for _ in 1...2 { try client.runWarnings() }
            #expect(try Self.steps(client) == ["payment-reminder open"])
            let task = try client.get("/v1/tasks?kind=payment-reminder").items.first
            #expect(
                task?["reason"]
                    == "remind courteously: 100.00 was to be paid by 2026-11-23T02:00:00.000Z"
            )
            #expect(task?["createdAt"] == "2026-11-26T02:00:00.001Z")
            #expect(task?["customerId"] == 1)
            try Self.settle(client, "payment-reminder")
            clock.advance(hours: 27 * 24, milliseconds: -1)
            try client.runWarnings()
            #expect(try Self.steps(client) == ["payment-reminder done"])
            clock.advance(milliseconds: 1)
            for _ in 1...2 { try client.runWarnings() }
            #expect(
                try Self.steps(client) == ["payment-reminder done", "payment-pressure open"]
            )
            // The last step waits for the one below it, however long.
            clock.advance(hours: 100 * 24)
            try client.runWarnings()
            #expect(try Self.steps(client).count == 2)
            let seen = try client.lastSeq()
            try Self.settle(client, "payment-pressure", "decline")
            let opened = try client.awaitEvent("task.opened", after: seen)
            #expect(opened["changes"]?["kind"] == "legal-action")
            try Self.settle(client, "legal-action")
            for _ in 1...2 { try client.runWarnings() }
            #expect(
                try Self.steps(client) == [
                    "payment-reminder done", "payment-pressure declined", "legal-action done",
                ]
            )
        }
    }

    @Test func `a debt of long ago begins with a reminder, after a stop as well`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.customer()
            _ = try client.order("100", Self.due)
            try client.runWarnings()
        }
        clock.advance(hours: 200 * 24)
        try withServer(clock: clock, database: folder.database) { client in
            let first = try client.awaitEvent("warning-run.finished", after: 0)
            try client.awaitEvent("warning-run.finished", after: first["seq"]?.integer ?? 0)
            #expect(try Self.steps(client) == ["payment-reminder open"])
        }
        clock.advance(hours: 24)
        try withServer(clock: clock, database: folder.database) { client in
            try client.runWarnings()
            #expect(try Self.steps(client) == ["payment-reminder open"])
            let seen = try client.lastSeq()
            try Self.settle(client, "payment-reminder")
            try client.awaitEvent("task.opened", after: seen)
            #expect(
                try Self.steps(client) == ["payment-reminder done", "payment-pressure open"]
            )
        }
    }

    @Test func `the ladder of an order that is paid, given back or called off ends`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            for _ in 1...4 { _ = try client.order("100", Self.due) }
            clock.advance(hours: 4 * 24)
            try client.runWarnings()
            #expect(try client.get("/v1/tasks?kind=payment-reminder&status=open").ids.count == 4)
            try client.create("/v1/payments", #"{"orderId": 4, "amount": "99"}"#)
            let seen = try client.lastSeq()
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "100"}"#)
            let done = try client.awaitEvent("task.done", after: seen)
            #expect(done["changes"]?["note"] == "nothing is owed for the order any more")
            try client.create("/v1/orders/2/refunds", #"{"amount": "100", "reason": "x"}"#)
            _ = try client.post("/v1/orders/3/cancel", #"{"reason": "x"}"#)
            try client.runWarnings()
            for order in 1...3 {
                #expect(try Self.steps(client, of: order) == ["payment-reminder done"])
            }
            #expect(try Self.steps(client, of: 4) == ["payment-reminder open"])
            clock.advance(hours: 200 * 24)
            try client.runWarnings()
            #expect(try client.get("/v1/tasks?kind=payment-pressure").items.isEmpty)
        }
    }

    @Test func `a step that ended with the debt is asked for again with it`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            _ = try client.order("100", Self.due)
            clock.advance(hours: 40 * 24)
            try client.runWarnings()
            try Self.settle(client, "payment-reminder")
            try client.runWarnings()
            var seen = try client.lastSeq()
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "100"}"#)
            try client.awaitEvent("task.done", after: seen)
            clock.advance(hours: 200 * 24)
            seen = try client.lastSeq()
            _ = try client.post("/v1/payments/1/reverse", #"{"reason": "not covered"}"#)
            let opened = try client.awaitEvent("task.opened", after: seen)
            #expect(opened["changes"]?["kind"] == "payment-pressure")
            try client.runWarnings()
            #expect(
                try Self.steps(client) == [
                    "payment-reminder done", "payment-pressure done", "payment-pressure open",
                ]
            )
        }
    }

    @Test func `who was not reminded is reminded once a payment is taken back`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            _ = try client.order("100", Self.due)
            clock.advance(hours: 40 * 24)
            try client.runWarnings()
            #expect(try Self.steps(client) == ["payment-reminder open"])
            var seen = try client.lastSeq()
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "100"}"#)
            try client.awaitEvent("task.done", after: seen)
            seen = try client.lastSeq()
            _ = try client.post("/v1/payments/1/reverse", #"{"reason": "not covered"}"#)
            let opened = try client.awaitEvent("task.opened", after: seen)
            #expect(opened["changes"]?["kind"] == "payment-reminder")
        }
    }

    @Test func `an order that is put off, or is another's, takes its ladder along`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.staff(2)
            for (owner, name) in [(1, "A"), (2, "B")] {
                try client.customer(name, #""externalId": "\#(name)", "ownerId": \#(owner)"#)
            }
            func bring(_ customer: String, dueAt: String) throws {
                let text = """
                    customerExternalId,externalId,placedAt,total,terms,dueAt
                    \(customer),O-1,2026-11-01,100,credit,\(dueAt)

                    """
                let body = Array(text.utf8)
                let answer = try client.send(
                    "POST",
                    "/v1/imports/orders",
                    [:],
                    body,
                    type: "text/csv"
                )
                #expect(answer.json["rejected"] == 0)
            }
            try bring("A", dueAt: "2026-11-02")
            try client.runWarnings()
            #expect(try Self.steps(client) == ["payment-reminder open"])
            // The note of whoever reminded is its own affair.
            let note = #"{"note": "nothing is owed for the order any more"}"#
            #expect(try client.post("/v1/tasks/1/done", note).status == 200)
            clock.advance(hours: 20 * 24)
            try client.runWarnings()
            #expect(try Self.steps(client) == ["payment-reminder done", "payment-pressure open"])
            // Its new customer has another owner, who is asked for the step that was open.
            let pressure = "/v1/tasks?kind=payment-pressure&sort=id"
            try bring("B", dueAt: "2026-11-02")
            try client.runWarnings()
            var steps = ["payment-reminder done", "payment-pressure done", "payment-pressure open"]
            #expect(try Self.steps(client) == steps)
            var tasks = try client.get(pressure).items
            #expect(tasks.map { $0["customerId"] } == [2, 2])
            #expect(tasks.map { $0["assigneeId"] } == [1, 2])
            #expect(tasks.first?["note"] == "the order is customer 2's")
            try bring("B", dueAt: "2026-12-31")
            try client.runWarnings()
            tasks = try client.get(pressure).items
            #expect(tasks.map { $0["status"] } == ["done", "done"])
            #expect(tasks.last?["note"] == "the order is not overdue any more")
            clock.advance(hours: 60 * 24)
            try client.runWarnings()
            steps = steps.dropLast() + ["payment-pressure done", "payment-pressure open"]
            #expect(try Self.steps(client) == steps)
        }
    }

    @Test func `tasks that people open are no steps, and stay theirs`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            _ = try client.order("100", Self.due)
            for kind in ["legal-action", "payment-reminder"] {
                try client.create(
                    "/v1/tasks",
                    #"""
                    {"kind": "\#(kind)", "subject": {"type": "order", "id": 1}, "reason": "x",
                     "dueAt": "2026-11-30T00:00:00Z"}
                    """#
                )
            }
            _ = try client.post("/v1/tasks/1/decline", #"{"note": "too early"}"#)
            clock.advance(hours: 40 * 24)
            try client.runWarnings()
            let own = ["legal-action declined", "payment-reminder open"]
            #expect(try Self.steps(client) == own + ["payment-reminder open"])
            let asked = try client.get("/v1/tasks?kind=payment-reminder&sort=id").ids.last
            let done = "/v1/tasks/\(asked ?? 0)/done"
            #expect(try client.post(done, #"{"note": "called"}"#).status == 200)
            try client.runWarnings()
            #expect(
                try Self.steps(client)
                    == own + ["payment-reminder done", "payment-pressure open"]
            )
            // Only what the ladder asked for ends with the debt.
            let seen = try client.lastSeq()
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "100"}"#)
            try client.awaitEvent("task.done", after: seen)
            #expect(
                try Self.steps(client)
                    == own + ["payment-reminder done", "payment-pressure done"]
            )
        }
    }

    @Test func `a policy whose days do not rise is refused`() throws {
        try withServer { client in
            let answer = try client.setWarningPolicy(
                #""cumulativeAmount": "0", "reminderDays": 5, "pressureDays": 5, "legalDays": 4"#
            )
            #expect(answer.status == 422)
            #expect(answer.problem == "senseless-policy")
            #expect(answer.pointers == ["/cumulativeAmount", "/pressureDays", "/legalDays"])
            let negative = try client.setWarningPolicy(
                #""cumulativeAmount": "-1", "reminderDays": 3651"#
            )
            #expect(negative.problem == "invalid-body")
            #expect(negative.pointers == ["/cumulativeAmount", "/reminderDays"])
            #expect(try client.get("/v1/warning-policy").json["version"] == 1)
        }
    }
}
