// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Testing

@Suite struct TierHistoryTests {
    /// Customer 1 is key in spring, small in summer; customer 2 the other way round; 3 never buys.
    private func withHistory(_ body: (TierBase) throws -> Void) throws {
        try withTierBase { base in
            try base.addCustomers(1...3)
            try base.add([
                TestOrder(customer: 1, total: 99, at: "2026-03-15"),
                TestOrder(customer: 2, total: 1, at: "2026-03-15"),
                TestOrder(customer: 1, total: 1, at: "2026-06-15"),
                TestOrder(customer: 2, total: 99, at: "2026-06-15"),
            ])
            try body(base)
        }
    }

    private func history(_ base: TierBase, _ customer: Int64, asOf: String) throws -> String {
        let standing = try #require(try base.standing(customer, asOf: asOf))
        let previous = standing.previousTier?.rawValue ?? "none"
        let date = base.zone.day(of: standing.changedAt)
        return "\(previous) to \(standing.tier) on \(date)"
    }

    @Test func `keeps the tier before and the date of the change over three runs`() throws {
        try withHistory { base in
            try base.assess(asOf: "2026-04-01", months: 1)
            #expect(try history(base, 1, asOf: "2026-04-01") == "none to key on 2026-04-01")
            try base.assess(asOf: "2026-07-01", months: 1)
            #expect(try history(base, 1, asOf: "2026-07-01") == "key to small on 2026-07-01")
            #expect(try history(base, 2, asOf: "2026-07-01") == "small to key on 2026-07-01")
            #expect(try history(base, 3, asOf: "2026-07-01") == "none to small on 2026-04-01")
            try base.assess(asOf: "2026-07-10", months: 1)
            #expect(try history(base, 1, asOf: "2026-07-10") == "key to small on 2026-07-01")
            #expect(try history(base, 2, asOf: "2026-07-10") == "small to key on 2026-07-01")
            // The moves are a reason only in the run that made them.
            #expect(try base.standing(1)?.reasons.map(\.code) == [.tailOfProfit, .costUnknown])
            let codes = try base.standing(1, asOf: "2026-07-01")?.reasons.map(\.code)
            #expect(codes == [.tailOfProfit, .costUnknown, .movedDown])
            let other = try base.standing(2, asOf: "2026-07-01")?.reasons.last
            #expect(other?.code == .movedUp)
            let then = try #require(try base.standing(2, asOf: "2026-04-01"))
            #expect(other?.text == "small in the run before, by a profit of \(then.profit)")
            let down = try base.standing(1, asOf: "2026-07-01")?.reasons.last
            let key = try #require(try base.standing(1, asOf: "2026-04-01"))
            let cutoff = try #require(key.cutoffs.key)
            #expect(
                down?.text
                    == "key in the run before, by a profit of \(key.profit) where \(cutoff) was enough"
            )
        }
    }

    @Test func `compares with the run before it in date, not in time of making`() throws {
        try withHistory { base in
            try base.assess(asOf: "2026-07-01", months: 1)
            try base.assess(asOf: "2026-04-01", months: 1)
            try base.assess(asOf: "2026-07-02", months: 1)
            #expect(try history(base, 1, asOf: "2026-04-01") == "none to key on 2026-04-01")
            #expect(try history(base, 1, asOf: "2026-07-01") == "none to small on 2026-07-01")
            #expect(try history(base, 1, asOf: "2026-07-02") == "none to small on 2026-07-01")
            // Made again, the run of 1 July sees the one of April.
            try base.assess(asOf: "2026-07-01", months: 1)
            #expect(try history(base, 1, asOf: "2026-07-01") == "key to small on 2026-07-01")
        }
    }

    @Test func `answers as of any date with the latest run up to it`() throws {
        try withHistory { base in
            let spring = try base.assess(asOf: "2026-04-01", months: 1)
            let summer = try base.assess(asOf: "2026-07-01", months: 1)
            #expect(try base.standing(1, asOf: "2026-03-31") == nil)
            #expect(try base.standing(1, asOf: "2026-04-01")?.runID == spring.id)
            #expect(try base.standing(1, asOf: "2026-06-30")?.runID == spring.id)
            #expect(try base.standing(1, asOf: "2026-07-01")?.runID == summer.id)
            #expect(try base.standing(1)?.runID == summer.id)
            let filter = TierFilter(asOf: try base.instant("2026-05-01"))
            #expect(try base.standings(filter).first?.runID == spring.id)
            #expect(try base.standings(TierFilter(asOf: .first)).isEmpty)
        }
    }

    @Test func `shows the changes in the timeline, once for each date`() throws {
        try withHistory { base in
            for date in ["2026-04-01", "2026-07-01", "2026-07-01", "2026-07-10", "2026-09-01"] {
                try base.assess(asOf: date, months: 1)
            }
            let timeline = TimelineService(
                customers: CustomerService(journal: Journal(), describe: { _, _ in "" })
            )
            let request = PageRequest(limit: 9, sorting: TimelineSorting.at, isDescending: true)
            let entries = try base.reader.read { snapshot in
                try timeline.list(
                    ID(rawValue: 2),
                    visibleTo: [Scope.tiersRead.rawValue],
                    request,
                    in: snapshot
                ).rows
            }
            let found = entries.filter { $0.kind == .tierChange }.map { entry in
                let tiers = [entry.previousTier, entry.tier].map { $0?.rawValue ?? "none" }
                let date = base.zone.day(of: entry.at)
                return "\(tiers[0]) to \(tiers[1]) on \(date), run \(entry.id)"
            }
            #expect(
                found == [
                    "key to small on 2026-09-01, run 5", "small to key on 2026-07-01, run 3",
                ]
            )
        }
    }

    @Test func `finds what changed since a date`() throws {
        try withHistory { base in
            try base.assess(asOf: "2026-04-01", months: 1)
            try base.assess(asOf: "2026-07-01", months: 1)
            let all = try base.standings(TierFilter(changedSince: base.instant("2026-04-01")))
            #expect(all.map(\.customer.rawValue) == [2, 1, 3])
            let later = try base.standings(TierFilter(changedSince: base.instant("2026-04-02")))
            #expect(later.map(\.customer.rawValue) == [2, 1])
        }
    }

    @Test func `leaves a customer who came later without a tier`() throws {
        try withHistory { base in
            #expect(try base.standing(1) == nil)
            try base.assess()
            try base.addCustomers([9])
            #expect(try base.standing(9) == nil)
            #expect(throws: ServiceError.notFound) { try base.standing(10) }
            try base.assess()
            #expect(try base.standing(9)?.previousTier == nil)
            #expect(try base.standing(9)?.reasons.map(\.code) == [.noOrders])
        }
    }
}
