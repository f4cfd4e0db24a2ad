// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Customers who may be one.
@Suite struct DuplicateTests {
    private static let path = "/v1/duplicates"

    private static let refused = [
        Case("no token", "GET", path + "?by=name", by: nil, is: 401, "unauthorized"),
        Case("a manager", "GET", path + "?by=name", by: .manager, is: 403, "forbidden"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        .refused("nothing to look by", query: path, "by"),
        .refused("something else to look by", query: path + "?by=address", "by"),
        .refused("another order", query: path + "?by=name&sort=id", "sort"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    /// The groups as text: `value 1 2`.
    private static func groups(_ client: TestClient, _ query: String) throws -> [String] {
        try client.as(.steward).all("\(path)?\(query)").map { group in
            let ids = group["customers"]?.elements?.compactMap { $0["id"]?.integer } ?? []
            return ([group["value"]?.string ?? ""] + ids.map(String.init)).joined(separator: " ")
        }
    }

    @Test func `are found by phone, e-mail and name, however they are written`() throws {
        try withServer { client in
            for (name, phone, email) in [
                ("上海 明珠", "138 0013 8000", "a@example.com"),
                ("上海明珠", "+86-138-0013-8000", "b@example.com"),
                ("ＡＢＣ Trading", "13900139000", "A@Example.COM"),
                ("abc　trading", "13600136000", "c@example.com"),
                ("别人", "13700137000", "d@example.com"),
            ] {
                let members = #""phones": [{"number": "\#(phone)"}], "emails": ["\#(email)"]"#
                try client.customer(name, members)
            }
            // The same number twice makes nobody a duplicate.
            try client.customer(
                "两号",
                #""phones": [{"number": "13500135000"}, {"number": "135 0013 5000"}]"#
            )
            #expect(try Self.groups(client, "by=phone") == ["+8613800138000 1 2"])
            #expect(try Self.groups(client, "by=email") == ["a@example.com 1 3"])
            #expect(try Self.groups(client, "by=name") == ["abctrading 3 4", "上海明珠 1 2"])
            let group = try client.get(Self.path + "?by=name").items[1]
            #expect(group["by"] == "name")
            #expect(group["customers"]?.elements?[0]["name"] == "上海 明珠")
            // A name that was changed counts as it is now.
            _ = try client.patch("/v1/customers/5", #"{"name": "Abc-Trading"}"#)
            _ = try client.patch("/v1/customers/4", #"{"name": "ABC－trading"}"#)
            #expect(try Self.groups(client, "by=name") == ["abc-trading 4 5", "上海明珠 1 2"])
        }
    }

    @Test func `who is archived or merged is none`() throws {
        try withServer { client in
            for _ in 1...3 {
                try client.customer(
                    "李雷",
                    #""phones": [{"number": "13800138000"}], "emails": ["a@example.com"]"#
                )
            }
            for trait in ["phone", "email", "name"] {
                #expect(try Self.groups(client, "by=\(trait)").first?.hasSuffix(" 1 2 3") == true)
            }
            _ = try client.delete("/v1/customers/3")
            for trait in ["phone", "email", "name"] {
                #expect(try Self.groups(client, "by=\(trait)").first?.hasSuffix(" 1 2") == true)
            }
            _ = try client.post("/v1/customers/1/merge", MergeTests.body(2))
            for trait in ["phone", "email", "name"] {
                #expect(try Self.groups(client, "by=\(trait)") == [])
                let counted = try client.get("\(Self.path)?by=\(trait)&count=exact")
                #expect(counted.json["count"] == 0)
            }
            _ = try client.post("/v1/customers/1/unmerge", MergeTests.body(2))
            #expect(try Self.groups(client, "by=name") == ["李雷 1 2"])
        }
    }

    @Test func `come page by page, in either direction`() throws {
        try withServer { client in
            // More values that occur twice than are looked up at once, most of archived customers.
            for number in 1000..<1300 {
                for _ in 1...2 {
                    try client.customer(
                        "n\(number)",
                        #""phones": [{"number": "1380013\#(number)"}]"#
                    )
                }
            }
            for number in stride(from: 1, through: 599, by: 2) where number % 3 != 0 {
                _ = try client.delete("/v1/customers/\(number)")
            }
            for trait in ["phone", "name"] {
                let up = try Self.groups(client, "by=\(trait)&fields=value,customers")
                let first = try client.get("\(Self.path)?by=\(trait)&count=exact&limit=7")
                #expect(first.json["count"]?.integer == up.count)
                #expect(first.items.count == 7)
                #expect(up == up.sorted())
                #expect(up.count == 100)
                let down = try Self.groups(client, "by=\(trait)&sort=-value")
                #expect(down == up.reversed())
                var pages: [TestAnswer.Row] = []
                pages = try client.all("\(Self.path)?by=\(trait)", limit: 9)
                #expect(pages.count == 100)
            }
        }
    }
}
