// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// When sales, expense and customers who stay away are warned of (M14 to M16), each at its bound.
@Suite struct WarningRuleTests {
    private static let path = "/v1/warnings"

    private static func customers(_ client: TestClient, _ query: String) throws -> [Int] {
        try client.all("\(path)?\(query)&sort=id").compactMap { $0["customerId"]?.integer }
    }

    // MARK: - Plans

    @Test func `sales below the plan and expense above the budget are warned of`() throws {
        try withServer { client in
            for _ in 1...4 { try client.customer() }
            // 22 of 30 days have passed: 660 are expected, and less than 594 warned of.
            for (customer, total) in [(1, "594"), (2, "593.99"), (3, "700")] {
                _ = try client.order(total, on: "2026-11-01", of: customer)
                _ = try client.order("999", on: "2026-10-31", of: customer)
            }
            // What is given back is not sold, and what is called off neither.
            try client.create("/v1/orders/5/refunds", #"{"amount": "110", "reason": "x"}"#)
            _ = try client.order("999", on: "2026-11-02", of: 2)
            #expect(try client.post("/v1/orders/7/cancel", #"{"reason": "x"}"#).status == 200)
            for (customer, amount) in [(1, "50"), (3, "50.01")] {
                try client.expense(amount, on: "2026-11-10", of: customer)
            }
            for customer in 1...4 {
                _ = try client.put(
                    "/v1/plans/\(customer)/2026-11",
                    #"{"salesTarget": "900", "expenseBudget": "50"}"#
                )
            }
            let run = try client.runWarnings()
            #expect(run["customers"] == 4)
            #expect(Set(try Self.customers(client, "kind=sales-progress")) == [2, 3, 4])
            let second = try client.get(Self.path + "?kind=sales-progress&customerId=2").items
            #expect(
                second.first?["figures"] == [
                    "threshold": .number("0.9"), "period": "2026-11", "salesTarget": "900.00",
                    "expectedSales": "660.00", "sales": "593.99",
                ]
            )
            #expect(
                second.first?["text"]
                    == "593.99 sold of 660.00 planned to date for 2026-11"
            )
            let expense = try client.get(Self.path + "?kind=sales-expense").items
            #expect(expense.map { $0["customerId"] } == [3])
            #expect(expense.first?["reason"] == "over-budget")
            #expect(
                expense.first?["figures"] == [
                    "period": "2026-11", "sales": "590.00", "expenseBudget": "50.00",
                    "expense": "50.01",
                ]
            )
            // Where selling costs too much the case and its task advise to stop it, and only there.
            let advice = expense.first?["advice"]
            #expect(advice?["code"] == "stop-selling")
            let words = advice?["text"]?.string ?? ""
            let task = try client.get("/v1/tasks?kind=sales-expense-warning").items.first
            #expect(
                task?["reason"]?.string
                    == "50.01 spent of 50.00 budgeted for 2026-11; advised: \(words)"
            )
            #expect(second.first?["advice"] == nil)
            _ = try client.order("0.01", on: "2026-11-21", of: 2)
            let reading = try client.get(Self.path + "?customerId=2&kind=sales-progress").items
            #expect(reading.first?["holds"] == false)
        }
    }

    @Test func `a plan in place of one that was deleted has a case of its own`() throws {
        try withServer { client in
            try client.customer()
            let target = #"{"salesTarget": "900"}"#
            _ = try client.put("/v1/plans/1/2026-10", target)
            try client.runWarnings()
            try client.closeWarning(1)
            _ = try client.delete("/v1/plans/1/2026-10")
            _ = try client.put("/v1/plans/1/2026-11", target)
            try client.runWarnings()
            let periods = try client.all(Self.path + "?sort=id").map { $0["figures"]?["period"] }
            #expect(periods == ["2026-10", "2026-11"])
            // Nor does a case that is open speak of the plan that comes next.
            _ = try client.delete("/v1/plans/1/2026-11")
            _ = try client.put("/v1/plans/1/2026-09", target)
            try client.runWarnings()
            #expect(try client.get(Self.path + "/2").json["holds"] == false)
        }
    }

    @Test func `nothing is expected on the first day, and all of it once the plan is over`() throws
    {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            for _ in 1...2 { try client.customer() }
            for customer in 1...2 {
                _ = try client.put("/v1/plans/\(customer)/2026-12", #"{"salesTarget": "100"}"#)
            }
            // The first of December, one o'clock in Shanghai.
            clock.advance(hours: 7 * 24 + 15)
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
            for (customer, total) in [(1, "90"), (2, "89.99")] {
                _ = try client.order(total, on: "2026-12-01", of: customer)
            }
            // On the last day 30 of 31 parts are expected, less than 87.10 warned of.
            clock.advance(hours: 30 * 24)
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
            // The night after it the whole counts, once.
            clock.advance(hours: 24)
            for _ in 1...2 { try client.runWarnings() }
            let all = try client.get(Self.path).items
            #expect(all.map { $0["customerId"] } == [2])
            #expect(all.first?["figures"]?["expectedSales"] == "100.00")
            #expect(all.first?["holds"] == true)
            let id = all.first?["id"]?.integer ?? 0
            try client.closeWarning(id)
            clock.advance(hours: 24)
            try client.runWarnings()
            #expect(try client.get(Self.path).ids == [id])
        }
    }

    @Test func `what is booked after a plan's period is judged by the plan`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            for name in ["A", "B"] { try client.customer(name, #""externalId": "\#(name)""#) }
            for customer in 1...2 {
                _ = try client.put("/v1/plans/\(customer)/2026-10", #"{"expenseBudget": "10.00"}"#)
            }
            clock.advance(hours: 3 * 24)
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
            let seen = try client.lastSeq()
            try client.expense("50.00", on: "2026-10-30")
            try client.awaitEvent("warning.raised", after: seen)
            let text = "customerExternalId,spentAt,amount,purpose\nB,2026-10-31,10.01,fair\n"
            let body = Array(text.utf8)
            let path = "/v1/imports/expenses"
            let answer = try client.send("POST", path, [:], body, type: "text/csv")
            #expect(answer.json["created"] == 1, "\(answer)")
            try client.runWarnings()
            let all = try client.get(Self.path + "?sort=id").items
            #expect(all.map { $0["customerId"] } == [1, 2])
            #expect(all.map { $0["reason"] } == ["over-budget", "over-budget"])
            #expect(all.map { $0["figures"]?["expense"] } == ["50.00", "10.01"])
            #expect(all.map { $0["figures"]?["period"] } == ["2026-10", "2026-10"])
            // More of what is known raises nothing again.
            try client.closeWarning(1)
            try client.expense("1", on: "2026-10-29")
            for _ in 1...2 { try client.runWarnings() }
            #expect(try client.get(Self.path + "?sort=id").ids == [1, 2])
            #expect(try client.get(Self.path + "/1").json["holds"] == true)
        }
    }

    @Test func `the first look judges plans of the last year, the latest first`() throws {
        try withServer { client in
            try client.customer()
            func open() throws -> [JSON?] {
                try client.runWarnings()
                return try client.get(Self.path + "?status=open").items
                    .map { $0["figures"]?["period"] }
            }
            // So little is asked for that no look at a single plan finds anything.
            try client.setWarningPolicy(#""progressShare": 0.0001"#)
            for period in ["2025-10", "2026-10", "2026-11"] {
                try client.order("1", on: "\(period)-02")
                _ = try client.put("/v1/plans/1/\(period)", #"{"salesTarget": "100"}"#)
            }
            #expect(try open().isEmpty)
            try client.setWarningPolicy(#""progressShare": 0.9"#)
            #expect(try open() == ["2026-11"])
            try client.closeWarning(1)
            #expect(try open() == ["2026-10"])
            try client.closeWarning(2)
            #expect(try open().isEmpty)
        }
    }

    // MARK: - Expense against sales

    private struct Month {
        let name: String
        let sales: String
        let expense: String
    }

    private static func record(_ client: TestClient, _ months: [Month], of customer: Int) throws {
        for month in months {
            if month.sales != "0" {
                _ = try client.order(month.sales, on: "2026-\(month.name)-05", of: customer)
            }
            if month.expense != "0" {
                try client.expense(month.expense, on: "2026-\(month.name)-10", of: customer)
            }
        }
    }

    @Test func `expense that rises against sales for three months running is warned of`() throws {
        try withServer { client in
            let names = ["07", "08", "09", "10"]
            let cases: [(sales: [String], expense: [String])] = [
                (["100", "100", "100", "100"], ["1", "2", "3", "4"]),
                // It stays once.
                (["100", "100", "100", "100"], ["2", "3", "3", "5"]),
                // It rises because less is sold: 1/100, 1/99, 1/98, 1/97.
                (["100", "99", "98", "97"], ["1", "1", "1", "1"]),
                // From nothing, and to expense without any sales.
                (["100", "100", "100", "0"], ["0", "1", "2", "1"]),
                // Expense without sales twice is no rise.
                (["100", "100", "0", "0"], ["1", "2", "3", "4"]),
                // From a month without either there is nothing to rise.
                (["0", "100", "100", "100"], ["0", "10", "11", "12"]),
            ]
            for (place, one) in cases.enumerated() {
                try client.customer()
                let months = names.indices.map {
                    Month(name: names[$0], sales: one.sales[$0], expense: one.expense[$0])
                }
                try Self.record(client, months, of: place + 1)
            }
            // The month that runs does not count.
            try client.expense("0.01", on: "2026-11-10", of: 1)
            try client.runWarnings()
            #expect(Set(try Self.customers(client, "kind=sales-expense")) == [1, 3, 4])
            let first = try client.get(Self.path + "?kind=sales-expense&customerId=1").items.first
            #expect(first?["reason"] == "rising-expense")
            #expect(first?["figures"]?["threshold"]?.double == 3)
            let periods = first?["figures"]?["periods"]?.elements ?? []
            #expect(periods.map { $0["period"] } == ["2026-07", "2026-08", "2026-09", "2026-10"])
            #expect(
                periods.last == [
                    "period": "2026-10", "sales": "100.00", "expense": "4.00",
                    "ratio": .number("0.04"),
                ]
            )
            // By quarters it has risen from the second to the third, and not before.
            #expect(
                try client.setWarningPolicy(#""expensePeriod": "quarter", "expenseRises": 1"#)
                    .status == 200
            )
            let reading = try client.get(Self.path + "?kind=sales-expense&customerId=1").items
            #expect(reading.first?["holds"] == false)
        }
    }

    // MARK: - Churn by the customer's own rhythm

    @Test func `who stays away for longer than three of its own intervals is warned of`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            // Several orders of one day are one purchase; who has but that has no rhythm.
            try Self.bring(
                client,
                ["A,2026-11-01,1", "A,2026-11-05,1", "A,2026-11-05,2", "A,2026-11-11,1"]
                    + ["B,2026-10-01,1", "B,2026-10-01,2"]
            )
            // The median of four and six days is five: on the fifteenth day nothing is said.
            clock.advance(hours: 3 * 24)
            try client.runWarnings()
            #expect(try client.get(Self.path).items.isEmpty)
            clock.advance(hours: 24)
            try client.runWarnings()
            let all = try client.get(Self.path).items
            #expect(all.map { $0["customerId"] } == [1])
            #expect(
                all.first?["figures"] == [
                    "threshold": .number("3.0"), "orders": 4,
                    "lastOrderAt": "2026-11-10T16:00:00.000Z",
                    "medianIntervalDays": .number("5.0"), "daysSince": 16,
                ]
            )
            #expect(all.first?["text"] == "no order for 16 days, where 5 are usual")
        }
    }

    @Test func `of who is lost nobody expects orders`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            let days = ["A", "B", "C"].flatMap { name in
                ["2026-11-01", "2026-11-05", "2026-11-11"].map { "\(name),\($0),1" }
            }
            try Self.bring(client, days)
            func move(_ customer: Int, _ lifecycle: String) throws {
                let answer = try client.post(
                    "/v1/customers/\(customer)/lifecycle",
                    #"{"lifecycle": "\#(lifecycle)", "reason": "x"}"#
                )
                #expect(answer.status == 200, "\(answer)")
            }
            try move(1, "lost")
            clock.advance(hours: 5 * 24)
            try client.runWarnings()
            #expect(try Self.customers(client, "kind=churn") == [2, 3])
            // Whose case is open when it is lost keeps it, until somebody says why that came.
            try move(2, "lost")
            try client.runWarnings()
            let open = try client.get(Self.path + "?customerId=2&status=open").items
            #expect(open.map { $0["holds"] } == [false])
            #expect(try client.get(Self.path + "?customerId=3").items.first?["holds"] == true)
            try client.closeWarning(open.first?["id"]?.integer ?? 0)
            try client.runWarnings()
            #expect(try Self.customers(client, "kind=churn&status=open") == [3])
            // Won back, it is waited for again.
            try move(2, "active")
            try client.runWarnings()
            #expect(try Self.customers(client, "kind=churn&status=open") == [3, 2])
        }
    }

    @Test func `what ended and comes again is raised again`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            for day in ["2026-10-01", "2026-10-03"] { _ = try client.order("1", on: day) }
            try client.runWarnings()
            #expect(try client.get(Self.path + "?kind=churn").ids == [1])
            try client.closeWarning(1)
            try client.runWarnings()
            #expect(try client.get(Self.path).ids == [1])
            _ = try client.order("1", on: "2026-11-23")
            try client.runWarnings()
            #expect(try client.get(Self.path + "/1").json["holds"] == false)
            // The median of 2 and 51 days is 26.5.
            clock.advance(hours: 79 * 24)
            try client.runWarnings()
            #expect(try client.get(Self.path).ids == [1])
            clock.advance(hours: 24)
            try client.runWarnings()
            #expect(try client.get(Self.path + "?status=open").ids == [2])
            #expect(try client.get(Self.path + "/1").json["holds"] == false)
            #expect(try client.get(Self.path + "/2").json["holds"] == true)
        }
    }

    @Test func `orders booked late or called off say only since when a customer stays away`() throws
    {
        try withServer { client in
            try client.customer()
            for day in ["2026-10-01", "2026-10-03"] { _ = try client.order("1", on: day) }
            try client.runWarnings()
            let case1 = Self.path + "/1"
            #expect(try client.get(case1).json["figures"]?["daysSince"] == 51)
            let late = try client.order("1", on: "2026-10-05").json["id"]?.integer ?? 0
            var reading = try client.get(case1).json
            #expect(reading["holds"] == true)
            #expect(reading["current"]?["daysSince"] == 49)
            _ = try client.post("/v1/orders/\(late)/cancel", #"{"reason": "x"}"#)
            reading = try client.get(case1).json
            #expect(reading["current"]?["daysSince"] == 51)
            // Nor is it raised again for them once it is closed.
            try client.closeWarning(1)
            _ = try client.order("1", on: "2026-10-04")
            try client.runWarnings()
            #expect(try client.get(Self.path).ids == [1])
        }
    }

    // MARK: - Churn by the model

    /// 400 customers who buy at random, each at its own rate, and leave after a purchase, each
    /// with its own probability.
    private static func addBuyers(_ client: TestClient) throws {
        var generator = SeededGenerator(seed: 16)
        func wait(_ mean: Double) -> Double {
            -mean * log(1 - Double.random(in: 0..<1, using: &generator))
        }
        let first = CalendarDay("2026-01-05") ?? .first
        var rows: [String] = []
        for number in 0..<400 {
            let rate = wait(0.05)
            let leaving = Double.random(in: 0..<0.6, using: &generator)
            var day = wait(60)
            while day < 300 {
                rows.append("B\(number),\(first.adding(days: Int(day))),10")
                if Double.random(in: 0..<1, using: &generator) < leaving { break }
                day += 1 + wait(1 / rate)
            }
        }
        try bring(client, rows)
    }

    /// Imports orders, of customers with external ids.
    private static func bring(_ client: TestClient, _ rows: [String]) throws {
        let text = (["customerExternalId,placedAt,total"] + rows + [""]).joined(separator: "\n")
        let body = Array(text.utf8)
        let answer = try client.send("POST", "/v1/imports/orders", [:], body, type: "text/csv")
        guard answer.json["rejected"] == 0 else { throw TestFailure("\(answer)") }
    }

    @Test func `with a model, who is not likely to buy again is warned of`() throws {
        try withServer { client in
            try Self.addBuyers(client)
            let model = try client.fitValues("{}")
            #expect(model["status"] == "finished", "\(model)")
            try client.runWarnings()
            var unlikely: [Int: Double] = [:]
            var likely = 0
            for customer in try client.all("/v1/customers").compactMap({ $0["id"]?.integer }) {
                let value = try client.get("/v1/customers/\(customer)/value").json
                guard let alive = value["pAlive"]?.double, value["frequency"] != 0 else { continue }
                if alive < 0.3 { unlikely[customer] = alive } else { likely += 1 }
            }
            #expect(unlikely.count > 5)
            #expect(likely > 5)
            let warnings = try client.all(Self.path + "?kind=churn")
            #expect(Set(warnings.compactMap { $0["customerId"]?.integer }) == Set(unlikely.keys))
            for warning in warnings {
                let customer = warning["customerId"]?.integer ?? 0
                #expect(warning["figures"]?["pAlive"]?.double == unlikely[customer])
                #expect(warning["figures"]?["valueModelId"] == model["id"])
                #expect(warning["figures"]?["threshold"]?.double == 0.3)
                #expect(warning["holds"] == true)
            }
            // At the very bound nothing is said: no probability lies between its first four
            // decimals and itself.
            guard let one = unlikely.max(by: { $0.value < $1.value }) else { return }
            let floor = Int(one.value * 10_000)
            let mine = "\(Self.path)?kind=churn&customerId=\(one.key)"
            for (bound, holds) in [(floor, false), (floor + 1, true)] {
                try client.setWarningPolicy(#""pAlive": \#(Double(bound) / 10_000)"#)
                #expect(try client.get(mine).items.first?["holds"] == .bool(holds))
            }
        }
    }
}
