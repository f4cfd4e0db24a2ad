// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

@Suite struct OpenAPIDocumentTests {
    private static let document = OpenAPIDocument(
        title: "books",
        version: "1.2.3",
        description: "All about books.",
        routes: [
            TestRoute.books(),
            .write(
                .post,
                "/books",
                name: "createBook",
                summary: "Creates a book",
                tag: "Books",
                scope: "books:write",
                takes: .body(BookDetails.fields, form: true),
                returns: .created(Book.fields) { "/books/\($0.id)" }
            ) { _, _, _ in Book(id: 8, title: "") },
            .change(
                "/books/{book}",
                Shelfmark.self,
                name: "changeBook",
                summary: "Changes a book",
                tag: "Books",
                scope: "books:write",
                fields: BookDetails.fields,
                details: \Book.details,
                returns: Book.fields,
                find: { _, _, shelf, _ in shelf.books[0] },
                apply: { _, book, _, _ in book }
            ),
            .echo("/open/{a}/{b}", String.self, Shelfmark.self),
        ]
    )

    private let json = document.json

    private func operation(_ method: String, _ path: String) -> JSON {
        json["paths"]?[path]?[method] ?? .null
    }

    private func statuses(_ operation: JSON) -> [String] {
        operation["responses"]?.members?.map(\.name) ?? []
    }

    private func parameters(_ operation: JSON) -> [String] {
        (operation["parameters"]?.elements ?? []).compactMap { parameter in
            guard let place = parameter["in"]?.string, let name = parameter["name"]?.string else {
                return nil
            }
            return parameter["required"] == true ? "\(place) \(name)!" : "\(place) \(name)"
        }
    }

    @Test func `says what it is`() {
        #expect(json["openapi"] == "3.1.0")
        #expect(json["info"]?["title"] == "books")
        #expect(json["info"]?["version"] == "1.2.3")
        #expect(
            json["paths"]?.members?.map(\.name) == ["/books", "/books/{book}", "/open/{a}/{b}"]
        )
        #expect(json["paths"]?["/books"]?.members?.map(\.name) == ["get", "post"])
    }

    @Test func `lists the parameters of each operation`() {
        #expect(
            parameters(operation("get", "/books")) == [
                "query title", "query limit", "query after", "query sort", "query fields",
                "query count", "query format",
            ]
        )
        #expect(parameters(operation("post", "/books")) == ["header Idempotency-Key"])
        #expect(
            parameters(operation("patch", "/books/{book}")) == ["path book!", "header If-Match"]
        )
        #expect(parameters(operation("get", "/open/{a}/{b}")) == ["path a!", "path b!"])
        #expect(
            operation("get", "/open/{a}/{b}")["parameters"]?[1]?["schema"] == ["type": "integer"]
        )
    }

    @Test func `lists the answers of each operation`() {
        #expect(
            statuses(operation("get", "/books")) == [
                "200", "400", "401", "403", "406", "414", "429", "431", "500", "503",
            ]
        )
        #expect(
            statuses(operation("post", "/books"))
                == [
                    "201", "400", "401", "403", "406", "409", "413", "414", "415", "422", "429",
                    "431", "500", "503", "507",
                ]
        )
        #expect(
            statuses(operation("patch", "/books/{book}")) == [
                "200", "400", "401", "403", "404", "406", "412", "413", "414", "415", "422", "429",
                "431", "500", "503", "507",
            ]
        )
        #expect(
            statuses(operation("get", "/open/{a}/{b}")) == [
                "200", "400", "404", "406", "414", "429", "431", "500", "503",
            ]
        )
        let created = operation("post", "/books")["responses"]?["201"]
        #expect(created?["headers"]?.members?.map(\.name) == ["ETag", "Location"])
        #expect(
            created?["content"]
                == ["application/json": ["schema": ["$ref": "#/components/schemas/Book"]]]
        )
        let list = operation("get", "/books")["responses"]?["200"]?["content"]
        #expect(
            list?.members?.map(\.name) == ["application/json", "text/csv", "application/x-ndjson"]
        )
    }

    @Test func `says what each operation needs`() {
        #expect(operation("get", "/books")["security"] == [["token": []]])
        #expect(operation("get", "/books")["description"] == "Needs the scope `books`.")
        #expect(operation("get", "/open/{a}/{b}")["security"] == [])
        let body = operation("post", "/books")["requestBody"]
        #expect(body?["required"] == true)
        #expect(
            body?["content"]?.members?.map(\.name)
                == ["application/json", "application/x-www-form-urlencoded"]
        )
        #expect(
            operation("patch", "/books/{book}")["requestBody"]?["content"]?.members?.map(\.name)
                == ["application/merge-patch+json", "application/json"]
        )
    }

    @Test func `names schemas once, in order`() {
        let schemas = json["components"]?["schemas"]
        #expect(
            schemas?.members?.map(\.name)
                == ["Book", "BookList", "BookRow", "NewBook", "NewBookPatch", "Problem"]
        )
        #expect(schemas?["Book"]?["required"] == ["id", "title"])
        #expect(schemas?["BookRow"]?["required"] == nil)
        #expect(schemas?["NewBookPatch"]?["required"] == nil)
        #expect(schemas?["NewBookPatch"]?["properties"]?["title"]?["anyOf"]?[1] == ["type": "null"])
    }

    @Test func `has every reference it makes`() {
        var references: Set<String> = []
        func gather(_ json: JSON) {
            if let reference = json["$ref"]?.string { references.insert(reference) }
            for member in json.members ?? [] { gather(member.value) }
            for element in json.elements ?? [] { gather(element) }
        }
        gather(json)
        let known = json["components"]?["schemas"]?.members?.map {
            "#/components/schemas/" + $0.name
        }
        #expect(references.isSubset(of: known ?? []))
    }

    @Test func `is text that reads back as itself`() throws {
        let text = Self.document.text
        #expect(try JSONReader.read(text) == json)
        #expect(text.hasPrefix("{\n  \"openapi\": \"3.1.0\",\n"))
        #expect(text.hasSuffix("\n}\n"))
        #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    }
}
