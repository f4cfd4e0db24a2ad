// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

@Suite struct RouterTests {
    private static let router = Router<Shelf, Shelf>([
        .echo("/"),
        .echo("/books"),
        .echo(.post, "/books"),
        .echo("/books/new"),
        .echo("/books/{book}", String.self),
        .echo(.patch, "/books/{book}", String.self),
        .echo(.delete, "/books/{book}", String.self),
        .echo("/books/{book}/pages/{page}", String.self, String.self),
        .echo(.put, "/books/by-title/{title}", String.self),
    ])

    struct Case: CustomTestStringConvertible {
        let path: String
        var method = Method.get
        let template: String
        var values: [String] = []

        var testDescription: String { "\(method.rawValue) \(path)" }
    }

    static let found = [
        Case(path: "/", template: "/"),
        Case(path: "/books", template: "/books"),
        Case(path: "/books", method: .post, template: "/books"),
        Case(path: "/books", method: .head, template: "/books"),
        Case(path: "/books/7", template: "/books/{book}", values: ["7"]),
        Case(path: "/books/7", method: .patch, template: "/books/{book}", values: ["7"]),
        Case(path: "/books/new", template: "/books/new"),
        Case(path: "/books/news", template: "/books/{book}", values: ["news"]),
        Case(path: "/books/NEW", template: "/books/{book}", values: ["NEW"]),
        Case(path: "/b%6Foks", template: "/books"),
        Case(path: "/books/%6eew", template: "/books/new"),
        Case(path: "/books/%E4%B8%8A%20b+c", template: "/books/{book}", values: ["上 b+c"]),
        Case(path: "/books/a%2Fb", template: "/books/{book}", values: ["a/b"]),
        Case(path: "/books/...", template: "/books/{book}", values: ["..."]),
        Case(path: "/books/.a", template: "/books/{book}", values: [".a"]),
        Case(path: "/books/..%2Fa", template: "/books/{book}", values: ["../a"]),
        Case(path: "/books/%252e", template: "/books/{book}", values: ["%2e"]),
        Case(path: "/books/%20", template: "/books/{book}", values: [" "]),
        Case(
            path: "/books/a/pages/b",
            template: "/books/{book}/pages/{page}",
            values: ["a", "b"]
        ),
        Case(
            path: "/books/by-title/x%2Fy%3Fz",
            method: .put,
            template: "/books/by-title/{title}",
            values: ["x/y?z"]
        ),
    ]

    @Test(arguments: found)
    func `finds a route and the values in its path`(_ one: Case) throws {
        guard case .found(let route, let values) = Self.router.match(one.method, one.path) else {
            Issue.record("not found")
            return
        }
        #expect(route.template.text == one.template)
        #expect(route.method == (one.method == .head ? .get : one.method))
        #expect(values == one.values)
    }

    static let unknown = [
        "", "books", "*", "//", "/books/", "/books//", "/books//pages/1", "/book", "/BOOKS",
        "/books/7/", "/books/7/pages", "/books/7/pages/", "/books/7/pages/1/2", "/books%2F7",
        "/books/by-title", "/nothing", "//books",
    ]

    @Test(arguments: unknown)
    func `knows no other path`(_ path: String) {
        guard case .unknownPath = Self.router.match(.get, path) else {
            Issue.record("matched")
            return
        }
    }

    static let malformed = [
        "/books/%", "/books/%4", "/books/%zz", "/books/%+1", "/books/%00", "/books/a%00",
        "/books/%FF", "/books/%C0%AF", "/books/%ED%A0%80", "/%zz", "/nothing/%zz", "/books/7/%zz/",
        "/.", "/..", "/./books", "/../books", "/books/.", "/books/..", "/books/../books",
        "/books/%2e", "/books/%2E%2e", "/books/.%2E/new", "/nothing/../books", "/books//..",
    ]

    @Test(arguments: malformed)
    func `tells a malformed path from an unknown one`(_ path: String) {
        for method in [Method.get, .head, .trace] {
            guard case .malformedPath(let detail) = Self.router.match(method, path) else {
                Issue.record("matched otherwise")
                return
            }
            #expect(detail.contains(path.contains("%") ? "" : "dot segment"))
        }
    }

    struct Wrong: CustomTestStringConvertible {
        let path: String
        let method: Method
        let allowed: [Method]

        var testDescription: String { "\(method.rawValue) \(path)" }
    }

    static let wrong = [
        Wrong(path: "/books", method: .put, allowed: [.get, .head, .post, .options]),
        Wrong(path: "/books", method: .options, allowed: [.get, .head, .post, .options]),
        Wrong(path: "/books/7", method: .post, allowed: [.get, .head, .patch, .delete, .options]),
        Wrong(path: "/books/new", method: .delete, allowed: [.get, .head, .options]),
        Wrong(path: "/books/by-title/x", method: .get, allowed: [.put, .options]),
        Wrong(path: "/books/by-title/x", method: .head, allowed: [.put, .options]),
        Wrong(path: "/", method: .trace, allowed: [.get, .head, .options]),
    ]

    @Test(arguments: wrong)
    func `lists the methods of a path that has not the one asked for`(_ one: Wrong) {
        guard case .wrongMethod(let allowed) = Self.router.match(one.method, one.path) else {
            Issue.record("matched otherwise")
            return
        }
        #expect(allowed == one.allowed)
    }

    @Test func `answers 404 for a value that the parameter's type does not have`() throws {
        let desk = Desk(.echo("/shelves/{shelf}", Shelfmark.self))
        #expect(try desk.ask("/shelves/12").text == "12")
        let answer = try desk.ask("/shelves/twelve")
        #expect(answer.status == .notFound)
        #expect(answer.json["type"] == "/problems/not-found")
    }

    @Test func `splits a template into its segments`() {
        let template = PathTemplate("/a/{b}/c{d}/{}")
        #expect(
            template.segments == [.literal("a"), .parameter("b"), .literal("c{d}"), .parameter("")]
        )
        #expect(template.parameterNames == ["b", ""])
    }
}
