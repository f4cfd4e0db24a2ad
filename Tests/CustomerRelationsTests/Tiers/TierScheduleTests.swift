// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Testing

@Suite struct TierScheduleTests {
    private struct Scheduler {
        let base: TierBase

        /// Has a run start every day, asked for at an instant.
        func schedule(at now: String) throws {
            var rules = try base.reader.read { try base.tiers.policy(in: $0) }.rules
            rules.runEveryDays = 1
            let occasion = Occasion(at: try base.instant(now), actor: "test", requestID: "r-1")
            _ = try base.writer.write { [tiers = base.tiers, rules] transaction in
                try tiers.setPolicy(rules, by: occasion, in: transaction)
            }
        }

        /// Starts what is due at an instant, and tells the dates of all runs.
        func startDue(at now: String) throws -> [Instant] {
            let now = try base.instant(now)
            try TierRunner(base.tiers, PlainServices().stages, PlainServices().endings(base.tiers))
                .startDue(
                    in: JobContext(
                        reading: base.reader,
                        writing: base.writer,
                        actor: "system",
                        requestID: "r-2",
                        now: { now }
                    )
                )
            let request = PageRequest(limit: 100, sorting: TierRunSorting.id)
            return try base.reader.read { snapshot in
                try base.tiers.runs(request, in: snapshot).rows.map(\.asOf)
            }
        }
    }

    @Test func `waits for the run that is under way`() throws {
        try withTierBase { base in
            let scheduler = Scheduler(base: base)
            try base.addCustomers([1])
            try scheduler.schedule(at: "2026-11-20")
            let asked = try base.start(asOf: "2026-11-19")
            let dates = try ["2026-11-19", "2026-11-22"].map(base.instant)
            #expect(try scheduler.startDue(at: "2026-11-22T03:00:00+08:00") == [dates[0]])
            #expect(try base.carryOut())
            #expect(try base.find(asked).status == .finished)
            #expect(try scheduler.startDue(at: "2026-11-22T03:00:01+08:00") == dates)
            // Nor does it start beside itself, a day later.
            #expect(try scheduler.startDue(at: "2026-11-23T03:00:00+08:00") == dates)
        }
    }

    @Test func `starts where the clocks jump over the hour, and once where they show it twice`()
        throws
    {
        let zone = try #require(CivilTimeZone(name: "America/New_York"))
        try withTierBase(zone: zone) { base in
            let scheduler = Scheduler(base: base)
            try scheduler.schedule(at: "2026-03-07T12:00:00-05:00")
            #expect(try scheduler.startDue(at: "2026-03-08T06:59:59Z") == [])
            let first = try base.instant("2026-03-08T05:00:00Z")
            #expect(try scheduler.startDue(at: "2026-03-08T07:00:00Z") == [first])
            #expect(try base.carryOut())
            let second = try base.instant("2026-11-01T04:00:00Z")
            #expect(try scheduler.startDue(at: "2026-11-01T08:00:00Z") == [first, second])
            #expect(try base.carryOut())
            #expect(try scheduler.startDue(at: "2026-11-01T09:00:00Z") == [first, second])
        }
    }
}
