// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// One search over all kinds of records.
@Suite struct SearchTests {
    private static let path = "/v1/search"

    private static let refused = [
        Case("no token", "GET", path + "?q=a", by: nil, is: 401, "unauthorized"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        Case(
            "a kind out of reach",
            "GET",
            path + "?q=a&kind=complaint",
            by: .reader,
            is: 403,
            "forbidden"
        ),
        .refused("no words", query: path, "q"),
        .refused("nothing", query: path + "?q=", "q"),
        .refused("blanks", query: path + "?q=%20%E3%80%80", "q"),
        .refused("nothing to see", query: path + "?q=%E2%80%8B%20%C2%AD", "q"),
        .refused("a space without width", query: path + "?q=%E2%80%8B", "q"),
        Case("U+0000", "GET", path + "?q=a%00", is: 400, "invalid-parameter"),
        .refused("201 characters", query: path + "?q=" + String(repeating: "a", count: 201), "q"),
        .refused("11 words", query: path + "?q=a+b+c+d+e+f+g+h+i+j+k", "q"),
        .refused("an unknown kind", query: path + "?q=a&kind=order", "kind"),
        .refused("a limit of 51", query: path + "?q=a&limit=51", "limit"),
        .refused("no limit", query: path + "?q=a&limit=0", "limit"),
        .refused("a cursor", query: path + "?q=a&after=x", "after"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    private static func fill(_ client: TestClient) throws {
        try client.customer("王五", #""phones": [{"number": "138 0013 8000"}], "externalId": "A-1""#)
        try client.customer("上海王五金贸易", #""emails": ["Sales@Example.com"]"#)
        try client.create(
            "/v1/complaints",
            #"""
            {"customerId": 1, "channel": "web", "subject": "快递太慢",
             "description": "<b>等了王五一周</b>，要退款"}
            """#
        )
        try client.create(
            "/v1/interactions",
            #"""
            {"customerId": 2, "direction": "inbound", "content": "idea", "channel": "phone",
             "occurredAt": "2026-11-01T00:00:00Z", "summary": "王五问退款进度"}
            """#
        )
    }

    private static func search(_ client: TestClient, _ text: String, _ more: String = "") throws
        -> TestAnswer
    {
        try client.get("\(path)?q=\(PercentEncoding.encode(text))\(more)")
    }

    @Test func `finds all kinds, the best first, and shows where`() throws {
        try withServer { client in
            try Self.fill(client)
            let answer = try Self.search(client, "王五")
            #expect(
                answer.items.compactMap { $0["path"]?.string } == [
                    "/v1/customers/1", "/v1/customers/2", "/v1/interactions/1", "/v1/complaints/1",
                ]
            )
            #expect(answer.items.compactMap { $0["score"]?.integer } == [100, 62, 49, 36])
            #expect(answer.json["more"] == [])
            let last = answer.items.last
            #expect(last?["title"] == "快递太慢")
            #expect(last?["customer"]?["name"] == "王五")
            #expect(
                last?["highlights"] == [
                    [
                        "member": "description",
                        "parts": [
                            ["text": "<b>等了", "match": false], ["text": "王五", "match": true],
                            ["text": "一周</b>，要退款", "match": false],
                        ],
                    ]
                ]
            )
        }
    }

    @Test(arguments: [
        ("王", ["/v1/customers/1", "/v1/customers/2", "/v1/interactions/1", "/v1/complaints/1"]),
        ("五金", ["/v1/customers/2"]), ("退款", ["/v1/interactions/1", "/v1/complaints/1"]),
        ("退款 快递", ["/v1/complaints/1"]), ("快递 五金", []), ("a-1", ["/v1/customers/1"]),
        ("example", ["/v1/customers/2"]), ("XAMPL", ["/v1/customers/2"]),
        ("13800138000", ["/v1/customers/1"]), ("138-0013", ["/v1/customers/1"]),
        ("OR", []), ("\"", []), ("*", []), ("王*", []), ("terms:王", []), ("NEAR(王 五)", []),
        ("<b>", ["/v1/complaints/1"]), ("，", ["/v1/complaints/1"]), ("😀", []), ("' OR 1=1 --", []),
    ])
    func `finds`(_ text: String, _ paths: [String]) throws {
        try withServer { client in
            try Self.fill(client)
            let found = try Self.search(client, text).items.compactMap { $0["path"]?.string }
            #expect(found == paths)
        }
    }

    @Test func `shows the digits of a number however it was typed`() throws {
        try withServer { client in
            try Self.fill(client)
            let answer = try Self.search(client, "138-0013")
            #expect(
                answer.items.first?["highlights"] == [
                    [
                        "member": "phone",
                        "parts": [
                            ["text": "138 0013", "match": true], ["text": " 8000", "match": false],
                        ],
                    ]
                ]
            )
        }
    }

    @Test func `a token finds what it may read, and of one kind if it wants`() throws {
        try withServer { client in
            try Self.fill(client)
            let reader = try Self.search(client.as(.reader), "王五")
            #expect(reader.ids == [1, 2])
            let complaints = try Self.search(client, "王五", "&kind=complaint")
            #expect(complaints.items.map { $0["kind"] } == ["complaint"])
            let limited = try Self.search(client, "王五", "&limit=1")
            #expect(limited.items.count == 1)
            let customers = try Self.search(client.as(.reader), "王五", "&kind=customer")
            #expect(customers.ids == [1, 2])
        }
    }

    @Test func `archived customers are not found, changed ones as they are now`() throws {
        try withServer { client in
            try Self.fill(client)
            _ = try client.patch("/v1/customers/2", #"{"name": "苏州钱六"}"#)
            let changed = try Self.search(client, "钱六 苏州", "&kind=customer")
            #expect(changed.ids == [2])
            _ = try client.delete("/v1/customers/1")
            let left = try Self.search(client, "王五", "&kind=customer")
            #expect(left.ids == [])
        }
    }

    @Test func `names, numbers and external ids come first however many others there are`() throws {
        try withServer { client in
            try client.customer("a", #""phones": [{"number": "13800138000"}], "externalId": "x-1""#)
            let rows = (1...300).map { "individual,xx a\($0),x-1\($0),1391234\(1000 + $0)" }
            let file = (["kind,name,externalId,phones.0.number"] + rows + [""]).joined(
                separator: "\n"
            )
            _ = try client.send(
                "POST",
                "/v1/imports/customers",
                [:],
                Array(file.utf8),
                type: "text/csv"
            )
            for text in ["a", "x-1", "138 0013 8000"] {
                let answer = try Self.search(client, text)
                #expect(answer.ids.first == 1, "\(text)")
                #expect(answer.json["more"] == (text.hasPrefix("138") ? [] : ["customer"]))
            }
            let none = try Self.search(client, "x a b")
            #expect(none.ids == [])
        }
    }
}
