// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct CustomerListTests {
    private static let list = "/v1/customers"

    /// Makes the customers that the filters are tried on.
    private static func prepare(_ client: TestClient) throws {
        try client.staff(4)
        try client.customer(
            "上海明珠贸易",
            #"""
            "externalId": "SH-1", "lifecycle": "active", "ownerId": 3, "tags": ["east", "vip"],
            "phones": [{"number": "138 0013 8000"}], "emails": ["Pearl@Example.com"]
            """#
        )
        client.clock.advance(hours: 24)
        try client.customer("李雷", #""phones": [{"number": "021-62345678"}], "ownerId": 4"#)
        try client.customer("Zoë 50%_x", #""lifecycle": "lost", "tags": ["EAST"]"#)
        client.clock.advance(hours: 24)
        try client.create(list, #"{"kind": "enterprise", "name": "北京ＡＢＣ公司", "tags": ["east"]}"#)
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [1, 2, 3, 4]),
        ("kind=enterprise", [4]),
        ("kind=individual&lifecycle=lost", [3]),
        ("lifecycle=active", [1]),
        ("ownerId=4", [2]),
        ("ownerId=5", []),
        ("tag=east", [1, 4]),
        ("tag=vip&ownerId=3", [1]),
        ("tag=eas", []),
        ("stage=stable", []),
        ("tier=key", []),
        ("updatedSince=2026-11-24T02:00:00.001Z", [4]),
        ("updatedSince=2026-11-24T10:00:00%2B08:00", [2, 3, 4]),
        ("updatedSince=2026-11-24", [2, 3, 4]),
        ("updatedSince=2026-11-25", [4]),
        ("q=明", [1]),
        ("q=明珠", [1]),
        ("q=珠明", []),
        ("q=sh-1", [1]),
        ("q=PEARL@", [1]),
        ("q=abc", [4]),
        ("q=ＡＢＣ", [4]),
        ("q=zoë", [3]),
        ("q=50%25_", [3]),
        ("q=50__x", []),
        ("q=%25", [3]),
        ("q=_", [3]),
        ("q=13800138000", [1]),
        ("q=138-0013-8000", [1]),
        ("q=%2B86%20138%200013%208000", [1]),
        ("q=0013%208000", [1]),
        ("q=8000", [1]),
        ("q=021-6234%205678", [2]),
        ("q=62345678", [2]),
        ("sort=-id", [4, 3, 2, 1]),
        ("sort=createdAt", [1, 2, 3, 4]),
        ("sort=-createdAt", [4, 3, 2, 1]),
        ("sort=-updatedAt", [4, 3, 2, 1]),
        ("sort=name", [3, 1, 4, 2]),
        ("sort=-name", [2, 4, 1, 3]),
        ("sort=-name&tag=east", [4, 1]),
    ]

    @Test func `filters and sorts`() throws {
        try withServer { client in
            try Self.prepare(client)
            for (query, ids) in Self.filters {
                let answer = try client.as(.reader).get("\(Self.list)?\(query)")
                #expect(answer.ids == ids, "\(query)")
                #expect(answer.next == nil)
            }
            for (query, ids) in Self.filters {
                let answer = try client.get("\(Self.list)?\(query)&count=exact&limit=1")
                #expect(answer.json["count"]?.integer == ids.count, "\(query)")
                #expect((answer.next != nil) == (ids.count > 1), "\(query)")
            }
        }
    }

    private static let refused = [
        Case("no token", "GET", list, by: nil, is: 401, "unauthorized"),
        .refused("a limit of 0", query: list + "?limit=0", "limit", saying: "from 1 to 500"),
        .refused("a limit of 501", query: list + "?limit=501", "limit"),
        .refused("a limit that is none", query: list + "?limit=x", "limit"),
        .refused("an unknown parameter", query: list + "?colour=1", "colour"),
        .refused(
            "an unknown kind",
            query: list + "?kind=x",
            "kind",
            saying: "individual, enterprise"
        ),
        .refused(
            "an unknown tier",
            query: list + "?tier=top",
            "tier",
            saying: "key, ordinary, small"
        ),
        .refused("an unknown stage", query: list + "?stage=x", "stage"),
        .refused("an unknown lifecycle", query: list + "?lifecycle=x", "lifecycle"),
        .refused("no owner", query: list + "?ownerId=0", "ownerId"),
        .refused("an owner that is none", query: list + "?ownerId=me", "ownerId"),
        .refused("nothing to look for", query: list + "?q=", "q"),
        .refused("a text of 201", query: list + "?q=" + String(repeating: "a", count: 201), "q"),
        .refused("a tag of 51", query: list + "?tag=" + String(repeating: "a", count: 51), "tag"),
        .refused(
            "an instant without offset",
            query: list + "?updatedSince=2026-11-21T08:30:00",
            "updatedSince"
        ),
        .refused("a day that is none", query: list + "?updatedSince=2026-02-30", "updatedSince"),
        .refused("another order", query: list + "?sort=tier", "sort", saying: "id, createdAt"),
        .refused(
            "an unknown member",
            query: list + "?fields=id,color",
            "fields",
            saying: "phoneNumbers"
        ),
        .refused("a filter twice", query: list + "?kind=individual&kind=enterprise", "kind"),
        .refused("a cursor that is none", query: list + "?after=abc", "after"),
        Case(
            "bad escapes",
            "GET",
            list + "?q=%zz",
            is: 400,
            "invalid-parameter",
            saying: "bad percent-escape"
        ),
        Case("U+0000", "GET", list + "?q=%00", is: 400, "invalid-parameter", saying: "U+0000"),
        Case(
            "broken UTF-8",
            "GET",
            list + "?q=%C4%E3",
            is: 400,
            "invalid-parameter",
            saying: "is not UTF-8"
        ),
        .refused("nothing to see", query: list + "?q=%E2%80%8B%EF%BB%BF%E2%81%A0%C2%AD", "q"),
        Case(
            "a page as HTML",
            "GET",
            list,
            with: ["accept": "text/html"],
            is: 406,
            "not-acceptable"
        ),
        Case(
            "a table for a manager",
            "GET",
            list + "?format=csv",
            by: .manager,
            is: 403,
            "forbidden"
        ),
        Case(
            "lines for a manager",
            "GET",
            list,
            by: .manager,
            with: ["accept": "application/x-ndjson"],
            is: 403,
            "forbidden",
            saying: "exports"
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    private static let sorts = ["id", "createdAt", "updatedAt", "name"].flatMap { [$0, "-" + $0] }

    @Test(arguments: sorts)
    func `pages lose and double no row while rows come in`(_ sort: String) throws {
        try withServer { client in
            // Equal times and few names: the identifier breaks the ties.
            for number in 0..<23 { try client.customer(["甲", "乙", "b", "B"][number % 4]) }
            var ids: [Int] = []
            var cursor = ""
            while true {
                let page = try client.get("\(Self.list)?sort=\(sort)&limit=4\(cursor)")
                ids += page.ids
                guard let next = page.next else { break }
                cursor = "&after=\(next)"
                #expect(
                    page.fields["link"]
                        == "</v1/customers?sort=\(sort)&limit=4&after=\(next)>; rel=\"next\""
                )
                try client.customer(ids.count.isMultiple(of: 8) ? "A" : "中")
            }
            #expect(Set(ids).count == ids.count)
            #expect(Set(ids).isSuperset(of: 1...23))
        }
    }

    @Test func `pages are as large as the limit says`() throws {
        try withServer { client in
            try client.addCustomers(52)
            #expect(try client.get(Self.list).items.count == 50)
            #expect(try client.get(Self.list + "?limit=51").items.count == 51)
            #expect(try client.get(Self.list + "?limit=52").next == nil)
            #expect(try client.get(Self.list + "?limit=500").items.count == 52)
        }
    }

    @Test func `a cursor that was altered or cut is refused`() throws {
        try withServer { client in
            try client.addCustomers(2)
            let cursor = try #require(try client.get(Self.list + "?limit=1").next)
            let end = cursor.index(before: cursor.endIndex)
            for wrong in [
                String(cursor[..<end]), cursor + "A", String(cursor.reversed()),
                (cursor.hasPrefix("W") ? "X" : "W") + cursor.dropFirst(),
            ] {
                #expect(try client.get("\(Self.list)?after=\(wrong)").parameters == ["after"])
            }
            let other = try client.get("/v1/orders?after=\(cursor)")
            #expect(other.parameters == ["after"])
            #expect(try client.get("\(Self.list)?after=\(cursor)&kind=individual").status == 400)
        }
    }

    @Test func `gives only the members asked for`() throws {
        try withServer { client in
            try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
            let page = try client.get(Self.list + "?fields=id,phoneNumbers")
            #expect(page.items == [["id": 1, "phoneNumbers": ["+8613800138000"]]])
        }
    }

    @Test func `HEAD of a stream has no body`() throws {
        try withServer { client in
            try client.addCustomers(600)
            for format in ["csv", "ndjson"] {
                let answer = try client.send("HEAD", "\(Self.list)?format=\(format)")
                #expect(answer.status == 200)
                #expect(answer.body.isEmpty)
            }
        }
    }

    @Test func `takes raw what browsers do not escape, and links on to it`() throws {
        try withServer { client in
            for _ in 0..<2 { try client.customer("a[1]|{2}^`3") }
            let target = Self.list + "?limit=1&q=[1]|{2}^`3"
            let page = try client.get(target)
            #expect(page.items.map { $0["name"] } == ["a[1]|{2}^`3"])
            let next = try #require(page.next)
            #expect(page.fields["link"] == "<\(target)&after=\(next)>; rel=\"next\"")
            #expect(try client.get("\(target)&after=\(next)").items.count == 1)
            let unknown = try client.get("/v1/customers/[1]|{2}^`3")
            #expect(unknown.status == 404)
        }
    }

    @Test func `finds an external id that looks like a phone number`() throws {
        try withServer { client in
            try client.customer("店 10-20", #""externalId": "2024-001""#)
            for query in ["2024-001", "10-20", "2024"] {
                let answer = try client.get("\(Self.list)?q=\(query)")
                #expect(answer.ids == [1], "\(query)")
            }
        }
    }

    @Test func `streams all rows as a table`() throws {
        try withServer { client in
            try client.customer(
                "=cmd|' /C calc'!A0",
                #"""
                "externalId": "A,\"1\"", "phones": [{"number": "13800138000", "label": "a"},
                {"number": "+49 30 901820"}], "emails": ["a@b"], "tags": ["x\ny"],
                "creditLimit": "5.00", "profile": {"a": 1}
                """#
            )
            try client.customer("李雷")
            let answer = try client.as(.steward).get(Self.list, ["accept": "text/csv"])
            #expect(answer.status == 200)
            #expect(answer.fields["content-type"] == "text/csv; charset=utf-8")
            #expect(
                answer.text == """
                    id,kind,role,name,externalId,phones.0.number,phones.0.label,phones.1.number,\
                    phones.1.label,emails.0,source.channel,source.detail,lifecycle,ownerId,tags.0,\
                    timeZone,creditLimit,profile,phoneNumbers,tier,stage,version,createdAt,\
                    updatedAt,archivedAt\r
                    1,individual,end,'=cmd|' /C calc'!A0,"A,""1""\",13800138000,a,'+49 30 901820,,\
                    a@b,,,prospect,,"x
                    y",,5.00,"{""a"":1}\","[""+8613800138000"",""+4930901820""]\",,,1,\
                    2026-11-23T02:00:00.000Z,2026-11-23T02:00:00.000Z,\r
                    2,individual,end,李雷,,,,,,,,,prospect,,,,,,[],,,1,\
                    2026-11-23T02:00:00.000Z,2026-11-23T02:00:00.000Z,\r

                    """
            )
        }
    }

    @Test func `a cursor is bound to its filters, whatever they hold`() throws {
        try withServer { client in
            try client.addCustomers(4)
            let filtered = Self.list + "?limit=1&tag=even&kind=individual"
            let cursor = try #require(try client.get(filtered).next)
            #expect(try client.get("\(filtered)&after=\(cursor)").ids == [4])
            let alike = Self.list + "?limit=1&tag=even%0Akind%3Dindividual&after=\(cursor)"
            #expect(try client.get(alike).status == 400)
        }
    }

    @Test func `streams as lines what pages hold, filtered, beyond one page`() throws {
        try withServer { client in
            try client.addCustomers(1003)
            let steward = client.as(.steward)
            let lines = try steward.get(Self.list + "?format=ndjson&sort=-id&tag=even")
                .lines
            #expect(lines.count == 501)
            let rows = try lines.map { try JSONReader.read($0) }
            let paged = try client.all(Self.list + "?sort=-id&tag=even", limit: 400)
            #expect(rows == paged)
            let table = try steward.get(Self.list + "?format=csv&fields=id")
            #expect(table.lines.count == 1004)
        }
    }
}
