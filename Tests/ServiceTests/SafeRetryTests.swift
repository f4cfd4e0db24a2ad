// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Dispatch
import HTTP
import Logging
import Migrations
import Routing
import SQLite
import Service
import TestSupport
import Testing

/// Safe retries of work that takes its own transactions, where the writer has no room.
@Suite struct SafeRetryTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    private static let answer = Response(.ok, body: .bytes(Array(#"{"created":1}"#.utf8)))

    /// A database whose writer takes one request beside the one that it works on.
    private static func withDatabase(_ body: (Database) throws -> Void) throws {
        let folder = try TemporaryFolder()
        var options = Database.Options()
        options.writer = Writer.Configuration(queueLimit: 1)
        let database = try Database(
            path: folder.database,
            migrations: Migrations.all,
            options: options,
            now: TestClock.start.rawValue,
            onFatal: { _ in }
        )
        defer { database.stop() }
        _ = try database.write { transaction in
            try Services(zone: .shanghai).tokens.create(
                NewToken(name: "a", role: .admin, owner: "tests"),
                by: Occasion(at: TestClock.start, actor: "tests", requestID: "a"),
                in: transaction
            )
        }
        try body(database)
    }

    private static func retry() throws -> SafeRetry {
        let request = Request(
            method: .post,
            path: "/v1/imports/customers",
            fields: ["idempotency-key": "k"]
        )
        let call = Call(
            request: request,
            id: "r",
            principal: Principal(tokenID: 1, name: "a", scopes: []),
            now: TestClock.start.rawValue,
            pathValues: [],
            cursors: CursorSigner(secret: []),
            startOfDay: { _ in nil }
        )
        return try #require(try SafeRetry(call, unkept: []))
    }

    /// Keeps the writer busy, and its queue full, until it is let go.
    private final class Jam {
        private let gate = DispatchSemaphore(value: 0)
        private let isOver = DispatchSemaphore(value: 0)

        init(_ database: Database) throws {
            let isBusy = DispatchSemaphore(value: 0)
            try database.writer.submit { [gate] _ in
                isBusy.signal()
                gate.wait()
            } then: { _ in
            }
            isBusy.wait()
            try database.writer.submit { _ in
            } then: { [isOver] _ in
                isOver.signal()
            }
        }

        func end() {
            gate.signal()
            isOver.wait()
        }
    }

    @Test func `work that is done stays done, and is not done again`() throws {
        try Self.withDatabase { database in
            var jam: Jam?
            let first = Result {
                try Self.retry().run(on: database, Self.logger) { keep in
                    try database.write { try keep(Self.answer, $0) }
                    jam = try Jam(database)
                    return Self.answer
                }
            }
            jam?.end()
            #expect(try first.get().status == .ok)
            let again = try Self.retry().run(on: database, Self.logger) { _ in
                Issue.record("the work was done again")
                return Self.answer
            }
            #expect(again.fields["idempotent-replayed"] == "true")
        }
    }

    @Test func `work that failed says why, also where its key cannot be freed`() throws {
        try Self.withDatabase { database in
            var jam: Jam?
            #expect(throws: TestFailure.self) {
                try Self.retry().run(on: database, Self.logger) { _ in
                    jam = try Jam(database)
                    throw TestFailure("no")
                }
            }
            jam?.end()
        }
    }

    @Test func `work that failed after it was done is not done again`() throws {
        try Self.withDatabase { database in
            #expect(throws: TestFailure.self) {
                try Self.retry().run(on: database, Self.logger) { keep in
                    try database.write { try keep(Self.answer, $0) }
                    throw TestFailure("the answer could not be made")
                }
            }
            let again = try Self.retry().run(on: database, Self.logger) { _ in
                Issue.record("the work was done again")
                return Self.answer
            }
            #expect(again.fields["idempotent-replayed"] == "true")
        }
    }
}
