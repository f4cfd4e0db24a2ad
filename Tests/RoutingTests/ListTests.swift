// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

@Suite struct ListTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let query: String
        let parameters: [String]

        init(_ name: String, _ query: String, _ parameters: String...) {
            self.name = name
            self.query = query
            self.parameters = parameters
        }

        var testDescription: String { name }
    }

    static let refused = [
        Case("no limit at all", "limit=", "limit"),
        Case("a limit of none", "limit=0", "limit"),
        Case("a limit beyond the largest", "limit=501", "limit"),
        Case("a limit that is no number", "limit=x", "limit"),
        Case("a limit with a sign", "limit=%2B5", "limit"),
        Case("a fraction as limit", "limit=1.0", "limit"),
        Case("a negative limit", "limit=-1", "limit"),
        Case("a limit twice", "limit=1&limit=2", "limit"),
        Case("an unknown parameter", "color=red", "color"),
        Case("an unknown parameter without a value", "color", "color"),
        Case("a parameter in capitals", "Limit=5", "Limit"),
        Case("several at once", "title=12345678901&color=red", "color", "title"),
        Case("another order", "sort=color", "sort"),
        Case("two signs before the order", "sort=--id", "sort"),
        Case("a sign alone", "sort=-", "sort"),
        Case("another member", "fields=id,color", "fields"),
        Case("no members", "fields=", "fields"),
        Case("a comma for members", "fields=,", "fields"),
        Case("an unknown count", "count=all", "count"),
        Case("an unknown format", "format=xml", "format"),
        Case("a cursor of nothing", "after=", "after"),
        Case("a cursor that is none", "after=abc", "after"),
    ]

    @Test(arguments: refused)
    func `refuses parameters it does not take, by name`(_ one: Case) throws {
        let answer = try Desk(.books()).ask("/books?" + one.query)
        #expect(answer.status == .badRequest)
        #expect(answer.json["type"] == "/problems/invalid-parameter")
        #expect(answer.parameters == one.parameters)
    }

    @Test(arguments: ["title=%", "title=%zz", "title=%00", "title=%FF", "%FF=1"])
    func `refuses a query that cannot be decoded`(_ query: String) throws {
        let answer = try Desk(.books()).ask("/books?" + query)
        #expect(answer.status == .badRequest)
        #expect(answer.json["type"] == "/problems/invalid-parameter")
    }

    @Test func `names the legal values`() throws {
        let desk = Desk(.books())
        let details = try ["sort=x", "fields=x", "count=x", "format=x"].map {
            try desk.ask("/books?" + $0).json["errors"]?[0]?["detail"]?.string
        }
        #expect(
            details == [
                "must be one of id, title, with - in front or without",
                "must be names among id, title",
                "must be one of exact",
                "must be one of json, csv, ndjson, svg",
            ]
        )
    }

    @Test(arguments: ["csv", "ndjson"])
    func `refuses to cut a stream into pages`(_ format: String) throws {
        let desk = Desk(.books())
        let answer = try desk.ask("/books?format=\(format)&limit=3&count=exact")
        #expect(answer.status == .badRequest)
        #expect(answer.json["errors"]?.elements?.map { $0["parameter"] } == ["limit", "count"])
        let cursor = try #require(try desk.ask("/books?limit=2").json["next"]?.string)
        let later = try desk.ask("/books?format=\(format)&after=\(cursor)")
        #expect(later.status == .badRequest)
        #expect(later.json["errors"]?.elements?.map { $0["parameter"] } == ["after"])
    }

    @Test func `pages through all rows, and links each page to the next`() throws {
        let desk = Desk(.books())
        var target = "/books?limit=3&title=book&sort=-id"
        var ids: [Int] = []
        var pages = 0
        while pages < 10 {
            pages += 1
            let page = try desk.ask(target)
            ids += page.json["items"]?.elements?.compactMap { $0["id"]?.integer } ?? []
            guard let next = page.json["next"]?.string else {
                #expect(page.fields["link"] == nil)
                break
            }
            target = "/books?limit=3&title=book&sort=-id&after=\(next)"
            #expect(page.fields["link"] == "<\(target)>; rel=\"next\"")
        }
        #expect(ids == [7, 6, 5, 4, 3, 2, 1])
        #expect(pages == 3)
    }

    @Test func `links to the next page with one cursor, however its name was escaped`() throws {
        let desk = Desk(.books())
        let cursor = try #require(try desk.ask("/books?limit=2").json["next"]?.string)
        let page = try desk.ask("/books?limit=2&%61fter=\(cursor)")
        let next = try #require(page.json["next"]?.string)
        #expect(page.fields["link"] == "</books?limit=2&after=\(next)>; rel=\"next\"")
    }

    @Test func `takes the largest and the smallest limit`() throws {
        let desk = Desk(.books())
        #expect(try desk.ask("/books?limit=1").json["items"]?.elements?.count == 1)
        #expect(try desk.ask("/books?limit=500").json["items"]?.elements?.count == 7)
        #expect(try desk.ask("/books?limit=007").json["items"]?.elements?.count == 7)
    }

    @Test func `counts all rows when asked to`() throws {
        let desk = Desk(.books())
        #expect(try desk.ask("/books?limit=2&count=exact").json["count"] == 7)
        #expect(try desk.ask("/books?limit=2").json["count"] == nil)
    }

    @Test func `gives only the members that were asked for`() throws {
        let page = try Desk(.books()).ask("/books?limit=1&fields=title")
        #expect(page.json == ["items": [["title": "book 1"]], "next": page.json["next"] ?? .null])
        let csv = try Desk(.books()).ask("/books?fields=%20title%20,id&format=csv&title=7")
        #expect(csv.text == "id,title\r\n7,book 7\r\n")
    }

    struct Mismatch: CustomTestStringConvertible {
        let name: String
        let query: String

        var testDescription: String { name }
    }

    static let mismatches = [
        Mismatch(name: "another filter", query: "limit=2&title=o"),
        Mismatch(name: "no filter", query: "limit=2"),
        Mismatch(name: "another order", query: "limit=2&title=book&sort=-id"),
    ]

    @Test(arguments: mismatches)
    func `refuses the cursor of another list`(_ one: Mismatch) throws {
        let desk = Desk(.books())
        let cursor = try #require(try desk.ask("/books?limit=2&title=book").json["next"]?.string)
        #expect(try desk.ask("/books?limit=5&title=book&after=\(cursor)").status == .ok)
        let answer = try desk.ask("/books?\(one.query)&after=\(cursor)")
        #expect(answer.parameters == ["after"])
    }

    @Test func `refuses a cursor that was altered or cut at any byte`() throws {
        let desk = Desk(.books())
        let cursor = try #require(try desk.ask("/books?limit=2").json["next"]?.string)
        for place in cursor.indices {
            var altered = cursor
            altered.replaceSubrange(place...place, with: cursor[place] == "A" ? "B" : "A")
            for wrong in [altered, String(cursor[..<place]), cursor + String(cursor[place])] {
                #expect(try desk.ask("/books?after=\(wrong)").parameters == ["after"])
            }
        }
    }

    struct Choice: CustomTestStringConvertible {
        var accept: String?
        var format: String?
        /// Nil for 406.
        let mediaType: String?

        var testDescription: String { "Accept \(accept ?? "-"), format \(format ?? "-")" }
    }

    static let choices = [
        Choice(mediaType: "application/json"),
        Choice(accept: "", mediaType: "application/json"),
        Choice(accept: "*/*", mediaType: "application/json"),
        Choice(accept: "application/json", mediaType: "application/json"),
        Choice(accept: "text/csv", mediaType: "text/csv; charset=utf-8"),
        Choice(accept: "TEXT/CSV", mediaType: "text/csv; charset=utf-8"),
        Choice(accept: "text/csv;header=present", mediaType: "text/csv; charset=utf-8"),
        Choice(accept: "text/*", mediaType: "text/csv; charset=utf-8"),
        Choice(accept: "application/x-ndjson", mediaType: "application/x-ndjson"),
        Choice(accept: "application/*", mediaType: "application/json"),
        Choice(accept: "text/html, */*;q=0.1", mediaType: "application/json"),
        Choice(
            accept: "application/json;q=0.4, text/csv;q=0.5",
            mediaType: "text/csv; charset=utf-8"
        ),
        Choice(accept: "text/csv; q=0.5 ,application/json;q=0.5", mediaType: "application/json"),
        Choice(accept: "*/*, application/json;q=0", mediaType: "text/csv; charset=utf-8"),
        Choice(accept: "text/csv;q=0", mediaType: nil),
        Choice(accept: "text/html", mediaType: nil),
        Choice(accept: "application/problem+json", mediaType: nil),
        Choice(format: "csv", mediaType: "text/csv; charset=utf-8"),
        Choice(accept: "application/json", format: "ndjson", mediaType: "application/x-ndjson"),
        Choice(accept: "text/html", format: "json", mediaType: "application/json"),
    ]

    @Test(arguments: choices)
    func `chooses the format by Accept, and by the parameter before it`(_ one: Choice) throws {
        let fields: HeaderFields = one.accept.map { ["accept": $0] } ?? [:]
        let query = one.format.map { "?format=" + $0 } ?? ""
        let answer = try Desk(.books()).ask("/books" + query, fields)
        if let mediaType = one.mediaType {
            #expect(answer.fields["content-type"] == mediaType)
        } else {
            #expect(answer.status == .notAcceptable)
            #expect(answer.json["type"] == "/problems/not-acceptable")
            #expect(
                answer.json["detail"] == "there is application/json, text/csv, application/x-ndjson"
            )
        }
    }

    @Test(arguments: ["/books?format=csv", "/books?format=ndjson"])
    func `has nothing but JSON where a list is no export`(_ target: String) throws {
        #expect(try Desk(.books(exportScope: nil)).ask(target).status == .notAcceptable)
    }

    @Test func `demands the export scope for a stream`() throws {
        var desk = Desk(.books())
        desk.scopes = ["books"]
        #expect(try desk.ask("/books").status == .ok)
        let answer = try desk.ask("/books?format=csv")
        #expect(answer.status == .forbidden)
        #expect(answer.json["scope"] == "export")
    }

    @Test func `streams all rows`() throws {
        let desk = Desk(.books())
        #expect(try desk.ask("/books?format=ndjson").text.split(separator: "\n").count == 7)
        #expect(try desk.ask("/books?format=csv").text.hasSuffix("6,book 6\r\n7,book 7\r\n"))
    }

    @Test func `streams page after page`() throws {
        var desk = Desk(.books())
        desk.shelf.books = (1...1201).map { Book(id: $0, title: "b") }
        let lines = try desk.ask("/books?format=ndjson").text.split(separator: "\n")
        #expect(lines.count == 1201)
        #expect(Set(lines).count == 1201)
    }
}
