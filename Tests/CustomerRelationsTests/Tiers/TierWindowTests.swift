// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

@Suite struct TierWindowTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        var zone = "Asia/Shanghai"
        let asOf: String
        let months: Int
        let order: String
        let counts: Bool

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "the first millisecond",
            asOf: "2026-07-01",
            months: 12,
            order: "2025-07-01",
            counts: true
        ),
        Case(
            name: "the millisecond before",
            asOf: "2026-07-01",
            months: 12,
            order: "2025-06-30T23:59:59.999+08:00",
            counts: false
        ),
        Case(
            name: "the last millisecond",
            asOf: "2026-07-01",
            months: 12,
            order: "2026-06-30T23:59:59.999+08:00",
            counts: true
        ),
        Case(
            name: "the end itself",
            asOf: "2026-07-01",
            months: 12,
            order: "2026-07-01",
            counts: false
        ),
        Case(
            name: "a month from 31 March begins on 28 February",
            asOf: "2026-03-31",
            months: 1,
            order: "2026-02-28",
            counts: true
        ),
        Case(
            name: "a year from a leap day begins on 28 February",
            asOf: "2024-02-29",
            months: 12,
            order: "2023-02-28",
            counts: true
        ),
        Case(
            name: "a year from a leap day leaves 27 February out",
            asOf: "2024-02-29",
            months: 12,
            order: "2023-02-27T23:59:59+08:00",
            counts: false
        ),
        Case(
            name: "four years from a leap day begin on one",
            asOf: "2024-02-29",
            months: 48,
            order: "2020-02-29",
            counts: true
        ),
        Case(
            name: "the zone's own midnight",
            zone: "America/New_York",
            asOf: "2026-07-01",
            months: 6,
            order: "2026-01-01T05:00:00Z",
            counts: true
        ),
        Case(
            name: "before the zone's midnight in winter, an hour off the summer's",
            zone: "America/New_York",
            asOf: "2026-07-01",
            months: 6,
            order: "2026-01-01T04:59:59Z",
            counts: false
        ),
        Case(
            name: "ten years",
            asOf: "2026-07-01",
            months: 120,
            order: "2016-07-01",
            counts: true
        ),
    ]

    @Test(arguments: cases)
    func `counts orders from months before until the date`(_ one: Case) throws {
        let zone = try #require(CivilTimeZone(name: one.zone))
        try withTierBase(zone: zone) { base in
            try base.addCustomers([1])
            try base.add([TestOrder(customer: 1, total: 10, at: one.order)])
            let run = try base.assess(asOf: one.asOf, months: one.months)
            #expect(run.windowMonths == one.months)
            #expect(try base.standing(1)?.orders == (one.counts ? 1 : 0))
        }
    }

    @Test func `takes date and months from clock and policy`() throws {
        try withTierBase { base in
            _ = try base.setPolicy { $0.windowMonths = 3 }
            let run = try base.start()
            #expect(run.asOf == TierBase.now)
            #expect(run.windowMonths == 3)
            #expect(run.windowStart.description == "2026-08-22T04:00:00.000Z")
            #expect(run.policy.version == 2)
        }
    }

    @Test func `refuses a date in the future, and a window out of range`() throws {
        try withTierBase { base in
            do {
                let run = try base.start(asOf: "2026-11-22T12:00:00.001+08:00")
                Issue.record("run \(run.id.rawValue) was started")
            } catch ServiceError.futureAsOf(let now) {
                #expect(now == TierBase.now)
            }
            let noMonth = try refusedPointers { try base.start(months: 0) }
            #expect(noMonth == ["/windowMonths"])
            let tooMany = try refusedPointers { try base.start(months: 121) }
            #expect(tooMany == ["/windowMonths"])
            #expect(try base.carryOut() == false)
        }
    }
}
