// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct CategorySpendTests {
    private static let list = "/v1/customers/1/category-spend"
    private static let path = list + "/茶叶"
    private static let body =
        #"{"amount": "1200", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#

    private static let refused = [
        Case("no token", "PUT", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a reader", "PUT", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("no JSON", "PUT", path, "", is: 400, "malformed-body"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        Case("nothing there", "GET", path, is: 404, "not-found"),
        Case("nothing to delete", "DELETE", path, is: 404, "not-found"),
        Case(
            "no such customer",
            "PUT",
            "/v1/customers/9/category-spend/x",
            body,
            is: 404,
            "not-found"
        ),
        Case(
            "no such customer's list",
            "GET",
            "/v1/customers/9/category-spend",
            is: 404,
            "not-found"
        ),
        .refused("nothing", "PUT", path, "{}", "/amount", "/per", "/source", "/asOf"),
        .refused(
            "what cannot be",
            "PUT",
            path,
            #"{"amount": "-1", "per": "day", "source": "x", "asOf": "x"}"#,
            "/amount",
            "/per",
            "/source",
            "/asOf"
        ),
        .refused(
            "the future",
            "PUT",
            path,
            #"{"amount": "1", "per": "year", "source": "stated", "asOf": "2027-01-01"}"#,
            "/asOf"
        ),
        .refused("blanks", "PUT", list + "/%20", body, "/category"),
        .refused(
            "a long name",
            "PUT",
            list + "/" + String(repeating: "x", count: 101),
            body,
            "/category"
        ),
    ]

    @Test func `PUT refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `PUT records what a customer buys in all, and DELETE forgets it`() throws {
        try withServer { client in
            try client.customer()
            let made = try client.as(.agent).put(Self.path, Self.body)
            #expect(made.status == 201)
            #expect(made.location?.hasPrefix(Self.list + "/%E8%8C%B6") == true)
            #expect(
                made.json == [
                    "id": 1, "customerId": 1, "category": "茶叶", "amount": "1200.00", "per": "year",
                    "source": "stated", "asOf": "2026-10-31T16:00:00.000Z", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            let event = try client.lastEvent()
            #expect(event?["action"] == "customer.category-spend-set")
            #expect(event?["subject"] == ["type": "customer", "id": 1])
            #expect(try client.put(Self.path, Self.body).json == made.json)
            let changed = try client.put(
                Self.path,
                #"{"amount": "90", "per": "month", "source": "surveyed", "asOf": "2026-11-02"}"#
            )
            #expect(changed.status == 200)
            #expect(changed.json["version"] == 2)
            #expect(try client.put(Self.path, Self.body, ["if-match": "\"1.x\""]).status == 412)
            #expect(try client.put(Self.list + "/coffee", Self.body).status == 201)
            let all = try client.all(Self.list, limit: 1)
            #expect(all.map { $0["category"]?.string } == ["coffee", "茶叶"])
            #expect(try client.delete(Self.path).status == 204)
            #expect(try client.lastEvent()?["action"] == "customer.category-spend-deleted")
            #expect(try client.get(Self.path).status == 404)
        }
    }

    // MARK: - History

    private static let statements = path + "/statements"

    /// Records a statement.
    private static func state(
        _ client: TestClient,
        _ amount: Int,
        _ source: String,
        _ asOf: String
    ) throws -> TestAnswer {
        try client.put(
            path,
            #"""
            {"amount": "\#(amount)", "per": "year", "source": "\#(source)", "asOf": "\#(asOf)"}
            """#
        )
    }

    private static let refusedOfHistory = [
        Case("no token", "GET", statements, by: nil, is: 401, "unauthorized"),
        Case("another method", "POST", statements, "{}", is: 405, "method-not-allowed"),
        Case(
            "nobody's",
            "GET",
            "/v1/customers/9/category-spend/x/statements",
            is: 404,
            "not-found"
        ),
        Case("a reader", "DELETE", statements + "/1", by: .reader, is: 403, "forbidden"),
        Case("no such statement", "DELETE", statements + "/9", is: 404, "not-found"),
        Case(
            "another category's",
            "DELETE",
            list + "/coffee/statements/1",
            is: 404,
            "not-found"
        ),
        Case(
            "another customer's",
            "DELETE",
            "/v1/customers/2/category-spend/%E8%8C%B6%E5%8F%B6/statements/1",
            is: 404,
            "not-found"
        ),
        .future("the future", query: path + "?asOf=2026-11-24"),
        .future("the future of all", query: list + "?asOf=2026-11-24"),
        .refused("another order", query: statements + "?sort=amount", "sort"),
    ]

    @Test func `history refuses what it cannot tell`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            _ = try Self.state(client, 1, "stated", "2026-11-01")
            try client.check(Self.refusedOfHistory)
            #expect(try client.get(Self.list + "/coffee/statements").items.isEmpty)
        }
    }

    /// What holds from each day on, after all of these were recorded in any order.
    private static let said: [(amount: Int, source: String, asOf: String)] = [
        (100, "stated", "2026-03-01"), (120, "surveyed", "2026-03-01"),
        (90, "estimated", "2026-02-01"), (95, "estimated", "2026-05-01"),
        (200, "stated", "2026-06-01"), (210, "estimated", "2026-06-01"),
        (300, "surveyed", "2026-09-01"), (0, "stated", "2026-10-01"),
    ]

    private static let held: [(asOf: String, amount: String?)] = [
        ("2026-01-31", nil), ("2026-02-01", "90.00"), ("2026-02-28", "90.00"),
        // Of one day the survey goes before the customer, and both before our own estimates.
        ("2026-03-01", "120.00"), ("2026-05-01", "120.00"), ("2026-05-31", "120.00"),
        ("2026-06-01", "200.00"), ("2026-08-31", "200.00"), ("2026-09-01", "300.00"),
        ("2026-10-01", "0.00"), ("2026-11-23", "0.00"),
    ]

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `the latest that was said by then holds, in whatever order it came`(
        _ seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        let said = Self.said.shuffled(using: &generator)
        try withServer { client in
            try client.customer()
            for one in said {
                let answer = try Self.state(client, one.amount, one.source, one.asOf)
                #expect(answer.status == (one == said[0] ? 201 : 200), "\(answer)")
            }
            for (asOf, amount) in Self.held {
                let one = try client.get(Self.path + "?asOf=\(asOf)")
                #expect(one.json["amount"]?.string == amount, "\(asOf)")
                #expect((one.status == 404) == (amount == nil), "\(asOf)")
                let all = try client.get(Self.list + "?asOf=\(asOf)").items
                #expect(all.map { $0["amount"]?.string } == (amount.map { [$0] } ?? []), "\(asOf)")
            }
            #expect(try client.get(Self.path).json["amount"] == "0.00")
            let history = try client.all(Self.statements, limit: 3)
            #expect(history.count == said.count)
            let days = history.compactMap { $0["asOf"]?.string }
            #expect(days == days.sorted(by: >))
            #expect(try client.all(Self.statements + "?sort=asOf", limit: 3).count == said.count)
        }
    }

    @Test func `the same source of the same time says it anew, and one statement can go`() throws {
        try withServer { client in
            try client.customer()
            _ = try Self.state(client, 100, "stated", "2026-10-01")
            let old = try client.get(Self.path).json
            client.clock.advance(hours: 1)
            let new = try Self.state(client, 150, "stated", "2026-11-01")
            #expect(new.status == 200)
            // Each change of the category counts, so that no version comes twice.
            #expect(new.json["version"] == 2)
            let before = try client.lastEvent()?["seq"]
            #expect(try Self.state(client, 150, "stated", "2026-11-01").json == new.json)
            #expect(try client.lastEvent()?["seq"] == before)
            let anew = try Self.state(client, 160, "stated", "2026-11-01").json
            #expect(anew["id"] == new.json["id"])
            #expect(anew["version"] == 3)
            #expect(anew["createdAt"] == new.json["createdAt"])
            // What was said of an earlier time, and is recorded late, does not hold now.
            let late = try Self.state(client, 1, "surveyed", "2026-09-01").json
            #expect(late["amount"] == "1.00")
            #expect(try client.get(Self.path).json == anew)
            #expect(try client.get(Self.path + "?asOf=2026-10-15").json == old)
            #expect(
                try client.all(Self.statements).map { $0["amount"] } == [
                    "160.00", "100.00", "1.00",
                ]
            )

            let id = anew["id"]?.integer ?? 0
            let stale = try client.delete("\(Self.statements)/\(id)", ["if-match": "\"9.x\""])
            #expect(stale.status == 412)
            #expect(try client.delete("\(Self.statements)/\(id)").status == 204)
            #expect(try client.lastEvent()?["action"] == "customer.category-spend-deleted")
            #expect(try client.get(Self.path).json == old)
            #expect(try client.delete(Self.path).status == 204)
            #expect(try client.get(Self.statements).items.isEmpty)
        }
    }

    @Test func `a category has a thousand statements at most`() throws {
        try withServer { client in
            try client.customer()
            let header = "customerId,category,amount,per,source,asOf\n"
            func bring(_ rows: [String]) throws -> TestAnswer {
                try client.send(
                    "POST",
                    "/v1/imports/category-spend",
                    [:],
                    Array((header + rows.joined(separator: "\n")).utf8),
                    type: "text/csv"
                )
            }
            func row(_ number: Int) -> String {
                let minutes = String(100 + number % 60).dropFirst()
                let hours = String(100 + number / 60).dropFirst()
                return "1,茶叶,\(number),year,stated,2026-11-01T\(hours):\(minutes):00Z"
            }
            let first = try bring((1...1_001).map(row))
            #expect(first.json["created"] == 1000)
            #expect(first.json["rejectedRows"]?[0]?["errors"]?[0]?["field"] == "asOf")
            // One that is there may be said anew.
            let again = try bring([row(1), row(2).replacing(",2,", with: ",5,")])
            #expect(again.json["unchanged"] == 1)
            #expect(again.json["updated"] == 1)
            #expect(try Self.state(client, 1, "stated", "2026-10-01").pointers == ["/asOf"])
            let count = try client.get(Self.statements + "?count=exact").json["count"]
            #expect(count == 1000)
        }
    }
}
