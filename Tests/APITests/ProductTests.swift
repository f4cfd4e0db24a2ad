// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct ProductTests {
    private static let path = "/v1/products"
    private static let one = "/v1/products/1"
    private static let tea = #"{"sku": "T-1", "name": "绿茶", "category": "tea", "unitCost": "3.5"}"#

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "茶", count: length))\""
    }

    private static let refused = [
        Case("no token", "POST", path, tea, by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, tea, by: .agent, is: 403, "forbidden"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("an agent's list", "GET", path, by: .agent, is: 200),
        Case("no JSON", "POST", path, "tea", is: 400, "malformed-body"),
        Case("another method", "DELETE", one, is: 405, "method-not-allowed"),
        Case("no such product", "GET", "/v1/products/9", is: 404, "not-found"),
        Case("no such product to change", "PATCH", "/v1/products/9", "{}", is: 404, "not-found"),
        Case("a duplicate", "POST", path, #"{"sku": "T-1", "name": "x"}"#, is: 409, "duplicate"),
        .refused("nothing", "POST", path, "{}", "/sku", "/name"),
        .refused("a stranger", "POST", path, #"{"sku": "a", "name": "x", "price": "1"}"#, "/price"),
        .refused("an id", "POST", path, #"{"sku": "a", "name": "x", "id": 1}"#, "/id"),
        .refused("a SKU of 101", "POST", path, #"{"sku": \#(text(101)), "name": "x"}"#, "/sku"),
        .refused("a name of 201", "POST", path, #"{"sku": "a", "name": \#(text(201))}"#, "/name"),
        .refused(
            "a category of 101",
            "POST",
            path,
            #"{"sku": "a", "name": "x", "category": \#(text(101))}"#,
            "/category"
        ),
        .refused(
            "money that is none",
            "POST",
            path,
            #"{"sku": "a", "name": "x", "unitPrice": 1, "unitCost": "-1"}"#,
            "/unitPrice",
            "/unitCost"
        ),
        .refused(
            "a life that is none",
            "POST",
            path,
            #"{"sku": "a", "name": "x", "launchedOn": "2026-02-30", "expectedLifeDays": 0}"#,
            "/launchedOn",
            "/expectedLifeDays"
        ),
        .refused("no name", "PATCH", one, #"{"name": null}"#, "/name"),
        .refused("an unknown parameter", query: path + "?q=x", "q"),
        .refused("another order", query: path + "?sort=name", "sort", saying: "id, sku"),
        Case("a table", "GET", path, with: ["accept": "text/csv"], is: 406, "not-acceptable"),
        Case(
            "the largest",
            "POST",
            path,
            #"{"sku": \#(text(100)), "name": \#(text(200))}"#,
            is: 201
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.create(Self.path, Self.tea)
            try client.check(Self.refused)
            let answer = try client.post(Self.path, Self.tea)
            #expect(answer.json["existing"] == "/v1/products/1")
        }
    }

    @Test func `a product has a day of launch and a life`() throws {
        try withServer { client in
            let answer = try client.post(
                Self.path,
                #"{"sku": "a", "name": "x", "launchedOn": "2026-02-28", "expectedLifeDays": 730}"#
            )
            #expect(answer.json["launchedOn"] == "2026-02-28")
            let changed = try client.patch(Self.one, #"{"expectedLifeDays": null}"#)
            #expect(changed.json["launchedOn"] == "2026-02-28")
            #expect(changed.json["expectedLifeDays"] == nil)
            #expect(try client.get(Self.one).json == changed.json)
        }
    }

    @Test func `creates, reads and changes`() throws {
        try withServer { client in
            let answer = try client.as(.manager).post(Self.path, Self.tea)
            #expect(answer.status == 201)
            #expect(answer.location == Self.one)
            #expect(
                answer.json == [
                    "id": 1, "sku": "T-1", "name": "绿茶", "category": "tea", "unitCost": "3.50",
                    "version": 1, "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get(Self.one).json == answer.json)
            let tag = try #require(answer.etag)
            let changed = try client.patch(
                Self.one,
                #"{"category": null, "unitPrice": "9.9"}"#,
                ["if-match": tag]
            )
            #expect(changed.json["category"] == nil)
            #expect(changed.json["unitPrice"] == "9.90")
            #expect(changed.json["version"] == 2)
            #expect(try client.patch(Self.one, "{}", ["if-match": tag]).status == 412)
            #expect(try client.lastEvent()?["action"] == "product.changed")
            try client.create(Self.path, #"{"sku": "T-2", "name": "x"}"#)
            let taken = try client.patch(Self.one, #"{"sku": "T-2"}"#)
            #expect(taken.status == 409)
            #expect(taken.json["existing"] == "/v1/products/2")
        }
    }

    @Test func `filters and sorts`() throws {
        try withServer { client in
            for (sku, category) in [("b", "tea"), ("c", "tea"), ("a", "cup")] {
                let body = #"{"sku": "\#(sku)", "name": "x", "category": "\#(category)"}"#
                try client.create(Self.path, body)
            }
            for (query, ids) in [
                ("", [1, 2, 3]), ("sort=sku", [3, 1, 2]), ("sort=-sku", [2, 1, 3]),
                ("sort=-id", [3, 2, 1]), ("category=tea", [1, 2]), ("sku=c", [2]), ("sku=C", []),
            ] {
                #expect(try client.get("\(Self.path)?\(query)").ids == ids, "\(query)")
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
        }
    }
}
