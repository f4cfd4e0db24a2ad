// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// The people at a customer, and who of them calls (M41).
@Suite struct ContactTests {
    private static let path = "/v1/customers/1/contacts"
    private static let one = "/v1/contacts/1"

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "x", count: length))\""
    }

    private static func body(_ members: String...) -> String {
        "{" + ([#""name": "王芳""#] + members).joined(separator: ", ") + "}"
    }

    private static let phone = #""phones": [{"number": "139-2000-4000", "label": "mobile"}]"#

    private static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", path, body(), by: .reader, is: 403, "forbidden"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("a reader's contact", "GET", one, by: .reader, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "x", is: 400, "malformed-body"),
        Case("another method", "PUT", one, "{}", is: 405, "method-not-allowed"),
        Case("no such customer", "POST", "/v1/customers/9/contacts", body(), is: 404, "not-found"),
        Case("no such list", "GET", "/v1/customers/9/contacts", is: 404, "not-found"),
        Case("no such contact", "GET", one, is: 404, "not-found"),
        Case("nobody to change", "PATCH", one, "{}", is: 404, "not-found"),
        Case("nobody to archive", "DELETE", one, is: 404, "not-found"),
        .refused("an unknown role", query: path + "?buyingRole=boss", "buyingRole"),
    ]

    private static let refusedBodies: [Case] = [
        ("nothing", "{}", ["/name"]),
        ("a stranger", body(#""color": 1"#), ["/color"]),
        ("another customer", body(#""customerId": 2"#), ["/customerId"]),
        ("no name", #"{"name": " "}"#, ["/name"]),
        ("a name of 201", #"{"name": \#(text(201))}"#, ["/name"]),
        (
            "too long a position",
            body(#""title": \#(text(101)), "department": \#(text(101))"#),
            ["/title", "/department"]
        ),
        ("an unknown role", body(#""buyingRole": "boss""#), ["/buyingRole"]),
        ("no influence", body(#""influence": 0"#), ["/influence"]),
        ("an influence of 11", body(#""influence": 11"#), ["/influence"]),
        ("a number that is none", body(#""phones": [{"number": "abc"}]"#), ["/phones/0/number"]),
        ("an address that is none", body(#""emails": ["a"]"#), ["/emails/0"]),
        ("a stranger above", body(#""reportsToId": 9"#), ["/reportsToId"]),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refusedRequests + Self.refusedBodies)
            #expect(try client.get(Self.path).ids == [])
        }
    }

    @Test func `a contact is added, read, changed and listed`() throws {
        try withServer { client in
            try client.customer()
            try client.create(Self.path, #"{"name": "李总", "buyingRole": "decider"}"#)
            let created = try client.as(.agent).post(
                Self.path,
                Self.body(
                    Self.phone,
                    #""title": "采购经理", "department": "采购部", "reportsToId": 1"#,
                    #""buyingRole": "buyer", "influence": 7, "emails": ["f@example.com"]"#
                )
            )
            #expect(created.status == 201)
            #expect(created.location == "/v1/contacts/2")
            #expect(created.json["customerId"] == 1)
            #expect(created.json["phoneNumbers"] == ["+8613920004000"])
            #expect(try client.as(.agent).get("/v1/contacts/2").json == created.json)
            let changed = try client.patch(
                "/v1/contacts/2",
                #"{"influence": 10, "reportsToId": null}"#
            )
            #expect(changed.status == 200)
            #expect(changed.json["version"] == 2)
            #expect(changed.json["phones"] == created.json["phones"])
            let event = try client.lastEvent()
            #expect(event?["action"] == "contact.changed")
            #expect(event?["subject"] == ["type": "contact", "id": 2])
            #expect(event?["changes"] == ["influence": 10, "reportsToId": .null])
            // What changes nothing leaves no trace.
            #expect(try client.patch("/v1/contacts/2", #"{"name": "王芳"}"#).json["version"] == 2)
            let old = try client.patch("/v1/contacts/2", "{}", ["if-match": "\"1.x\""])
            #expect(old.status == 412)
            #expect(try client.get(Self.path).ids == [1, 2])
            #expect(try client.get(Self.path + "?buyingRole=decider").ids == [1])
            let first = try client.get(Self.path + "?sort=-name&limit=1&count=exact")
            #expect(first.ids == [2])
            #expect(first.json["count"] == 2)
            let next = try #require(first.next)
            #expect(try client.get(Self.path + "?sort=-name&limit=1&after=\(next)").ids == [1])
        }
    }

    @Test func `whoever has left leaves lists and stays readable`() throws {
        try withServer { client in
            try client.customer()
            try client.create(Self.path, Self.body())
            try client.create(Self.path, Self.body(#""reportsToId": 1"#))
            #expect(try client.delete(Self.one, ["if-match": "\"2.x\""]).status == 412)
            #expect(try client.as(.agent).delete(Self.one).status == 204)
            #expect(try client.lastEvent()?["action"] == "contact.archived")
            #expect(try client.get(Self.path).ids == [2])
            #expect(try client.get(Self.one).json["archivedAt"] == "2026-11-23T02:00:00.000Z")
            #expect(try client.patch(Self.one, #"{"name": "x"}"#).problem == "not-allowed-now")
            // Nobody new reports to one who has left; who did may go on saying so.
            let late = try client.post(Self.path, Self.body(#""reportsToId": 1"#))
            #expect(late.pointers == ["/reportsToId"])
            #expect(try client.patch("/v1/contacts/2", #"{"influence": 1}"#).status == 200)
            _ = try client.delete("/v1/customers/1")
            #expect(try client.post(Self.path, Self.body()).problem == "not-allowed-now")
        }
    }

    // MARK: - Who reports to whom

    @Test func `nobody reports to themselves, through however many others`() throws {
        try withServer { client in
            try client.customer()
            try client.create(Self.path, Self.body())
            for superior in [1, 2, 1] {
                try client.create(Self.path, Self.body(#""reportsToId": \#(superior)"#))
            }
            let last = try client.service.number("SELECT max(seq) FROM event")
            for (superior, chain) in [(1, [1]), (2, [2, 1]), (3, [3, 2, 1])] as [(Int, JSON)] {
                let answer = try client.patch(Self.one, #"{"reportsToId": \#(superior)}"#)
                #expect(answer.status == 422)
                #expect(answer.problem == "reporting-cycle")
                #expect(answer.pointers == ["/reportsToId"])
                #expect(answer.json["chain"] == chain)
                #expect(answer.json["allowed"] == [.null])
            }
            let middle = try client.patch("/v1/contacts/2", #"{"reportsToId": 3}"#)
            #expect(middle.json["chain"] == [3, 2])
            #expect(middle.json["allowed"] == [1, 4, .null])
            #expect(try client.service.number("SELECT max(seq) FROM event") == last)
            #expect(try client.patch("/v1/contacts/2", #"{"reportsToId": 4}"#).status == 200)
        }
    }

    @Test func `a contact reports to one of the same customer`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.create(Self.path, Self.body())
            let answer = try client.post(
                "/v1/customers/2/contacts",
                Self.body(#""reportsToId": 1"#)
            )
            #expect(answer.pointers == ["/reportsToId"])
        }
    }

    @Test func `there are 25 levels at most, whichever end grows`() throws {
        try withServer { client in
            try client.customer()
            try client.create(Self.path, Self.body())
            for superior in 1...24 {
                try client.create(Self.path, Self.body(#""reportsToId": \#(superior)"#))
            }
            let below = try client.post(Self.path, Self.body(#""reportsToId": 25"#))
            #expect(below.pointers == ["/reportsToId"])
            try client.create(Self.path, Self.body())
            let above = try client.patch(Self.one, #"{"reportsToId": 26}"#)
            #expect(above.pointers == ["/reportsToId"])
            #expect(try Self.tree(client).filter { $0 == "(" }.count == 24)
            #expect(try client.patch("/v1/contacts/2", #"{"reportsToId": 26}"#).status == 200)
        }
    }

    /// The tree as text: `1(2 3(4))`.
    private static func tree(_ positions: JSON?) -> String {
        (positions?.elements ?? []).map { position in
            let below = tree(position["reports"])
            return "\(position["id"]?.integer ?? 0)" + (below.isEmpty ? "" : "(\(below))")
        }
        .joined(separator: " ")
    }

    private static func tree(_ client: TestClient) throws -> String {
        tree(try client.as(.agent).get(chart).json["top"])
    }

    private static let chart = "/v1/customers/1/org-chart"

    @Test func `the org chart is a tree, whoever weighs most first`() throws {
        try withServer { client in
            #expect(try client.get(Self.chart).status == 404)
            try client.customer()
            #expect(
                try client.get(Self.chart).json == ["customerId": 1, "contacts": 0, "top": []]
            )
            let role = #""title": "总经理", "buyingRole": "decider", "influence": 9"#
            try client.create(Self.path, Self.body(role))
            for (superior, influence) in [(1, 2), (1, 8), (2, 1), (2, 1)] {
                let members = #""reportsToId": \#(superior), "influence": \#(influence)"#
                try client.create(Self.path, Self.body(members))
            }
            try client.create(Self.path, Self.body())
            #expect(try Self.tree(client) == "1(3 2(4 5)) 6")
            let read = try client.get(Self.chart).json
            #expect(read["contacts"] == 6)
            #expect(read["top"]?.elements?[0]["title"] == "总经理")
            #expect(read["top"]?.elements?[0]["buyingRole"] == "decider")
            #expect(read["top"]?.elements?[0]["influence"] == 9)
            #expect(try client.as(.reader).get(Self.chart).status == 403)
            _ = try client.patch("/v1/contacts/6", #"{"reportsToId": 4}"#)
            #expect(try Self.tree(client) == "1(3 2(4(6) 5))")
            // Those whose superior has left stand at the top.
            _ = try client.delete("/v1/contacts/2")
            #expect(try Self.tree(client) == "1(3) 4(6) 5")
        }
    }

    // MARK: - Who calls

    private static let pop = "/v1/screen-pop?phone=%2B8613920004000"

    @Test func `a call is known by the phone of a contact`() throws {
        try withServer { client in
            try client.customer("上海明珠贸易", #""phones": [{"number": "021-6234 5678"}]"#)
            try client.create(Self.path, Self.body(Self.phone))
            try client.create(Self.path, Self.body(#""phones": [{"number": "021-6234 5678"}]"#))
            let pop = try client.as(.agent).get(Self.pop)
            #expect(pop.json["customer"]?["id"] == 1)
            #expect(pop.json["contacts"] == .array([try client.get(Self.one).json]))
            let office = try client.get("/v1/screen-pop?phone=02162345678")
            #expect(office.json["contacts"]?.elements?.map { $0["id"] } == [2])
            _ = try client.patch(Self.one, #"{"phones": []}"#)
            #expect(try client.get(Self.pop).problem == "unknown-caller")
            _ = try client.patch(Self.one, "{\(Self.phone)}")
            #expect(try client.get(Self.pop).status == 200)
            _ = try client.delete(Self.one)
            #expect(try client.get(Self.pop).problem == "unknown-caller")
        }
    }

    @Test func `a number at two customers wants to know which, and a complaint finds its own`()
        throws
    {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.create(Self.path, Self.body(Self.phone))
            let complaint = #"{"phone": "13920004000", "channel": "hotline", "subject": "x"}"#
            try client.create("/v1/complaints", complaint)
            #expect(try client.get("/v1/complaints/1").json["customer"]?["id"] == 1)
            try client.create("/v1/customers/2/contacts", Self.body(Self.phone))
            #expect(try client.get(Self.pop).problem == "ambiguous-customer")
            let second = try client.get(Self.pop + "&customerId=2")
            #expect(second.json["contacts"]?.elements?.map { $0["id"] } == [2])
        }
    }

    @Test func `a call that ends names the contact and whoever took it`() throws {
        try withServer { client in
            try client.customer()
            try client.staff(1)
            try client.create(Self.path, Self.body(Self.phone))
            for (call, events) in [
                ("C", ["started", "answered", "ended"]), ("missed", ["started", "ended"]),
            ] {
                for event in events {
                    let body = #"""
                        {"externalId": "\#(call)", "event": "\#(event)", "phone": "13920004000",
                         "staffId": 1}
                        """#
                    #expect(try client.post("/v1/calls", body).status < 300)
                }
            }
            let interaction = try client.get("/v1/interactions/1").json
            #expect(interaction["customerId"] == 1)
            #expect(interaction["contactIds"] == [1])
            #expect(interaction["staffIds"] == [1])
            // Nobody took part in what nobody answered, whomever it was put through to.
            let missed = try client.get("/v1/interactions/2").json
            #expect(missed["customerId"] == 1)
            #expect(missed["contactIds"] == [])
            #expect(missed["staffIds"] == [])
            #expect(try client.get("/v1/calls/2").json["staffId"] == 1)
        }
    }

    // MARK: - Who took part

    private static func interaction(_ members: String, customer: Int = 1) -> String {
        """
        {"customerId": \(customer), "direction": "outbound", "content": "idea", "channel": "visit",
         "occurredAt": "2026-11-20T00:00:00Z", "summary": "x", \(members)}
        """
    }

    @Test func `an interaction names people of its customer, and of ours`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.staff(2)
            for _ in 1...2 { try client.create(Self.path, Self.body()) }
            try client.create("/v1/customers/2/contacts", Self.body())
            let people = #""contactIds": [2, 1], "staffIds": [2, 1]"#
            let recorded = try client.post("/v1/interactions", Self.interaction(people))
            #expect(recorded.json["contactIds"] == [2, 1])
            #expect(recorded.json["staffIds"] == [2, 1])
            #expect(try client.lastEvent()?["changes"]?["contactIds"] == [2, 1])
            for (members, pointer) in [
                (#""contactIds": [1, 3]"#, "/contactIds/1"),
                (#""contactIds": [1, 1]"#, "/contactIds/1"),
                (#""staffIds": [9]"#, "/staffIds/0"),
            ] {
                let answer = try client.post("/v1/interactions", Self.interaction(members))
                #expect(answer.pointers == [pointer], "\(answer)")
            }
            let other = Self.interaction(#""contactIds": [3]"#, customer: 2)
            try client.create("/v1/interactions", other)
            #expect(try client.get("/v1/interactions?contactId=1").ids == [1])
            #expect(try client.get("/v1/interactions?contactId=3").ids == [2])
        }
    }

    @Test func `whoever records by an own token took part`() throws {
        try withServer { client in
            try client.customer()
            try client.staff(2)
            let new = #"{"name": "t", "role": "agent", "owner": "x", "staffId": 2}"#
            let token = try client.post("/v1/tokens", new).json["token"]?.string
            let own = client.with(token: try #require(token))
            let alone = try own.post("/v1/interactions", Self.interaction(#""contactIds": []"#))
            #expect(alone.json["staffIds"] == [2])
            let named = try own.post("/v1/interactions", Self.interaction(#""staffIds": [1]"#))
            #expect(named.json["staffIds"] == [1])
            let nobody = try client.post("/v1/interactions", Self.interaction(#""staffIds": []"#))
            #expect(nobody.json["staffIds"] == [])
        }
    }

    @Test func `an import names people too, and refuses rows that name strangers`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.staff(1)
            try client.create(Self.path, Self.body())
            let rows = """
                customerExternalId,direction,content,channel,occurredAt,summary,contactIds.0,staffIds.0
                A,inbound,idea,phone,2026-11-01,x,1,1
                A,inbound,idea,phone,2026-11-02,x,9,9

                """
            let answer = try client.send(
                "POST",
                "/v1/imports/interactions",
                [:],
                Array(rows.utf8),
                type: "text/csv"
            )
            #expect(answer.json["created"] == 1)
            let errors = answer.json["rejectedRows"]?.elements?.first?["errors"]?.elements ?? []
            #expect(errors.map { $0["pointer"] } == ["/contactIds/0", "/staffIds/0"])
            let interaction = try client.get("/v1/interactions/1").json
            #expect(interaction["contactIds"] == [1])
            #expect(interaction["staffIds"] == [1])
        }
    }
}
