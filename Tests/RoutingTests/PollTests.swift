// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

@Suite struct PollTests {
    private static let route = TestRoute.poll(
        "/news",
        name: "listNews",
        summary: "Lists news",
        tag: "Tests",
        scope: "books",
        takes: .query(Wait.fields),
        returns: .text("text/plain", "The news."),
        waitSeconds: \.seconds
    ) { _, _, shelf in
        Polled(Array("\(shelf.books.count)".utf8), isEmpty: shelf.books.isEmpty)
    }

    struct Wait: Sendable {
        let seconds: Int

        static let fields: Fields<Wait> = Fields(
            nil,
            Wait.init,
            Field("wait", \.seconds, .integer(0...60), default: 0)
        )
    }

    private func answer(
        _ query: String?,
        books: [Book],
        mustAnswer: Bool = false
    ) throws -> Answer<Shelf> {
        let request = Request(path: "/news", query: query)
        let call = Desk().call(request, mustAnswer: mustAnswer)
        guard case .read(let read) = try Self.route.prepare(call) else { throw Problem(.notFound) }
        return try read(Shelf(books: books))
    }

    @Test func `answers at once where there is something`() throws {
        guard case .response = try answer("wait=5", books: [Book(id: 1, title: "x")]) else {
            Issue.record("waits")
            return
        }
    }

    @Test func `waits where there is nothing and the client is willing`() throws {
        guard case .wait(milliseconds: 5000) = try answer("wait=5", books: []) else {
            Issue.record("does not wait")
            return
        }
    }

    @Test func `answers what there is when the client is not willing or time is over`() throws {
        for (query, mustAnswer) in [(nil, false), ("wait=0", false), ("wait=5", true)] {
            guard case .response = try answer(query, books: [], mustAnswer: mustAnswer) else {
                Issue.record("waits")
                return
            }
        }
    }
}
