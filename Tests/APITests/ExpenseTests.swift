// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct ExpenseTests {
    private static let path = "/v1/expenses"

    private static func body(_ members: String) -> String {
        #"{"spentAt": "2026-11-20T00:00:00Z", "purpose": "dinner", \#(members)}"#
    }

    private static let refused = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        Case("no such expense", "GET", path + "/1", is: 404, "not-found"),
        .refused("nothing", "POST", path, "{}", "/amount", "/spentAt", "/purpose"),
        Case(
            "no customer",
            "POST",
            path,
            body(#""amount": "1""#),
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId"]
        ),
        .refused(
            "a stranger",
            "POST",
            path,
            body(#""amount": "1", "customerId": 9"#),
            "/customerId"
        ),
        .refused("a number", "POST", path, body(#""amount": 1, "customerId": 1"#), "/amount"),
        .refused(
            "a negative sum",
            "POST",
            path,
            body(#""amount": "-1", "customerId": 1"#),
            "/amount"
        ),
        .refused("no sum", "POST", path, body(#""amount": "0", "customerId": 1"#), "/amount"),
        .refused(
            "the future",
            "POST",
            path,
            #"{"customerId": 1, "amount": "1", "spentAt": "2027-01-01T00:00:00Z", "purpose": "x"}"#,
            "/spentAt"
        ),
        .refused("another order", query: path + "?sort=amount", "sort"),
    ]

    @Test func `POST refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `POST records an expense, and GET reads it`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let answer = try client.as(.manager).post(
                Self.path,
                Self.body(#""customerExternalId": "A", "amount": "20.5", "externalId": "E-1""#)
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/expenses/1")
            #expect(
                answer.json == [
                    "id": 1, "customerId": 1, "externalId": "E-1", "amount": "20.50",
                    "spentAt": "2026-11-20T00:00:00.000Z", "purpose": "dinner", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/expenses/1").json == answer.json)
            #expect(try client.lastEvent()?["action"] == "expense.recorded")
            let again = try client.post(
                Self.path,
                Self.body(#""customerId": 1, "amount": "1", "externalId": "E-1""#)
            )
            #expect(again.problem == "duplicate")
            #expect(again.json["existing"] == "/v1/expenses/1")
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [2, 3, 1]), ("sort=spentAt", [1, 3, 2]), ("sort=-id", [3, 2, 1]),
        ("customerId=1", [2, 1]), ("since=2026-11-12&until=2026-11-18", [3]),
    ]

    @Test func `GET filters and sorts`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for (customer, day) in [(1, 10), (1, 20), (2, 15)] {
                try client.create(
                    Self.path,
                    #"""
                    {"customerId": \#(customer), "amount": "1", "purpose": "x",
                     "spentAt": "2026-11-\#(day)T00:00:00Z"}
                    """#
                )
            }
            for (query, ids) in Self.filters {
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
        }
    }

    @Test func `expense is subtracted from the profit of a tier`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "100"}"#
            )
            for customer in 1...2 {
                try client.create(
                    Self.path,
                    Self.body(#""customerId": \#(customer), "amount": "30""#)
                )
            }
            _ = try client.runTiers()
            let first = try client.get("/v1/customers/1/tier").json
            #expect(first["profit"] == "70.00")
            #expect(first["amount"] == "100.00")
            #expect(
                first["reasons"]?.elements?.last == [
                    "code": "sales-expense", "text": "sales expense of 30.00 is subtracted",
                ]
            )
            let second = try client.get("/v1/customers/2/tier").json
            #expect(second["profit"] == "-30.00")
            #expect(second["tier"] == "small")
        }
    }
}
