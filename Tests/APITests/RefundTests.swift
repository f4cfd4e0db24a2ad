// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

@Suite struct RefundTests {
    /// An order of ten pieces of one article at 3.00 with 1.00 off, and of one at 5.00: 34.00.
    private static let order = #"""
        {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "terms": "credit", "lines": [
         {"sku": "A", "quantity": 10, "unitPrice": "3", "unitCost": "1.01", "discount": "1"},
         {"sku": "B", "quantity": 1, "unitPrice": "5", "unitCost": "2"}]}
        """#

    private static func withOrder(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            try client.customer()
            try client.create("/v1/orders", order)
            try body(client)
        }
    }

    private static let path = "/v1/orders/1/refunds"
    private static let because = #""reason": "broken""#

    private static let refused = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "GET", path, is: 405, "method-not-allowed"),
        Case("no such refund", "GET", "/v1/refunds/1", is: 404, "not-found"),
        Case(
            "no such order",
            "POST",
            "/v1/orders/9/refunds",
            #"{\#(because), "amount": "1"}"#,
            is: 404,
            "not-found"
        ),
        .refused("nothing", "POST", path, "{}", "/reason"),
        .refused("no sum", "POST", path, "{\(because)}", "/amount", "/lines"),
        .refused(
            "both",
            "POST",
            path,
            #"{\#(because), "amount": "1", "lines": [{"sku": "A", "quantity": 1}]}"#,
            "/amount",
            "/lines"
        ),
        .refused("no more than nothing", "POST", path, #"{\#(because), "amount": "0"}"#, "/amount"),
        .refused("a negative sum", "POST", path, #"{\#(because), "amount": "-1"}"#, "/amount"),
        .refused(
            "the future",
            "POST",
            path,
            #"{\#(because), "amount": "1", "refundedAt": "2026-11-24T00:00:00Z"}"#,
            "/refundedAt"
        ),
        .refused(
            "before the order",
            "POST",
            path,
            #"{\#(because), "amount": "1", "refundedAt": "2026-10-24T00:00:00Z"}"#,
            "/refundedAt"
        ),
        .refused(
            "another article",
            "POST",
            path,
            #"{\#(because), "lines": [{"sku": "A", "quantity": 1}, {"sku": "C", "quantity": 1}]}"#,
            "/lines/1/sku"
        ),
        Case(
            "more pieces than there are",
            "POST",
            path,
            #"{\#(because), "lines": [{"sku": "A", "quantity": 6}, {"sku": "A", "quantity": 5}]}"#,
            is: 409,
            "refund-above-order",
            pointers: ["/lines/1/quantity"],
            saying: "is more than the 4 that are left"
        ),
        Case(
            "more than it came to",
            "POST",
            path,
            #"{\#(because), "amount": "34.01"}"#,
            is: 409,
            "refund-above-order",
            pointers: ["/amount"],
            saying: "34.00"
        ),
        .refused("cancelling without a reason", "POST", "/v1/orders/1/cancel", "{}", "/reason"),
        Case(
            "cancelling what is not there",
            "POST",
            "/v1/orders/9/cancel",
            "{\(because)}",
            is: 404,
            "not-found"
        ),
        .refused("another order", query: "/v1/refunds?sort=amount", "sort"),
        .refused("another kind", query: "/v1/refunds?kind=gift", "kind"),
        .refused(
            "a discount above the price",
            "POST",
            "/v1/orders",
            #"""
            {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "lines": [
             {"sku": "A", "quantity": 2, "unitPrice": "3", "discount": "6.01"}]}
            """#,
            "/lines/0/discount"
        ),
    ]

    @Test func `POST refuses what it cannot take`() throws {
        try Self.withOrder { client in try client.check(Self.refused) }
    }

    @Test func `pieces come back at the prices, discounts and costs of the order`() throws {
        try Self.withOrder { client in
            let answer = try client.as(.manager).post(
                Self.path,
                #"""
                {"lines": [{"sku": "A", "quantity": 3}], "reason": "broken",
                 "refundedAt": "2026-11-10T00:00:00Z"}
                """#
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/refunds/1")
            #expect(
                answer.json == [
                    "id": 1, "orderId": 1, "customerId": 1, "kind": "refund", "amount": "-8.70",
                    "cost": "-3.03",
                    "lines": [
                        [
                            "sku": "A", "quantity": -3, "unitPrice": "3.00", "discount": "-0.30",
                            "cost": "-3.03",
                        ]
                    ],
                    "reason": "broken", "refundedAt": "2026-11-10T00:00:00.000Z", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/refunds/1").json == answer.json)
            #expect(try client.lastEvent()?["action"] == "refund.recorded")
            let order = try client.get("/v1/orders/1").json
            #expect(order["total"] == "34.00")
            #expect(order["refunded"] == "8.70")
            #expect(order["outstanding"] == "25.30")
            #expect(order["lines"]?.elements?.count == 2)
            let rest = try client.post(
                Self.path,
                #"{"lines": [{"sku": "A", "quantity": 7}], "reason": "all"}"#
            )
            #expect(rest.json["amount"] == "-20.30")
            let more = try client.post(
                Self.path,
                #"{"lines": [{"sku": "A", "quantity": 1}], "reason": "again"}"#
            )
            #expect(more.problem == "refund-above-order")
            #expect(more.json["refundable"] == "5.00")
        }
    }

    @Test func `discounts are given back to the last fen, however the pieces come back`() throws {
        try withServer { client in
            try client.customer()
            for (number, parts) in [[1, 1, 1, 1, 1, 1, 1], [3, 3, 1], [7], [2, 5]].enumerated() {
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "lines": [
                     {"sku": "A", "quantity": 7, "unitPrice": "0.03", "discount": "0.10"}]}
                    """#
                )
                for part in parts {
                    try client.create(
                        "/v1/orders/\(number + 1)/refunds",
                        #"{"lines": [{"sku": "A", "quantity": \#(part)}], "reason": "x"}"#
                    )
                }
                let order = try client.get("/v1/orders/\(number + 1)").json
                #expect(order["refunded"] == order["total"], "\(parts)")
            }
        }
    }

    @Test func `what is given back need not be paid`() throws {
        try Self.withOrder { client in
            try client.create(
                "/v1/payments",
                #"{"orderId": 1, "amount": "20", "paidAt": "2026-11-09T00:00:00Z"}"#
            )
            try client.create(Self.path, #"{"amount": "14", "reason": "late"}"#)
            let order = try client.get("/v1/orders/1").json
            #expect(order["outstanding"] == "0.00")
            #expect(order["paidAt"] == "2026-11-09T00:00:00.000Z")
            let refund = try client.get("/v1/refunds/1").json
            #expect(refund["cost"] == "0.00")
            #expect(refund["lines"] == [])
            // What was paid can be given back as well.
            try client.create(Self.path, #"{"amount": "20", "reason": "late"}"#)
            #expect(try client.get("/v1/orders/1").json["refunded"] == "34.00")
            let paying = try client.post("/v1/payments", #"{"orderId": 1, "amount": "1"}"#)
            #expect(paying.problem == "payment-above-outstanding")
        }
    }

    @Test func `an order is cancelled once, and nothing is done with it afterwards`() throws {
        try Self.withOrder { client in
            let stale = try client.post(
                "/v1/orders/1/cancel",
                #"{"reason": "changed mind"}"#,
                ["if-match": "\"9.x\""]
            )
            #expect(stale.status == 412)
            let answer = try client.as(.manager).post(
                "/v1/orders/1/cancel",
                #"{"reason": "changed mind"}"#
            )
            #expect(answer.status == 200)
            #expect(answer.json["cancelledAt"] == "2026-11-23T02:00:00.000Z")
            #expect(answer.json["outstanding"] == "0.00")
            #expect(answer.json["total"] == "34.00")
            let event = try client.lastEvent()
            #expect(event?["action"] == "order.cancelled")
            #expect(event?["subject"] == ["type": "order", "id": 1])
            let record = try client.get("/v1/refunds?orderId=1").items.first
            #expect(record?["kind"] == "cancellation")
            #expect(record?["amount"] == "-34.00")
            #expect(record?["cost"] == "-12.10")
            #expect(record?["lines"]?.elements?.map { $0["quantity"] } == [-10, -1])
            for (target, body) in [
                ("/v1/orders/1/cancel", #"{"reason": "x"}"#),
                (Self.path, #"{"amount": "1", "reason": "x"}"#),
                ("/v1/payments", #"{"orderId": 1, "amount": "1"}"#),
            ] {
                let again = try client.post(target, body)
                #expect(again.problem == "not-allowed-now", "\(target)")
                #expect(again.detail == "order 1 is cancelled", "\(target)")
            }
        }
    }

    @Test func `an order with refunds is not cancelled`() throws {
        try Self.withOrder { client in
            try client.create(Self.path, #"{"amount": "1", "reason": "x"}"#)
            let answer = try client.post("/v1/orders/1/cancel", #"{"reason": "x"}"#)
            #expect(answer.problem == "not-allowed-now")
            #expect(answer.json["allowed"] == ["refunds"])
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [3, 2, 1]), ("sort=refundedAt", [1, 2, 3]), ("sort=-id", [3, 2, 1]),
        ("orderId=1", [2, 1]), ("customerId=2", [3]), ("kind=cancellation", [3]),
        ("since=2026-11-12&until=2026-11-20", [2]),
    ]

    @Test func `GET filters and sorts`() throws {
        try Self.withOrder { client in
            try client.customer()
            try client.create(
                "/v1/orders",
                #"{"customerId": 2, "placedAt": "2026-11-01T00:00:00Z", "total": "1"}"#
            )
            for day in [10, 15] {
                try client.create(
                    Self.path,
                    #"""
                    {"amount": "1", "reason": "x", "refundedAt": "2026-11-\#(day)T00:00:00Z"}
                    """#
                )
            }
            #expect(try client.post("/v1/orders/2/cancel", #"{"reason": "x"}"#).status == 200)
            for (query, ids) in Self.filters {
                let all = try client.all("/v1/refunds?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
        }
    }

    @Test func `what is cancelled is neither imported over nor exported nor counted`() throws {
        try withServer { client in
            _ = try client.customer("x", #""externalId": "A""#)
            let file = "externalId,customerExternalId,placedAt,total\nO-1,A,2026-11-01,"
            func bring(_ total: String) throws -> TestAnswer {
                let text = Array((file + total + "\n").utf8)
                return try client.send("POST", "/v1/imports/orders", [:], text, type: "text/csv")
            }
            _ = try bring("100")
            #expect(try client.post("/v1/orders/1/cancel", #"{"reason": "x"}"#).status == 200)
            #expect(try bring("100").json["unchanged"] == 1)
            #expect(try bring("90").json["rejected"] == 1)
            try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "x"}"#
            )
            for grouping in ["cause", "tier", "month", "channel", "product"] {
                let report = try client.get("/v1/reports/complaints?groupBy=\(grouping)")
                let counted = report.items.filter { ($0["orders"]?.integer ?? 0) != 0 }
                #expect(counted.isEmpty, "\(grouping): \(report)")
            }
        }
    }

    @Test func `the check finds sums that do not fit`() throws {
        try Self.withOrder { client in
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "2"}"#)
            try client.create(
                Self.path,
                #"{"lines": [{"sku": "A", "quantity": 1}], "reason": "x"}"#
            )
            func findings() throws -> [String] {
                try client.service.database.read { try DerivedCheck.run($0) }
            }
            #expect(try findings() == [])
            try client.service.tamper("UPDATE payment SET amount = 1")
            #expect(try findings() == ["settlement of order of 1 does not fit its source"])
            try client.service.tamper("UPDATE payment SET amount = 200")
            try client.service.tamper("UPDATE refund SET amount = amount - 1")
            #expect(
                try findings() == [
                    "amount of refund of 1 does not fit its source",
                    "settlement of order of 1 does not fit its source",
                ]
            )
        }
    }
}
