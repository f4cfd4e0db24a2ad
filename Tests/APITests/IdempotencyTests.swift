// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Dispatch
import HTTP
import JSON
import SQLite
import Service
import Synchronization
import TestSupport
import Testing

/// Idempotency-Key: a POST happens once.
@Suite struct IdempotencyTests {
    private static let path = "/v1/customers"
    private static let body = #"{"kind": "individual", "name": "x"}"#

    private static func post(
        _ client: TestClient,
        _ body: String = body,
        key: String = "k-1"
    ) throws -> TestAnswer {
        try client.post(path, body, ["idempotency-key": key])
    }

    private static func count(_ client: TestClient) throws -> Int? {
        try client.service.number("SELECT count(*) FROM customer")
    }

    @Test func `the same key and body get the first answer again`() throws {
        try withServer { client in
            let first = try Self.post(client)
            #expect(first.status == 201)
            #expect(first.fields["idempotent-replayed"] == nil)
            _ = try client.patch("/v1/customers/1", #"{"name": "y"}"#)
            client.clock.advance(hours: 23)
            let again = try Self.post(client)
            #expect(again.status == 201)
            #expect(again.fields["idempotent-replayed"] == "true")
            #expect(again.body == first.body)
            #expect(again.location == first.location)
            #expect(again.etag == first.etag)
            #expect(again.fields["x-request-id"] != first.fields["x-request-id"])
            #expect(try Self.count(client) == 1)
        }
    }

    @Test func `the same key with another request is refused`() throws {
        try withServer { client in
            _ = try Self.post(client)
            let other = try Self.post(client, #"{"kind": "individual", "name": "y"}"#)
            #expect(other.status == 422)
            #expect(other.problem == "idempotency-key-reused")
            let spaced = try Self.post(client, Self.body + " ")
            #expect(spaced.problem == "idempotency-key-reused")
            let elsewhere = try client.post(
                "/v1/products",
                #"{"sku": "a", "name": "b"}"#,
                ["idempotency-key": "k-1"]
            )
            #expect(elsewhere.problem == "idempotency-key-reused")
            #expect(try Self.count(client) == 1)
        }
    }

    @Test func `keys belong to the token`() throws {
        try withServer { client in
            _ = try Self.post(client)
            let other = try Self.post(client.as(.agent), #"{"kind": "individual", "name": "y"}"#)
            #expect(other.status == 201)
            #expect(try Self.count(client) == 2)
        }
    }

    @Test func `a key is kept for 24 hours`() throws {
        try withServer { client in
            _ = try Self.post(client)
            client.clock.advance(hours: 24, milliseconds: -1)
            #expect(try Self.post(client).fields["idempotent-replayed"] == "true")
            client.clock.advance(milliseconds: 1)
            let late = try Self.post(client)
            #expect(late.fields["idempotent-replayed"] == nil)
            #expect(late.location == "/v1/customers/2")
        }
    }

    @Test func `what was refused may be sent again, corrected`() throws {
        try withServer { client in
            for (body, status) in [("{}", 422), ("{", 400), (Self.body, 201)] {
                let answer = try Self.post(client, body)
                #expect(answer.status == status)
            }
        }
    }

    @Test func `keys have 1 to 255 characters`() throws {
        try withServer { client in
            for (length, status) in [(0, 400), (1, 201), (255, 201), (256, 400)] {
                let key = String(repeating: "k", count: length)
                let answer = try Self.post(client, key: key)
                #expect(answer.status == status, "\(length)")
            }
        }
    }

    @Test func `keys are of ASCII, so that no two look alike`() throws {
        try withServer { client in
            for key in ["钥匙", "k\u{FFFD}"] {
                let answer = try Self.post(client, key: key)
                #expect(answer.status == 400, "\(key)")
            }
            #expect(try Self.post(client, key: "k !~").status == 201)
        }
    }

    @Test func `50 parallel POSTs with one key make one record`() throws {
        try withServer { client in
            let answers = Mutex<[TestAnswer]>([])
            DispatchQueue.concurrentPerform(iterations: 50) { _ in
                guard let answer = try? Self.post(client) else { return }
                answers.withLock { $0.append(answer) }
            }
            let all = answers.withLock { $0 }
            #expect(all.count == 50)
            #expect(all.allSatisfy { $0.status == 201 && $0.location == "/v1/customers/1" })
            #expect(all.count { $0.fields["idempotent-replayed"] == "true" } == 49)
            let count = try Self.count(client)
            #expect(count == 1)
        }
    }

    @Test func `a key survives a restart of the service`() throws {
        let folder = try TemporaryFolder()
        let first = try withServer(database: folder.database) { try Self.post($0) }
        try withServer(database: folder.database) { client in
            let again = try Self.post(client)
            #expect(again.body == first.body)
            #expect(again.fields["idempotent-replayed"] == "true")
            #expect(try Self.count(client) == 1)
        }
    }

    @Test func `any number of answers past keeping is removed, and no other`() throws {
        try withServer { client in
            _ = try Self.post(client, key: "old")
            try client.service.database.write { transaction in
                for number in 0..<450 {
                    try transaction.run(
                        """
                        INSERT INTO idempotency (token_id, key, fingerprint, status, created_at)
                        SELECT token_id, $1, fingerprint, status, created_at FROM idempotency
                        WHERE key = 'old'
                        """,
                        "old-\(number)"
                    )
                }
            }
            client.clock.advance(hours: 23)
            _ = try Self.post(client, key: "new")
            client.clock.advance(hours: 1)
            try client.service.runJobs()
            #expect(try client.service.number("SELECT count(*) FROM idempotency") == 1)
            let again = try Self.post(client, key: "new")
            #expect(again.fields["idempotent-replayed"] == "true")
        }
    }

    @Test func `a token's secret is not kept for retries`() throws {
        try withServer { client in
            let body = #"{"name": "x", "role": "reader", "owner": "x"}"#
            let first = try client.post("/v1/tokens", body, ["idempotency-key": "t"])
            #expect(first.json["token"]?.string != nil)
            let again = try client.post("/v1/tokens", body, ["idempotency-key": "t"])
            #expect(again.status == 201)
            #expect(again.fields["idempotent-replayed"] == "true")
            #expect(again.json["id"] == first.json["id"])
            #expect(again.json["token"] == nil)
            let kept = "SELECT count(*) FROM idempotency WHERE instr(hex(body), hex('gx_')) > 0"
            #expect(try client.service.number(kept) == 0)
            #expect(try client.get("/v1/tokens").ids.count == 6)
        }
    }

    @Test(arguments: ["", "?mode=atomic", "?dryRun=true"])
    func `an import happens once`(_ query: String) throws {
        try withServer { client in
            let answers = try (0..<2).map { _ in
                try client.send(
                    "POST",
                    "/v1/imports/customers" + query,
                    ["content-type": "text/csv", "idempotency-key": "i"],
                    Array("kind,name\nindividual,x\n".utf8)
                )
            }
            #expect(answers.map(\.status) == [200, 200])
            #expect(answers.map { $0.json["created"]?.integer } == [1, 1])
            #expect(answers.map { $0.fields["idempotent-replayed"] } == [nil, "true"])
            let imports = "SELECT count(*) FROM import"
            #expect(try client.service.number(imports) == (query == "?dryRun=true" ? 0 : 1))
        }
    }

    @Test func `a refused import may be sent again, corrected`() throws {
        try withServer { client in
            let statuses = try ["robot,x", "individual,x"].map { row in
                try client.send(
                    "POST",
                    "/v1/imports/customers?mode=atomic",
                    ["content-type": "text/csv", "idempotency-key": "i"],
                    Array("kind,name\n\(row)\n".utf8)
                )
                .status
            }
            #expect(statuses == [422, 200])
        }
    }

    @Test func `other methods know no keys`() throws {
        try withServer { client in
            _ = try Self.post(client)
            let fields: HeaderFields = ["idempotency-key": "p"]
            for name in ["a", "b"] {
                let answer = try client.patch("/v1/customers/1", #"{"name": "\#(name)"}"#, fields)
                #expect(answer.status == 200)
                #expect(answer.json["name"] == .string(name))
            }
        }
    }
}
