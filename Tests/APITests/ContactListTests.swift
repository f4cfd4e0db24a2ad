// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// The people of all customers: their list, their names elsewhere, and finding customers by them.
@Suite struct ContactListTests {
    private static let list = "/v1/contacts"
    private static let people = "/v1/customers/1/contacts"

    private static let refused = [
        Case("no token", "GET", list, by: nil, is: 401, "unauthorized"),
        Case("a reader", "GET", list, by: .reader, is: 403, "forbidden"),
        Case(
            "a manager's export",
            "GET",
            list + "?format=csv",
            by: .manager,
            is: 403,
            "forbidden"
        ),
        Case("another method", "POST", list, "{}", is: 405, "method-not-allowed"),
        .refused("an unknown filter", query: list + "?name=x", "name"),
        .refused("another order", query: list + "?sort=name", "sort"),
        .refused(
            "a blank external id",
            "POST",
            people,
            #"{"name": "x", "externalId": " "}"#,
            "/externalId"
        ),
        Case(
            "an external id that another has",
            "POST",
            people,
            #"{"name": "x", "externalId": "P-1"}"#,
            is: 409,
            "duplicate"
        ),
        Case(
            "another one's external id",
            "PATCH",
            "/v1/contacts/2",
            #"{"externalId": "P-1"}"#,
            is: 409,
            "duplicate"
        ),
    ]

    private static func fill(_ client: TestClient) throws {
        for name in ["上海明珠贸易", "北京书店"] { try client.customer(name) }
        try client.create(
            people,
            #"""
            {"name": "李总", "externalId": "P-1", "buyingRole": "decider",
             "phones": [{"number": "139-0021-0001"}], "emails": ["li@example.org"]}
            """#
        )
        try client.create("/v1/customers/2/contacts", #"{"name": "王小明"}"#)
    }

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try Self.fill(client)
            try client.check(Self.refused)
        }
    }

    @Test func `lists all people, page by page, and streams them`() throws {
        try withServer { client in
            try Self.fill(client)
            let agent = client.as(.agent)
            #expect(try agent.all(Self.list, limit: 1).map { $0["id"] } == [1, 2])
            #expect(try agent.get(Self.list).items[0]["externalId"] == "P-1")
            for (query, ids) in [("customerId=2", [2]), ("buyingRole=decider", [1])] {
                #expect(try agent.get("\(Self.list)?\(query)").ids == ids, "\(query)")
            }
            let csv = try client.as(.steward).get(Self.list + "?format=csv").text
            let lines = csv.split(separator: "\r\n")
            #expect(lines.count == 3)
            #expect(lines[0].hasPrefix("id,customerId,name,title,department,reportsToId,"))
            #expect(lines[1].hasPrefix("1,1,李总,"))
            let ndjson = try client.get(Self.list + "?format=ndjson").text
            #expect(ndjson.split(separator: "\n").count == 2)
            _ = try client.delete("/v1/contacts/1")
            #expect(try agent.get(Self.list).ids == [2])
        }
    }

    @Test func `customers are found by their people, who are shown to those who may see them`()
        throws
    {
        try withServer { client in
            try Self.fill(client)
            for (text, member) in [
                ("李总", "contact"), ("13900210001", "phone"), ("0021-0001", "phone"),
                ("li@example", "email"),
            ] {
                #expect(try client.get("/v1/customers?q=\(text)").ids == [1], "\(text)")
                let hits = try client.as(.agent).get("/v1/search?q=\(text)").items
                #expect(hits.map { $0["id"] } == [1], "\(text)")
                #expect(hits[0]["kind"] == "customer")
                #expect(hits[0]["highlights"]?[0]?["member"]?.string == member, "\(text)")
                let blind = try client.as(.reader).get("/v1/search?q=\(text)").items
                #expect(blind.map { $0["id"] } == [1], "\(text)")
                #expect(blind[0]["highlights"] == [], "\(text)")
            }
            #expect(try client.get("/v1/search?q=李总").items[0]["score"] == 100)
            let version = try client.get("/v1/customers/1").json["version"]
            _ = try client.patch("/v1/contacts/1", #"{"name": "赵六"}"#)
            #expect(try client.get("/v1/customers?q=李总").ids == [])
            #expect(try client.get("/v1/customers?q=赵六").ids == [1])
            // That the people have changed is no change of the customer.
            #expect(try client.get("/v1/customers/1").json["version"] == version)
            let merged = try client.post("/v1/customers/2/merge", MergeTests.body(1))
            #expect(merged.status == 200)
            #expect(try client.get("/v1/customers?q=赵六").ids == [2])
            _ = try client.post("/v1/customers/2/unmerge", MergeTests.body(1))
            #expect(try client.get("/v1/customers?q=赵六").ids == [1])
            #expect(try client.get("/v1/customers?q=小明").ids == [2])
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    @Test func `imports come over HTTP, too`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let rows = #"{"customerExternalId": "A", "name": "王", "externalId": "P"}"#
            let answer = try client.as(.manager).send(
                "POST",
                "/v1/imports/contacts",
                [:],
                Array((rows + "\n").utf8),
                type: "application/x-ndjson"
            )
            #expect(answer.json["created"] == 1, "\(answer)")
            #expect(try client.get(Self.list).items[0]["externalId"] == "P")
            let last = try client.service.number("SELECT max(seq) FROM event") ?? 0
            let events = try client.get("/v1/events?after=\(last - 3)").items
            #expect(events.contains { $0["changes"]?["kind"] == "contacts" })
        }
    }
}
