// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Testing

@Suite struct TierPolicyTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        var windowMonths = 12
        var shares = [8_000, 9_500, 8_000, 9_500]
        var pointers: [String] = []

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "other months", windowMonths: 120),
        Case(name: "the least shares", shares: [1, 2, 1, 2]),
        Case(name: "all is key or ordinary", shares: [9_999, 10_000, 9_999, 10_000]),
        Case(name: "no month", windowMonths: 0, pointers: ["/windowMonths"]),
        Case(name: "too many months", windowMonths: 121, pointers: ["/windowMonths"]),
        Case(
            name: "equal cuts",
            shares: [9_500, 9_500, 8_000, 9_500],
            pointers: ["/ordinaryShare"]
        ),
        Case(name: "falling cuts", shares: [8_000, 9_500, 9_000, 8_000], pointers: ["/bShare"]),
        Case(
            name: "all wrong at once",
            windowMonths: -1,
            shares: [0, 0, 0, 0],
            pointers: ["/windowMonths", "/keyShare", "/aShare", "/ordinaryShare", "/bShare"]
        ),
    ]

    @Test(arguments: cases)
    func `takes cuts that ascend`(_ one: Case) throws {
        let shares = try one.shares.map { try #require(Share(rawValue: $0)) }
        try withTierBase { base in
            let change = { (rules: inout TierRules) in
                rules.windowMonths = one.windowMonths
                rules.keyShare = shares[0]
                rules.ordinaryShare = shares[1]
                rules.aShare = shares[2]
                rules.bShare = shares[3]
            }
            let pointers = try refusedPointers { try base.setPolicy(change) }
            #expect(pointers == one.pointers)
            let versions = try base.number("SELECT count(*) FROM tier_policy")
            #expect(versions == (one.pointers.isEmpty ? 2 : 1))
        }
    }

    @Test func `counts versions and journals changes, and only changes`() throws {
        try withTierBase { base in
            #expect(try base.setPolicy { _ in }.version == 1)
            #expect(try base.setPolicy { $0.windowMonths = 6 }.version == 2)
            #expect(try base.setPolicy { $0.windowMonths = 6 }.version == 2)
            #expect(try base.setPolicy { $0.windowMonths = 12 }.version == 3)
            let events = try base.reader.read { snapshot in
                try Journal().events(after: 0, limit: 9, in: snapshot)
            }
            #expect(events.map(\.action) == ["tier-policy.changed", "tier-policy.changed"])
            #expect(events.map(\.subject) == [Subject(.tierPolicy, 2), Subject(.tierPolicy, 3)])
        }
    }

    @Test func `keeps a run on the policy it was started with`() throws {
        try withTierBase { base in
            try base.addCustomers(1...2)
            try base.add([
                TestOrder(customer: 1, total: 60), TestOrder(customer: 2, total: 40),
            ])
            let run = try base.start()
            let half = try #require(Share(rawValue: 5_000))
            _ = try base.setPolicy { $0.keyShare = half }
            #expect(try base.carryOut())
            #expect(try base.find(run).policy.version == 1)
            #expect(try base.standing(2)?.tier == .key)
            try base.assess()
            #expect(try base.standing(2)?.tier == .ordinary)
        }
    }

    @Test(arguments: [
        (8_000, "80 %"), (10_000, "100 %"), (9_950, "99.5 %"), (9_905, "99.05 %"), (1, "0.01 %"),
        (0, "0 %"),
    ])
    func `writes shares as percentages and fractions`(_ rawValue: Int, _ text: String) throws {
        let share = try #require(Share(rawValue: rawValue))
        #expect(share.description == text)
        #expect(Share(fraction: share.fraction) == share)
    }

    @Test(arguments: [-0.1, 1.0001, 0.80001, .nan, .infinity])
    func `refuses what is no share`(_ fraction: Double) {
        #expect(Share(fraction: fraction) == nil)
    }
}
