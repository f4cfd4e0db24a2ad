// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Dispatch
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct JournalTests {
    private static let path = "/v1/events"

    private static let refused = [
        Case("no token", "GET", path, by: nil, is: 401, "unauthorized"),
        Case("an agent", "GET", path, by: .agent, is: 403, "forbidden"),
        Case("a manager", "GET", path, by: .manager, is: 200),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        .refused("a negative place", query: path + "?after=-1", "after"),
        .refused("a place that is none", query: path + "?after=x", "after"),
        .refused("a limit of 0", query: path + "?limit=0", "limit"),
        .refused("a limit of 501", query: path + "?limit=501", "limit"),
        .refused("a wait of 61", query: path + "?wait=61", "wait", saying: "from 0 to 60"),
        .refused("an unknown parameter", query: path + "?since=2026-11-01", "since"),
        Case(
            "no proof for a manager",
            "GET",
            "/v1/audit/verify",
            by: .manager,
            is: 403,
            "forbidden"
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    @Test func `lists every change once, in order, without gaps`() throws {
        try withServer { client in
            for number in 0..<6 { try client.customer("\(number)") }
            _ = try client.patch("/v1/customers/1", #"{"name": "x"}"#)
            _ = try client.post("/v1/customers", "{}")
            var seen: [JSON] = []
            while let page = Optional(
                try client.get("\(Self.path)?after=\(seen.count)&limit=5").items
            ), !page.isEmpty {
                #expect(page.count <= 5)
                seen += page
            }
            #expect(seen.map { $0["seq"]?.integer } == Array(1...12))
            #expect(Set(seen.compactMap { $0["hash"]?.string }).count == 12)
            #expect(seen.allSatisfy { $0["hash"]?.string?.count == 64 })
            #expect(
                seen.compactMap { $0["action"]?.string }
                    == (0..<5).map { _ in "token.created" }
                    + (0..<6).map { _ in "customer.created" }
                    + ["customer.changed"]
            )
            #expect(try client.get(Self.path).items.count == 12)
        }
    }

    @Test func `keeps gap-free and in order what many write at once`() throws {
        try withServer { client in
            DispatchQueue.concurrentPerform(iterations: 24) { number in
                _ = try? client.customer("\(number)")
            }
            let events = try client.get("\(Self.path)?limit=500").items
            #expect(events.map { $0["seq"]?.integer } == Array(1...29))
            let customers = events.dropFirst(5).map { $0["subject"]?["id"]?.integer }
            #expect(customers == Array(1...24))
            #expect(try client.get("/v1/audit/verify").json["valid"] == true)
        }
    }

    @Test func `carries the request id`() throws {
        try withServer { client in
            let body = #"{"kind": "individual", "name": "x"}"#
            _ = try client.post("/v1/customers", body, ["x-request-id": "call-7"])
            #expect(try client.lastEvent()?["requestId"] == "call-7")
        }
    }

    @Test func `a long poll is answered by the next change`() throws {
        try withServer { client in
            let last = try client.service.number("SELECT max(seq) FROM event") ?? 0
            let writer = DispatchQueue(label: "writer")
            writer.async {
                // The poll is there when a second connection is: ours is the first.
                for _ in 0..<10_000 {
                    let metrics = try? client.get("/metrics").text
                    if metrics?.contains("guanxi_open_connections 2") == true { break }
                }
                _ = try? client.customer("awaited")
            }
            let start = ContinuousClock.now
            let events = try client.get("\(Self.path)?after=\(last)&wait=60").items
            #expect(events.count == 1)
            #expect(events.first?["changes"]?["name"] == "awaited")
            #expect(ContinuousClock.now - start < .seconds(30))
            writer.sync {}
        }
    }

    @Test func `a long poll ends with nothing when its time is over`() throws {
        try withServer { client in
            let last = try client.service.number("SELECT max(seq) FROM event") ?? 0
            let start = ContinuousClock.now
            let answer = try client.get("\(Self.path)?after=\(last)&wait=1")
            #expect(answer.status == 200)
            #expect(answer.items.isEmpty)
            #expect(ContinuousClock.now - start >= .seconds(1))
            // Nor does it matter that a body comes with it, which a GET has no use for.
            let body = [UInt8](repeating: 32, count: 40_000)
            let target = "\(Self.path)?after=\(last)&wait=1"
            #expect(try client.send("GET", target, [:], body).status == 200)
            #expect(try client.get("\(Self.path)?after=\(last)&wait=0").items.isEmpty)
        }
    }

    @Test func `a long poll does not wait for what is there`() throws {
        try withServer { client in
            let answer = try client.get("\(Self.path)?wait=60&limit=2")
            #expect(answer.items.count == 2)
        }
    }

    struct Tampering: CustomTestStringConvertible {
        let name: String
        let sql: String
        let firstBad: Int

        var testDescription: String { name }
    }

    static let tamperings = [
        Tampering(name: "an actor", sql: "UPDATE event SET actor = 'x' WHERE seq = 3", firstBad: 3),
        Tampering(
            name: "a change",
            sql: "UPDATE event SET changes = replace(changes, 'x', 'y') WHERE seq = 6",
            firstBad: 6
        ),
        Tampering(
            name: "a time",
            sql: "UPDATE event SET at = at + 1 WHERE seq = 2",
            firstBad: 2
        ),
        Tampering(name: "an entry taken out", sql: "DELETE FROM event WHERE seq = 4", firstBad: 4),
        Tampering(name: "the first taken out", sql: "DELETE FROM event WHERE seq = 1", firstBad: 1),
        Tampering(
            name: "changes taken out, their salt left",
            sql: "UPDATE event SET changes = NULL WHERE seq = 6",
            firstBad: 6
        ),
    ]

    @Test(arguments: tamperings)
    func `verify names the first entry that was altered`(_ one: Tampering) throws {
        try withServer { client in
            try client.customer("x")
            let sound = try client.as(.steward).get("/v1/audit/verify").json
            #expect(sound["valid"] == true)
            #expect(sound["entries"] == 6)
            let last = try client.lastEvent()
            #expect(sound["head"] == last?["hash"])
            #expect(sound["firstBadSeq"] == nil)
            try client.service.tamper(one.sql)
            let broken = try client.get("/v1/audit/verify").json
            #expect(broken["valid"] == false)
            #expect(broken["firstBadSeq"]?.integer == one.firstBad)
        }
    }

    @Test func `erased changes leave the chain whole`() throws {
        try withServer { client in
            try client.customer("x")
            try client.service.tamper("UPDATE event SET changes = NULL, salt = NULL WHERE seq = 6")
            #expect(try client.get("/v1/audit/verify").json["valid"] == true)
            #expect(try client.lastEvent()?["changes"] == nil)
        }
    }
}
