// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Service
import TestSupport
import Testing

/// Tier runs that start by themselves.
@Suite struct TierScheduleTests {
    private static let policy = "/v1/tier-policy"

    private static func rules(_ members: String) -> String {
        #"""
        {"windowMonths": 12, "keyShare": 0.8, "ordinaryShare": 0.95, "aShare": 0.8,
         "bShare": 0.95, "margin": 1\#(members)}
        """#
    }

    private static func set(_ client: TestClient, _ local: String) throws {
        client.clock.set(try #require(Instant(rfc3339: local + "+08:00")))
    }

    /// The days whose turns had a run, in the order of the runs.
    private static func scheduled(_ client: TestClient) throws -> [String] {
        try client.service.runJobs()
        return try client.all("/v1/tier-runs").reversed().compactMap { run in
            #expect(run["status"] == "finished")
            return run["scheduledOn"]?.string
        }
    }

    private static let refused =
        [
            .refused("never", "PUT", policy, rules(#", "runEveryDays": 0"#), "/runEveryDays"),
            .refused(
                "too seldom",
                "PUT",
                policy,
                rules(#", "runEveryDays": 367"#),
                "/runEveryDays"
            ),
            .refused(
                "half a day",
                "PUT",
                policy,
                rules(#", "runEveryDays": 0.5"#),
                "/runEveryDays"
            ),
            .refused(
                "a word",
                "PUT",
                policy,
                rules(#", "runEveryDays": "daily""#),
                "/runEveryDays"
            ),
            .refused(
                "a first day",
                "PUT",
                policy,
                rules(#", "runsFrom": "2026-12-01""#),
                "/runsFrom"
            ),
        ] as [Case]

    @Test func `the policy says how often, and from when on`() throws {
        try withServer { client in
            try client.check(Self.refused)
            let none = try client.get(Self.policy).json
            #expect(none["runEveryDays"] == nil)
            #expect(none["runsFrom"] == nil)
            for days in [366, 7] {
                let put = try client.put(Self.policy, Self.rules(#", "runEveryDays": \#(days)"#))
                #expect(put.json["runEveryDays"]?.integer == days)
                #expect(put.json["runsFrom"] == "2026-11-24")
                #expect(try client.get(Self.policy).json == put.json)
            }
            // Before three o'clock it is today; other rules leave it as it is.
            try Self.set(client, "2026-11-26T02:59:59")
            let other = #", "runEveryDays": 7, "earlyAdopterDays": 9"#
            #expect(try client.put(Self.policy, Self.rules(other)).json["runsFrom"] == "2026-11-24")
            let daily = try client.put(Self.policy, Self.rules(#", "runEveryDays": 1"#))
            #expect(daily.json["runsFrom"] == "2026-11-26")
            let off = try client.put(Self.policy, Self.rules(#", "runEveryDays": null"#)).json
            #expect(off["runEveryDays"] == nil)
            #expect(off["runsFrom"] == nil)
            try Self.set(client, "2026-12-26T12:00:00")
            #expect(try Self.scheduled(client) == [])
        }
    }

    @Test func `a run starts at three, as of the beginning of its day, and says so`() throws {
        try withServer { client in
            let customer = try client.customer()
            _ = try client.put(Self.policy, Self.rules(#", "runEveryDays": 7"#))
            for (placedAt, total) in [("2026-11-23T23:59:59", "5"), ("2026-11-24T00:00:00", "70")] {
                try Self.set(client, placedAt)
                try client.create(
                    "/v1/orders",
                    """
                    {"customerId": \(customer), "placedAt": "\(placedAt)+08:00",
                     "total": "\(total)"}
                    """
                )
            }
            try Self.set(client, "2026-11-24T02:59:59")
            #expect(try Self.scheduled(client) == [])
            try Self.set(client, "2026-11-24T03:00:00")
            #expect(try Self.scheduled(client) == ["2026-11-24"])
            let run = try client.get("/v1/tier-runs/1").json
            #expect(run["asOf"] == "2026-11-23T16:00:00.000Z")
            #expect(run["scope"] == "changed")
            #expect(run["windowMonths"] == 12)
            #expect(try client.get("/v1/customers/1/tier").json["amount"] == "5.00")
            let started = try client.get("/v1/events?limit=500").items.first {
                $0["action"] == "tier-run.started"
            }
            #expect(started?["actor"] == "scheduler")

            try Self.set(client, "2026-12-01T02:59:59")
            #expect(try Self.scheduled(client) == ["2026-11-24"])
            try Self.set(client, "2026-12-01T03:00:00")
            #expect(try Self.scheduled(client) == ["2026-11-24", "2026-12-01"])
            #expect(try Self.scheduled(client) == ["2026-11-24", "2026-12-01"])
            // Who asks for one has one of their own.
            #expect(try client.runTiers()["scheduledOn"] == nil)
            #expect(try client.all("/v1/tier-runs").count == 3)
        }
    }

    @Test func `what was missed while the service was down is made up for once`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.customer()
            _ = try client.put(Self.policy, Self.rules(#", "runEveryDays": 2"#))
            try Self.set(client, "2026-11-24T09:00:00")
            #expect(try Self.scheduled(client) == ["2026-11-24"])
        }
        clock.set(try #require(Instant(rfc3339: "2026-12-03T12:00:00+08:00")))
        for _ in 1...2 {
            let days = try withServer(clock: clock, database: folder.database) { client in
                try Self.scheduled(client)
            }
            #expect(days == ["2026-11-24", "2026-12-02"])
        }
    }

    /// Days from the one on which runs every so many days were asked for, as the clock shows them one
    /// after the other, and those whose turn has had a run in the end.
    private struct Steps: Sendable, CustomTestStringConvertible {
        let name: String
        let everyDays: Int
        let days: [Int]
        let turns: [Int]

        var testDescription: String { name }
    }

    private static let steps = [
        Steps(name: "on", everyDays: 1, days: [0, 1, 2, 3, 3, 4], turns: [1, 2, 3, 4]),
        Steps(name: "a week on", everyDays: 7, days: Array(0...16), turns: [1, 8, 15]),
        Steps(name: "back", everyDays: 1, days: [1, 2, 3, 2, 1, 0, 3, 4], turns: [1, 2, 3, 4]),
        Steps(
            name: "far on and back again",
            everyDays: 1,
            days: [1, 2, 500, 2, 3, 4, 499, 500, 5],
            turns: [1, 2, 3, 4, 5, 499, 500]
        ),
        Steps(
            name: "a week, far on and back again",
            everyDays: 7,
            days: [1, 2, 800, 2, 3, 8, 9],
            turns: [1, 8, 799]
        ),
        // The clock was wrong when they were asked for.
        Steps(
            name: "far back",
            everyDays: 7,
            days: [0, -100, -99, -98, -97, -90, 0, 1],
            turns: [-104, -97, -90, 1]
        ),
    ]

    @Test(arguments: steps)
    private func `each turn has one run, wherever the clock goes`(_ one: Steps) throws {
        try withServer { client in
            try client.customer()
            _ = try client.put(
                Self.policy,
                Self.rules(#", "runEveryDays": \#(one.everyDays)"#)
            )
            for day in one.days {
                client.clock.set(
                    TestClock.start.adding(milliseconds: Int64(day) * Instant.millisecondsPerDay)
                )
                try client.service.runJobs()
            }
            let start = try #require(CalendarDay("2026-11-23"))
            #expect(
                try Self.scheduled(client).sorted()
                    == one.turns.map { start.adding(days: $0).description }
            )
        }
    }
}
