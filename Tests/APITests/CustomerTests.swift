// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Creating and reading customers.
@Suite struct CustomerTests {
    /// A body with these members beside the required ones.
    private static func body(_ members: String) -> String {
        #"{"kind": "individual", "name": "x", \#(members)}"#
    }

    private static func text(_ length: Int, of character: Character = "猫") -> String {
        "\"\(String(repeating: character, count: length))\""
    }

    private static func list(_ count: Int, of element: String) -> String {
        "[" + (0..<count).map { _ in element }.joined(separator: ",") + "]"
    }

    private static let path = "/v1/customers"

    static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a role without the scope", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("no Content-Type", "POST", path, is: 415, "unsupported-media-type"),
        Case(
            "another Content-Type",
            "POST",
            path,
            body("\"tags\": []"),
            with: ["content-type": "text/plain"],
            is: 415,
            "unsupported-media-type"
        ),
        Case("no JSON", "POST", path, "{", is: 400, "malformed-body"),
        Case("U+0000", "POST", path, body(#""tags": ["\u0000"]"#), is: 400, "malformed-body"),
        Case(
            "an unknown parameter",
            "POST",
            path + "?dryRun=true",
            body("\"tags\": []"),
            is: 400,
            "invalid-parameter",
            parameters: ["dryRun"]
        ),
        Case("another method", "PUT", path, "{}", is: 405, "method-not-allowed"),
        Case("another method on one", "POST", path + "/1", "{}", is: 405, "method-not-allowed"),
        Case("a trailing slash", "POST", path + "/", "{}", is: 404, "not-found"),
    ]

    static let refusedBodies: [Case] = [
        ("an array", "[]", [""]),
        ("null", "null", [""]),
        ("nothing that is required", "{}", ["/kind", "/name"]),
        (
            "everything wrong at once",
            #"{"kind": 1, "name": "", "color": 1, "phones": [{"number": "x"}]}"#,
            ["/color", "/kind", "/name", "/phones/0/number"]
        ),
        ("an unknown member", body(#""color": 1"#), ["/color"]),
        ("a member twice", body(#""name": "y""#), ["/name"]),
        ("an unknown kind", #"{"kind": "company", "name": "x"}"#, ["/kind"]),
        ("an unknown role", body(#""role": "END""#), ["/role"]),
        ("an unknown lifecycle", body(#""lifecycle": """#), ["/lifecycle"]),
        ("a blank name", #"{"kind": "individual", "name": " \t　"}"#, ["/name"]),
        ("a name of 201", #"{"kind": "individual", "name": \#(text(201))}"#, ["/name"]),
        ("an external id of 201", body(#""externalId": \#(text(201))"#), ["/externalId"]),
        ("an empty external id", body(#""externalId": """#), ["/externalId"]),
        (
            "21 phones", body(#""phones": \#(list(21, of: #"{"number": "13800138000"}"#))"#),
            ["/phones"]
        ),
        ("a phone that is a text", body(#""phones": ["13800138000"]"#), ["/phones/0"]),
        ("a phone without a number", body(#""phones": [{"label": "x"}]"#), ["/phones/0/number"]),
        (
            "a phone number as a number", body(#""phones": [{"number": 13800138000}]"#),
            ["/phones/0/number"]
        ),
        (
            "a phone number that is none", body(#""phones": [{"number": "12"}]"#),
            ["/phones/0/number"]
        ),
        (
            "a phone label of 51",
            body(#""phones": [{"number": "13800138000", "label": \#(text(51))}]"#),
            ["/phones/0/label"]
        ),
        (
            "a phone with a stranger",
            body(#""phones": [{"number": "13800138000", "e164": "x"}]"#),
            ["/phones/0/e164"]
        ),
        ("21 e-mails", body(#""emails": \#(list(21, of: "\"a@b\""))"#), ["/emails"]),
        ("no e-mail", body(#""emails": ["a@example.com", "a"]"#), ["/emails/1"]),
        (
            "an e-mail of 255", body(#""emails": ["\#(String(repeating: "a", count: 253))@b"]"#),
            ["/emails/0"]
        ),
        ("an e-mail with a space", body(#""emails": ["a b@example.com"]"#), ["/emails/0"]),
        ("51 tags", body(#""tags": \#(list(51, of: "\"a\""))"#), ["/tags"]),
        ("a tag of 51", body(#""tags": ["a", \#(text(51))]"#), ["/tags/1"]),
        ("a source without a channel", body(#""source": {}"#), ["/source/channel"]),
        ("an unknown source", body(#""source": {"channel": "dream"}"#), ["/source/channel"]),
        (
            "a source detail of 201",
            body(#""source": {"channel": "fair", "detail": \#(text(201))}"#),
            ["/source/detail"]
        ),
        ("an owner of 0", body(#""ownerId": 0"#), ["/ownerId"]),
        ("an owner as a text", body(#""ownerId": "3""#), ["/ownerId"]),
        (
            "an owner beyond what JavaScript counts", body(#""ownerId": 4503599627370496"#),
            ["/ownerId"]
        ),
        ("an unknown time zone", body(#""timeZone": "Asia/Nowhere""#), ["/timeZone"]),
        ("money as a number", body(#""creditLimit": 29.99"#), ["/creditLimit"]),
        ("money with three decimals", body(#""creditLimit": "29.999""#), ["/creditLimit"]),
        ("money with an exponent", body(#""creditLimit": "1e3""#), ["/creditLimit"]),
        ("negative money", body(#""creditLimit": "-0.01""#), ["/creditLimit"]),
        (
            "more money than there is", body(#""creditLimit": "10000000000000.00""#),
            ["/creditLimit"]
        ),
        ("a profile that is a list", body(#""profile": []"#), ["/profile"]),
        (
            "a profile with a member twice",
            body(#""profile": {"basic": {"city": "a", "city": "b"}}"#), ["/profile/basic/city"]
        ),
        (
            "a profile of 65,537 bytes",
            body(#""profile": {"a": \#(text(65_537 - 8, of: "a"))}"#),
            ["/profile"]
        ),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    static let readOnly = [
        "id", "tier", "stage", "version", "createdAt", "updatedAt", "archivedAt", "phoneNumbers",
    ]
    .map {
        Case.refused(
            "\($0) set",
            "POST",
            path,
            body("\"\($0)\": null"),
            "/" + $0,
            saying: "read-only"
        )
    }

    static let accepted: [Case] = [
        ("the least", #"{"kind": "individual", "name": "x"}"#),
        ("a name of 200", #"{"kind": "enterprise", "name": \#(text(200))}"#),
        ("an external id of 200", body(#""externalId": \#(text(200))"#)),
        ("20 phones", body(#""phones": \#(list(20, of: #"{"number": "13800138000"}"#))"#)),
        ("a phone label of 50", body(#""phones": [{"number": "110", "label": \#(text(50))}]"#)),
        ("20 e-mails", body(#""emails": \#(list(20, of: "\"a@b\""))"#)),
        ("an e-mail of 254", body(#""emails": ["\#(String(repeating: "a", count: 252))@b"]"#)),
        ("50 tags", body(#""tags": \#(list(50, of: "\"a\""))"#)),
        ("a tag of 50", body(#""tags": [\#(text(50))]"#)),
        (
            "a source detail of 200",
            body(#""source": {"channel": "fair", "detail": \#(text(200))}"#)
        ),
        ("the most money", body(#""creditLimit": "9999999999999.99""#)),
        ("no money", body(#""creditLimit": "0""#)),
        ("a profile of 65,536 bytes", body(#""profile": {"a": \#(text(65_536 - 8, of: "a"))}"#)),
        (
            "null for all that is optional",
            body(#""externalId": null, "phones": null, "profile": null"#)
        ),
    ]
    .map { Case($0, "POST", path, $1, is: 201) }

    @Test func `POST refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refusedRequests) }
    }

    @Test func `POST refuses what breaks rules, by pointer`() throws {
        try withServer { try $0.check(Self.refusedBodies + Self.readOnly) }
    }

    @Test func `POST takes everything up to its limits`() throws {
        try withServer { try $0.check(Self.accepted) }
    }

    @Test func `POST lists the legal words`() throws {
        try withServer { client in
            let answer = try client.post(Self.path, #"{"kind": "company", "name": "x"}"#)
            #expect(answer.details == ["must be one of individual, enterprise"])
        }
    }

    @Test func `POST records a customer, and GET reads it`() throws {
        try withServer { client in
            try client.staff(3)
            let answer = try client.as(.agent).post(
                Self.path,
                """
                {"kind": "enterprise", "role": "intermediary", "name": "上海明珠贸易",
                 "externalId": "A-1001", "phones": [{"number": "138 0013 8000", "label": "mobile"},
                 {"number": "+49 30 901820"}], "emails": ["a@example.com"],
                 "source": {"channel": "service", "detail": "hotline"}, "lifecycle": "active",
                 "ownerId": 3, "tags": ["east", "西"], "timeZone": "Asia/Shanghai",
                 "creditLimit": "50000", "profile": {"basic": {"city": "上海", "n": 1.50}}}
                """
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/customers/1")
            #expect(
                answer.json == [
                    "id": 1, "kind": "enterprise", "role": "intermediary", "name": "上海明珠贸易",
                    "externalId": "A-1001",
                    "phones": [
                        ["number": "138 0013 8000", "label": "mobile"], ["number": "+49 30 901820"],
                    ],
                    "emails": ["a@example.com"],
                    "source": ["channel": "service", "detail": "hotline"], "lifecycle": "active",
                    "ownerId": 3, "tags": ["east", "西"], "timeZone": "Asia/Shanghai",
                    "creditLimit": "50000.00",
                    "profile": ["basic": ["city": "上海", "n": .number("1.50")]],
                    "phoneNumbers": ["+8613800138000", "+4930901820"], "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            let read = try client.as(.reader).get("/v1/customers/1")
            #expect(read.json == answer.json)
            #expect(read.etag == answer.etag)
            let event = try client.lastEvent()
            #expect(event?["action"] == "customer.created")
            #expect(event?["actor"] == "agent")
            #expect(event?["subject"] == ["type": "customer", "id": 1])
            #expect(event?["changes"]?["name"] == "上海明珠贸易")
        }
    }

    @Test func `POST fills in defaults`() throws {
        try withServer { client in
            let id = try client.customer("x")
            let json = try client.get("/v1/customers/\(id)").json
            #expect(json["role"] == "end")
            #expect(json["lifecycle"] == "prospect")
            #expect(json["phones"] == [])
            #expect(json["tags"] == [])
            for absent in ["externalId", "source", "ownerId", "tier", "stage", "archivedAt"] {
                #expect(json[absent] == nil, "\(absent)")
            }
        }
    }

    @Test func `POST takes a body of 1 MiB and refuses one byte more`() throws {
        try withServer { client in
            let body = #"{"kind": "individual", "name": "x"}"#
            let padding = String(repeating: " ", count: (1 << 20) - body.utf8.count)
            #expect(try client.post(Self.path, body + padding).status == 201)
            let answer = try client.post(Self.path, body + padding + " ")
            #expect(answer.status == 413)
            #expect(answer.problem == "content-too-large")
            #expect(try client.service.number("SELECT count(*) FROM customer") == 1)
        }
    }

    @Test func `POST refuses text that is not UTF-8`() throws {
        try withServer { client in
            let bytes =
                Array(#"{"kind": "individual", "name": ""#.utf8) + [0xC4, 0xE3] + Array("\"}".utf8)
            let answer = try client.send("POST", Self.path, [:], bytes, type: "application/json")
            #expect(answer.status == 400)
            #expect(answer.problem == "malformed-body")
        }
    }

    @Test func `POST answers a duplicate with the record that is there`() throws {
        try withServer { client in
            let id = try client.customer("x", #""externalId": "A-1""#)
            let answer = try client.post(Self.path, Self.body(#""externalId": "A-1""#))
            #expect(answer.status == 409)
            #expect(answer.problem == "duplicate")
            #expect(answer.json["existing"] == .string("/v1/customers/\(id)"))
            try client.customer("x", #""externalId": "a-1""#)
        }
    }

    static let missing = [
        "0", "2", "007", "-1", "+1", "1.0", "x", "99999999999999999999", "%31%20",
    ]

    @Test func `GET knows no other identifiers`() throws {
        try withServer { client in
            try client.customer()
            let path = Self.path
            try client.check(
                [
                    Case("no token", "GET", path + "/1", by: nil, is: 401, "unauthorized"),
                    Case("a reader", "GET", path + "/1", by: .reader, is: 200),
                    Case("an escaped digit", "GET", path + "/%31", by: .reader, is: 200),
                    Case(
                        "a parameter",
                        "GET",
                        path + "/1?fields=id",
                        is: 400,
                        "invalid-parameter",
                        parameters: ["fields"]
                    ),
                ] + Self.missing.map { Case($0, "GET", path + "/" + $0, is: 404, "not-found") }
            )
        }
    }

    @Test func `HEAD is GET without the body, and OPTIONS lists the methods`() throws {
        try withServer { client in
            try client.customer()
            let get = try client.get("/v1/customers/1")
            let head = try client.send("HEAD", "/v1/customers/1")
            #expect(head.status == 200)
            #expect(head.etag == get.etag)
            #expect(head.fields["content-length"] == get.fields["content-length"])
            let options = try client.anonymous.send("OPTIONS", "/v1/customers/1")
            #expect(options.status == 204)
            #expect(options.fields["allow"] == "GET, HEAD, PATCH, DELETE, OPTIONS")
        }
    }

    @Test func `GET answers 304 to one who has the record`() throws {
        try withServer { client in
            try client.customer()
            let tag = try #require(try client.get("/v1/customers/1").etag)
            #expect(try client.get("/v1/customers/1", ["if-none-match": tag]).status == 304)
            #expect(try client.get("/v1/customers/1", ["if-none-match": "\"1.x\""]).status == 200)
            _ = try client.patch("/v1/customers/1", #"{"name": "y"}"#)
            #expect(try client.get("/v1/customers/1", ["if-none-match": tag]).status == 200)
        }
    }
}
