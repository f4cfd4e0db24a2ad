// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing

/// What the routes of these tests read and write.
struct Shelf: Sendable {
    var books: [Book] = (1...7).map { Book(id: $0, title: "book \($0)", version: $0) }
}

struct Book: Sendable, Equatable, Versioned {
    var id: Int
    var title: String
    var version = 1
    var details: BookDetails { BookDetails(title: title) }

    static let fields: Representation<Book> = Representation(
        "Book",
        [
            Member("id", \.id, .integer(1...Int.max)),
            Member("title", \.title, .string(maxLength: 20)),
        ]
    )
}

struct BookDetails: Sendable, Equatable {
    var title: String

    static let fields: Fields<BookDetails> = Fields(
        "NewBook",
        BookDetails.init,
        readOnly: ["id"],
        Field("title", \.title, .string(maxLength: 20), "What it says on the cover.")
    )
}

/// A path parameter that not every text is.
struct Shelfmark: PathParameter, Equatable {
    let number: Int

    init?(path text: String) {
        guard let number = Int(text) else { return nil }
        self.number = number
    }

    static var pathSchema: Schema {
        .scalar([JSON.Member("type", "integer")])
    }
}

typealias TestRoute = Route<Shelf, Shelf>

/// Takes requests to routes without a server.
struct Desk {
    static let secret = [UInt8](repeating: 7, count: 32)

    let routes: [TestRoute]
    var scopes: Set<String> = ["books", "export"]
    var shelf = Shelf()

    init(_ routes: TestRoute...) {
        self.routes = routes
    }

    func ask(_ target: String, _ fields: HeaderFields = [:]) throws -> Response {
        try ask(.get, target, fields)
    }

    func ask(
        _ method: Method,
        _ target: String,
        _ fields: HeaderFields = [:],
        _ body: [UInt8] = []
    ) throws -> Response {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        let request = Request(
            method: method,
            path: parts[0],
            query: parts.count > 1 ? parts[1] : nil,
            fields: fields,
            body: .bytes(body)
        )
        do {
            return try answer(request)
        } catch let problem as Problem {
            return problem.response(instance: request.path, requestID: "r-1")
        }
    }

    private func answer(_ request: Request) throws -> Response {
        guard
            case .found(let route, let values) = Router(routes).match(request.method, request.path)
        else { throw Problem(.notFound) }
        switch try route.prepare(call(request, pathValues: values)) {
        case .read(let read):
            switch try read(shelf) {
            case .response(let response): return response
            case .pages(let pages):
                var response = pages.head
                var bytes = pages.first.bytes
                var next = pages.first.next
                while let key = next {
                    let page = try pages.page(shelf, key)
                    bytes += page.bytes
                    next = page.next
                }
                response.body = .bytes(bytes)
                return response
            case .wait: return Response(.noContent)
            }
        case .write(let write, _): return try write(shelf)()
        case .background(let run): return try run { _, _ in }
        }
    }

    func call(_ request: Request, pathValues: [String] = [], mustAnswer: Bool = false) -> Call {
        Call(
            request: request,
            id: "r-1",
            principal: Principal(tokenID: 1, name: "test", scopes: scopes),
            now: 0,
            pathValues: pathValues,
            cursors: CursorSigner(secret: Self.secret),
            startOfDay: { $0 == "1970-01-02" ? 86_400_000 : nil },
            mustAnswer: mustAnswer
        )
    }
}

extension TestRoute {
    /// A route that answers its path values.
    static func echo<each P: PathParameter>(
        _ template: String,
        _ path: repeat (each P).Type
    ) -> TestRoute {
        echo(.get, template, repeat (each P).self)
    }

    static func echo<each P: PathParameter>(
        _ method: Method,
        _ template: String,
        _ path: repeat (each P).Type
    ) -> TestRoute {
        .read(
            method,
            template,
            repeat (each P).self,
            name: "\(method.rawValue) \(template)",
            summary: "Echoes",
            tag: "Tests",
            scope: nil,
            takes: .nothing,
            returns: .text("text/plain", "The values.")
        ) { (_: Void, call: Call, _: Shelf, _: repeat each P) in
            Array(call.pathValues.joined(separator: "|").utf8)
        }
    }

    /// The list of books; with a scope for its export where one is given.
    static func books(exportScope: String? = "export") -> TestRoute {
        .list(
            "/books",
            name: "listBooks",
            summary: "Lists books",
            tag: "Books",
            scope: "books",
            Listing(
                filter: BookFilter.fields,
                rows: Book.fields,
                sorts: ["id", "title"],
                exportScope: exportScope
            )
        ) { query, _, shelf in
            let (filter, paging) = query
            var rows = shelf.books.filter { filter.title.map($0.title.contains) ?? true }
            if paging.isDescending { rows.reverse() }
            let count = rows.count
            if let after = paging.after?.first?.integer {
                rows = Array(rows.drop { $0.id != after }.dropFirst())
            }
            let page = Array(rows.prefix(paging.limit))
            let next = page.count < rows.count ? page.last.map { [JSON.integer($0.id)] } : nil
            return Slice(rows: page, next: next, count: paging.counts ? count : nil)
        }
    }
}

struct BookFilter: Sendable {
    let title: String?

    static let fields: Fields<BookFilter> = Fields(
        nil,
        BookFilter.init,
        Field(optional: "title", \.title, .string(maxLength: 10), "Part of the title.")
    )
}

extension Response {
    var text: String {
        guard case .bytes(let bytes) = body else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    var json: JSON { (try? JSONReader.read(text)) ?? .null }

    var parameters: [String] {
        (json["errors"]?.elements ?? []).compactMap { $0["parameter"]?.string }
    }

    var pointers: [String] {
        (json["errors"]?.elements ?? []).compactMap { $0["pointer"]?.string }
    }
}
