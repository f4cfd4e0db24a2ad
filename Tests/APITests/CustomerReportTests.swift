// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import HTTP
import JSON
import TestSupport
import Testing

/// The reports on all customers: pyramid, retention and value.
@Suite struct CustomerReportTests {
    private static let pyramid = "/v1/reports/pyramid"
    private static let retention = "/v1/reports/retention"
    private static let value = "/v1/reports/value"

    private static func refused(by path: String) -> [Case] {
        let now = "?asOf=2026-11-23T10:00:00%2B08:00"
        let future = "?asOf=2026-11-23T10:00:00.001%2B08:00"
        return [
            Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
            Case("an agent", "GET", path, by: .agent, is: 403, "forbidden"),
            Case("an agent's table", "GET", path + "?format=csv", by: .agent, is: 403, "forbidden"),
            Case("a manager", "GET", path, by: .manager, is: 200),
            Case("now", "GET", path + now, is: 200),
            .future("the future", query: path + future),
            .refused("no date", query: path + "?asOf=soon", "asOf"),
            .refused("an unknown parameter", query: path + "?at=2026-11-01", "at"),
            .refused("another order", query: path + "?sort=profit", "sort"),
            Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        ]
    }

    private static let months = [
        Case.refused("no months", query: retention + "?months=0", "months"),
        .refused("61 months", query: retention + "?months=61", "months"),
        Case("60 months", "GET", retention + "?months=60", is: 200),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            for path in [Self.pyramid, Self.retention, Self.value] {
                try client.check(Self.refused(by: path))
            }
            try client.check(Self.months)
        }
    }

    @Test func `of no customers there is nothing to tell`() throws {
        try withServer { client in
            for path in [Self.pyramid, Self.retention, Self.value] {
                let answer = try client.get(path + "?count=exact")
                #expect(answer.items.isEmpty)
                #expect(answer.json["count"] == 0)
                #expect(try client.get(path + "?format=csv").lines.count == 1)
            }
        }
    }

    // MARK: - The pyramid

    private static func order(
        _ client: TestClient,
        _ customer: Int,
        _ at: String,
        _ total: String
    ) throws -> Int {
        try client.create(
            "/v1/orders",
            #"{"customerId": \#(customer), "placedAt": "\#(at)", "total": "\#(total)"}"#
        )
    }

    /// Five customers, of whom one is not ranked any more and one was not ranked a year ago.
    private static func withPyramid(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            let first = try client.customer("a")
            let second = try client.customer("b")
            let third = try client.customer("c")
            let gone = try client.customer("d")
            for (customer, then, now) in [(first, 80, 5), (second, 15, 80), (third, 5, 15)] {
                _ = try order(client, customer, "2025-11-01T00:00:00Z", "\(then)")
                _ = try order(client, customer, "2026-11-01T00:00:00Z", "\(now)")
            }
            _ = try client.runTiers(#"{"asOf": "2025-11-20"}"#)
            _ = try client.delete("/v1/customers/\(gone)")
            _ = try client.customer("e")
            _ = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            try body(client)
        }
    }

    @Test func `the pyramid stands beside that of a year ago, with who moved`() throws {
        try Self.withPyramid { client in
            let rows = try client.as(.manager).get(Self.pyramid).items
            #expect(rows.map { $0["tier"] } == ["key", "ordinary", "small"])
            #expect(rows.map { $0["customers"] } == [1, 1, 2])
            #expect(rows.map { $0["headcountShare"]?.double } == [0.25, 0.25, 0.5])
            #expect(rows.map { $0["profit"] } == ["80.00", "15.00", "5.00"])
            #expect(rows.map { $0["profitShare"]?.double } == [0.8, 0.15, 0.05])
            #expect(rows.map { $0["runId"] } == [2, 2, 2])
            #expect(rows.map { $0["yearAgo"]?["runId"] } == [1, 1, 1])
            #expect(rows.map { $0["yearAgo"]?["customers"] } == [1, 1, 2])
            #expect(rows.map { $0["yearAgo"]?["profit"] } == ["80.00", "15.00", "5.00"])
            #expect(
                rows.map { $0["from"] } == [
                    ["key": 0, "ordinary": 1, "small": 0, "unranked": 0],
                    ["key": 0, "ordinary": 0, "small": 1, "unranked": 0],
                    ["key": 1, "ordinary": 0, "small": 0, "unranked": 1],
                ]
            )
            #expect(rows.map { $0["left"] } == [0, 0, 1])
        }
    }

    @Test func `the pyramid stands beside a run with as long a window`() throws {
        try Self.withPyramid { client in
            _ = try client.runTiers(#"{"asOf": "2025-11-21", "windowMonths": 1}"#)
            let year = try client.get(Self.pyramid).items
            #expect(year.map { $0["windowMonths"] } == [12, 12, 12])
            #expect(year.map { $0["yearAgo"]?["runId"] } == [1, 1, 1])
            #expect(year.map { $0["yearAgo"]?["windowMonths"] } == [12, 12, 12])
            _ = try client.runTiers(#"{"asOf": "2026-11-23", "windowMonths": 1}"#)
            let month = try client.get(Self.pyramid).items
            #expect(month.map { $0["runId"] } == [4, 4, 4])
            #expect(month.map { $0["yearAgo"]?["runId"] } == [3, 3, 3])
            _ = try client.runTiers(#"{"asOf": "2026-11-23", "windowMonths": 2}"#)
            let alone = try client.get(Self.pyramid).items
            #expect(alone.map { $0["windowMonths"] } == [2, 2, 2])
            #expect(alone.allSatisfy { $0["yearAgo"] == nil && $0["from"] == nil })
        }
    }

    @Test func `the pyramid of a past date has no later run in it`() throws {
        try Self.withPyramid { client in
            let past = try client.get(Self.pyramid + "?asOf=2026-11-22").items
            #expect(past.map { $0["runId"] } == [1, 1, 1])
            #expect(past.map { $0["customers"] } == [1, 1, 2])
            #expect(past.allSatisfy { $0["yearAgo"] == nil && $0["from"] == nil })
            #expect(past.allSatisfy { $0["left"] == nil })
            #expect(try client.get(Self.pyramid + "?asOf=2025-11-19").items.isEmpty)
        }
    }

    @Test func `the pyramid is read page by page, and as a table`() throws {
        try Self.withPyramid { client in
            let first = try client.get(Self.pyramid + "?limit=2&sort=-tier&count=exact")
            #expect(first.items.map { $0["tier"] } == ["small", "ordinary"])
            #expect(first.json["count"] == 3)
            let next = try #require(first.next)
            let second = try client.get(Self.pyramid + "?limit=2&sort=-tier&after=\(next)")
            #expect(second.items.map { $0["tier"] } == ["key"])
            let table = try client.as(.manager).get(Self.pyramid, ["accept": "text/csv"]).lines
            #expect(table.count == 4)
            #expect(
                table[0] == "tier,runId,asOf,windowMonths,customers,headcountShare,profit,"
                    + "profitShare,yearAgo.runId,yearAgo.asOf,yearAgo.windowMonths,"
                    + "yearAgo.customers,yearAgo.headcountShare,yearAgo.profit,"
                    + "yearAgo.profitShare,from.key,from.ordinary,from.small,from.unranked,left"
            )
            #expect(
                table[3] == "small,2,2026-11-22T16:00:00.000Z,12,2,0.5,5.00,0.05,"
                    + "1,2025-11-19T16:00:00.000Z,12,2,0.5,5.00,0.05,1,0,0,1,1"
            )
        }
    }

    // MARK: - Retention

    @Test func `retention counts days of purchases by the service's calendar`() throws {
        try withServer { client in
            let customers = try (1...3).map { try client.customer("\($0)") }
            let orders = [
                // October in Shanghai, twice on the first day; then in December.
                (0, "2025-09-30T16:30:00Z"), (0, "2025-10-01T15:59:00Z"),
                (0, "2025-12-01T00:00:00Z"),
                // Twice in October, on two days, and twice in November.
                (1, "2025-10-30T15:59:00Z"), (1, "2025-10-30T16:00:00Z"),
                (1, "2025-11-01T00:00:00Z"), (1, "2025-11-02T00:00:00Z"),
                (2, "2025-12-31T16:00:00Z"),
            ]
            for (place, at) in orders { _ = try Self.order(client, customers[place], at, "1") }
            let target = Self.retention + "?asOf=2026-02-01"
            let rows = try client.as(.manager).get(target).items
            #expect(rows.map { $0["key"] } == ["2025-10", "2026-01"])
            #expect(rows.map { $0["customers"] } == [2, 1])
            #expect(rows[0]["again"] == [1, 1, 1, 0])
            let shares = rows[0]["shares"]?.elements?.map(\.double)
            #expect(shares == [0.5, 0.5, 0.5, 0])
            #expect(rows[1]["again"] == [0])
            let short = try client.get(target + "&months=1").items
            #expect(short.map { $0["again"] } == [[1, 1], [0]])
            let early = try client.get(Self.retention + "?asOf=2025-10-01").items
            #expect(early.isEmpty)
            let table = try client.get(target + "&months=2&format=csv").lines
            #expect(
                table == [
                    "key,customers,again.0,again.1,again.2,shares.0,shares.1,shares.2",
                    "2025-10,2,1,1,1,0.5,0.5,0.5",
                    "2026-01,1,0,,,0.0,,",
                ]
            )
        }
    }

    @Test func `retention leaves out orders that were cancelled, from then on`() throws {
        try withServer { client in
            let customer = try client.customer()
            let first = try Self.order(client, customer, "2026-09-10T00:00:00Z", "1")
            _ = try Self.order(client, customer, "2026-10-10T00:00:00Z", "1")
            _ = try Self.order(client, customer, "2026-11-10T00:00:00Z", "1")
            let before = try client.get(Self.retention).items
            #expect(before.map { $0["key"] } == ["2026-09"])
            #expect(before.map { $0["again"] } == [[0, 1, 1]])
            client.clock.advance(hours: 1)
            _ = try client.post("/v1/orders/\(first)/cancel", #"{"reason": "x"}"#)
            client.clock.advance(hours: 1)
            let after = try client.get(Self.retention).items
            #expect(after.map { $0["key"] } == ["2026-10"])
            #expect(after.map { $0["again"] } == [[0, 1]])
            let past = try client.get(Self.retention + "?asOf=2026-11-23T02:30:00Z").items
            #expect(past.map { $0["key"] } == ["2026-09"])
        }
    }

    /// An order of the test's own.
    private struct Sale {
        let customer: Int
        let placedAt: Instant

        /// In Shanghai, whose clocks have not been set since 1991.
        var day: Int { Int((placedAt.rawValue + 8 * 3_600_000) / 86_400_000) }

        var month: String {
            String(CalendarDay(daysSinceEpoch: day).description.prefix(7))
        }
    }

    /// The customers of each month and how many months after it they bought again, the slow way.
    private static func recount(_ sales: [Sale]) -> [String: [Int]] {
        var cohorts: [String: [Int]] = [:]
        let months = Set(sales.map(\.month)).sorted()
        let last = CalendarDay((months.last ?? "2026-11") + "-01") ?? .first
        for sales in Dictionary(grouping: sales, by: \.customer).values {
            let days = Set(sales.map(\.day)).sorted()
            let months = days.map { day in
                let parts = CalendarDay(daysSinceEpoch: day).parts
                return parts.year * 12 + parts.month
            }
            let length = last.year * 12 + last.month - months[0] + 1
            let key = sales.min { $0.placedAt < $1.placedAt }?.month ?? ""
            var row = cohorts[key] ?? [Int](repeating: 0, count: length + 1)
            row[0] += 1
            for month in Set(months.dropFirst()) { row[1 + month - months[0]] += 1 }
            cohorts[key] = row
        }
        return cohorts
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `retention is what a count customer by customer gives`(_ seed: UInt64) throws {
        try withServer { client in
            var random = SeededGenerator(seed: seed)
            try client.addCustomers(20)
            var sales: [Int: Sale] = [:]
            for _ in 0..<200 {
                let hours = Int64.random(in: 0...(24 * 300), using: &random)
                let sale = Sale(
                    customer: Int.random(in: 1...20, using: &random),
                    placedAt: TestClock.start.adding(milliseconds: -hours * 3_600_000)
                )
                let id = try Self.order(client, sale.customer, sale.placedAt.rfc3339, "1")
                sales[id] = sale
            }
            for id in sales.keys.sorted() where Int.random(in: 0...4, using: &random) == 0 {
                _ = try client.post("/v1/orders/\(id)/cancel", #"{"reason": "x"}"#)
                sales[id] = nil
            }
            client.clock.advance(hours: 1)
            let rows = try client.all(Self.retention, limit: 3)
            let told = Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    let again = row["again"]?.elements?.compactMap(\.integer) ?? []
                    return (row["key"]?.string ?? "", [row["customers"]?.integer ?? 0] + again)
                }
            )
            #expect(told == Self.recount(Array(sales.values)))
        }
    }

    // MARK: - Value

    /// The orders of customers who buy at a rate of their own and drop out by chance, as CSV.
    private static func purchases(_ random: inout SeededGenerator) -> [UInt8] {
        var lines = ["customerExternalId,placedAt,total"]
        for customer in 1...403 {
            // Rates and probabilities differ between customers, else a model would have no end.
            let weeks = 4 / max(0.1, -log(Double.random(in: 0.001...1, using: &random)))
            let dropOut =
                Double.random(in: 0...1, using: &random) * Double.random(in: 0...1, using: &random)
            // Amounts as the model has them: gamma about a mean of one's own.
            let mean = 10_000 / gamma(4, &random)
            var hours = -24 * Double.random(in: 300...400, using: &random)
            while hours < -24 {
                let at = TestClock.start.adding(milliseconds: Int64(hours) * 3_600_000)
                let fen = Int64(mean * gamma(3, &random)) + 1_000
                lines.append("C\(customer),\(at.rfc3339),\(Money(rawValue: fen))")
                guard Double.random(in: 0...1, using: &random) > dropOut else { break }
                hours += 24 - 7 * 24 * weeks * log(Double.random(in: 0.001...1, using: &random))
            }
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    /// A sum of so many waits of the mean 1.
    private static func gamma(_ shape: Int, _ random: inout SeededGenerator) -> Double {
        (0..<shape).reduce(0) { sum, _ in
            sum - log(Double.random(in: 0.001...1, using: &random))
        }
    }

    /// What a customer may bring.
    private struct Outlook {
        let id: Int
        let fen: Int64
        let orders: Double
        let alive: Double

        init(_ id: Int, _ json: JSON) throws {
            self.id = id
            fen = try #require(json["clv12m"]?.string.flatMap { Money($0) }).rawValue
            orders = try #require(json["expectedOrders12m"]?.double)
            alive = try #require(json["pAlive"]?.double)
        }
    }

    @Test func `the tenths have the values of their customers`() throws {
        try withServer { client in
            var random = SeededGenerator(seed: 7)
            let file = Self.purchases(&random)
            let answer = try client.send("POST", "/v1/imports/orders", [:], file, type: "text/csv")
            #expect(answer.json["rejected"] == 0)
            // Some are called off, and of some a part is given back.
            for order in stride(from: 3, to: 400, by: 20) {
                let cancelled = try client.post("/v1/orders/\(order)/cancel", #"{"reason": "x"}"#)
                #expect(cancelled.status == 200)
                let refund = #"{"amount": "5", "reason": "x"}"#
                #expect(try client.post("/v1/orders/\(order + 1)/refunds", refund).status == 201)
            }
            client.clock.advance(hours: 24)
            let put = try client.put(
                "/v1/value-policy",
                #"{"discountRate": 0.2, "margin": 0.4, "refitDays": 7}"#
            )
            #expect(put.status == 200)
            let model = try client.fitValues("{}")
            let count = try #require(model["model"]?["customers"]?.integer)
            #expect((380...403).contains(count))
            let rows = try client.as(.manager).get(Self.value).items
            #expect(rows.compactMap { $0["decile"]?.integer } == Array(1...10))
            let sizes = rows.compactMap { $0["customers"]?.integer }
            #expect(sizes.reduce(0, +) == count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)

            let ids = try client.all("/v1/customers").compactMap { $0["id"]?.integer }
            let outlooks = try ids.compactMap { id in
                let value = try client.get("/v1/customers/\(id)/value").json
                return value["age"] == nil ? nil : try Outlook(id, value)
            }
            .sorted { left, right in
                (right.fen, right.orders, left.id) < (left.fen, left.orders, right.id)
            }
            let total = outlooks.reduce(0) { $0 + $1.fen }
            var place = 0
            for (row, size) in zip(rows, sizes) {
                let tenth = outlooks[place..<(place + size)]
                place += size
                let fen = tenth.reduce(0) { $0 + $1.fen }
                #expect(row["clv12m"]?.string == Money(rawValue: fen).description)
                #expect(row["clvShare"]?.double == Double(fen) / Double(total))
                let orders = tenth.reduce(0) { $0 + $1.orders }
                #expect(abs((row["expectedOrders12m"]?.double ?? 0) - orders) < 1e-9)
                let alive = tenth.reduce(0) { $0 + $1.alive } / Double(size)
                #expect(abs((row["pAlive"]?.double ?? 0) - alive) < 1e-9)
                #expect(row["modelId"] == 1)
                #expect(row["margin"]?.double == 0.4)
                #expect(row["discountRate"]?.double == 0.2)
            }
            #expect(outlooks.count == count)
            #expect(try client.get(Self.value + "?asOf=2026-11-23").items.isEmpty)
            let table = try client.get(Self.value + "?sort=-decile&format=csv").lines
            #expect(table.count == 11)
            #expect(table[1].hasPrefix("10,"))
            let first = try client.get(Self.value + "?limit=9")
            let next = try #require(first.next)
            let second = try client.get(Self.value + "?limit=9&after=\(next)").items
            #expect(second.map { $0["decile"] } == [10])
        }
    }
}
