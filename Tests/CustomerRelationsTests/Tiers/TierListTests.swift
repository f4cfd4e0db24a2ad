// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite
import Testing

@Suite struct TierListTests {
    /// Twenty customers with profits from 200 down to 10.
    private func withList(_ body: (TierBase) throws -> Void) throws {
        try withTierBase { base in
            try base.addCustomers(1...20)
            try base.add((1...20).map { TestOrder(customer: $0, total: 210 - 10 * $0, cost: 0) })
            try base.assess()
            try body(base)
        }
    }

    @Test(arguments: [1, 3, 20, 500])
    func `pages by rank`(_ limit: Int) throws {
        try withList { base in
            let found = try base.standings(limit: limit)
            #expect(found.map(\.rank) == Array(1...20))
        }
    }

    @Test func `filters by tier and class`() throws {
        try withList { base in
            let all = try base.standings()
            for tier in Tier.allCases {
                let expected = all.filter { $0.tier == tier }.map(\.customer)
                let found = try base.standings(TierFilter(tier: tier), limit: 2)
                #expect(found.map(\.customer) == expected)
                #expect(!expected.isEmpty)
            }
            for abc in ABCClass.allCases {
                let expected = all.filter { $0.abc == abc }.map(\.customer)
                let found = try base.standings(TierFilter(abc: abc), limit: 2)
                #expect(found.map(\.customer) == expected)
            }
        }
    }

    @Test(arguments: [nil] + Tier.allCases)
    func `counts, and goes backwards`(_ tier: Tier?) throws {
        try withList { base in
            let filter = TierFilter(tier: tier)
            let expected = try base.standings(filter).map(\.rank)
            let ranks = try base.standings(filter, limit: 2, isDescending: true).map(\.rank)
            #expect(ranks == expected.reversed())
            let request = PageRequest(limit: 2, sorting: TierSorting.rank, counts: true)
            let page = try base.reader.read { snapshot in
                try base.tiers.list(filter, request, in: snapshot)
            }
            #expect(page.rows.count == 2)
            #expect(page.count == expected.count)
        }
    }

    @Test func `stays with its run while another finishes`() throws {
        try withList { base in
            let first = try base.reader.read { snapshot in
                try base.tiers.list(
                    TierFilter(),
                    PageRequest(limit: 10, sorting: TierSorting.rank),
                    in: snapshot
                )
            }
            try base.add([TestOrder(customer: 20, total: 1_000)])
            try base.assess()
            let rest = try base.reader.read { snapshot in
                try base.tiers.list(
                    TierFilter(),
                    PageRequest(limit: 10, after: first.next, sorting: TierSorting.rank),
                    in: snapshot
                )
            }
            #expect((first.rows + rest.rows).map(\.customer.rawValue) == Array(1...20))
            #expect(try base.standings().first?.customer.rawValue == 20)
        }
    }

    @Test func `has a tier that nobody is in`() throws {
        try withTierBase { base in
            try base.addCustomers([1])
            try base.assess()
            #expect(try base.standings(TierFilter(tier: .key)).isEmpty)
            #expect(try base.standings(TierFilter(tier: .small)).count == 1)
        }
    }

    @Test func `lists the runs`() throws {
        try withList { base in
            _ = try base.start(asOf: "2026-01-01")
            let request = PageRequest(limit: 5, sorting: TierRunSorting.id, isDescending: true)
            let page = try base.reader.read { snapshot in
                try base.tiers.runs(request, in: snapshot)
            }
            #expect(page.rows.map(\.id.rawValue) == [2, 1])
            #expect(page.rows.map(\.status) == [.running, .finished])
            #expect(page.rows.map { $0.tiers == nil } == [true, false])
        }
    }

    /// All but the passes of a run over everything find their rows by an index.
    @Test func `scans no table and sorts nothing`() throws {
        try withList { base in
            for filter in [
                TierFilter(), TierFilter(tier: .key), TierFilter(abc: .a),
                TierFilter(changedSince: .first), TierFilter(asOf: .last),
            ] {
                _ = try base.standings(filter, limit: 3)
            }
            _ = try base.standing(1)
            let request = PageRequest(limit: 5, sorting: TierRunSorting.id)
            try base.reader.read { snapshot in
                _ = try base.tiers.policy(in: snapshot)
                _ = try base.tiers.runs(request, in: snapshot)
            }
            let scans = [
                "SCAN customer", "SCAN customer USING COVERING INDEX",
                "SCAN customer_order USING COVERING INDEX customer_order_customer_id",
                "SCAN customer_order USING COVERING INDEX customer_order_cancelled_at",
                "SCAN expense USING COVERING INDEX expense_customer_id",
                // What a run asks of all customers beside that.
                "SCAN customer_order", "SCAN s USING INDEX category_spend_customer_id",
                "SCAN a USING INDEX stage_assessment_customer_id",
                // In the order of the key, to the limit.
                "SCAN p", "SCAN r", "SCAN care_policy",
                // The ends of four tables.
                "SCAN CONSTANT ROW",
            ]
            for sql in base.reader.preparedStatements where sql.contains("FROM") {
                for line in try base.reader.queryPlan(of: sql) {
                    let isAllowed = scans.contains { line == $0 || line.hasPrefix($0 + " ") }
                    #expect(!line.contains("SCAN") || isAllowed, "\(line), in: \(sql)")
                    // A window's refunds lie by their dates, and are few beside its orders.
                    let maySort = sql.contains("FROM refund r")
                    #expect(maySort || !line.contains("TEMP B-TREE"), "\(line), in: \(sql)")
                }
            }
        }
    }
}
