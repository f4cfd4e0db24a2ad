// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Service
import TestSupport
import Testing

/// When customers are looked at: at once, every night, and after any stop (M13 to M16).
@Suite struct WarningRunTests {
    private static let path = "/v1/warnings"

    @Test func `whatever happens to a customer has it looked at without a run`() throws {
        try withServer { client in
            for _ in 1...5 { try client.customer() }
            func expect(_ kind: String, of customer: Int, _ body: () throws -> Void) throws {
                let seen = try client.lastSeq()
                try body()
                let raised = try client.awaitEvent("warning.raised", after: seen)
                #expect(raised["changes"]?["kind"]?.string == kind)
                #expect(raised["changes"]?["customerId"]?.integer == customer)
                #expect(raised["actor"] == "scheduler")
            }
            _ = try client.order("1", on: "2026-10-01", of: 1)
            try expect("churn", of: 1) {
                // As old as it is new, it makes a rhythm that is long broken.
                _ = try client.order("1", on: "2026-10-03", of: 1)
            }
            try expect("sales-progress", of: 2) {
                _ = try client.put("/v1/plans/2/2026-11", #"{"salesTarget": "1"}"#)
            }
            _ = try client.put("/v1/plans/3/2026-11", #"{"expenseBudget": "1"}"#)
            try expect("sales-expense", of: 3) {
                try client.expense("1.01", on: "2026-11-02", of: 3)
            }
            let order = try client.order("1", on: "2026-11-02", of: 4).json["id"]?.integer ?? 0
            _ = try client.put("/v1/plans/4/2026-11", #"{"salesTarget": "1"}"#)
            try expect("sales-progress", of: 4) {
                try client.create(
                    "/v1/orders/\(order)/refunds",
                    #"{"amount": "0.99", "reason": "x"}"#
                )
            }
            let credit = try client.order("100", of: 5, #""terms": "credit""#)
            #expect(credit.status == 201)
            try expect("credit", of: 5) {
                _ = try client.patch("/v1/customers/5", #"{"creditLimit": "98"}"#)
                let id = credit.json["id"]?.integer ?? 0
                try client.create("/v1/payments", #"{"orderId": \#(id), "amount": "1"}"#)
            }
            // It looks at those first who were changed.
            try client.runWarnings()
            #expect(try client.service.number("SELECT count(*) FROM warning_check") == 0)
        }
    }

    @Test func `the policy sets the thresholds, and has all looked at`() throws {
        try withServer { client in
            try client.customer()
            for day in ["2026-10-01", "2026-10-21"] { _ = try client.order("1", on: day) }
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
            let old = try client.as(.agent).get("/v1/warning-policy")
            #expect(
                old.json == [
                    "overdueDays": 30, "progressShare": .number("0.9"), "expensePeriod": "month",
                    "expenseRises": 3, "pAlive": .number("0.3"), "churnIntervals": 3,
                    "taskDays": 3,
                    "cumulativeAmount": "10000.00", "reminderDays": 3, "pressureDays": 30,
                    "legalDays": 90, "version": 1,
                ]
            )
            let seen = try client.lastSeq()
            let new = try client.setWarningPolicy(#""churnIntervals": 1"#)
            #expect(new.json["version"] == 2)
            let raised = try client.awaitEvent("warning.raised", after: seen)
            #expect(raised["changes"]?["kind"] == "churn")
            // The same again is no other policy.
            #expect(try client.setWarningPolicy(#""churnIntervals": 1"#).json["version"] == 2)
        }
    }

    @Test func `all are looked at once a day`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            for day in ["2026-11-10", "2026-11-15"] { _ = try client.order("1", on: day) }
            try client.runWarnings()
            let seen = try client.lastSeq()
            clock.advance(hours: 8 * 24)
            // Whatever wakes the jobs: nothing has happened to the first customer.
            try client.customer()
            _ = try client.put("/v1/plans/2/2027", #"{"salesTarget": "1000"}"#)
            try client.awaitEvent("warning-run.finished", after: seen)
            #expect(try client.get(Self.path).items.map { $0["customerId"] } == [1])
            let runs = try client.get("/v1/warning-runs").items
            #expect(runs.count == 2)
            #expect(runs.first?["status"] == "finished")
            #expect(runs.first?["customers"] == 2)
            #expect(runs.first?["raised"] == 1)
        }
    }

    @Test func `a stop of any length raises what is due once`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.customer()
            _ = try client.order("700", on: "2026-11-01")
            _ = try client.order(
                "9",
                #""terms": "credit", "dueAt": "2026-11-24T02:00:00Z""#
            )
            _ = try client.put("/v1/plans/1/2026-11", #"{"salesTarget": "900"}"#)
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
        }
        // The plan has ended while nobody was there, and the order is overdue.
        clock.advance(hours: 40 * 24)
        var raised: [JSON?] = []
        var seen = 0
        try withServer(clock: clock, database: folder.database) { client in
            try client.awaitEvent("warning-run.finished", after: try Self.firstRun(client))
            raised = try client.all(Self.path + "?sort=id").map { $0["kind"] }
            #expect(Set(raised.compactMap { $0?.string }) == ["credit", "sales-progress"])
            // As if it had been cut off: the run begins anew.
            seen = try client.lastSeq()
            try client.service.tamper("UPDATE warning_run SET status = 'running', looked_at = 0")
        }
        clock.advance(hours: 24)
        try withServer(clock: clock, database: folder.database) { client in
            try client.awaitEvent("warning-run.finished", after: seen)
            #expect(try client.all(Self.path + "?sort=id").map { $0["kind"] } == raised)
        }
    }

    /// The number of the entry that ended the first run.
    private static func firstRun(_ client: TestClient) throws -> Int {
        try client.awaitEvent("warning-run.finished", after: 0)["seq"]?.integer ?? 0
    }
}
