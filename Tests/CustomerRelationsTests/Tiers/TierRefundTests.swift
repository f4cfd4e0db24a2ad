// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

/// What is taken back counts in a run from when it is taken back (M18).
@Suite struct TierRefundTests {
    private static func refund(
        _ base: TierBase,
        order: Int,
        _ amount: Int,
        cost: Int? = nil,
        at day: String
    ) throws {
        let at = try base.instant(day).rawValue
        try base.run(
            """
            INSERT INTO refund (order_id, kind, amount, cost, reason, refunded_at, created_at)
            VALUES (\(order), 'refund', \(-amount), \(cost.map { String(-$0) } ?? "NULL"), 'x',
                \(at), 0)
            """
        )
    }

    private static func cancel(_ base: TierBase, order: Int, at day: String) throws {
        let at = try base.instant(day).rawValue
        try base.run("UPDATE customer_order SET cancelled_at = \(at) WHERE id = \(order)")
    }

    struct Expected: CustomTestStringConvertible {
        let asOf: String
        let amount: Int64
        let profit: Int64
        let orders: Int
        let codes: [TierReason.Code]

        var testDescription: String { asOf }
    }

    /// An order of 100 that cost 40 in January; 30 of it, which cost 12, come back in February of
    /// the year after, when it is out of the window.
    static let refunds = [
        Expected(asOf: "2025-02-01", amount: 100, profit: 60, orders: 1, codes: [.topOfProfit]),
        Expected(asOf: "2026-02-10", amount: 0, profit: 0, orders: 0, codes: [.noOrders]),
        Expected(
            asOf: "2026-02-11",
            amount: -30,
            profit: -18,
            orders: 0,
            codes: [.noOrders, .refunds]
        ),
    ]

    @Test(arguments: refunds)
    func `a refund is subtracted when it happens`(_ expected: Expected) throws {
        try withTierBase { base in
            try base.addCustomers([1])
            try base.add([TestOrder(customer: 1, total: 100, cost: 40, at: "2025-01-01")])
            try Self.refund(base, order: 1, 30, cost: 12, at: "2026-02-10")
            try base.assess(asOf: expected.asOf)
            let standing = try #require(try base.standing(1))
            #expect(standing.amount.rawValue == expected.amount)
            #expect(standing.profit.rawValue == expected.profit)
            #expect(standing.orders == expected.orders)
            #expect(standing.reasons.map(\.code) == expected.codes)
        }
    }

    static let cancellations = [
        Expected(asOf: "2026-03-01", amount: 150, profit: 110, orders: 2, codes: [.topOfProfit]),
        Expected(asOf: "2026-03-02", amount: 50, profit: 50, orders: 1, codes: [.topOfProfit]),
    ]

    @Test(arguments: cancellations)
    func `a cancelled order is left out of the runs that know of it`(
        _ expected: Expected
    ) throws {
        try withTierBase { base in
            try base.addCustomers([1, 2])
            try base.add([
                TestOrder(customer: 1, total: 100, cost: 40, at: "2026-01-01"),
                TestOrder(customer: 1, total: 50, cost: 0, at: "2026-01-02"),
            ])
            try Self.cancel(base, order: 1, at: "2026-03-01")
            try base.assess(asOf: expected.asOf)
            let standing = try #require(try base.standing(1))
            #expect(standing.amount.rawValue == expected.amount)
            #expect(standing.profit.rawValue == expected.profit)
            #expect(standing.orders == expected.orders)
            #expect(standing.reasons.first?.code == expected.codes.first)
        }
    }

    @Test func `the margin applies to what is left of orders without cost`() throws {
        try withTierBase { base in
            try base.addCustomers([1, 2])
            try base.add([TestOrder(customer: 1, total: 101), TestOrder(customer: 2, total: 10)])
            try Self.refund(base, order: 1, 50, at: "2026-06-02")
            // More comes back than was bought in the window: half a fen goes away from nothing.
            try Self.refund(base, order: 2, 15, at: "2026-06-02")
            _ = try base.setPolicy { $0.margin = Share(rawValue: 3_000) ?? .whole }
            try base.assess()
            let first = try #require(try base.standing(1))
            #expect(first.profit.rawValue == 15)
            #expect(first.amountWithoutCost.rawValue == 51)
            #expect(first.refunded.rawValue == 50)
            #expect(first.reasons.map(\.code) == [.topOfProfit, .costUnknown, .refunds])
            #expect(try base.standing(2)?.profit.rawValue == -2)
        }
    }

    @Test func `many customers come out as by hand`() throws {
        try withTierBase { base in
            let count = 50
            try base.addCustomers(1...Int64(count))
            var profits = [Int64](repeating: 0, count: count + 1)
            var orders: [TestOrder] = []
            for number in 1...400 {
                let customer = Int64(number * 7 % count + 1)
                let total = Int64(number * 37 % 501)
                orders.append(TestOrder(customer: customer, total: total, cost: total / 3))
            }
            try base.add(orders)
            for (place, order) in orders.enumerated() {
                let cost = order.cost ?? 0
                switch place % 5 {
                case 0: try Self.cancel(base, order: place + 1, at: "2026-07-01")
                case 1:
                    try Self.refund(
                        base,
                        order: place + 1,
                        Int(order.total / 2),
                        cost: Int(cost / 2),
                        at: "2026-07-01"
                    )
                    profits[Int(order.customer)] +=
                        order.total - order.total / 2 - cost + cost / 2
                default: profits[Int(order.customer)] += order.total - cost
                }
            }
            try base.assess()
            for standing in try base.standings() {
                #expect(standing.profit.rawValue == profits[Int(standing.customer.rawValue)])
            }
        }
    }
}
