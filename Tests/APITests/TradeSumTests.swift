// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// What is kept of a customer's orders and expenses: it fits what is recorded, and has a bound.
@Suite struct TradeSumTests {
    private static let largest = "9999999999999.99"

    /// The sums of a customer that are kept, in fen, once all are held against what is recorded.
    private static func sums(
        _ client: TestClient,
        _ customer: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Int] {
        let findings = try client.service.database.read { try DerivedCheck.run($0) }
        #expect(findings == [], sourceLocation: sourceLocation)
        return try ["purchases", "owed", "volume"].map { column in
            try client.service.number(
                "SELECT coalesce(sum(\(column)), 0) FROM trade_sum WHERE customer_id = \(customer)"
            ) ?? 0
        }
    }

    private static func orders(
        _ client: TestClient,
        _ rows: [String],
        header: String = "customerExternalId,externalId,placedAt,total,terms"
    ) throws -> TestAnswer {
        try client.send(
            "POST",
            "/v1/imports/orders?mode=partial",
            [:],
            Array(([header] + rows).joined(separator: "\n").utf8),
            type: "text/csv"
        )
    }

    @Test func `what is kept follows all that happens to orders and expenses`() throws {
        try withServer { client in
            for name in ["A", "B"] { try client.customer(name, #""externalId": "\#(name)""#) }
            #expect(try Self.sums(client) == [0, 0, 0])
            try client.create(
                "/v1/orders",
                #"""
                {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "terms": "credit", "lines": [
                 {"sku": "a", "quantity": 2, "unitPrice": "50.00", "unitCost": "20.00"}]}
                """#
            )
            #expect(try Self.sums(client) == [10_000, 10_000, 14_000])
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "30"}"#)
            #expect(try Self.sums(client) == [10_000, 7_000, 14_000])
            try client.create(
                "/v1/orders/1/refunds",
                #"{"lines": [{"sku": "a", "quantity": 1}], "reason": "x"}"#
            )
            #expect(try Self.sums(client) == [5_000, 2_000, 14_000])
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "20"}"#)
            #expect(try Self.sums(client) == [5_000, 0, 14_000])
            try client.create("/v1/payments/2/reverse", #"{"amount": "10", "reason": "x"}"#)
            #expect(try Self.sums(client) == [5_000, 1_000, 14_000])
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 1, "amount": "7", "spentAt": "2026-11-01T00:00:00Z", "purpose": "x"}
                """#
            )
            #expect(try Self.sums(client) == [5_000, 1_000, 14_700])
            _ = try client.order("3", #""terms": "credit""#)
            _ = try client.order("4", #""terms": "credit""#)
            #expect(try Self.sums(client) == [5_700, 1_700, 15_400])
            #expect(try client.post("/v1/orders/2/cancel", #"{"reason": "x"}"#).status == 200)
            #expect(try Self.sums(client) == [5_400, 1_400, 15_400])
        }
    }

    @Test func `what is kept follows imports, their corrections, merges and their undoing`() throws
    {
        try withServer { client in
            for name in ["A", "B"] { try client.customer(name, #""externalId": "\#(name)""#) }
            let first = try Self.orders(
                client,
                [
                    "A,1,2026-11-01,10,credit", "A,2,2026-11-02,20,prepaid",
                    "B,3,2026-11-03,40,credit",
                ]
            )
            #expect(first.json["created"] == 3)
            #expect(try Self.sums(client) == [3_000, 1_000, 3_000])
            #expect(try Self.sums(client, 2) == [4_000, 4_000, 4_000])
            // Another total, other terms, another customer, and what was there.
            let second = try Self.orders(
                client,
                [
                    "A,1,2026-11-01,11,credit", "A,2,2026-11-02,20,credit",
                    "A,3,2026-11-03,40,credit",
                ]
            )
            #expect(second.json["updated"] == 3)
            #expect(try Self.sums(client) == [7_100, 7_100, 7_100])
            #expect(try Self.sums(client, 2) == [0, 0, 0])
            let third = try Self.orders(
                client,
                ["B,3,2026-11-03,40,credit", "A,1,2026-11-01,11,credit"]
            )
            #expect(third.json["unchanged"] == 1)
            let lines = try Self.orders(
                client,
                ["A,1,2026-11-01,11,a,1,11,8"],
                header: "customerExternalId,externalId,placedAt,total,lines.0.sku,lines.0.quantity,"
                    + "lines.0.unitPrice,lines.0.unitCost"
            )
            #expect(lines.json["updated"] == 1, "\(lines)")
            #expect(try Self.sums(client) == [3_100, 3_100, 3_900])
            #expect(try Self.sums(client, 2) == [4_000, 4_000, 4_000])
            let expenses = try client.send(
                "POST",
                "/v1/imports/expenses",
                [:],
                Array("customerExternalId,amount,spentAt,purpose\nB,1,2026-11-01,x\n".utf8),
                type: "text/csv"
            )
            #expect(expenses.json["created"] == 1)
            #expect(try Self.sums(client, 2) == [4_000, 4_000, 4_100])

            let duplicate = #"{"duplicateId": 2}"#
            #expect(try client.post("/v1/customers/1/merge", duplicate).status == 200)
            #expect(try Self.sums(client) == [7_100, 7_100, 8_000])
            #expect(try Self.sums(client, 2) == [0, 0, 0])
            _ = try client.order("5")
            #expect(try client.post("/v1/customers/1/unmerge", duplicate).status == 200)
            #expect(try Self.sums(client) == [3_600, 3_100, 4_400])
            #expect(try Self.sums(client, 2) == [4_000, 4_000, 4_100])
        }
    }

    @Test func `what is kept follows a file of many customers that corrects itself`() throws {
        try withServer { client in
            let rows = (1...130).map { "C\($0),\($0),2026-11-01,\($0),credit" }
            let more = ["C1,2,2026-11-01,5,prepaid", "C3,1,2026-11-01,7,credit"]
            let made = try Self.orders(client, rows + more)
            #expect(made.json["created"] == 130)
            #expect(made.json["updated"] == 2)
            #expect(try Self.sums(client, 1) == [500, 0, 500])
            #expect(try Self.sums(client, 2) == [0, 0, 0])
            #expect(try Self.sums(client, 3) == [1_000, 1_000, 1_000])
            #expect(try Self.sums(client, 130) == [13_000, 13_000, 13_000])
        }
    }

    @Test func `what an atomic import or a refused order would add is not kept`() throws {
        try withServer { client in
            try client.customer("A", #""externalId": "A", "creditLimit": "1""#)
            let text = "customerExternalId,placedAt,total\nA,2026-11-01,10\nA,2026-11-01,-1\n"
            let failed = try client.send(
                "POST",
                "/v1/imports/orders?mode=atomic",
                [:],
                Array(text.utf8),
                type: "text/csv"
            )
            #expect(failed.status == 422)
            #expect(try Self.sums(client) == [0, 0, 0])
            #expect(try client.order("2", #""terms": "credit""#).status == 201)
            #expect(try client.order("2", #""terms": "credit""#).problem == "credit-blocked")
            #expect(try Self.sums(client) == [200, 200, 200])
        }
    }

    // MARK: - The bound

    /// A customer of whom 4,999,999,999,999,995.00 are recorded, 5.00 less than the bound.
    private static func withFullCustomer(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            try client.customer("A", #""externalId": "A""#)
            try client.customer("B", #""externalId": "B""#)
            let rows = (1...510).map { "A,\($0),2026-11-01,\(Self.largest),prepaid" }
            let made = try Self.orders(client, rows)
            #expect(made.json["created"] == 500)
            #expect(made.json["rejected"] == 10)
            let row = made.json["rejectedRows"]?.elements?.first
            #expect(row?["line"] == 502)
            let reason =
                "9999999999999.99 more would take the amounts of customer 1 past "
                + "5000000000000000.00"
            let fault = row?["errors"]?.elements?.first
            #expect(fault?["pointer"] == "/total")
            #expect(fault?["detail"]?.string == reason)
            // What is there already is no more.
            #expect(try Self.orders(client, rows).json["unchanged"] == 500)
            try body(client)
        }
    }

    @Test func `no record takes a customer past the bound, and others go on`() throws {
        try Self.withFullCustomer { client in
            let refused = try client.order("5.01")
            #expect(refused.status == 409)
            #expect(refused.problem == "sum-above-bound")
            #expect(refused.json["amount"] == "5.01")
            #expect(refused.json["bound"] == "5000000000000000.00")
            #expect(refused.pointers == ["/total"])
            let lines =
                #""lines": [{"sku": "a", "quantity": 1, "unitPrice": "3", "unitCost": "3"}]"#
            let dear = try client.post(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", \#(lines)}"#
            )
            #expect(dear.problem == "sum-above-bound")
            #expect(dear.json["amount"] == "6.00")
            let day = #""spentAt": "2026-11-01T00:00:00Z", "purpose": "x""#
            let spent = try client.post(
                "/v1/expenses",
                #"{"customerId": 1, "amount": "5.01", \#(day)}"#
            )
            #expect(spent.problem == "sum-above-bound")
            #expect(spent.pointers == ["/amount"])
            let imported = try client.send(
                "POST",
                "/v1/imports/expenses?mode=partial",
                [:],
                Array("customerExternalId,amount,spentAt,purpose\nA,5.01,2026-11-01,x\n".utf8),
                type: "text/csv"
            )
            #expect(imported.json["rejected"] == 1)
            #expect(try client.order("5.01", of: 2).status == 201)
            // Another's order, by a correction of a file or by a merge.
            _ = try Self.orders(client, ["B,b,2026-11-01,5.01,prepaid"])
            #expect(
                try Self.orders(client, ["A,b,2026-11-01,5.01,prepaid"]).json["rejected"] == 1
            )
            let merged = try client.post("/v1/customers/1/merge", #"{"duplicateId": 2}"#)
            #expect(merged.problem == "sum-above-bound")
            #expect(merged.pointers == ["/duplicateId"])
            // A correction downwards makes room, a cancellation does not: its order stays.
            #expect(try client.post("/v1/orders/1/cancel", #"{"reason": "x"}"#).status == 200)
            #expect(try client.order("5.01").status == 409)
            #expect(try Self.orders(client, ["A,2,2026-11-01,1,prepaid"]).json["updated"] == 1)
            #expect(try client.order("5.01").status == 201)
            #expect(try Self.sums(client)[2] < 500_000_000_000_000_000)
        }
    }

    /// All that adds up what is recorded of a customer, or of all.
    private static let reads =
        ["potential", "attraction", "behaviour", "stage", "value", "tier", "entitlements"]
        .map { "/v1/customers/1/\($0)" }
        + ["pyramid", "value", "retention?months=3", "warnings"].map { "/v1/reports/\($0)" }
        + ["/v1/tiers", "/v1/warnings", "/v1/orders?customerId=1&limit=1"]

    private static func checkReads(_ client: TestClient) throws {
        let run = try client.runTiers(#"{"scope": "all"}"#)
        #expect(run["status"] == "finished", "\(run)")
        for path in reads {
            let answer = try client.get(path)
            #expect([200, 404].contains(answer.status), "\(path): \(answer)")
            #expect(answer.problem == nil || answer.problem == "no-tier-yet", "\(path): \(answer)")
        }
        #expect(try client.runWarnings()["status"] == "finished")
        #expect(try client.get("/v1/customers/1/tier").json["rank"] == 1)
        #expect(try client.get("/v1/customers/2/tier").json["amount"] == "10.01")
    }

    @Test func `all that adds up holds the most that can be recorded`() throws {
        try Self.withFullCustomer { client in
            _ = try client.order("10.01", of: 2)
            try Self.checkReads(client)
            let tier = try client.get("/v1/customers/1/tier").json
            #expect(tier["amount"] == "4999999999999995.00")
            #expect(tier["profit"] == "4999999999999995.00")
        }
    }

    @Test func `many customers with the most come to no error together`() throws {
        try withServer { client in
            let names = (1...25).map { "C\($0)" }
            for name in names { try client.customer(name, #""externalId": "\#(name)""#) }
            let rows = names.flatMap { name in
                (1...500).map { "\(name),\(name)-\($0),2026-11-01,\(Self.largest),prepaid" }
            }
            #expect(try Self.orders(client, rows).json["created"] == 12_500)
            #expect(try client.runTiers("{}")["status"] == "finished")
            for path in Self.reads {
                #expect(try client.get(path).status == 200, "\(path)")
            }
            let last = try client.get("/v1/tiers?sort=-rank&limit=1").items.first
            #expect(last?["amount"] == "4999999999999995.00")
            #expect(last?["cumulativeShare"]?.double == 1)
        }
    }

    /// What an earlier version may have recorded: 9,500 orders of the largest amount.
    @Test func `a customer with more than the bound stops nobody`() throws {
        try withServer { client in
            for name in ["A", "B"] { try client.customer(name, #""externalId": "\#(name)""#) }
            _ = try client.order("10.01", of: 2)
            try client.service.tamper(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9500)
                INSERT INTO customer_order (customer_id, placed_at, total, terms,
                    version, created_at, updated_at)
                SELECT 1, 1793491200000, 999999999999999, 'credit',
                    1, 0, 0 FROM n
                """
            )
            try client.service.tamper(
                """
                INSERT INTO trade_sum (customer_id, purchases, owed, volume)
                VALUES (1, 1000000000000000000, 1000000000000000000, 1000000000000000000)
                """
            )
            try Self.checkReads(client)
            let tier = try client.get("/v1/customers/1/tier").json
            #expect(tier["amount"] == "10000000000000000.00")
            #expect(try client.order("1").problem == "sum-above-bound")
            let most = 1_000_000_000_000_000_000
            #expect(try Self.sums(client) == [most, most, most])
            // What takes back goes on, and is counted.
            #expect(try client.post("/v1/orders/2/cancel", #"{"reason": "x"}"#).status == 200)
            try client.create("/v1/orders/3/refunds", #"{"amount": "1", "reason": "x"}"#)
            try client.create("/v1/payments", #"{"orderId": 4, "amount": "1"}"#)
            let less = try Self.sums(client)
            #expect(less == [most - 999_999_999_999_999 - 100, most, most])
        }
    }

    @Test func `tells attraction of discounts that come to more than a sum can hold`() throws {
        try withServer { client in
            try client.customer()
            let line = #"""
                {"sku": "a", "quantity": 1, "unitPrice": "\#(Self.largest)",
                "discount": "\#(Self.largest)"}
                """#
            let lines = Array(repeating: line, count: 1_000).joined(separator: ",")
            for _ in 1...10 {
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "lines": [\#(lines)]}
                    """#
                )
            }
            let found = try client.get("/v1/customers/1/attraction")
            #expect(found.status == 200)
        }
    }
}
