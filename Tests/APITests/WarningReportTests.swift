// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// How many cases of early warning there were, and how they went.
@Suite struct WarningReportTests {
    private static let path = "/v1/reports/warnings"

    private static let refused = [
        Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
        Case("an agent", "GET", path, by: .agent, is: 403, "forbidden"),
        Case("a manager", "GET", path, by: .manager, is: 200),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        .refused("no date", query: path + "?since=soon", "since"),
        .refused("an unknown parameter", query: path + "?asOf=2026-11-01", "asOf"),
        .refused("another order", query: path + "?sort=open", "sort"),
        .refused("a page of a picture", query: path + "?format=svg&limit=1", "limit"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in try client.check(Self.refused) }
    }

    @Test func `of no cases there is nothing to tell`() throws {
        try withServer { client in
            #expect(try client.get(Self.path).items.isEmpty)
            let svg = try XMLTree(client.get(Self.path + "?format=svg").body)
            #expect(svg.texts("text").contains("There is nothing to show yet."))
        }
    }

    private static func close(_ client: TestClient, _ id: Int, _ cause: String) throws {
        for action in ["investigate", "countermeasure", "close"] {
            let body = #"{"cause": "\#(cause)", "action": "called"}"#
            #expect(try client.post("/v1/warnings/\(id)/\(action)", body).status == 200)
        }
    }

    /// Five cases of credit, raised at ten o'clock, of which four are closed an hour after the
    /// other, and one of expense, raised a day later.
    private static func withCases(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            for customer in 1...5 {
                try client.customer("x", #""creditLimit": "1""#)
                _ = try client.order("2", of: customer, #""terms": "credit""#)
            }
            for (id, cause) in [
                (1, "forgot"), (2, "<late> & sorry"), (3, "forgot"), (4, "bankrupt"),
            ] {
                client.clock.advance(hours: 1)
                try close(client, id, cause)
            }
            client.clock.advance(hours: 20)
            _ = try client.put("/v1/plans/1/2026-11", #"{"expenseBudget": "1"}"#)
            try client.expense("2", on: "2026-11-20")
            try client.runWarnings()
            try body(client)
        }
    }

    @Test func `tells of each kind what was raised and closed, how long it took and why`() throws {
        try Self.withCases { client in
            let rows = try client.as(.manager).get(Self.path).items
            #expect(rows.map { $0["kind"] } == ["credit", "sales-expense"])
            #expect(rows.map { $0["open"] } == [1, 1])
            #expect(rows.map { $0["raised"] } == [5, 1])
            #expect(rows.map { $0["closed"] } == [4, 0])
            let times = ["median", "ninetieth", "worst"].map {
                rows[0]["closeSeconds"]?[$0]?.double
            }
            #expect(times == [7200, 14_400, 14_400])
            #expect(rows[1]["closeSeconds"] == nil)
            #expect(
                rows[0]["causes"] == [
                    ["cause": "forgot", "cases": 2], ["cause": "<late> & sorry", "cases": 1],
                    ["cause": "bankrupt", "cases": 1],
                ]
            )
            #expect(rows[1]["causes"] == [])
        }
    }

    private static let windows: [(query: String, counts: [[Int]])] = [
        // Raised at 02:00 UTC, closed at 03:00, 04:00, 05:00 and 06:00.
        ("until=2026-11-23T02:00:00Z", []),
        ("until=2026-11-23T03:00:00Z", [[5, 5, 0]]),
        ("until=2026-11-23T03:00:00.001Z", [[4, 5, 1]]),
        ("since=2026-11-23T04:00:00Z&until=2026-11-23T06:00:00Z", [[2, 0, 2]]),
        ("since=2026-11-23T02:00:00.001Z", [[1, 0, 4], [1, 1, 0]]),
        ("since=2026-11-23T06:00:00.001Z", [[1, 0, 0], [1, 1, 0]]),
    ]

    @Test func `tells of a time what was open at its end`() throws {
        try Self.withCases { client in
            for (query, counts) in Self.windows {
                let told = try client.get("\(Self.path)?\(query)").items.map { row in
                    ["open", "raised", "closed"].map { row[$0]?.integer ?? -1 }
                }
                #expect(told == counts, "\(query)")
            }
        }
    }

    @Test func `is read as a table, and drawn`() throws {
        try Self.withCases { client in
            let table = try client.as(.manager).get(Self.path + "?format=csv").lines
            #expect(table.count == 3)
            #expect(
                table[0].hasPrefix(
                    "kind,open,raised,closed,closeSeconds.median,closeSeconds.ninetieth,"
                        + "closeSeconds.worst,causes.0.cause,causes.0.cases,causes.1.cause,"
                )
            )
            #expect(table[1].hasPrefix("credit,1,5,4,7200.0,14400.0,14400.0,forgot,2,"))
            let svg = try XMLTree(client.get(Self.path, ["accept": "image/svg+xml"]).body)
            let points = svg.all("g", of: "point").map { $0.texts("text").first }
            // Open, raised and closed of both kinds, the days of one, three causes.
            #expect(points == ["1", "1", "5", "1", "4", "0", "0.1", "2", "1", "1"])
            let details = svg.all("g", of: "point").flatMap { $0.texts("title") }
            #expect(details[6] == "credit: 7200.0 seconds")
            #expect(details[8] == "credit, <late> & sorry: 1")
        }
    }
}
