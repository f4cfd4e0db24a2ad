// SPDX-License-Identifier: Apache-2.0
import API
package import CustomerRelations
package import HTTP
import HTTPServer
import JSON
import SQLite
package import Service

/// A client that holds every answer against the OpenAPI document.
///
/// It sends the token of an administrator unless told otherwise.
package struct TestClient: Sendable {
    package let service: Service
    package let clock: TestClock
    private let tokens: [Role: String]
    package let authorization: String?

    init(_ service: Service, _ clock: TestClock, tokens: [Role: String]) {
        self.init(service, clock, tokens, authorization: tokens[.admin].map { "Bearer " + $0 })
    }

    private init(
        _ service: Service,
        _ clock: TestClock,
        _ tokens: [Role: String],
        authorization: String?
    ) {
        self.service = service
        self.clock = clock
        self.tokens = tokens
        self.authorization = authorization
    }
}

// MARK: - Who asks

extension TestClient {
    /// The same client with the token of that role.
    package func `as`(_ role: Role) -> TestClient {
        with(authorization: tokens[role].map { "Bearer " + $0 })
    }

    package func with(token: String) -> TestClient {
        with(authorization: "Bearer " + token)
    }

    package func with(authorization: String?) -> TestClient {
        TestClient(service, clock, tokens, authorization: authorization)
    }

    /// The same client without a token.
    package var anonymous: TestClient {
        with(authorization: nil)
    }
}

// MARK: - What is asked

extension TestClient {
    package func get(_ target: String, _ fields: HeaderFields = [:]) throws -> TestAnswer {
        try send("GET", target, fields)
    }

    package func delete(_ target: String, _ fields: HeaderFields = [:]) throws -> TestAnswer {
        try send("DELETE", target, fields)
    }

    package func post(
        _ target: String,
        _ body: String,
        _ fields: HeaderFields = [:]
    ) throws -> TestAnswer {
        try send("POST", target, fields, Array(body.utf8), type: "application/json")
    }

    package func put(
        _ target: String,
        _ body: String,
        _ fields: HeaderFields = [:]
    ) throws -> TestAnswer {
        try send("PUT", target, fields, Array(body.utf8), type: "application/json")
    }

    package func patch(
        _ target: String,
        _ body: String,
        _ fields: HeaderFields = [:]
    ) throws -> TestAnswer {
        try send("PATCH", target, fields, Array(body.utf8), type: "application/merge-patch+json")
    }

    /// Sends a form-encoded body.
    package func form(
        _ target: String,
        _ body: String,
        _ fields: HeaderFields = [:]
    ) throws -> TestAnswer {
        let type = "application/x-www-form-urlencoded"
        return try send("POST", target, fields, Array(body.utf8), type: type)
    }

    /// Sends any request; `type` counts unless the fields name a Content-Type.
    ///
    /// What is not ASCII in the target is percent-encoded, as every client does.
    package func send(
        _ method: String,
        _ target: String,
        _ fields: HeaderFields = [:],
        _ body: [UInt8] = [],
        type: String? = nil
    ) throws -> TestAnswer {
        var fields = fields
        if let authorization { fields.append("authorization", authorization) }
        if let type, !fields.contains("content-type") { fields.append("content-type", type) }
        let client = PlainClient(host: "127.0.0.1", port: service.port)
        let target = target.map { $0.isASCII ? String($0) : PercentEncoding.encode(String($0)) }
            .joined()
        let received = try client.send(method, target, fields: fields, body: body)
        let answer = TestAnswer(received)
        try Contract.shared.check(answer, to: method, target)
        return answer
    }
}

// MARK: - What is asked often

extension TestClient {
    /// Sends a POST that must create a record, and answers its id.
    @discardableResult
    package func create(_ collection: String, _ body: String) throws -> Int {
        let answer = try post(collection, body)
        guard answer.status == 201, let id = answer.json["id"]?.integer else {
            throw TestFailure("POST \(collection) \(body): \(answer)")
        }
        return id
    }

    /// Makes a customer with these members beside a kind and a name.
    @discardableResult
    package func customer(_ name: String = "李雷", _ members: String = "") throws -> Int {
        let rest = members.isEmpty ? "" : ", " + members
        return try create(
            "/v1/customers",
            #"{"kind": "individual", "name": "\#(name)"\#(rest)}"#
        )
    }

    /// Adds that many people, whose ids are then from 1 up.
    package func staff(_ count: Int) throws {
        for number in 1...count { try create("/v1/staff", #"{"name": "员工\#(number)"}"#) }
    }

    /// Records customers in one transaction; every other one has the tag `even`.
    package func addCustomers(_ count: Int) throws {
        let customers = service.services.customers
        let occasion = Occasion(at: clock.now, actor: "tests", requestID: "add")
        try service.database.write { transaction in
            for number in 0..<count {
                _ = try customers.create(
                    CustomerDetails(
                        kind: .individual,
                        name: "\(number)",
                        tags: number.isMultiple(of: 2) ? [] : ["even"]
                    ),
                    by: occasion,
                    in: transaction
                )
            }
        }
    }

    /// All rows of a list, read page by page.
    package func all(_ list: String, limit: Int = 500) throws -> [TestAnswer.Row] {
        let separator = list.contains("?") ? "&" : "?"
        var rows: [TestAnswer.Row] = []
        var cursor: String?
        repeat {
            let after = cursor.map { "&after=" + $0 } ?? ""
            let page = try get("\(list)\(separator)limit=\(limit)\(after)")
            guard page.status == 200 else { throw TestFailure("GET \(list): \(page)") }
            rows += page.items
            cursor = page.next
        } while cursor != nil
        return rows
    }

    /// The whole journal, as the event feed tells it.
    package func feed() throws -> [TestAnswer.Row] {
        var events: [TestAnswer.Row] = []
        while true {
            let seen = events.last?["seq"]?.integer ?? 0
            let page = try get("/v1/events?after=\(seen)&limit=500").items
            guard !page.isEmpty else { return events }
            events += page
        }
    }

    /// The last entry of the journal that no job has made: jobs write whenever they come to it.
    package func lastEvent() throws -> TestAnswer.Row? {
        let sql = "SELECT max(seq) FROM event WHERE actor <> 'scheduler'"
        let last = try service.number(sql) ?? 0
        return try get("/v1/events?after=\(last - 1)&limit=1").items.last
    }
}
