// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

/// What routes take as bodies.
@Suite struct BodyTests {
    private static func route(form: Bool) -> TestRoute {
        .write(
            .post,
            "/books",
            name: "createBook",
            summary: "Creates a book",
            tag: "Books",
            scope: "books",
            takes: .body(BookDetails.fields, form: form),
            returns: .created(Book.fields) { "/books/\($0.id)" }
        ) { details, _, _ in Book(id: 8, title: details.title) }
    }

    struct Case: CustomTestStringConvertible {
        var type: String?
        var form = false
        var body = #"{"title": "x"}"#
        let status: Status
        var problem: String?
        var pointers: [String] = []

        var testDescription: String { "\(type ?? "no type"), \(body)" }
    }

    static let cases = [
        Case(type: "application/json", status: .created),
        Case(type: "Application/JSON; charset=UTF-8", status: .created),
        Case(type: "application/json;charset=\"utf-8\"", status: .created),
        Case(type: "application/json; charset=utf8", status: .created),
        Case(
            type: "application/json; charset=gbk",
            status: .unsupportedMediaType,
            problem: "unsupported-media-type"
        ),
        Case(status: .unsupportedMediaType, problem: "unsupported-media-type"),
        Case(type: "", status: .unsupportedMediaType, problem: "unsupported-media-type"),
        Case(type: "text/json", status: .unsupportedMediaType, problem: "unsupported-media-type"),
        Case(
            type: "application/jsonx",
            status: .unsupportedMediaType,
            problem: "unsupported-media-type"
        ),
        Case(
            type: "application/x-www-form-urlencoded",
            body: "title=x",
            status: .unsupportedMediaType,
            problem: "unsupported-media-type"
        ),
        Case(
            type: "application/json",
            body: "",
            status: .badRequest,
            problem: "malformed-body"
        ),
        Case(
            type: "application/json",
            body: #"{"title": "x""#,
            status: .badRequest,
            problem: "malformed-body"
        ),
        Case(
            type: "application/json",
            body: "{}",
            status: .unprocessableContent,
            problem: "invalid-body",
            pointers: ["/title"]
        ),
        Case(
            type: "application/x-www-form-urlencoded",
            form: true,
            body: "title=a+b%20%E4%B8%8A",
            status: .created
        ),
        Case(
            type: "application/x-www-form-urlencoded; charset=utf-8",
            form: true,
            body: "title=x",
            status: .created
        ),
        Case(
            type: "application/x-www-form-urlencoded; charset=gbk",
            form: true,
            body: "title=x",
            status: .unsupportedMediaType,
            problem: "unsupported-media-type"
        ),
        Case(
            type: "application/x-www-form-urlencoded",
            form: true,
            body: "title=%FF",
            status: .badRequest,
            problem: "malformed-body"
        ),
        Case(
            type: "application/x-www-form-urlencoded",
            form: true,
            body: "title=",
            status: .unprocessableContent,
            problem: "invalid-body",
            pointers: ["/title"]
        ),
        Case(
            type: "application/x-www-form-urlencoded",
            form: true,
            body: "title=a&title=b&id=1&color=",
            status: .unprocessableContent,
            problem: "invalid-body",
            pointers: ["/title", "/id"]
        ),
    ]

    @Test(arguments: cases)
    func `takes a body of the types it names`(_ one: Case) throws {
        let fields: HeaderFields = one.type.map { ["content-type": $0] } ?? [:]
        let desk = Desk(Self.route(form: one.form))
        let answer = try desk.ask(.post, "/books", fields, Array(one.body.utf8))
        #expect(answer.status == one.status)
        #expect(answer.json["type"]?.string == one.problem.map { "/problems/" + $0 })
        #expect(answer.pointers == one.pointers)
        if one.status == .created {
            #expect(answer.fields["location"] == "/books/8")
            #expect(answer.fields["etag"] != nil)
        }
    }

    @Test func `says where a body is no JSON`() throws {
        let desk = Desk(Self.route(form: false))
        let answer = try desk.ask(
            .post,
            "/books",
            ["content-type": "application/json"],
            Array(#"{"title" "x"}"#.utf8)
        )
        #expect(answer.json["detail"] == "not JSON at byte 9: a colon is missing")
    }

    @Test func `takes no query beside a body`() throws {
        let desk = Desk(Self.route(form: false))
        let answer = try desk.ask(.post, "/books?dryRun=true", ["content-type": "application/json"])
        #expect(answer.status == .badRequest)
        #expect(answer.parameters == ["dryRun"])
    }

    @Test func `reads type and charset of a Content-Type`() {
        let desk = Desk()
        func type(_ field: String?) -> [String?]? {
            let fields: HeaderFields = field.map { ["content-type": $0] } ?? [:]
            return desk.call(Request(fields: fields)).contentType.map { [$0.type, $0.charset] }
        }
        #expect(type(nil) == nil)
        #expect(type("Text/CSV") == ["text/csv", nil])
        #expect(type("text/csv ; Charset=\"GB18030\" ; header=present") == ["text/csv", "gb18030"])
        #expect(type("text/csv;header=present") == ["text/csv", nil])
        #expect(type("") == ["", nil])
    }
}
