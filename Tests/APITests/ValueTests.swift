// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import HTTP
import JSON
import Service
import TestSupport
import Testing

/// What customers may yet bring.
@Suite struct ValueTests {
    private static let value = "/v1/customers/1/value"
    private static let policy = "/v1/value-policy"
    private static let rules = #"{"discountRate": 0.1, "margin": 0.4, "refitDays": 30}"#

    private static let refused = [
        Case("no token", "GET", value, by: nil, is: 401, "unauthorized"),
        Case("nobody", "GET", "/v1/customers/9/value", is: 404, "not-found"),
        .refused("no date", query: value + "?asOf=x", "asOf"),
        .future("the future", query: value + "?asOf=2026-11-24"),
        .refused("an unknown parameter", query: value + "?at=2026-11-01", "at"),
        Case("an agent", "POST", "/v1/value-models", "{}", by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", "/v1/value-models", "", is: 400, "malformed-body"),
        .refused("a stranger", "POST", "/v1/value-models", #"{"id": 1}"#, "/id"),
        .future("a future model", "/v1/value-models", #"{"asOf": "2026-11-24"}"#),
        Case("no such model", "GET", "/v1/value-models/1", is: 404, "not-found"),
        Case("a reader's models", "GET", "/v1/value-models", by: .reader, is: 200),
        Case("an agent's rules", "PUT", policy, rules, by: .agent, is: 403, "forbidden"),
        .refused("no rules", "PUT", policy, "{}", "/discountRate", "/margin", "/refitDays"),
        .refused(
            "bad rules",
            "PUT",
            policy,
            #"{"discountRate": 1.1, "margin": 0.00001, "refitDays": 0}"#,
            "/discountRate",
            "/margin",
            "/refitDays"
        ),
        Case("another method", "POST", value, "{}", is: 405, "method-not-allowed"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `the rules are those of the policy`() throws {
        try withServer { client in
            let first = try client.as(.reader).get(Self.policy).json
            #expect(first["discountRate"]?.double == 0.1)
            #expect(first["margin"]?.double == 1)
            #expect(first["refitDays"] == 7)
            let put = try client.as(.manager).put(Self.policy, Self.rules)
            #expect(put.json["margin"]?.double == 0.4)
            #expect(put.json["version"] == 2)
            #expect(try client.put(Self.policy, Self.rules, ["if-match": "\"1.x\""]).status == 412)
        }
    }

    // MARK: - Few customers

    @Test func `says what is missing without orders and without enough customers`() throws {
        try withServer { client in
            let customer = try client.customer()
            let nothing = try client.get(Self.value).json
            #expect(nothing["frequency"] == 0)
            #expect(nothing["recency"] == nil)
            #expect(nothing["age"] == nil)
            #expect(nothing["model"] == nil)
            #expect(nothing.codes == ["no-orders"])

            // Two on one day in Shanghai, one a week later, one today, which is not over.
            for at in [
                "2026-10-31T17:00:00Z", "2026-11-01T15:00:00Z", "2026-11-08T10:00:00Z",
                "2026-11-23T01:00:00Z",
            ] {
                try Self.order(client, customer, at, "10.01")
            }
            let some = try client.get(Self.value).json
            #expect(some["frequency"] == 1)
            #expect(some["recency"]?.double == 1)
            #expect(some["age"]?.double == 3)
            #expect(some["monetary"] == "10.01")
            #expect(some["pAlive"] == nil)
            #expect(some.codes == ["too-few-repeat-customers"])
            #expect(some["reasons"]?.elements?.first?["text"]?.string?.contains("100") == true)

            let run = try client.fitValues("{}")
            #expect(run["status"] == "failed")
            #expect(run["reason"]?["code"] == "too-few-repeat-customers")
            #expect(run["model"] == nil)
            #expect(try client.get("/v1/value-models").ids == [1])
        }
    }

    @Test func `customers who all buy alike make no model`() throws {
        try withServer { client in
            let days = ["2026-08-03", "2026-08-17", "2026-09-07", "2026-10-05"]
            let rows = (1...120).flatMap { number in days.map { "C\(number),\($0),20" } }
            let text = (["customerExternalId,placedAt,total"] + rows).joined(separator: "\n")
            let made = try client.send(
                "POST",
                "/v1/imports/orders",
                [:],
                Array(text.utf8),
                type: "text/csv"
            )
            #expect(made.json["created"] == 480)
            let run = try client.fitValues("{}")
            #expect(run["status"] == "failed")
            #expect(run["reason"]?["code"] == "undetermined")
            #expect(run["model"] == nil)
            let value = try client.get(Self.value).json
            #expect(value["frequency"] == 3)
            #expect(value["pAlive"] == nil)
            #expect(value.codes == ["undetermined"])
        }
    }

    @Test func `leaves out what was cancelled, and subtracts what was refunded, from then on`()
        throws
    {
        try withServer { client in
            let customer = try client.customer()
            try Self.order(client, customer, "2026-11-01T00:00:00Z", "5")
            let refunded = try Self.order(client, customer, "2026-11-08T00:00:00Z", "40")
            let cancelled = try Self.order(client, customer, "2026-11-15T00:00:00Z", "20")
            let before = try client.get(Self.value).json
            #expect(before["frequency"] == 2)
            #expect(before["monetary"] == "30.00")
            let reason = #""reason": "x""#
            _ = try client.post("/v1/orders/\(cancelled)/cancel", "{\(reason)}")
            _ = try client.post("/v1/orders/\(refunded)/refunds", #"{"amount": "40", \#(reason)}"#)
            // A day later, when the day of the refund is over.
            client.clock.advance(hours: 24)
            let after = try client.get(Self.value).json
            #expect(after["frequency"] == 1)
            #expect(after["recency"]?.double == 1)
            #expect(after["monetary"] == "0.00")
            let past = try client.get(Self.value + "?asOf=2026-11-23").json
            #expect(past["frequency"] == 2)
            #expect(past["monetary"] == "30.00")
        }
    }

    @Test func `tells whose amounts are those of all`() throws {
        try withServer { client in
            let days = (0..<23).map {
                "20\(25 + $0 / 12)-\(($0 % 12 + 1) < 10 ? "0" : "")\($0 % 12 + 1)-05"
            }
            var rows = ["customerExternalId,placedAt,total"] + days.map { "OFTEN,\($0),100" }
            for customer in 0..<120 {
                for (place, day) in days.enumerated()
                where place % (customer % 5 + 1) == 0 && place < 4 + customer % 19 {
                    rows.append("C\(customer),\(day),\(20 + customer)")
                }
            }
            rows += ["FREE,2026-01-06,50", "FREE,2026-02-06,0", "ONCE,2026-02-06,50"]
            let made = try client.send(
                "POST",
                "/v1/imports/orders",
                [:],
                Array(rows.joined(separator: "\n").utf8),
                type: "text/csv"
            )
            #expect(made.json["rejected"] == 0, "\(made)")
            func value(_ name: String) throws -> JSON {
                let id = try #require(try client.get("/v1/customers?q=\(name)").ids.first)
                return try client.get("/v1/customers/\(id)/value").json
            }
            let free = try value("FREE")
            #expect(free["monetary"] == "0.00")
            #expect(free.codes == ["no-repeat-amounts"])
            let once = try value("ONCE")
            #expect(once.codes == [])
            #expect(free["expectedAmount"] == once["expectedAmount"])
            #expect(try value("C4").codes == [])
        }
    }

    // MARK: - Fifths

    @Test func `tells the fifths of recency, frequency and amount`() throws {
        try withServer { client in
            // Of whole days up to the 22nd, by the calendar of Shanghai.
            let orders = [
                [("10-01", "100")], [("10-11", "5"), ("11-02", "5")],
                [("10-11", "50"), ("10-21", "50")], [("10-11", "5"), ("11-12", "4")],
                [("10-11", "1"), ("11-12", "1"), ("11-22", "1")],
            ]
            func add(_ orders: [(date: String, total: String)]) throws {
                let customer = try client.customer()
                for order in orders {
                    let at = "2026-\(order.date)T04:00:00Z"
                    try Self.order(client, customer, at, order.total)
                }
            }
            try orders.dropLast().forEach(add)
            let few = try client.get(Self.value).json
            #expect(few["daysSinceLast"] == 52)
            #expect(few["total"] == "100.00")
            #expect(few["rfm"] == nil)

            try orders.suffix(1).forEach(add)
            let rfm = try (1...5).map { customer in
                try #require(try client.get("/v1/customers/\(customer)/value").json["rfm"])
            }
            #expect(rfm.map { $0["recency"]?.integer } == [1, 3, 2, 4, 5])
            #expect(rfm.map { $0["frequency"]?.integer } == [1, 2, 2, 2, 5])
            #expect(rfm.map { $0["amount"]?.integer } == [4, 3, 4, 2, 1])
            let cuts = try #require(rfm.first?["cuts"])
            #expect(cuts["daysSinceLast"]?.elements?.map(\.integer) == [52, 32, 20, 10])
            #expect(cuts["frequency"]?.elements?.map(\.integer) == [0, 1, 1, 1])
            let totals = cuts["total"]?.elements?.map(\.string)
            #expect(totals == ["3.00", "9.00", "10.00", "100.00"])

            // Of the day on which the third was the last to have bought.
            let past = try client.get("/v1/customers/3/value?asOf=2026-10-22").json
            #expect(past["daysSinceLast"] == 0)
            #expect(past["rfm"]?["recency"] == 5)
            #expect(past["rfm"]?["frequency"] == 5)
        }
    }

    // MARK: - CDNOW

    private static let file = URL(filePath: #filePath)
        .appending(path: "../../../../shared/data/cdnow/CDNOW_sample.txt").standardized

    private static let isThere = FileManager.default.fileExists(atPath: file.path)

    @Test(.enabled(if: isThere, "../shared/data/cdnow is not there"))
    func `finds the published parameters in the orders of CDNOW`() throws {
        try withServer { client in
            let orders = try Self.cdnow()
            let answer = try client.send(
                "POST",
                "/v1/imports/orders",
                [:],
                orders,
                type: "text/csv"
            )
            #expect(answer.json["created"] == 6_919)
            let first = try #require(try client.get("/v1/customers?q=C0001").ids.first)
            let target = "/v1/customers/\(first)/value?asOf=1997-10-01"
            let found = try client.as(.reader).get(target).json
            try Self.checkPublished(found["model"])
            #expect(found["modelId"] == nil)
            // 1997-01-01, 01-18 and 08-02.
            #expect(found["frequency"] == 2)
            #expect(found["recency"]?.double == 213.0 / 7)
            #expect(found["age"]?.double == 272.0 / 7)
            #expect(found["monetary"] == "22.35")
            // 29.33, 29.73 and 14.96.
            #expect(found["total"] == "74.02")
            #expect(found["daysSinceLast"] == 59)
            // Counted from the sample by itself.
            let rfm = #"""
                {"recency": 5, "frequency": 4, "amount": 4, "cuts": {
                    "daysSinceLast": [242, 219, 198, 99], "frequency": [0, 0, 1, 2],
                    "total": ["14.96", "27.99", "46.04", "93.76"]}}
                """#
            #expect(try found["rfm"] == JSONReader.read(Array(rfm.utf8)))
            #expect(near(found["pAlive"]?.double, 0.7266, 0.0005))
            #expect(near(found["expectedOrders12m"]?.double, 1.53, 0.1))
            #expect(found["clv12m"]?.string != nil)
            #expect(found.codes == [])

            // Kept, it gives the same; the whole year and a half has the published holdout.
            let kept = try client.fitValues(#"{"asOf": "1997-10-01"}"#)
            try Self.checkPublished(kept["model"])
            let again = try client.get(target).json
            #expect(again["modelId"] == 1)
            #expect(again["clv12m"] == found["clv12m"])
            #expect(again["rfm"] == found["rfm"])
            // One of the time when cuts were not kept has none.
            try client.service.tamper("DELETE FROM value_cut")
            let old = try client.get(target).json
            #expect(old["rfm"] == nil)
            #expect(old["pAlive"] == found["pAlive"])
            #expect(old.codes == ["no-rfm"])
            let whole = try client.fitValues(#"{"asOf": "1998-07-01"}"#)
            let holdout = try #require(whole["model"]?["holdout"])
            #expect(holdout["weeks"]?.double == 39)
            #expect(holdout["customers"] == 2_357)
            #expect(holdout["purchases"] == 1_882)
            #expect(near(holdout["model"]?["rmse"]?.double, 1.608, 0.001))
            #expect(near(holdout["model"]?["topDecileShare"]?.double, 0.469, 0.001))
            // An archived customer's past counts, and can be read.
            _ = try client.delete("/v1/customers/\(first)")
            #expect(try client.get(target).json["modelId"] == 1)
        }
    }

    private static func checkPublished(_ model: JSON?) throws {
        let model = try #require(model)
        #expect(near(model["r"]?.double, 0.2426, 0.001))
        #expect(near(model["alpha"]?.double, 4.4135, 0.005))
        #expect(near(model["a"]?.double, 0.7929, 0.001))
        #expect(near(model["b"]?.double, 2.4258, 0.002))
        #expect(near(model["logLikelihood"]?.double, -9_582.4256, 0.01))
        #expect(model["customers"] == 2_357)
        #expect(model["repeatCustomers"] == 946)
        #expect(model["dataUntil"] == "1997-09-30T16:00:00.000Z")
        #expect(near(model["spending"]?["p"]?.double, 6.2488, 0.02))
        #expect(near(model["spending"]?["q"]?.double, 3.7446, 0.02))
        #expect(near(model["spending"]?["v"]?.double, 15.4477, 0.02))
        #expect(near(model["spending"]?["logLikelihood"]?.double, -4_055.923, 0.01))
    }

    /// The sample as CSV.
    private static func cdnow() throws -> [UInt8] {
        var text = Array("customerExternalId,placedAt,total\n".utf8)
        for line in Array(try Data(contentsOf: file)).split(separator: 0x0A) {
            let cells = line.split { $0 <= 0x20 }.map(Array.init)
            guard cells.count == 5 else { continue }
            let date = cells[2]
            text += [UInt8(ascii: "C")] + cells[1] + [UInt8(ascii: ",")]
            text += date[..<4] + [UInt8(ascii: "-")] + date[4..<6] + [UInt8(ascii: "-")]
            text += date[6...] + [UInt8(ascii: ",")] + cells[4] + [UInt8(ascii: "\n")]
        }
        return text
    }

    @discardableResult
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
}

private func near(_ value: Double?, _ expected: Double, _ tolerance: Double) -> Bool {
    value.map { abs($0 - expected) <= tolerance } ?? false
}

extension JSON {
    /// The codes of the reasons.
    fileprivate var codes: [String] {
        self["reasons"]?.elements?.compactMap { $0["code"]?.string } ?? []
    }
}

extension TestClient {
    /// Starts the fit of a model, waits until it has ended, and answers it.
    func fitValues(_ body: String) throws -> JSON {
        var seen = try service.number("SELECT max(seq) FROM event") ?? 0
        let started = try post("/v1/value-models", body)
        guard started.status == 202, let location = started.location else {
            throw TestFailure("no model: \(started)")
        }
        while true {
            let events = try get("/v1/events?after=\(seen)&wait=30").items
            guard let last = events.last?["seq"]?.integer else {
                throw TestFailure("the model has not ended")
            }
            seen = last
            let isOver = events.contains {
                ["value-model.finished", "value-model.failed"].contains($0["action"]?.string)
                    && $0["subject"]?["id"] == started.json["id"]
            }
            if isOver { return try get(location).json }
        }
    }
}
