// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// The list of imports, and what tells those that were cut off.
@Suite struct ImportListTests {
    private static let path = "/v1/imports"

    private static let refused = [
        Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
        Case("an agent", "GET", path, by: .agent, is: 403, "forbidden"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        .refused("another status", query: path + "?status=lost", "status"),
        .refused("another kind", query: path + "?kind=offers", "kind"),
        .refused("another order", query: path + "?sort=startedAt", "sort"),
    ]

    @Test func `GET refuses what it cannot take`() throws {
        try withServer { client in try client.check(Self.refused) }
    }

    private static func bring(_ client: TestClient, _ kind: String, _ text: String) throws {
        let answer = try client.send(
            "POST",
            "\(path)/\(kind)",
            [:],
            Array(text.utf8),
            type: "text/csv"
        )
        #expect(answer.status == 200, "\(answer)")
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [3, 2, 1]), ("sort=id", [1, 2, 3]), ("status=finished", [3, 2]),
        ("status=running", [1]), ("status=interrupted", []), ("kind=products", [3]),
        ("kind=products&status=running", []),
    ]

    @Test func `GET lists imports, the newest first`() throws {
        try withServer { client in
            try client.service.tamper(Self.running)
            for number in 2...3 {
                client.clock.advance(hours: 1)
                try Self.bring(
                    client,
                    number == 2 ? "customers" : "products",
                    number == 2 ? "kind,name\nindividual,x\n" : "sku,name\nA,x\n,y\n"
                )
            }
            for (query, ids) in Self.filters {
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
            let rows = try client.as(.manager).get(Self.path).items
            #expect(
                rows.first == [
                    "id": 3, "kind": "products", "mode": "partial", "actor": "admin",
                    "status": "finished", "startedAt": "2026-11-23T04:00:00.000Z",
                    "finishedAt": "2026-11-23T04:00:00.000Z", "created": 1, "updated": 0,
                    "unchanged": 0, "prospects": 0, "rejected": 1,
                    "rejectedFile": "/v1/imports/3/rejected?format=csv",
                ]
            )
            #expect(rows.last?["status"] == "running")
            #expect(rows.last?["finishedAt"] == nil)
        }
    }

    /// An import whose process ended before it did.
    private static let running = """
        INSERT INTO import (kind, mode, actor, started_at, created, updated, unchanged, prospects,
            rejected)
        VALUES ('orders', 'partial', 'x', 1, 7, 0, 0, 0, 0)
        """

    @Test func `a start finds the imports that a stop has cut off`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.bring(client, "products", "sku,name\nA,x\n")
            try client.service.tamper(Self.running)
            #expect(try client.get(Self.path + "?status=running").ids == [2])
        }
        clock.advance(hours: 1)
        for _ in 1...2 {
            try withServer(clock: clock, database: folder.database) { client in
                #expect(try client.get(Self.path + "?status=running").ids == [])
                let found = try client.get(Self.path + "?status=interrupted").items
                #expect(found.map { $0["id"] } == [2])
                #expect(found.first?["interruptedAt"] == "2026-11-23T03:00:00.000Z")
                #expect(found.first?["finishedAt"] == nil)
                #expect(found.first?["created"] == 7)
                #expect(try client.get(Self.path + "/2").json == found.first)
                #expect(try client.get(Self.path + "/1").json["status"] == "finished")
                let events = try client.get("/v1/events?after=0&limit=500").items.filter {
                    $0["action"] == "import.interrupted"
                }
                #expect(events.map { $0["subject"] } == [["type": "import", "id": 2]])
            }
            // The second start finds nothing more.
            clock.advance(hours: 1)
        }
    }

    @Test func `an import that fails on its way says so, and keeps what it has written`() throws {
        struct Fault: Error {}
        try withImportBase { base in
            let text = "sku,name\n" + (1...40).map { "S\($0),x\n" }.joined()
            let order = ImportOrder(
                .products,
                from: ImportSource(.bytes(Array(text.utf8)), .csv),
                actor: "tests",
                requestID: "r-1"
            )
            // What is written is kept; what ends the import fails.
            #expect(throws: Fault.self) {
                try base.job(chunkSize: 10).run(order, finished: { _, _ in throw Fault() })
            }
            #expect(try base.number("SELECT count(*) FROM product") == 40)
            let found = try base.reader.read { snapshot in
                try ImportService(services: base.services).find(ID(rawValue: 1), in: snapshot)
            }
            #expect(found.status == .interrupted)
            #expect(found.interruptedAt == ImportBase.now)
            #expect(found.counts.created == 40)
            #expect(
                try base.text("SELECT action FROM event ORDER BY seq DESC LIMIT 1")
                    == "import.interrupted"
            )
        }
    }
}
