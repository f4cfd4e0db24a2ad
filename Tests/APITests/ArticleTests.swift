// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Known problems and what solves them (M78).
@Suite struct ArticleTests {
    private static let path = "/v1/articles"

    private static let refused = [
        Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
        Case("a reader", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("an agent who writes", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("another method", "PUT", path, "{}", is: 405, "method-not-allowed"),
        Case("one that is not there", "GET", path + "/9", is: 404, "not-found"),
        Case(
            "a link of no complaint",
            "POST",
            "/v1/complaints/9/articles",
            #"{"articleId": 1}"#,
            is: 404,
            "not-found"
        ),
        Case(
            "a link that is not there",
            "DELETE",
            "/v1/complaints/1/articles/1",
            is: 404,
            "not-found"
        ),
        .refused(
            "suggestions for no order",
            query: path + "/suggestions?subject=a&orderId=9",
            "orderId",
            saying: "there is no order 9"
        ),
        .refused(
            "suggestions for no product",
            query: path + "/suggestions?subject=a&productId=9",
            "productId",
            saying: "there is no product 9"
        ),
        .refused(
            "a problem that nobody sees",
            "POST",
            path,
            "{\"problem\": \"\u{200B}\u{AD}\", \"fix\": \"\u{FEFF}\"}",
            "/problem",
            "/fix"
        ),
        .refused("suggestions for nothing", query: path + "/suggestions", "subject"),
        .refused("suggestions for a blank", query: path + "/suggestions?subject=+", "subject"),
        .refused("21 suggestions", query: path + "/suggestions?subject=a&limit=21", "limit"),
        .refused("an unknown filter", query: path + "?problem=a", "problem"),
        .refused("an unknown sort", query: path + "?sort=problem", "sort"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "x"}"#
            )
            try client.check(Self.refused)
        }
    }

