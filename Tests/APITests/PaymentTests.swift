// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

@Suite struct PaymentTests {
    private static let path = "/v1/payments"

    /// Two customers with an order each, of 100.00 on credit and of 10.00.
    private static func withOrders(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            for (name, rest) in [
                ("李雷", #""total": "100", "terms": "credit", "externalId": "O-1""#),
                ("韩梅梅", #""total": "10", "externalId": "O-2""#),
            ] {
                let customer = try client.customer(name)
                try client.create(
                    "/v1/orders",
                    #"{"customerId": \#(customer), "placedAt": "2026-11-01T00:00:00Z", \#(rest)}"#
                )
            }
            try body(client)
        }
    }

    private static let refused = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("an agent's list", "GET", path, by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "PATCH", path + "/1", "{}", is: 405, "method-not-allowed"),
        Case("no such payment", "GET", path + "/1", is: 404, "not-found"),
        .refused("nothing", "POST", path, "{}", "/amount"),
        .refused("no order", "POST", path, #"{"amount": "1"}"#, "/orderId", "/orderExternalId"),
        .refused(
            "two names",
            "POST",
            path,
            #"{"amount": "1", "orderId": 1, "orderExternalId": "O-1"}"#,
            "/orderId",
            "/orderExternalId"
        ),
        .refused("a stranger", "POST", path, #"{"amount": "1", "orderId": 9}"#, "/orderId"),
        .refused(
            "a strange name",
            "POST",
            path,
            #"{"amount": "1", "orderExternalId": "O-9"}"#,
            "/orderExternalId"
        ),
        .refused("a number", "POST", path, #"{"amount": 1, "orderId": 1}"#, "/amount"),
        .refused(
            "nothing in the future",
            "POST",
            path,
            #"{"amount": "0", "orderId": 1, "paidAt": "2026-11-23T02:00:00.001Z"}"#,
            "/amount",
            "/paidAt"
        ),
        Case(
            "less than nothing",
            "POST",
            path,
            #"{"amount": "-1", "orderId": 1}"#,
            is: 422,
            "negative-amount",
            pointers: ["/amount"]
        ),
        Case(
            "less than nothing in the future",
            "POST",
            path,
            #"{"amount": "-1", "orderId": 1, "paidAt": "2026-11-23T02:00:00.001Z"}"#,
            is: 422,
            "negative-amount",
            pointers: ["/amount", "/paidAt"]
        ),
        Case(
            "too much",
            "POST",
            path,
            #"{"amount": "100.01", "orderId": 1}"#,
            is: 409,
            "payment-above-outstanding",
            pointers: ["/amount"],
            saying: "order 1 has 100.00 outstanding"
        ),
        .refused("another order", query: path + "?sort=amount", "sort"),
        .refused("an unknown parameter", query: path + "?amount=1", "amount"),
    ]

    @Test func `POST refuses what it cannot take`() throws {
        try Self.withOrders { client in try client.check(Self.refused) }
    }

    @Test func `a payment below nothing is told what takes one back`() throws {
        try Self.withOrders { client in
            let payment = try client.post(Self.path, #"{"amount": "-1", "orderId": 1}"#)
            #expect(payment.json["allowed"] == ["POST /v1/payments/{payment}/reverse"])
            let order = try client.post(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-20T00:00:00Z", "total": "-1"}"#
            )
            #expect(
                order.json["allowed"] == [
                    "POST /v1/orders/{order}/refunds", "POST /v1/orders/{order}/cancel",
                ]
            )
        }
    }

    @Test func `an order is paid by the payment that leaves nothing`() throws {
        try Self.withOrders { client in
            let first = try client.as(.manager).post(
                Self.path,
                #"{"orderId": 1, "amount": "70", "paidAt": "2026-11-20T00:00:00Z"}"#
            )
            #expect(first.location == "/v1/payments/1")
            #expect(
                first.json == [
                    "id": 1, "orderId": 1, "customerId": 1, "amount": "70.00",
                    "paidAt": "2026-11-20T00:00:00.000Z", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/payments/1").json == first.json)
            #expect(try client.lastEvent()?["action"] == "payment.recorded")
            let open = try client.get("/v1/orders/1")
            #expect(open.json["outstanding"] == "30.00")
            #expect(open.json["paidAt"] == nil)
            #expect(open.json["version"] == 2)
            let tooMuch = try client.post(Self.path, #"{"orderId": 1, "amount": "30.01"}"#)
            #expect(tooMuch.problem == "payment-above-outstanding")
            #expect(tooMuch.json["outstanding"] == "30.00")
            // It came before the other; the order is paid since the later of them.
            let second = try client.post(
                Self.path,
                #"""
                {"orderExternalId": "O-1", "amount": "30", "paidAt": "2026-11-10T00:00:00Z",
                 "externalId": "B-1"}
                """#
            )
            #expect(second.status == 201)
            let paid = try client.get("/v1/orders/1")
            #expect(paid.json["outstanding"] == "0.00")
            #expect(paid.json["paidAt"] == "2026-11-20T00:00:00.000Z")
            let again = try client.post(
                Self.path,
                #"{"orderId": 2, "amount": "1", "externalId": "B-1"}"#
            )
            #expect(again.problem == "duplicate")
            #expect(again.json["existing"] == "/v1/payments/2")
            #expect(try client.post(Self.path, #"{"orderId": 1, "amount": "1"}"#).status == 409)
        }
    }

    @Test func `an order that came paid has nothing outstanding`() throws {
        try Self.withOrders { client in
            let paid = try client.post(
                "/v1/orders",
                #"""
                {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "5",
                 "paidAt": "2026-11-02T00:00:00Z"}
                """#
            )
            #expect(paid.json["outstanding"] == "0.00")
            let more = try client.post(Self.path, #"{"orderId": 3, "amount": "1"}"#)
            #expect(more.problem == "payment-above-outstanding")
            #expect(more.json["outstanding"] == "0.00")
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [2, 3, 1]), ("sort=paidAt", [1, 3, 2]), ("sort=id", [1, 2, 3]),
        ("orderId=1", [2, 1]), ("customerId=2", [3]), ("customerId=9", []),
        ("since=2026-11-12", [2, 3]), ("until=2026-11-12&orderId=1", [1]),
    ]

    @Test func `GET filters and sorts`() throws {
        try Self.withOrders { client in
            for (order, day) in [(1, 10), (1, 20), (2, 15)] {
                try client.create(
                    Self.path,
                    """
                    {"orderId": \(order), "amount": "1", "paidAt": "2026-11-\(day)T00:00:00Z"}
                    """
                )
            }
            for (query, ids) in Self.filters {
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
        }
    }

    // MARK: - Taken back

    private static let reverse = path + "/1/reverse"
    private static let mistake = #"{"reason": "typed twice"}"#

    private static let irreversible = [
        Case("no token", "POST", reverse, mistake, by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", reverse, mistake, by: .agent, is: 403, "forbidden"),
        Case("nobody's", "POST", path + "/9/reverse", mistake, is: 404, "not-found"),
        Case("another method", "PUT", reverse, mistake, is: 405, "method-not-allowed"),
        Case("no JSON", "POST", reverse, "", is: 400, "malformed-body"),
        .refused("no reason", "POST", reverse, "{}", "/reason"),
        .refused("an empty reason", "POST", reverse, #"{"reason": ""}"#, "/reason"),
        .refused("nothing", "POST", reverse, #"{"reason": "x", "amount": "0"}"#, "/amount"),
        .refused("less", "POST", reverse, #"{"reason": "x", "amount": "-1"}"#, "/amount"),
        .refused("a stranger", "POST", reverse, #"{"reason": "x", "id": 1}"#, "/id"),
        Case(
            "too much",
            "POST",
            reverse,
            #"{"reason": "x", "amount": "70.01"}"#,
            is: 409,
            "reversal-above-payment",
            pointers: ["/amount"],
            saying: "payment 1 is of 70.00"
        ),
    ]

    @Test func `a payment by mistake is taken back once, by another`() throws {
        try Self.withOrders { client in
            for (amount, day) in [(70, 20), (30, 10)] {
                try client.create(
                    Self.path,
                    #"{"orderId": 1, "amount": "\#(amount)", "paidAt": "2026-11-\#(day)T00:00:00Z"}"#
                )
            }
            try client.check(Self.irreversible)
            let paid = try client.get("/v1/orders/1").json
            #expect(paid["paidAt"] == "2026-11-20T00:00:00.000Z")
            let answer = try client.as(.manager).post(Self.reverse, Self.mistake)
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/payments/3")
            #expect(
                answer.json == [
                    "id": 3, "orderId": 1, "customerId": 1, "amount": "-70.00",
                    "paidAt": "2026-11-23T02:00:00.000Z", "reversesId": 1, "reason": "typed twice",
                    "version": 1, "createdAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/payments/3").json == answer.json)
            #expect(try client.get("/v1/payments/1").json["amount"] == "70.00")
            #expect(try client.lastEvent()?["action"] == "payment.reversed")
            let open = try client.get("/v1/orders/1").json
            #expect(open["outstanding"] == "70.00")
            #expect(open["paidAt"] == nil)
            #expect(try client.get(Self.path + "?orderId=1&sort=id").ids == [1, 2, 3])

            let again = try client.post(Self.reverse, Self.mistake)
            #expect(again.status == 409)
            #expect(again.problem == "payment-reversed")
            #expect(again.json["existing"] == "/v1/payments/3")
            let back = try client.post(Self.path + "/3/reverse", Self.mistake)
            #expect(back.problem == "not-allowed-now")
            // Paid anew, it is paid since the later of the payments that still count.
            try client.create(
                Self.path,
                #"{"orderId": 1, "amount": "70", "paidAt": "2026-11-05T00:00:00Z"}"#
            )
            let anew = try client.get("/v1/orders/1").json
            #expect(anew["outstanding"] == "0.00")
            #expect(anew["paidAt"] == "2026-11-10T00:00:00.000Z")
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    @Test func `an order that stays paid without a part has been paid since then`() throws {
        try Self.withOrders { client in
            let paid = #"{"orderId": 1, "amount": "100", "paidAt": "2026-11-10T00:00:00Z"}"#
            try client.create(Self.path, paid)
            try client.create("/v1/orders/1/refunds", #"{"amount": "30", "reason": "broken"}"#)
            try client.create(Self.reverse, #"{"amount": "20", "reason": "x"}"#)
            let order = try client.get("/v1/orders/1").json
            #expect(order["outstanding"] == "0.00")
            #expect(order["paidAt"] == "2026-11-10T00:00:00.000Z")
        }
    }

    @Test func `a part of a payment is taken back, also of an order that was called off`() throws {
        try Self.withOrders { client in
            try client.create(Self.path, #"{"orderId": 1, "amount": "100"}"#)
            try client.create(Self.path, #"{"orderId": 2, "amount": "4"}"#)
            let part = try client.post(Self.reverse, #"{"amount": "0.01", "reason": "x"}"#)
            #expect(part.json["amount"] == "-0.01")
            #expect(try client.get("/v1/orders/1").json["outstanding"] == "0.01")
            _ = try client.post("/v1/orders/2/cancel", #"{"reason": "x"}"#)
            let late = try client.post(Self.path + "/2/reverse", Self.mistake)
            #expect(late.json["amount"] == "-4.00")
            let order = try client.get("/v1/orders/2").json
            #expect(order["cancelledAt"] != nil)
            #expect(order["outstanding"] == "0.00")
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    @Test func `an order that came paid stays paid when a payment of before is taken back`() throws
    {
        try withServer { client in
            _ = try client.customer("x", #""externalId": "A""#)
            _ = try Self.importOrder(client, "total", "100")
            try client.create(Self.path, #"{"orderId": 1, "amount": "60"}"#)
            _ = try Self.importOrder(client, "total,paidAt", "100,2026-11-05")
            _ = try client.post(Self.reverse, Self.mistake)
            let order = try client.get("/v1/orders/1").json
            #expect(order["paidAt"] == "2026-11-04T16:00:00.000Z")
            #expect(order["outstanding"] == "0.00")
        }
    }

    private static func header(_ columns: String, _ row: String) -> [UInt8] {
        Array("externalId,customerExternalId,placedAt,\(columns)\nO-1,A,2026-11-01,\(row)\n".utf8)
    }

    private static func importOrder(
        _ client: TestClient,
        _ columns: String,
        _ row: String
    ) throws -> TestAnswer {
        let answer = try client.send(
            "POST",
            "/v1/imports/orders",
            [:],
            header(columns, row),
            type: "text/csv"
        )
        #expect(answer.status == 200, "\(answer)")
        return answer
    }

    @Test func `an import leaves what was paid as it is`() throws {
        try withServer { client in
            _ = try client.customer("x", #""externalId": "A""#)
            _ = try Self.importOrder(client, "total,channel", "100,shop")
            try client.create(Self.path, #"{"orderId": 1, "amount": "60"}"#)
            let again = try Self.importOrder(client, "total,channel", "100,shop")
            #expect(again.json["unchanged"] == 1)
            // It cannot come to less than was paid, and is paid where it comes to that.
            let less = try Self.importOrder(client, "total", "59.99")
            #expect(less.json["rejected"] == 1)
            _ = try Self.importOrder(client, "total", "60")
            let paid = try client.get("/v1/orders/1").json
            #expect(paid["outstanding"] == "0.00")
            #expect(paid["paidAt"] == "2026-11-23T02:00:00.000Z")
            #expect(paid["channel"] == "shop")
            _ = try Self.importOrder(client, "total", "70")
            let more = try client.get("/v1/orders/1").json
            #expect(more["outstanding"] == "10.00")
            #expect(more["paidAt"] == nil)
            _ = try Self.importOrder(client, "total,paidAt", "70,2026-11-05")
            #expect(try client.get("/v1/orders/1").json["outstanding"] == "0.00")
            let negative = try Self.importOrder(client, "total", "-1")
            #expect(negative.json["rejectedRows"]?.elements?.count == 1)
        }
    }
}
