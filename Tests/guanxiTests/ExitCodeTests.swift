// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP
import HTTPServer
import JSON
import SQLite
import Testing

/// The codes of sysexits.h with which a command tells a script what came of it.
@Suite struct ExitCodeTests {
    struct Case: CustomTestStringConvertible {
        let status: Int
        let code: Int32

        var testDescription: String { "\(status) → \(code)" }
    }

    static let cases = [
        Case(status: 409, code: 65), Case(status: 422, code: 65), Case(status: 429, code: 75),
        Case(status: 500, code: 69), Case(status: 503, code: 75), Case(status: 507, code: 74),
    ]

    @Test(arguments: cases)
    func `what the service that holds the database refuses ends a command`(_ one: Case) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("test.db")
        let lock = try DatabaseLock(path: path)
        var configuration = ServerConfiguration()
        configuration.port = 0
        configuration.reactors = 1
        let server = try Server(configuration) { _ in Refusing(Status(one.status)) }
        defer { server.drain(within: .zero) }
        let way: JSON = [
            "host": "127.0.0.1", "port": .integer(server.port), "token": "gx_operator_x",
            "process": .integer(Int(getpid())),
        ]
        try Data(way.text.utf8).write(to: URL(filePath: path + "-operator"))
        let end = try Program.run(["token", "revoke", "1", "--database", path])
        lock.release()
        #expect(end.code == one.code)
        #expect(end.complaint.contains("because of \(one.status)"))
    }
}

/// Answers every request with one problem.
private final class Refusing: Responder {
    private let status: Status

    init(_ status: Status) {
        self.status = status
    }

    func admit(_ head: Request) -> Admission { .memory(limit: 1024) }

    func respond(to request: Request, reply: Reply, again: Rerun?) -> Outcome {
        let problem: JSON = ["detail": .string("because of \(status.code)")]
        return .ready(Response(status, body: .bytes(Array(problem.text.utf8))))
    }

    func endTurn() {}

    func refuse(_ request: Request, _ failure: RequestFailure) -> Response {
        Response(failure.status)
    }
}