    @Test(arguments: [
        ("{}", ["/problem"]), (#"{"problem": ""}"#, ["/problem"]),
        (#"{"problem": "x", "fix": 1}"#, ["/fix"]),
        (#"{"problem": "x", "bogus": 1}"#, ["/bogus"]),
        (
            #"{"problem": "x", "productIds": [1, 7, 1, 8]}"#,
            ["/productIds/2", "/productIds/1", "/productIds/3"]
        ),
        (#"{"problem": "x", "productIds": ["1"]}"#, ["/productIds/0"]),
    ])
    func `refuses a body and names what is wrong`(_ body: String, _ pointers: [String]) throws {
        try withServer { client in
            try client.create("/v1/products", #"{"sku": "T", "name": "tea"}"#)
            let answer = try client.post(Self.path, body)
            #expect(answer.status == 422 && answer.pointers == pointers)
            let long = String(repeating: "热", count: 501)
            let refused = try client.post(Self.path, #"{"problem": "\#(long)"}"#)
            #expect(refused.pointers == ["/problem"])
            let list = try client.get(Self.path)
            #expect(list.items.isEmpty)
        }
    }

    @Test func `is recorded, changed by version, and archived`() throws {
        try withServer { client in
            try client.create("/v1/products", #"{"sku": "T", "name": "tea"}"#)
            let created = try client.post(
                Self.path,
                #"{"problem": "充电器发热", "fix": "更新固件", "productIds": [1]}"#
            )
            #expect(created.status == 201 && created.location == "/v1/articles/1")
            #expect(created.json["complaints"] == 0 && created.json["successRate"] == nil)
            let tag = try #require(created.etag)
            let changed = try client.patch(
                "/v1/articles/1",
                #"{"fix": null, "productIds": []}"#,
                ["if-match": tag]
            )
            #expect(changed.status == 200 && changed.json["version"] == 2)
            #expect(changed.json["fix"] == nil && changed.json["productIds"] == [])
            let late = try client.patch("/v1/articles/1", #"{"fix": "x"}"#, ["if-match": tag])
            #expect(late.status == 412 && late.json["current"]?["version"] == 2)
            let same = try client.patch("/v1/articles/1", #"{"problem": "充电器发热"}"#)
            #expect(same.json["version"] == 2)
            let archived = try client.delete("/v1/articles/1")
            #expect(archived.status == 204)
            let kept = try client.get("/v1/articles/1")
            #expect(kept.json["archivedAt"] != nil)
            let refused = try client.patch("/v1/articles/1", #"{"fix": "x"}"#)
            #expect(refused.status == 409 && refused.problem == "not-allowed-now")
            let left = try client.get(Self.path)
            #expect(left.items.isEmpty)
            let actions = try client.feed().compactMap { $0["action"]?.string }
                .filter { $0.hasPrefix("article.") }
            #expect(actions == ["article.created", "article.changed", "article.archived"])
        }
    }

    private static func fill(_ client: TestClient) throws {
        for sku in ["CHARGER", "CABLE"] {
            try client.create("/v1/products", #"{"sku": "\#(sku)", "name": "\#(sku)"}"#)
        }
        for article in [
            #"{"problem": "充电器发热", "fix": "更新固件", "productIds": [1]}"#,
            #"{"problem": "数据线接触不良", "productIds": [2]}"#,
            #"{"problem": "快递太慢", "fix": "换快递公司"}"#,
        ] {
            try client.create(path, article)
        }
        try client.customer()
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z",
             "lines": [{"sku": "CABLE", "quantity": 1, "unitPrice": "5"},
                       {"sku": "OTHER", "quantity": 1, "unitPrice": "5"}]}
            """#
        )
    }

    @Test(arguments: [
        ("q=%E5%85%85%E7%94%B5", [1]), ("q=%E5%BF%AB%E9%80%92", [3]), ("q=%E5%9B%BA%E4%BB%B6", [1]),
        ("productId=2", [2]), ("productId=9", []), ("sort=-id", [3, 2, 1]), ("q=zzz", []),
    ])
    func `is found by a part of its text and by product`(_ query: String, _ ids: [Int]) throws {
        try withServer { client in
            try Self.fill(client)
            let found = try client.get("\(Self.path)?\(query)")
            #expect(found.ids == ids)
        }
    }

    @Test func `stands in the search across all kinds`() throws {
        try withServer { client in
            try Self.fill(client)
            let query = PercentEncoding.encode("快递")
            let found = try client.as(.agent).get("/v1/search?q=\(query)")
            #expect(found.items.compactMap { $0["path"]?.string } == ["/v1/articles/3"])
            #expect(found.items.first?["customer"] == nil)
            let members = found.items.first?["highlights"]?.elements?.map { $0["member"] }
            #expect(members == ["problem", "fix"])
            let reader = try client.as(.reader).get("/v1/search?q=\(query)")
            #expect(reader.items.isEmpty)
            let refused = try client.as(.reader).get("/v1/search?q=\(query)&kind=article")
            #expect(refused.status == 403 && refused.json["scope"] == "articles:read")
        }
    }

    @Test func `complaints are linked, and tell how often it helped`() throws {
        try withServer { client in
            try Self.fill(client)
            for subject in ["a", "b", "c"] {
                try client.create(
                    "/v1/complaints",
                    #"{"customerId": 1, "channel": "web", "subject": "\#(subject)"}"#
                )
            }
            let agent = client.as(.agent)
            for id in 1...3 {
                let linked = try agent.post("/v1/complaints/\(id)/articles", #"{"articleId": 1}"#)
                #expect(linked.status == 200 && linked.json["complaints"]?.integer == id)
            }
            let again = try agent.post("/v1/complaints/1/articles", #"{"articleId": 1}"#)
            #expect(again.status == 200 && again.json["complaints"] == 3)
            for (id, helps) in [(1, true), (2, false)] { try Self.close(id, helps, client) }
            let article = try client.get("/v1/articles/1").json
            #expect(article["tried"] == 2 && article["helped"] == 1)
            #expect(article["successRate"]?.double == 0.5)
            let complaints = try client.get("/v1/complaints?articleId=1&sort=id")
            #expect(complaints.ids == [1, 2, 3])
            let about = try client.get("\(Self.path)?complaintId=1")
            #expect(about.ids == [1])
            let unlinked = try agent.delete("/v1/complaints/2/articles/1")
            #expect(unlinked.status == 204)
            let rate = try client.get("/v1/articles/1").json
            #expect(rate["complaints"] == 2 && rate["successRate"]?.double == 1)
            let last = try client.lastEvent()
            #expect(last?["action"] == "article.unlinked")
            #expect(last?["subject"]?["type"] == "article")
        }
    }

    @Test func `what cannot be linked is refused by its pointer`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "a"}"#
            )
            _ = try client.delete("/v1/articles/2")
            for body in [#"{"articleId": 9}"#, #"{"articleId": 2}"#, "{}", #"{"articleId": "1"}"#] {
                let refused = try client.post("/v1/complaints/1/articles", body)
                #expect(refused.status == 422 && refused.pointers == ["/articleId"], "\(body)")
            }
        }
    }

    private static func close(_ id: Int, _ helps: Bool, _ client: TestClient) throws {
        let path = "/v1/complaints/\(id)"
        for (action, body) in [
            ("listen", #"{"statement": "x"}"#),
            ("assess", #"{"verdict": "justified", "cause": "product-quality", "reason": "x"}"#),
            ("remedy", #"{"proposal": "x", "cost": "0"}"#), ("remedy/accept", "{}"),
            ("remedy/done", "{}"), ("follow-up", #"{"helped": \#(helps), "score": 5}"#),
        ] {
            let answer = try client.post("\(path)/\(action)", body)
            guard answer.status == 200 else { throw TestFailure("\(action): \(answer.text)") }
        }
    }
}

// MARK: - Suggestions

extension ArticleTests {
    private static func suggest(
        _ client: TestClient,
        _ subject: String,
        _ more: String = ""
    ) throws -> TestAnswer {
        let subject = PercentEncoding.encode(subject)
        return try client.as(.agent).get("\(path)/suggestions?subject=\(subject)\(more)")
    }

    @Test func `known problems are suggested by what a complaint says and is about`() throws {
        try withServer { client in
            try Self.fill(client)
            let text = try Self.suggest(client, "充电器一直发热")
            #expect(text.items.map { $0["article"]?["id"]?.integer } == [1])
            let reason = text.items.first?["reasons"]?.elements?.first
            #expect(reason?["code"] == "text" && reason?["text"] == "says 充电器, 发热 too")
            let described = try Self.suggest(
                client,
                "坏了",
                "&description=" + PercentEncoding.encode("数据线接触不良，快递太慢")
            )
            #expect(Set(described.items.compactMap { $0["article"]?["id"]?.integer }) == [2, 3])
            let product = try Self.suggest(client, "坏了", "&productId=1")
            #expect(product.items.map { $0["article"]?["id"]?.integer } == [1])
            #expect(product.items.first?["score"] == 20)
            let order = try Self.suggest(client, "快递太慢", "&orderId=1")
            #expect(order.items.map { $0["article"]?["id"]?.integer } == [3, 2])
            #expect(order.items.compactMap { $0["score"]?.integer } == [100, 20])
            let limited = try Self.suggest(client, "快递太慢", "&orderId=1&limit=1")
            #expect(limited.items.count == 1)
            let none = try Self.suggest(client, "天气")
            #expect(none.items.isEmpty)
        }
    }

    @Test func `what has helped is told, what is archived is not suggested`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "a"}"#
            )
            _ = try client.post("/v1/complaints/1/articles", #"{"articleId": 3}"#)
            try Self.close(1, true, client)
            let helped = try Self.suggest(client, "快递太慢")
            #expect(helped.items.first?["score"] == 110)
            let codes = helped.items.first?["reasons"]?.elements?.map { $0["code"] }
            #expect(codes == ["text", "success"])
            _ = try client.delete("/v1/articles/3")
            let none = try Self.suggest(client, "快递太慢")
            #expect(none.items.isEmpty)
        }
    }
}
