// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

/// The rules of M18 and M19 on small tables.
@Suite struct TierRankingTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        var customers: [Int64] = []
        var orders: [TestOrder] = []
        /// By rank: the customer, its tier, its class.
        let expected: String

        var testDescription: String { name }
    }

    private static func orders(_ totals: Int64...) -> [TestOrder] {
        zip(Int64(1)..., totals).map { TestOrder(customer: $0, total: $1) }
    }

    static let cases = [
        Case(name: "nobody", expected: ""),
        Case(name: "one customer", orders: orders(100), expected: "1 key A"),
        Case(
            name: "80 % reached exactly ends the key customers",
            orders: orders(80, 15, 5),
            expected: "1 key A, 2 ordinary B, 3 small C"
        ),
        Case(
            name: "a fen short of 80 % takes one more",
            orders: orders(799, 151, 50),
            expected: "1 key A, 2 key A, 3 small C"
        ),
        Case(
            name: "a fen short of 95 % takes one more",
            orders: orders(800, 149, 50, 1),
            expected: "1 key A, 2 ordinary B, 3 ordinary B, 4 small C"
        ),
        Case(
            name: "the first reaches both cuts",
            orders: orders(99, 1),
            expected: "1 key A, 2 small C"
        ),
        Case(
            name: "all equal: cut by ascending id",
            orders: orders(10, 10, 10, 10, 10, 10, 10, 10, 10, 10),
            expected: "1 key A, 2 key A, 3 key A, 4 key A, 5 key A, 6 key A, 7 key A, 8 key A, "
                + "9 ordinary B, 10 ordinary B"
        ),
        Case(
            name: "ties stand by ascending id, whatever came first",
            customers: [7, 3, 5],
            orders: [
                TestOrder(customer: 7, total: 10), TestOrder(customer: 5, total: 10),
                TestOrder(customer: 3, total: 10),
            ],
            expected: "3 key A, 5 key A, 7 key A"
        ),
        Case(
            name: "no order: small, last, in class C",
            customers: [1, 2, 3],
            orders: [TestOrder(customer: 2, total: 10)],
            expected: "2 key A, 1 small C, 3 small C"
        ),
        Case(
            name: "nobody ordered",
            customers: [1, 2],
            expected: "1 small C, 2 small C"
        ),
        Case(
            name: "no profit at all, though amounts",
            orders: [
                TestOrder(customer: 1, total: 60, cost: 60),
                TestOrder(customer: 2, total: 40, cost: 50),
            ],
            expected: "1 small A, 2 small A"
        ),
        Case(
            name: "a loss ranks below no order, and is not summed",
            customers: [1, 2, 3, 4],
            orders: [
                TestOrder(customer: 1, total: 1000, cost: 2000),
                TestOrder(customer: 2, total: 80, cost: 0),
                TestOrder(customer: 3, total: 20, cost: 0),
            ],
            expected: "2 key B, 3 ordinary C, 4 small C, 1 small A"
        ),
        Case(
            name: "orders for nothing",
            orders: orders(0, 0),
            expected: "1 small C, 2 small C"
        ),
        Case(
            name: "sums past 64 bits",
            orders: orders(9_000_000_000_000_000_000, 9_000_000_000_000_000_000, 1),
            expected: "1 key A, 2 key A, 3 small C"
        ),
        Case(
            name: "several orders of one customer are one sum",
            orders: [
                TestOrder(customer: 1, total: 30), TestOrder(customer: 2, total: 40),
                TestOrder(customer: 1, total: 30),
            ],
            expected: "1 key A, 2 key A"
        ),
    ]

    @Test(arguments: cases)
    func `ranks by profit and cuts at 80 and 95 %`(_ one: Case) throws {
        try withTierBase { base in
            var customers = one.customers
            for order in one.orders where !customers.contains(order.customer) {
                customers.append(order.customer)
            }
            try base.addCustomers(customers)
            try base.add(one.orders)
            try base.assess()
            let standings = try base.standings()
            let found = standings.map { "\($0.customer.rawValue) \($0.tier) \($0.abc.rawValue)" }
            #expect(found.joined(separator: ", ") == one.expected)
            #expect(standings.map(\.rank) == Array(0..<customers.count).map { $0 + 1 })
        }
    }

    @Test func `leaves archived customers out`() throws {
        try withTierBase { base in
            try base.addCustomers(1...3)
            try base.add(Self.orders(900, 80, 20))
            try base.run("UPDATE customer SET archived_at = 1 WHERE id = 1")
            let run = try base.assess()
            #expect(try base.standings().map(\.customer.rawValue) == [2, 3])
            #expect(try base.standing(1) == nil)
            #expect(run.tiers?.key.customers == 1)
            #expect(run.tiers?.ordinary.customers == 1)
        }
    }

    /// A total of 1.01 without a cost, beside 1.00 with a cost of 0.40.
    @Test(arguments: [(10_000, 161), (5_000, 111), (4_950, 110), (2_500, 85), (0, 60)])
    func `applies the margin where the cost is unknown, to the nearest fen`(
        _ margin: Int,
        _ profit: Int64
    ) throws {
        try withTierBase { base in
            try base.addCustomers([1])
            try base.add([
                TestOrder(customer: 1, total: 101), TestOrder(customer: 1, total: 100, cost: 40),
            ])
            let share = try #require(Share(rawValue: margin))
            _ = try base.setPolicy { $0.margin = share }
            try base.assess()
            let standing = try #require(try base.standing(1))
            #expect(standing.profit.rawValue == profit)
            #expect(standing.amount.rawValue == 201)
            #expect(standing.amountWithoutCost.rawValue == 101)
            #expect(standing.reasons.map(\.code).contains(.costUnknown))
        }
    }

    @Test func `rounds the margin once per customer`() throws {
        try withTierBase { base in
            try base.addCustomers([1])
            // Half of each fen would round up to 3; half of all is 1.5, rounded to 2.
            try base.add([1, 1, 1].map { TestOrder(customer: 1, total: $0) })
            let half = try #require(Share(rawValue: 5_000))
            _ = try base.setPolicy { $0.margin = half }
            try base.assess()
            #expect(try base.standing(1)?.profit.rawValue == 2)
        }
    }

    @Test func `follows other cuts of the policy`() throws {
        try withTierBase { base in
            try base.addCustomers(1...4)
            try base.add(Self.orders(40, 30, 20, 10))
            let shares = try [4_000, 7_000, 9_000].map { try #require(Share(rawValue: $0)) }
            _ = try base.setPolicy { rules in
                rules.keyShare = shares[0]
                rules.ordinaryShare = shares[1]
                rules.aShare = shares[1]
                rules.bShare = shares[2]
            }
            try base.assess()
            let found = try base.standings().map { "\($0.tier) \($0.abc.rawValue)" }
            #expect(found == ["key A", "ordinary A", "small B", "small C"])
        }
    }

    @Test func `tells shares, totals and the least profit of each tier`() throws {
        try withTierBase { base in
            try base.addCustomers(1...5)
            try base.add(Self.orders(60, 20, 15, 5))
            try base.add([TestOrder(customer: 5, total: 10, cost: 30)])
            let run = try base.assess()
            let standings = try base.standings()
            #expect(standings.map(\.profitShare) == [0.6, 0.2, 0.15, 0.05, 0])
            #expect(standings.map(\.cumulativeShare) == [0.6, 0.8, 0.95, 1, 1])
            #expect(standings.map(\.customersRanked) == [5, 5, 5, 5, 5])
            #expect(standings.map(\.cutoffs.key?.rawValue) == [20, 20, 20, 20, 20])
            #expect(run.cutoffs?.ordinary?.rawValue == 15)
            let tiers = try #require(run.tiers)
            #expect(tiers.key.customers == 2)
            #expect(tiers.key.headcountShare == 0.4)
            #expect(tiers.key.profitShare == 0.8)
            #expect(tiers.ordinary.headcountShare == 0.2)
            #expect(tiers.ordinary.profitShare == 0.15)
            #expect(tiers.small.customers == 2)
            #expect(tiers.small.profitShare == 0.05)
        }
    }

    @Test func `gives the reasons with their figures`() throws {
        try withTierBase { base in
            try base.addCustomers(1...5)
            try base.add([
                TestOrder(customer: 1, total: 80_00, cost: 0),
                TestOrder(customer: 2, total: 15_00, cost: 0),
                TestOrder(customer: 3, total: 5_00),
                TestOrder(customer: 4, total: 7_00, cost: 9_50),
            ])
            try base.assess(asOf: "2026-07-01")
            let texts = try base.standings().map { standing in
                standing.reasons.map { "\($0.code.rawValue): \($0.text)" }
            }
            #expect(
                texts == [
                    [
                        "top-of-profit: a profit of 80.00, within the smallest group that brings "
                            + "80 % of all profit"
                    ],
                    [
                        "middle-of-profit: a profit of 15.00, below the group that brings 80 % of "
                            + "all profit and within the one that brings 95 %"
                    ],
                    [
                        "tail-of-profit: a profit of 5.00, below the group that brings 95 % of "
                            + "all profit",
                        "cost-unknown: the cost of orders for 5.00 is not known; a margin of "
                            + "100 % applies to them",
                    ],
                    [
                        "no-orders: no order from 2025-06-30T16:00:00.000Z until "
                            + "2026-06-30T16:00:00.000Z"
                    ],
                    ["no-profit: orders for 7.00 brought no profit: -2.50"],
                ]
            )
        }
    }
}
