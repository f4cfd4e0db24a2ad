// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing

extension Property {
    /// A list answers any query that can be sent; it names a parameter that it refuses as it was
    /// given, and a page links to the next one.
    package static let queries = Property("queries") { input throws(BrokenProperty) in
        let line = Array("GET /numbers?".utf8) + input + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        let parsed = ParsedInput(line, limits: .wide)
        guard parsed.failure == nil, parsed.requests.count == 1 else { return }
        var numbers: [Int] = []
        var next = parsed.requests[0].query
        while let query = next {
            guard let page = try NumberList.page(query, isFirst: numbers.isEmpty) else { return }
            try demand(
                numbers.last ?? 0 < page.numbers.first ?? .max,
                "\(page.numbers) follows \(numbers)"
            )
            numbers += page.numbers
            next = page.next
        }
    }
}

/// A list of numbers, to be asked for.
private enum NumberList {
    struct Page {
        let numbers: [Int]
        /// The query to which the page links.
        let next: String?
    }

    enum Parity: String, CaseIterable, Sendable {
        case even
        case odd
    }

    struct Filter: Sendable {
        let text: String?
        let parity: Parity?
        let least: Double?
        let isShort: Bool

        static let fields: Fields<Filter> = Fields(
            nil,
            Filter.init,
            Field(optional: "text", \.text, .string(maxLength: 10)),
            Field(optional: "parity", \.parity, .enumeration()),
            Field(optional: "least", \.least, .number(0...6)),
            Field("short", \.isShort, .boolean, default: false)
        )

        func takes(_ number: Int) -> Bool {
            parity.map { ($0 == .even) == (number % 2 == 0) } ?? true
                && Double(number) >= least ?? 0 && (number < 4 || !isShort)
        }
    }

    static let route: Route<ClosedRange<Int>, Void> = .list(
        "/numbers",
        name: "listNumbers",
        summary: "Lists numbers",
        tag: "Tests",
        scope: "numbers",
        Listing(
            filter: Filter.fields,
            rows: Representation("Number", [Member("number", { $0 }, .integer(1...6))]),
            sorts: ["number", "-size"],
            exportScope: "numbers"
        )
    ) { query, _, numbers in
        let (filter, paging) = query
        let after = paging.after?.first?.integer ?? 0
        let rest = numbers.filter { $0 > after && filter.takes($0) }
        let page = Array(rest.prefix(paging.limit))
        return Slice(
            rows: page,
            next: page.count < rest.count ? page.last.map { [.integer($0)] } : nil,
            count: paging.counts ? numbers.count : nil
        )
    }

    /// Asks for a page; nil where the list rightly refuses, or answers in another format.
    static func page(_ query: String, isFirst: Bool) throws(BrokenProperty) -> Page? {
        let request = Request(path: "/numbers", query: query)
        let call = Call(
            request: request,
            id: "r-1",
            principal: Principal(tokenID: 1, name: "fuzz", scopes: ["numbers"]),
            now: 0,
            pathValues: [],
            cursors: CursorSigner(secret: Array(repeating: 7, count: 32)),
            startOfDay: { _ in nil }
        )
        do {
            guard case .read(let read) = try route.prepare(call) else {
                throw BrokenProperty("the list does not read")
            }
            switch try read(1...6) {
            case .response(let response): return try Page(response, query)
            case .pages: return nil
            case .wait: throw BrokenProperty("the list waits")
            }
        } catch let problem as Problem {
            try demand(isFirst, "\(query) was linked to and is refused: \(problem)")
            try checkNames(problem, query)
            return nil
        } catch let broken as BrokenProperty {
            throw broken
        } catch {
            throw BrokenProperty("\(query) fails with \(error)")
        }
    }

    private static func checkNames(_ problem: Problem, _ query: String) throws(BrokenProperty) {
        let response = problem.response(instance: "/numbers", requestID: "r-1")
        guard case .bytes(let bytes) = response.body, let json = try? JSONReader.read(bytes) else {
            throw BrokenProperty("\(problem) is no JSON")
        }
        let given = Set((FormEncoding.decode(query) ?? []).map { Array($0.name.utf8) })
        for violation in json["errors"]?.elements ?? [] {
            let name = violation["parameter"]?.string ?? ""
            try demand(
                given.contains(Array(name.utf8)),
                "\(query) is refused for a parameter “\(name)”"
            )
        }
    }
}

extension NumberList.Page {
    init(_ response: Response, _ query: String) throws(BrokenProperty) {
        guard case .bytes(let bytes) = response.body, let json = try? JSONReader.read(bytes),
            let items = json["items"]?.elements
        else { throw BrokenProperty("\(query) is answered with no list") }
        let link = response.fields["link"]
        try demand((json["next"] == nil) == (link == nil), "\(query) has a next page and no link")
        // A row may be without its number, by `fields`; there is only one member to choose.
        numbers = items.compactMap { $0["number"]?.integer }
        next = link.map { String($0.dropFirst("</numbers?".count).prefix { $0 != ">" }) }
    }
}
