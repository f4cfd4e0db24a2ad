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
                    "customerId": 1, "category": "茶叶", "amount": "1200.00", "per": "year",
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
}
