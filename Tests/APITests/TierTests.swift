// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

extension TestClient {
    /// Starts a tier run, waits until it has finished, and answers it.
    func runTiers(_ body: String = "{}") throws -> JSON {
        var seen = try service.number("SELECT max(seq) FROM event") ?? 0
        let started = try post("/v1/tier-runs", body)
        guard started.status == 202, let location = started.location else {
            throw TestFailure("no run: \(started)")
        }
        while true {
            let events = try get("/v1/events?after=\(seen)&wait=30").items
            guard let last = events.last?["seq"]?.integer else {
                throw TestFailure("the run has not ended")
            }
            seen = last
            let isOver = events.contains {
                $0["subject"]?["type"] == "tier-run"
                    && ["tier-run.finished", "tier-run.failed"].contains($0["action"]?.string)
                    && $0["subject"]?["id"] == started.json["id"]
            }
            if isOver { return try get(location).json }
        }
    }
}

@Suite struct TierTests {
    /// Three customers who bring 80, 15 and 5 of 100, and one who brings nothing.
    private static func withCustomers(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            for (name, total) in [("key", "80"), ("ordinary", "15"), ("small", "5"), ("none", "")] {
                let id = try client.customer(name)
                guard !total.isEmpty else { continue }
                try client.create(
                    "/v1/orders",
                    """
                    {"customerId": \(id), "placedAt": "2026-11-01T00:00:00Z", "total": "\(total)"}
                    """
                )
            }
            try body(client)
        }
    }

    private static let refused = [
        Case("no token", "POST", "/v1/tier-runs", "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", "/v1/tier-runs", "{}", by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", "/v1/tier-runs", "", is: 400, "malformed-body"),
        .refused("a stranger", "POST", "/v1/tier-runs", #"{"id": 1}"#, "/id"),
        .refused("no window", "POST", "/v1/tier-runs", #"{"windowMonths": 0}"#, "/windowMonths"),
        .refused(
            "a window of 121",
            "POST",
            "/v1/tier-runs",
            #"{"windowMonths": 121}"#,
            "/windowMonths"
        ),
        .refused("no date", "POST", "/v1/tier-runs", #"{"asOf": "today"}"#, "/asOf"),
        .future("a standing to come", query: "/v1/customers/1/tier?asOf=2026-11-24"),
        .future("standings to come", query: "/v1/tiers?asOf=2026-11-24"),
        .future("the future", "/v1/tier-runs", #"{"asOf": "2026-11-24"}"#),
        Case("no such run", "GET", "/v1/tier-runs/1", is: 404, "not-found"),
        Case("no such customer", "GET", "/v1/customers/9/tier", is: 404, "not-found"),
        Case("no run yet", "GET", "/v1/customers/1/tier", is: 404, "no-tier-yet"),
        .refused("no date", query: "/v1/customers/1/tier?asOf=x", "asOf"),
        .refused("an unknown parameter", query: "/v1/customers/1/tier?at=2026-11-01", "at"),
        .refused("an unknown tier", query: "/v1/tiers?tier=A", "tier"),
        .refused("an unknown class", query: "/v1/tiers?abc=a", "abc", saying: "A, B, C"),
        .refused("no date for a list", query: "/v1/tiers?changedSince=x", "changedSince"),
        .refused("another order", query: "/v1/tiers?sort=profit", "sort"),
        Case("a reader's table", "GET", "/v1/tiers?format=csv", by: .reader, is: 403, "forbidden"),
        Case("a reader's list", "GET", "/v1/tiers", by: .reader, is: 200),
        Case("another method", "PUT", "/v1/tiers", "{}", is: 405, "method-not-allowed"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `a run is accepted, carried out and explained`() throws {
        try Self.withCustomers { client in
            let run = try client.runTiers(#"{"asOf": "2026-11-23", "windowMonths": 6}"#)
            #expect(run["status"] == "finished")
            #expect(run["progress"]?.double == 1)
            #expect(run["asOf"] == "2026-11-22T16:00:00.000Z")
            #expect(run["windowMonths"] == 6)
            #expect(run["policyVersion"] == 1)
            #expect(run["reason"] == nil)
            #expect(run["tiers"]?["key"]?["customers"] == 1)
            #expect(run["tiers"]?["ordinary"]?["customers"] == 1)
            #expect(run["tiers"]?["small"]?["customers"] == 2)
            #expect(run["tiers"]?["key"]?["profitShare"]?.double == 0.8)
            #expect(run["tiers"]?["small"]?["headcountShare"]?.double == 0.5)
            #expect(run["cutoffs"] == ["key": "80.00", "ordinary": "15.00"])
            #expect(try client.get("/v1/tier-runs").ids == [1])

            let standing = try client.as(.reader).get("/v1/customers/2/tier").json
            #expect(standing["tier"] == "ordinary")
            #expect(standing["abc"] == "B")
            #expect(standing["profit"] == "15.00")
            #expect(standing["rank"] == 2)
            #expect(standing["customersRanked"] == 4)
            #expect(standing["cumulativeShare"]?.double == 0.95)
            #expect(standing["runId"] == 1)
            #expect(standing["previousTier"] == nil)
            #expect(standing["reasons"]?.elements?.isEmpty == false)
            #expect(try client.get("/v1/customers/1").json["tier"] == "key")
            #expect(try client.get("/v1/customers?tier=small").ids == [3, 4])
        }
    }

    @Test func `a run that fails says why, and the next goes on`() throws {
        try Self.withCustomers { client in
            try client.service.tamper(
                """
                CREATE TRIGGER refusal BEFORE INSERT ON tier_standing WHEN NEW.tier_run_id = 1
                BEGIN SELECT RAISE(ABORT, 'refused'); END
                """
            )
            let run = try client.runTiers("{}")
            #expect(run["status"] == "failed")
            #expect(run["reason"] == "The database could not go on: refused.")
            #expect(run["tiers"] == nil)
            let next = try client.runTiers("{}")
            #expect(next["status"] == "finished")
            #expect(next["reason"] == nil)
        }
    }

    @Test func `a run with the same input gives the same result`() throws {
        try Self.withCustomers { client in
            let first = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            let list = try client.get("/v1/tiers").items
            let second = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(second["id"] == 2)
            for member in ["tiers", "cutoffs", "asOf", "windowMonths"] {
                #expect(first[member] == second[member], "\(member)")
            }
            let ranks = try client.get("/v1/tiers").items
            #expect(list.map { $0["customerId"] } == ranks.map { $0["customerId"] })
        }
    }

    @Test func `the list is one run's, filtered, as a table, as lines`() throws {
        try Self.withCustomers { client in
            _ = try client.runTiers()
            func customers(_ query: String) throws -> [Int] {
                try client.all("/v1/tiers?\(query)", limit: 1).compactMap {
                    $0["customerId"]?.integer
                }
            }
            #expect(try customers("") == [1, 2, 3, 4])
            #expect(try customers("sort=-rank") == [4, 3, 2, 1])
            #expect(try customers("tier=small") == [3, 4])
            #expect(try customers("abc=C&tier=small") == [3, 4])
            #expect(try customers("changedSince=2026-11-23T02:00:00Z") == [1, 2, 3, 4])
            #expect(try customers("changedSince=2026-11-23T02:00:00.001Z") == [])
            #expect(try customers("asOf=2026-11-22") == [])
            let table = try client.as(.steward).get("/v1/tiers", ["accept": "text/csv"])
            #expect(table.fields["content-type"] == "text/csv; charset=utf-8")
            #expect(table.lines.count == 5)
            #expect(table.lines.first?.hasPrefix("customerId,tier,abc,profit,amount,rank,") == true)
            #expect(table.lines[1].hasPrefix("1,key,A,80.00,80.00,1,4,") == true)
            let lines = try client.as(.steward).get("/v1/tiers?format=ndjson&tier=key").lines
            #expect(lines.count == 1)
        }
    }

    @Test func `a later run tells who moved, and asOf looks back`() throws {
        try Self.withCustomers { client in
            _ = try client.runTiers(#"{"asOf": "2026-11-22"}"#)
            try client.create(
                "/v1/orders",
                #"{"customerId": 4, "placedAt": "2026-11-22T00:00:00Z", "total": "1000"}"#
            )
            _ = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            let now = try client.get("/v1/customers/4/tier").json
            #expect(now["tier"] == "key")
            #expect(now["previousTier"] == "small")
            #expect(now["changedAt"] == "2026-11-22T16:00:00.000Z")
            let past = try client.get("/v1/customers/4/tier?asOf=2026-11-22").json
            #expect(past["tier"] == "small")
            let before = try client.get("/v1/customers/4/tier?asOf=2026-11-21")
            #expect(before.problem == "no-tier-yet")
            let moved = try client.get("/v1/tiers?changedSince=2026-11-23").items
            #expect(moved.contains { $0["customerId"] == 4 })
            #expect(try client.get("/v1/tiers?asOf=2026-11-22").items.first?["customerId"] == 1)
            let timeline = try client.get("/v1/customers/4/timeline").items
            #expect(timeline.first { $0["type"] == "tier-change" }?["tier"] == "key")
        }
    }

    private static let policy = "/v1/tier-policy"

    private static func rules(_ members: String = "") -> String {
        #"""
        {"windowMonths": 12, "keyShare": 0.5, "ordinaryShare": 0.9, "aShare": 0.8, "bShare": 0.95,
         "margin": 0.25\#(members)}
        """#
    }

    private static let refusedPolicies = [
        Case("no token", "GET", policy, by: nil, is: 401, "unauthorized"),
        Case("a reader's change", "PUT", policy, rules(), by: .reader, is: 403, "forbidden"),
        Case("another method", "PATCH", policy, "{}", is: 405, "method-not-allowed"),
        .refused(
            "nothing",
            "PUT",
            policy,
            "{}",
            "/windowMonths",
            "/keyShare",
            "/ordinaryShare",
            "/aShare",
            "/bShare",
            "/margin"
        ),
        .refused("a version", "PUT", policy, rules(#", "version": 3"#), "/version"),
        Case(
            "shares that do not rise",
            "PUT",
            policy,
            #"""
            {"windowMonths": 12, "keyShare": 0.9, "ordinaryShare": 0.9, "aShare": 0,
             "bShare": 0.95, "margin": 1}
            """#,
            is: 422,
            "senseless-policy",
            pointers: ["/aShare", "/ordinaryShare"]
        ),
        .refused(
            "shares that are none",
            "PUT",
            policy,
            #"""
            {"windowMonths": 12, "keyShare": 1.1, "ordinaryShare": "0.9", "aShare": 0.12345,
             "bShare": 0.95, "margin": -1}
            """#,
            "/keyShare",
            "/ordinaryShare",
            "/aShare",
            "/margin"
        ),
        Case(
            "another version",
            "PUT",
            policy,
            rules(),
            with: ["if-match": "\"7.x\""],
            is: 412,
            "precondition-failed"
        ),
    ]

    @Test func `the policy is read and put, and counts for the runs to come`() throws {
        try Self.withCustomers { client in
            let first = try client.as(.reader).get(Self.policy)
            #expect(first.json["keyShare"]?.double == 0.8)
            #expect(first.json["version"] == 1)
            try client.check(Self.refusedPolicies)
            let tag = try #require(first.etag)
            let put = try client.as(.manager).put(Self.policy, Self.rules(), ["if-match": tag])
            #expect(put.status == 200)
            #expect(put.json["version"] == 2)
            #expect(try client.get(Self.policy).json == put.json)
            #expect(try client.lastEvent()?["action"] == "tier-policy.changed")
            #expect(try client.put(Self.policy, Self.rules()).json["version"] == 2)
            let run = try client.runTiers()
            // A quarter of 80, as no cost is known.
            #expect(run["cutoffs"]?["key"] == "20.00")
        }
    }
}
