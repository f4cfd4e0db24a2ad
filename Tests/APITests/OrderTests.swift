// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct OrderTests {
    private static let path = "/v1/orders"

    /// A body with these members beside a customer and a time.
    private static func body(_ members: String, customer: String = #""customerId": 1"#) -> String {
        #"{\#(customer), "placedAt": "2026-11-20T08:00:00+08:00", \#(members)}"#
    }

    private static func line(
        _ sku: String = "T-1",
        quantity: String = "1",
        price: String = "\"2.50\"",
        more: String = ""
    ) -> String {
        #"{"sku": "\#(sku)", "quantity": \#(quantity), "unitPrice": \#(price)\#(more)}"#
    }

    private static func lines(_ lines: String...) -> String {
        #""lines": [\#(lines.joined(separator: ","))]"#
    }

    private static func many(_ count: Int) -> String {
        #""lines": [\#((0..<count).map { _ in line() }.joined(separator: ","))]"#
    }

    private static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("an agent's list", "GET", path, by: .agent, is: 403, "forbidden"),
        Case("a manager's table", "GET", path + "?format=csv", by: .manager, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "PATCH", path + "/1", "{}", is: 405, "method-not-allowed"),
        Case("no such order", "GET", path + "/1", is: 404, "not-found"),
        .refused("an unknown parameter", query: path + "?total=1", "total"),
        .refused("no instant", query: path + "?since=x&until=y", "since", "until"),
        Case(
            "a negative total",
            "POST",
            path,
            body(#""total": "-1""#),
            is: 422,
            "negative-amount",
            pointers: ["/total"]
        ),
        Case(
            "no customer",
            "POST",
            path,
            #"{"placedAt": "2026-11-20T00:00:00Z", "total": "1"}"#,
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId"]
        ),
        Case(
            "a negative price",
            "POST",
            path,
            body(lines(line(), line(price: "\"-2.50\""))),
            is: 422,
            "negative-price",
            pointers: ["/lines/1/unitPrice"]
        ),
        Case(
            "no customer, a negative total, the future",
            "POST",
            path,
            #"""
            {"placedAt": "2026-11-23T02:00:00.001Z", "total": "-5.00",
             "paidAt": "2026-11-23T02:00:00.001Z"}
            """#,
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId", "/total", "/placedAt", "/paidAt"]
        ),
        Case(
            "a negative total in the future",
            "POST",
            path,
            #"{"customerId": 1, "placedAt": "2026-11-23T02:00:00.001Z", "total": "-5.00"}"#,
            is: 422,
            "negative-amount",
            pointers: ["/total", "/placedAt"]
        ),
        Case(
            "negative prices, due before",
            "POST",
            path,
            #"""
            {"customerId": 1, "placedAt": "2026-11-20T00:00:00Z", "dueAt": "2026-11-19T00:00:00Z",
             "total": "7", "lines": [
                {"sku": "A", "quantity": 1, "unitPrice": "-2.50"},
                {"sku": "A", "quantity": 1, "unitPrice": "-1"}]}
            """#,
            is: 422,
            "negative-price",
            pointers: ["/lines/0/unitPrice", "/lines/1/unitPrice", "/dueAt"]
        ),
        Case(
            "two names and the future",
            "POST",
            path,
            #"""
            {"customerId": 1, "customerExternalId": "A", "placedAt": "2026-11-23T02:00:00.001Z",
             "total": "5.00"}
            """#,
            is: 422,
            "invalid-body",
            pointers: ["/customerId", "/customerExternalId", "/placedAt"]
        ),
        .refused("no customer's orders", query: path + "?customerId=-1", "customerId"),
        .refused("another order", query: path + "?sort=total", "sort"),
    ]

    private static let refusedBodies: [Case] = [
        ("nothing", "{}", ["/placedAt"]),
        ("neither total nor lines", body(#""terms": "credit""#), ["/total"]),
        ("no lines", body(#""lines": []"#), ["/total"]),
        ("a stranger", body(#""total": "1", "price": "1""#), ["/price"]),
        ("a cost", body(#""total": "1", "cost": "1""#), ["/cost"]),
        (
            "a customer named twice",
            body(#""total": "1", "customerExternalId": "A""#),
            ["/customerId", "/customerExternalId"]
        ),
        (
            "an unknown customer", body(#""total": "1""#, customer: #""customerId": 9"#),
            ["/customerId"]
        ),
        (
            "an unknown external id",
            body(#""total": "1""#, customer: #""customerExternalId": "B""#),
            ["/customerExternalId"]
        ),
        ("a total as a number", body(#""total": 29.99"#), ["/total"]),
        ("a total of three decimals", body(#""total": "29.999""#), ["/total"]),
        ("a total that is not the sum", body(#""total": "2.51", \#(lines(line()))"#), ["/total"]),
        ("1,001 lines", body(many(1001)), ["/lines"]),
        (
            "a line without anything", body(lines("{}")),
            ["/lines/0/sku", "/lines/0/quantity", "/lines/0/unitPrice"]
        ),
        ("no quantity", body(lines(line(), line(quantity: "0"))), ["/lines/1/quantity"]),
        ("too great a quantity", body(lines(line(quantity: "1000001"))), ["/lines/0/quantity"]),
        ("half a quantity", body(lines(line(quantity: "0.5"))), ["/lines/0/quantity"]),
        ("a price as a number", body(lines(line(price: "2.5"))), ["/lines/0/unitPrice"]),
        (
            "a negative discount", body(lines(line(more: #", "discount": "-1""#))),
            ["/lines/0/discount"]
        ),
        ("an outstanding", body(#""total": "1", "outstanding": "1""#), ["/outstanding"]),
        ("a negative cost", body(lines(line(more: #", "unitCost": "-1""#))), ["/lines/0/unitCost"]),
        ("a stranger in a line", body(lines(line(more: #", "color": 1"#))), ["/lines/0/color"]),
        (
            "more than money can hold",
            body(lines(line(), line(quantity: "1000000", price: "\"9999999999999.99\""))),
            ["/lines/1"]
        ),
        (
            "a line that money cannot hold",
            body(lines(line(quantity: "2", price: "\"9999999999999.99\""))),
            ["/lines/0"]
        ),
        (
            "a cost that money cannot hold",
            body(lines(line(), line(quantity: "2", more: #", "unitCost": "9999999999999.99""#))),
            ["/lines/1"]
        ),
        (
            "a product's cost that money cannot hold",
            body(lines(line("dear", quantity: "1000000"), line())),
            ["/lines/0"]
        ),
        (
            "costs that money cannot hold",
            body(lines(line("dear", more: #", "unitCost": "9999999999999.99""#), line("dear"))),
            ["/lines"]
        ),
        (
            "a sum that money cannot hold",
            body(lines(line(price: "\"9999999999999.99\""), line(price: "\"0.01\""))),
            ["/lines"]
        ),
        ("unknown terms", body(#""total": "1", "terms": "cash""#), ["/terms"]),
        (
            "the future",
            #"{"customerId": 1, "placedAt": "2026-11-23T02:00:00.001Z", "total": "1"}"#,
            ["/placedAt"]
        ),
        ("a date", #"{"customerId": 1, "placedAt": "2026-11-20", "total": "1"}"#, ["/placedAt"]),
        (
            "times that cannot be",
            body(
                #""total": "1", "paidAt": "2026-11-24T00:00:00Z", "dueAt": "2026-11-19T00:00:00Z""#
            ),
            ["/paidAt", "/dueAt"]
        ),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    private static let accepted: [Case] = [
        ("a total", body(#""total": "0""#)),
        ("the largest total", body(#""total": "9999999999999.99""#)),
        ("a total that is the sum", body(#""total": "5", \#(lines(line(quantity: "2")))"#)),
        ("1,000 lines", body(many(1000))),
        ("the greatest quantity", body(lines(line(quantity: "1000000")))),
        (
            "an external id for the customer",
            body(#""total": "1""#, customer: #""customerExternalId": "A""#)
        ),
        (
            "this very instant",
            #"{"customerId": 1, "placedAt": "2026-11-23T02:00:00Z", "total": "1"}"#
        ),
        (
            "due when placed",
            body(#""total": "1", "terms": "credit", "dueAt": "2026-11-20T08:00:00+08:00""#)
        ),
    ]
    .map { Case($0, "POST", path, $1, by: .manager, is: 201) }

    @Test func `POST refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.create(
                "/v1/products",
                #"{"sku": "dear", "name": "dear", "unitCost": "9999999999.99"}"#
            )
            try client.check(Self.refusedRequests + Self.refusedBodies)
        }
    }

    @Test func `POST takes everything up to its limits`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.check(Self.accepted)
        }
    }

    @Test func `POST records an order, and GET reads it`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let answer = try client.as(.manager).post(
                Self.path,
                Self.body(
                    #"""
                    "externalId": "O-1", "terms": "credit", "dueAt": "2026-12-20T00:00:00Z",
                    "paidAt": "2026-11-22T00:00:00Z",
                    \#(Self.lines(Self.line(quantity: "3", more: #", "unitCost": "1""#)))
                    """#
                )
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/orders/1")
            #expect(
                answer.json == [
                    "id": 1, "customerId": 1, "customerExternalId": "A", "externalId": "O-1",
                    "placedAt": "2026-11-20T00:00:00.000Z", "total": "7.50", "cost": "3.00",
                    "lines": [
                        ["sku": "T-1", "quantity": 3, "unitPrice": "2.50", "unitCost": "1.00"]
                    ],
                    "terms": "credit", "dueAt": "2026-12-20T00:00:00.000Z",
                    "paidAt": "2026-11-22T00:00:00.000Z", "outstanding": "0.00",
                    "refunded": "0.00", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/orders/1").json == answer.json)
            #expect(try client.lastEvent()?["action"] == "order.recorded")
            let again = try client.post(Self.path, Self.body(#""total": "1", "externalId": "O-1""#))
            #expect(again.status == 409)
            #expect(again.json["existing"] == "/v1/orders/1")
        }
    }

    struct Cost: CustomTestStringConvertible {
        let name: String
        let lines: String
        let cost: JSON?

        var testDescription: String { name }
    }

    static let costs = [
        Cost(name: "the product's", lines: lines(line(quantity: "2")), cost: "3.00"),
        Cost(
            name: "the line's own before the product's",
            lines: lines(line(quantity: "2", more: #", "unitCost": "0.5""#)),
            cost: "1.00"
        ),
        Cost(name: "of all lines", lines: lines(line(), line(quantity: "3")), cost: "6.00"),
        Cost(name: "unknown with one line's", lines: lines(line(), line("X-1")), cost: nil),
        Cost(name: "unknown without the product's", lines: lines(line("T-2")), cost: nil),
        Cost(name: "unknown without lines", lines: #""total": "1""#, cost: nil),
    ]

    @Test func `POST reckons the cost`() throws {
        try withServer { client in
            try client.customer()
            try client.create("/v1/products", #"{"sku": "T-1", "name": "x", "unitCost": "1.50"}"#)
            try client.create("/v1/products", #"{"sku": "T-2", "name": "x"}"#)
            for one in Self.costs {
                let answer = try client.post(Self.path, Self.body(one.lines))
                #expect(answer.json["cost"] == one.cost, "\(one.name)")
            }
        }
    }

    @Test func `GET filters and sorts`() throws {
        try withServer { client in
            try client.customer()
            try client.customer()
            for (customer, day) in [(1, 20), (1, 10), (2, 15), (1, 15)] {
                try client.create(
                    Self.path,
                    """
                    {"customerId": \(customer), "placedAt": "2026-11-\(day)T00:00:00+08:00",
                     "total": "1"}
                    """
                )
            }
            for (query, ids) in [
                ("", [1, 4, 3, 2]), ("sort=placedAt", [2, 3, 4, 1]), ("sort=id", [1, 2, 3, 4]),
                ("sort=-id", [4, 3, 2, 1]), ("customerId=2", [3]), ("customerId=3", []),
                ("since=2026-11-15", [1, 4, 3]), ("until=2026-11-15", [2]),
                ("since=2026-11-15&until=2026-11-16&customerId=1", [4]),
            ] {
                let answer = try client.as(.manager).get("\(Self.path)?\(query)&count=exact")
                #expect(answer.ids == ids, "\(query)")
                #expect(answer.json["count"]?.integer == ids.count, "\(query)")
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
            let table = try client.get(Self.path, ["accept": "text/csv"])
            #expect(table.lines.count == 5)
            #expect(table.lines.first?.hasPrefix("id,customerId,customerExternalId,") == true)
        }
    }
}
