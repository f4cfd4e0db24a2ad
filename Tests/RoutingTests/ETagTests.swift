// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

@Suite struct ETagTests {
    private static let route = TestRoute.read(
        .get,
        "/books/{book}",
        Shelfmark.self,
        name: "getBook",
        summary: "Reads a book",
        tag: "Books",
        scope: "books",
        takes: .nothing,
        returns: .record(Book.fields)
    ) { _, _, shelf, id in
        guard let book = shelf.books.first(where: { $0.id == id.number }) else {
            throw Problem(.notFound)
        }
        return book
    }

    private static let change = TestRoute.change(
        "/books/{book}",
        Shelfmark.self,
        name: "changeBook",
        summary: "Changes a book",
        tag: "Books",
        scope: "books",
        fields: BookDetails.fields,
        details: \Book.details,
        returns: Book.fields,
        find: { _, _, shelf, id in shelf.books[id.number - 1] },
        apply: { details, book, _, _ in
            Book(id: book.id, title: details.title, version: book.version + 1)
        }
    )

    private let desk = Desk(route, change)

    @Test func `names the version and tells representations apart`() throws {
        let bytes = Array("{}".utf8)
        let tag = ETag.tag(version: 3, of: bytes)
        #expect(tag.hasPrefix("\"3."))
        #expect(tag.hasSuffix("\""))
        #expect(ETag.tag(version: 3, of: bytes) == tag)
        #expect(ETag.tag(version: 3, of: bytes + [0x20]) != tag)
        #expect(ETag.tag(version: 4, of: bytes) != tag)
        #expect(!ETag.tag(version: nil, of: bytes).contains("."))
    }

    @Test func `answers 304 to a client that has the record`() throws {
        let tag = try #require(try desk.ask("/books/3").fields["etag"])
        for known in [tag, "W/" + tag, "\"x\", \(tag)", " \(tag) ", "*"] {
            let answer = try desk.ask("/books/3", ["if-none-match": known])
            #expect(answer.status == .notModified, "\(known)")
            #expect(answer.text.isEmpty)
            #expect(answer.fields["etag"] == tag)
        }
        for other in ["\"3\"", "\"3.x\"", "x", "", "\"*\""] {
            #expect(try desk.ask("/books/3", ["if-none-match": other]).status == .ok, "\(other)")
        }
        #expect(try desk.ask(.head, "/books/3", ["if-none-match": tag]).status == .notModified)
    }

    @Test func `lets a change pass by the version it names`() throws {
        let tag = try #require(try desk.ask("/books/3").fields["etag"])
        for match in [tag, "*", "\"9.x\", \(tag)", "\"3.of-an-earlier-tier\""] {
            #expect(try patch(["if-match": match]).status == .ok, "\(match)")
        }
        #expect(try patch([:]).status == .ok)
    }

    @Test(arguments: ["\"2.x\"", "\"30.x\"", "\"3\"", "3.x", "W/\"3.x\"", "", "\"*\"", "\"3.x"])
    func `refuses a change of another version, and shows the record`(_ match: String) throws {
        let answer = try patch(["if-match": match])
        #expect(answer.status == .preconditionFailed)
        #expect(answer.json["type"] == "/problems/precondition-failed")
        #expect(answer.json["current"] == ["id": 3, "title": "book 3"])
    }

    @Test func `refuses a patch that breaks rules with pointers`() throws {
        let answer = try patch([:], #"{"title": "", "id": 3}"#)
        #expect(answer.status == .unprocessableContent)
        #expect(answer.pointers.contains("/id"))
        #expect(try patch([:], "[]").pointers == [""])
    }

    private func patch(
        _ fields: HeaderFields,
        _ body: String = #"{"title": "new"}"#
    ) throws -> Response {
        var fields = fields
        fields.set("content-type", "application/merge-patch+json")
        return try desk.ask(.patch, "/books/3", fields, Array(body.utf8))
    }
}
