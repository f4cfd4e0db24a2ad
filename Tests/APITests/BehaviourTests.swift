// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// How customers buy (M07), what draws them (M08), and whether a record of them pays (M12).
@Suite struct BehaviourTests {
    private static let behaviour = "/v1/customers/1/behaviour"
    private static let attraction = "/v1/customers/1/attraction"
    private static let advice = "/v1/customers/1/record-advice"

    private static let refused = [
        Case("no token", "GET", behaviour, by: nil, is: 401, "unauthorized"),
        Case("an agent", "GET", behaviour, by: .agent, is: 403, "forbidden"),
        Case("an agent's attraction", "GET", attraction, by: .agent, is: 403, "forbidden"),
        Case("a reader's advice", "GET", advice, by: .reader, is: 200),
        Case("nobody", "GET", "/v1/customers/9/behaviour", is: 404, "not-found"),
        Case("nobody's", "GET", "/v1/customers/9/attraction", is: 404, "not-found"),
        Case("nobody's advice", "GET", "/v1/customers/9/record-advice", is: 404, "not-found"),
        .future("the future", query: behaviour + "?asOf=2026-11-24"),
        .future("a future's", query: attraction + "?asOf=2026-11-24"),
        .refused("no date", query: advice + "?asOf=x", "asOf"),
        Case("another method", "POST", behaviour, "{}", is: 405, "method-not-allowed"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @discardableResult
    private static func order(
        _ client: TestClient,
        _ day: String,
        _ total: String,
        _ members: String = ""
    ) throws -> Int {
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": 1, "placedAt": "\#(day)T12:00:00+08:00", "total": "\#(total)"\#(members)}
            """#
        )
    }

    @Test func `tells rhythm, peaks and outliers, by which rule`() throws {
        try withServer { client in
            try client.customer()
            let nothing = try client.get(Self.behaviour).json
            #expect(nothing["orders"] == 0)
            #expect(nothing.codes == ["no-orders"])
            // Every thirty days; two of one day are one purchase. 900 stands out, and so does 1.
            for (day, total) in [
                ("2026-01-10", "100"), ("2026-02-09", "110"), ("2026-02-09", "120"),
                ("2026-03-11", "90"), ("2026-04-10", "900"), ("2026-05-10", "105"),
            ] {
                try Self.order(client, day, total, #", "channel": "web""#)
            }
            try Self.order(client, "2026-06-09", "1")
            let cancelled = try Self.order(client, "2026-07-09", "5000")
            _ = try client.post("/v1/orders/\(cancelled)/cancel", #"{"reason": "x"}"#)
            client.clock.advance(milliseconds: 1)
            let found = try client.as(.manager).get(Self.behaviour).json
            #expect(found["orders"] == 7)
            #expect(found["purchaseDays"] == 6)
            #expect(found["lastOrderAt"] == "2026-06-09T04:00:00.000Z")
            #expect(found["daysSinceLast"] == 167)
            #expect(found["amount"] == "1426.00")
            // 1, 90, 100, 105, 110, 120, 900: hinges 95 and 115, fences 65 and 145.
            #expect(found["median"] == "105.00")
            #expect(found["outliers"]?["rule"] == "tukey-fences")
            #expect(found["outliers"]?["lowerFence"] == "65.00")
            #expect(found["outliers"]?["upperFence"] == "145.00")
            #expect(
                found["outliers"]?["orders"]?.elements?.map { $0["total"] } == ["1.00", "900.00"]
            )
            let months = found["months"]?.elements ?? []
            #expect(months.map { $0["month"]?.integer } == Array(1...12))
            // Of 525 in twelve months the mean is 43.75.
            let peaks = months.filter { $0["peak"] == true }
            #expect(peaks.map { $0["month"] } == [1, 2, 3, 5])
            #expect(months[1]["amount"] == "230.00")
            let rhythm = found["rhythm"]
            #expect(rhythm?["median"] == 30)
            #expect(rhythm?["intervals"] == 5)
            #expect(rhythm?["nextOn"] == "2026-07-09")
            #expect(rhythm?["overdueDays"] == 137)
            let channels = found["channels"]?.elements ?? []
            #expect(channels.map { $0["name"] } == ["web", nil])
            #expect(channels.map { $0["orders"] } == [6, 1])
            #expect(found.codes == [])
            // As of an earlier day it was otherwise, and the cancelled order stood.
            let early = try client.get(Self.behaviour + "?asOf=2026-02-10").json
            #expect(early["orders"] == 3)
            #expect(early["rhythm"] == nil)
            #expect(early["outliers"] == nil)
            #expect(early.codes == ["few-orders", "few-intervals"])
            #expect(try client.get(Self.behaviour + "?asOf=2026-07-10").json["orders"] == 8)
        }
    }

    private static func lines(_ client: TestClient, _ lines: String...) throws {
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z",
             "lines": [\#(lines.joined(separator: ", "))]}
            """#
        )
    }

    @Test func `tells what draws a customer, with what speaks for each`() throws {
        try withServer { client in
            try client.customer()
            try client.create("/v1/products", #"{"sku": "T", "name": "t", "category": "tea"}"#)
            #expect(try client.get(Self.attraction).json["attraction"] == nil)
            // 60 of 100 for tea.
            let tea = #"{"sku": "T", "quantity": 3, "unitPrice": "20"}"#
            let cup = #"{"sku": "K", "quantity": 4, "unitPrice": "10"}"#
            try Self.lines(client, tea, cup)
            let product = try client.get(Self.attraction).json
            #expect(product["attraction"] == "product")
            #expect(product["action"] == "recommend")
            #expect(product["evidence"]?.elements?.map { $0["score"]?.double } == [0.6, 0, 0])
            let mix = try client.get(Self.behaviour).json["mix"]?.elements ?? []
            #expect(mix.map { $0["name"] } == ["tea", nil])
            #expect(mix.map { $0["share"]?.double } == [0.6, 0.4])
            // 300 of 400 at a discount.
            try Self.lines(
                client,
                #"{"sku": "S", "quantity": 1, "unitPrice": "330", "discount": "30"}"#
            )
            let price = try client.get(Self.attraction).json
            #expect(price["attraction"] == "price")
            #expect(price["action"] == "reprice")
            #expect(price["evidence"]?.elements?.map { $0["score"]?.double } == [0.75, 0, 0.75])
            for _ in 1...3 {
                try client.create(
                    "/v1/interactions",
                    #"""
                    {"customerId": 1, "direction": "inbound", "content": "opinion",
                     "channel": "phone", "occurredAt": "2026-11-02T00:00:00Z", "summary": "x"}
                    """#
                )
            }
            let service = try client.get(Self.attraction).json
            #expect(service["attraction"] == "service")
            #expect(service["action"] == "serve")
            #expect(try client.get(Self.attraction + "?asOf=2026-11-01").json["orders"] == 0)
        }
    }

    @Test func `what was given back counts nowhere`() throws {
        try withServer { client in
            try client.customer()
            try client.create("/v1/products", #"{"sku": "T", "name": "t", "category": "tea"}"#)
            // 98.99 of 118.99 at a discount; all of it comes back, and half of the sums of another.
            try Self.lines(
                client,
                #"{"sku": "S", "quantity": 1, "unitPrice": "108.99", "discount": "10"}"#,
                #"{"sku": "T", "quantity": 2, "unitPrice": "10"}"#
            )
            try Self.lines(
                client,
                #"{"sku": "T", "quantity": 3, "unitPrice": "4"}"#,
                #"{"sku": "K", "quantity": 1, "unitPrice": "8"}"#
            )
            let before = try client.get(Self.behaviour).json
            #expect(before["amount"] == "138.99")
            let pieces = #"[{"sku": "S", "quantity": 1}, {"sku": "T", "quantity": 2}]"#
            for (order, back) in [(1, #""lines": \#(pieces)"#), (2, #""amount": "10.01""#)] {
                try client.create("/v1/orders/\(order)/refunds", #"{\#(back), "reason": "x"}"#)
            }
            client.clock.advance(milliseconds: 1)
            let found = try client.get(Self.behaviour).json
            #expect(found["amount"] == "9.99")
            #expect(found["median"] == "4.99")
            #expect(found["channels"]?.elements?.map { $0["amount"] } == ["9.99"])
            #expect(found["months"]?.elements?[10]["amount"] == "9.99")
            // 10.01 is spread over 12.00 and 8.00, to the fen.
            let mix = found["mix"]?.elements ?? []
            #expect(mix.map { $0["name"] } == ["tea", nil])
            #expect(mix.map { $0["amount"] } == ["6.00", "3.99"])
            let attraction = try client.get(Self.attraction).json
            #expect(attraction["attraction"] == "product")
            #expect(
                attraction["evidence"]?.elements?.map { $0["text"] } == [
                    "6.00 of 9.99 went to T", "the customer began 0 contacts beside 2 orders",
                    "0.00 of 9.99 was bought at a discount, 0.00 of 9.99 in all",
                ]
            )
            // As of before it is as it was.
            let early = try client.get(Self.behaviour + "?asOf=2026-11-23").json
            #expect(early["mix"] == before["mix"])
        }
    }

    @Test func `advises a minimal record where a full one does not pay`() throws {
        try withServer { client in
            try client.customer()
            try client.create("/v1/products", #"{"sku": "T", "name": "t", "category": "tea"}"#)
            func signs() throws -> [String?] {
                let found = try client.get(Self.advice).json
                return [found["record"]?.string]
                    + (found["evidence"]?.elements ?? []).map { $0["speaks"]?.string }
            }
            #expect(try signs() == ["full", "unknown", "unknown", "unknown"])
            try Self.lines(client, #"{"sku": "T", "quantity": 1, "unitPrice": "19.99"}"#)
            let spend = "/v1/customers/1/category-spend/tea"
            let need =
                #"{"amount": "100", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#
            _ = try client.put(spend, need)
            #expect(try signs() == ["minimal", "unknown", "against", "unknown"])
            try Self.lines(client, #"{"sku": "T", "quantity": 1, "unitPrice": "0.01"}"#)
            #expect(try signs() == ["full", "unknown", "for", "unknown"])
        }
    }

    @Test func `goes by the model where there is one`() throws {
        try withServer { client in
            // A hundred customers who come again, one of them every month.
            let days = (0..<24).map {
                "20\(25 + $0 / 12)-\(($0 % 12 + 1) < 10 ? "0" : "")\($0 % 12 + 1)-05"
            }
            .filter { $0 < "2026-11-20" }
            var rows = "customerExternalId,placedAt,total\n"
            for customer in 0..<120 {
                for (place, day) in days.enumerated()
                where place % (customer % 5 + 1) == 0 && place < 4 + customer % 19 {
                    rows += "C\(customer),\(day),\(20 + customer)\n"
                }
            }
            rows += days.map { "OFTEN,\($0),100\n" }.joined()
            let answer = try client.send(
                "POST",
                "/v1/imports/orders",
                [:],
                Array(rows.utf8),
                type: "text/csv"
            )
            #expect(answer.json["rejected"] == 0, "\(answer)")
            func evidence(_ name: String) throws -> [String?] {
                let id = try #require(try client.get("/v1/customers?q=\(name)").ids.first)
                let found = try client.get("/v1/customers/\(id)/record-advice").json
                return [found["record"]?.string]
                    + (found["evidence"]?.elements ?? []).map { $0["speaks"]?.string }
            }
            #expect(try evidence("OFTEN") == ["full", "for", "unknown", "for"])
            // Where keeping a record costs more than anyone brings, none is worth it.
            let policy = try client.get("/v1/care-policy").json
            var members = (policy.members ?? []).filter {
                !["version", "keepingCost"].contains($0.name)
            }
            members.append(JSON.Member("keepingCost", "1000000.00"))
            let put = try client.put("/v1/care-policy", JSON.object(members).text)
            #expect(put.json["version"] == 2)
            #expect(try evidence("OFTEN") == ["minimal", "for", "unknown", "against"])
        }
    }
}

extension JSON {
    fileprivate var codes: [String] {
        self["reasons"]?.elements?.compactMap { $0["code"]?.string } ?? []
    }
}
