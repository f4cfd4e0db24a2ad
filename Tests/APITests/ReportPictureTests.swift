// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// The reports as pictures, held against what they tell as JSON.
@Suite struct ReportPictureTests {
    private static let paths = ["pyramid", "retention", "value"].map { "/v1/reports/" + $0 }

    private static func order(
        _ client: TestClient,
        _ customer: Int,
        _ at: String,
        _ total: String
    ) throws {
        try client.create(
            "/v1/orders",
            #"{"customerId": \#(customer), "placedAt": "\#(at)", "total": "\#(total)"}"#
        )
    }

    @Test func `a report is drawn for whoever asks for a picture`() throws {
        try withServer { client in
            for path in Self.paths {
                for accept in ["image/svg+xml", "image/*", "image/svg+xml, application/json;q=0.9"]
                {
                    let answer = try client.as(.manager).get(path, ["accept": accept])
                    #expect(answer.fields["content-type"] == "image/svg+xml")
                    #expect(answer.fields["content-security-policy"] == "default-src 'none'")
                    let texts = try XMLTree(answer.body).texts("text")
                    #expect(texts.contains("There is nothing to show yet."))
                }
                #expect(try client.get(path + "?format=svg").mediaType == "image/svg+xml")
                #expect(try client.get(path, ["accept": "*/*"]).mediaType == "application/json")
                #expect(try client.as(.agent).get(path + "?format=svg").status == 403)
                #expect(try client.get(path, ["accept": "image/png"]).problem == "not-acceptable")
            }
        }
    }

    private static let refused: [Case] =
        paths.flatMap { path in
            ["limit=5", "count=exact", "fields=customers", "sort=key", "after=x"].map { query in
                .refused(
                    query,
                    query: "\(path)?format=svg&\(query)",
                    String(query.prefix { $0 != "=" })
                )
            }
        }
        + ["/v1/reports/complaints", "/v1/customers", "/v1/tier-runs"].map { path in
            Case("no picture", "GET", path + "?format=svg", is: 406, "not-acceptable")
        }

    @Test func `refuses what a picture cannot have, and pictures of what has none`() throws {
        try withServer { client in try client.check(Self.refused) }
    }

    @Test func `the pyramid's picture has the numbers of its rows`() throws {
        try withServer { client in
            let customers = try ["a", "b", "c"].map { try client.customer($0) }
            for (customer, then, now) in zip(customers, [(80, 5), (15, 80), (5, 15)]).map({
                ($0, $1.0, $1.1)
            }) {
                try Self.order(client, customer, "2025-11-01T00:00:00Z", "\(then)")
                try Self.order(client, customer, "2026-11-01T00:00:00Z", "\(now)")
            }
            let path = Self.paths[0]
            _ = try client.runTiers(#"{"asOf": "2025-11-20"}"#)
            let alone = try XMLTree(client.get(path + "?format=svg").body)
            #expect(alone.all("rect", of: "bar").count == 6)
            #expect(alone.all("rect", of: "cell").isEmpty)
            _ = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            let rows = try client.get(path).items
            let svg = try XMLTree(client.get(path + "?format=svg").body)
            #expect(svg.all("rect", of: "bar").count == 12)
            let texts = svg.texts("text")
            #expect(texts.contains { $0.hasSuffix("by windows of 12 months") })
            for row in rows {
                let tier = row["tier"]?.string ?? ""
                #expect(texts.contains("\(tier): \(row["customers"]?.integer ?? -1)"))
                #expect(texts.contains("\(tier): \(row["profit"]?.string ?? "")"))
            }
            let shares = ["headcountShare", "profitShare"].flatMap { name in
                rows.map { $0[name]?.double ?? -1 }
                    + rows.map { $0["yearAgo"]?[name]?.double ?? -1 }
            }
            let points = svg.all("g", of: "point")
            #expect(
                points.prefix(12).flatMap { $0.texts("text") }
                    == shares.map { "\(Self.rounded($0 * 100)) %" }
            )
            let moved = rows.flatMap { row in
                ["key", "ordinary", "small", "unranked"].map { row["from"]?[$0]?.integer ?? -1 }
            }
            let left = rows.map { $0["left"]?.integer ?? -1 }
            #expect(
                points.dropFirst(12).flatMap { $0.texts("text") }
                    == (moved + left).map { "\($0)" }
            )
        }
    }

    /// A number with one decimal, without a trailing zero.
    private static func rounded(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    @Test func `the picture of retention has a cell for each month of each row`() throws {
        try withServer { client in
            let customers = try (1...3).map { try client.customer("\($0)") }
            for (place, month) in [(0, 1), (0, 2), (0, 4), (1, 1), (2, 2), (2, 3)] {
                try Self.order(client, customers[place], "2026-0\(month)-10T00:00:00Z", "1")
            }
            let path = Self.paths[1] + "?asOf=2026-05-01&months=2"
            let rows = try client.get(path).items
            let svg = try XMLTree(client.get(path + "&format=svg").body)
            let shares = rows.flatMap { $0["shares"]?.elements?.compactMap(\.double) ?? [] }
            #expect(shares == [0, 0.5, 0, 0, 1, 0])
            let points = svg.all("g", of: "point")
            #expect(
                points.flatMap { $0.texts("text") } == shares.map { Self.rounded($0 * 100) }
            )
            #expect(points[1].texts("title") == ["2026-01, month 1: 1 of 2"])
            #expect(svg.texts("text").contains("2026-01 (2)"))
        }
    }

    @Test func `the picture of value has the numbers of its rows`() throws {
        try withServer { client in
            // Kept by hand: what is drawn is what is kept.
            try client.service.tamper(
                """
                INSERT INTO value_model (status, data_until, customers, value_policy_id,
                    created_at, updated_at)
                VALUES ('finished', 0, 55, 1, 0, 0)
                """
            )
            for decile in 1...10 {
                try client.service.tamper(
                    """
                    INSERT INTO value_decile (value_model_id, decile, customers, expected_orders,
                        lifetime_value, alive_probability)
                    VALUES (1, \(decile), \(decile), \(12.5 / Double(decile)),
                        \(1_000_000 / decile), \(0.9 / Double(decile)))
                    """
                )
            }
            let rows = try client.get(Self.paths[2]).items
            let svg = try XMLTree(client.get(Self.paths[2] + "?format=svg").body)
            let points = svg.all("g", of: "point").flatMap { $0.texts("text") }
            #expect(Array(points.prefix(10)) == rows.map { $0["clv12m"]?.string ?? "" })
            #expect(
                Array(points[10..<20])
                    == rows.map { Self.rounded($0["expectedOrders12m"]?.double ?? 0) }
            )
            let details = svg.all("g", of: "point").flatMap { $0.texts("title") }
            for (row, detail) in zip(rows, details.suffix(10)) {
                #expect(detail.hasSuffix(": \(row["pAlive"]?.double ?? -1)"))
            }
            try client.service.tamper("UPDATE value_decile SET lifetime_value = NULL")
            let plain = try XMLTree(client.get(Self.paths[2] + "?format=svg").body)
            #expect(plain.all("g", of: "point").count == 20)
        }
    }
}
