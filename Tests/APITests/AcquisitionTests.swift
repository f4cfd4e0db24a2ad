// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// What it costs to win customers, and what comes of it (M05).
@Suite struct AcquisitionTests {
    private static let path = "/v1/acquisition-costs/fair/2026-Q4"
    private static let report = "/v1/reports/acquisition"
    private static let body = #"{"amount": "92.00"}"#

    private static let refused =
        [
            Case("no token", "PUT", path, body, by: nil, is: 401, "unauthorized"),
            Case("an agent", "PUT", path, body, by: .agent, is: 403, "forbidden"),
            Case("an agent's report", "GET", report, by: .agent, is: 403, "forbidden"),
            Case("no JSON", "PUT", path, "", is: 400, "malformed-body"),
            Case("another method", "POST", path, body, is: 405, "method-not-allowed"),
            Case("no such cost", "GET", path, is: 404, "not-found"),
            Case("nothing to delete", "DELETE", path, is: 404, "not-found"),
            Case(
                "no such channel",
                "PUT",
                "/v1/acquisition-costs/pigeon/2026",
                body,
                is: 404,
                "not-found"
            ),
            .refused("no amount", "PUT", path, "{}", "/amount"),
            .refused("less than nothing", "PUT", path, #"{"amount": "-0.01"}"#, "/amount"),
            .refused("a number", "PUT", path, #"{"amount": 5}"#, "/amount"),
            .refused("a period", "PUT", path, #"{"amount": "1", "period": "2026"}"#, "/period"),
            .refused("no period", "PUT", "/v1/acquisition-costs/fair/soon", body, "/period"),
            .refused("another order", query: "/v1/acquisition-costs?sort=amount", "sort"),
            .refused("a channel", query: "/v1/acquisition-costs?channel=pigeon", "channel"),
            .refused("a group", query: "\(report)?groupBy=month", "groupBy"),
            .refused("a time", query: "\(report)?since=soon", "since"),
        ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.check(Self.refused)
        }
    }

    @Test func `PUT records a cost and changes it, and DELETE takes it back`() throws {
        try withServer { client in
            let made = try client.as(.manager).put(Self.path, Self.body)
            #expect(made.status == 201)
            #expect(made.location == Self.path)
            #expect(
                made.json == [
                    "id": 1, "channel": "fair", "period": "2026-Q4",
                    "startsAt": "2026-09-30T16:00:00.000Z", "endsAt": "2026-12-31T16:00:00.000Z",
                    "amount": "92.00", "version": 1, "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.lastEvent()?["action"] == "acquisition-cost.created")
            #expect(try client.lastEvent()?["subject"]?["type"] == "acquisition-cost")
            #expect(try client.put(Self.path, Self.body).json == made.json)
            let changed = try client.put(Self.path, #"{"amount": "93"}"#)
            #expect(changed.status == 200)
            #expect(changed.json["version"] == 2)
            #expect(changed.json["amount"] == "93.00")
            #expect(try client.lastEvent()?["action"] == "acquisition-cost.changed")
            #expect(try client.put(Self.path, Self.body, ["if-match": "\"1.x\""]).status == 412)
            #expect(try client.delete(Self.path).status == 204)
            #expect(try client.lastEvent()?["action"] == "acquisition-cost.deleted")
            #expect(try client.get(Self.path).status == 404)
        }
    }

    @Test func `costs of one channel do not overlap`() throws {
        try withServer { client in
            for place in ["fair/2026-Q4", "fair/2026-Q3", "bank/2026"] {
                #expect(
                    try client.put("/v1/acquisition-costs/\(place)", Self.body).status == 201
                )
            }
            let other = try client.put("/v1/acquisition-costs/fair/2026", Self.body)
            #expect(other.status == 409)
            #expect(other.problem == "overlapping-cost")
            #expect(
                other.json["overlaps"] == [
                    "/v1/acquisition-costs/fair/2026-Q3", "/v1/acquisition-costs/fair/2026-Q4",
                ]
            )
            for (query, periods) in [
                ("", ["2026-Q4", "2026-Q3", "2026"]),
                ("channel=fair&sort=startsAt", ["2026-Q3", "2026-Q4"]),
                ("sort=id&until=2026-07-01", ["2026"]), ("since=2026-10-01", ["2026-Q4"]),
            ] {
                let all = try client.all("/v1/acquisition-costs?\(query)", limit: 1)
                #expect(all.map { $0["period"]?.string } == periods, "\(query)")
            }
        }
    }

    /// Customers of several channels, with the orders of some.
    private static func fill(_ client: TestClient) throws {
        let fair = #""source": {"channel": "fair"}"#
        for _ in 1...3 { try client.customer("f", fair) }
        try client.customer("w", #""source": {"channel": "website"}"#)
        try client.customer("u")
        try client.customer("twin", fair)
        try client.customer("gone", #""source": {"channel": "complaint"}"#)
        for (customer, day) in [
            (1, "11-02"), (1, "11-03"), (3, "11-02"), (4, "10-31"), (5, "11-30"),
        ] {
            try client.create(
                "/v1/orders",
                #"""
                {"customerId": \#(customer), "placedAt": "2026-\#(day)T00:00:00+08:00",
                 "total": "5"}
                """#
            )
        }
        _ = try client.post("/v1/orders/3/cancel", #"{"reason": "x"}"#)
        _ = try client.post("/v1/customers/1/merge", #"{"duplicateId": 6}"#)
        _ = try client.delete("/v1/customers/7")
        for (place, amount) in [("fair/2026-Q4", "92.00"), ("media/2026-11", "10.00")] {
            _ = try client.put("/v1/acquisition-costs/\(place)", #"{"amount": "\#(amount)"}"#)
        }
    }

    @Test func `tells customers, conversion and cost by channel`() throws {
        try withServer { client in
            client.clock.set(TestClock.start.adding(milliseconds: 8 * 24 * 3_600_000))
            try Self.fill(client)
            // All of them were recorded on the first of December.
            let none = try client.get("\(Self.report)?since=2026-11-01&until=2026-12-01").items
            #expect(none.map { $0["key"] } == ["fair", "media"])
            #expect(none[0]["cost"] == "30.00")
            #expect(none[0]["customers"] == 0)
            #expect(none[0]["conversion"] == nil)
            #expect(none[0]["costPerCustomer"] == nil)
            let all = try client.as(.manager).get("\(Self.report)?since=2026-11-01").items
            #expect(
                all == [
                    [
                        "key": "complaint", "way": "direct", "customers": 1, "converted": 0,
                        "conversion": .number("0.0"),
                    ],
                    [
                        "key": "fair", "way": "direct", "customers": 3, "converted": 1,
                        "conversion": .number("\(1.0 / 3.0)"), "cost": "61.00",
                        "costPerCustomer": "20.33", "costPerConverted": "61.00",
                    ],
                    [
                        "key": "media", "way": "indirect", "customers": 0, "converted": 0,
                        "cost": "10.00",
                    ],
                    [
                        "key": "unknown", "customers": 1, "converted": 1,
                        "conversion": .number("1.0"),
                    ],
                    [
                        "key": "website", "way": "direct", "customers": 1, "converted": 0,
                        "conversion": .number("0.0"),
                    ],
                ]
            )
            // What was bought before the time counts where the time begins earlier.
            let longer = try client.get("\(Self.report)?since=2026-10-01").items
            #expect(longer.last?["converted"] == 1)
            #expect(longer.map { $0["cost"]?.string } == [nil, "92.00", "10.00", nil, nil])
            let csv = try client.get("\(Self.report)?since=2026-11-01&format=csv").text
            #expect(
                csv.hasPrefix(
                    """
                    key,way,customers,converted,conversion,cost,costPerCustomer,costPerConverted\r
                    complaint,direct,1,0,0.0,,,\r
                    fair,direct,3,1,0.3333333333333333,61.00,20.33,61.00\r

                    """
                ),
                "\(csv)"
            )
            // Undone, the twin is a customer of its own again.
            _ = try client.post("/v1/customers/1/unmerge", #"{"duplicateId": 6}"#)
            #expect(try client.get(Self.report).items[1]["customers"] == 4)
        }
    }

    @Test func `the months of a year have its cost between them, to the fen`() throws {
        try withServer { client in
            _ = try client.put("/v1/acquisition-costs/survey/2026", #"{"amount": "100.01"}"#)
            var sum = Money.zero
            for month in 1...12 {
                func day(_ month: Int) -> String {
                    month > 12 ? "2027-01-01" : "2026-\(month < 10 ? "0" : "")\(month)-01"
                }
                let rows = try client.get(
                    "\(Self.report)?since=\(day(month))&until=\(day(month + 1))"
                ).items
                let cost = rows.first?["cost"]?.string.flatMap { Money($0) }
                sum += try #require(cost)
            }
            #expect(sum == Money(rawValue: 10_001))
        }
    }
}
