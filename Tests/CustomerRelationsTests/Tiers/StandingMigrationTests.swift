// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Migrations
import SQLite
import Testing

/// The standings of a database of an earlier version.
@Suite struct StandingMigrationTests {
    private static let earlier = [
        """
        INSERT INTO customer (id, kind, role, name, lifecycle, search_text, version, created_at,
            updated_at)
        VALUES (1, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0),
            (2, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0)
        """,
        """
        INSERT INTO tier_run (id, status, progress, as_of, window_start, window_months,
            tier_policy_id, key_customers, ordinary_customers, small_customers, key_profit,
            ordinary_profit, small_profit, key_cutoff, ordinary_cutoff, created_at, updated_at)
        VALUES (1, 'finished', 1, 86400000, 0, 12, 1, 1, 0, 1, 400, 0, 0, 400, NULL, 0, 0),
            (2, 'finished', 1, 172800000, 0, 12, 1, 1, 0, 1, 500, 0, 0, 500, NULL, 0, 0)
        """,
        """
        INSERT INTO tier_standing (tier_run_id, customer_id, tier, abc, orders, amount,
            amount_without_cost, profit, cumulative_profit, rank, previous_tier, changed_at,
            refunded, expense, attitude, category_bought, category_need, switched_at,
            early_adopter)
        VALUES (2, 2, 'key', 'A', 3, 900, 100, 500, 500, 1, 'small', 172800000, 20, 30, 'loyal',
                800, 1000, 7, 1),
            (2, 1, 'small', 'C', 0, 0, 0, -5, 500, 2, 'key', 172800000, 0, 5, NULL, NULL, NULL,
                NULL, 0),
            (1, 1, 'key', 'A', 1, 700, 0, 400, 400, 1, NULL, 86400000, 0, 0, NULL, NULL, NULL,
                NULL, 0),
            (1, 2, 'small', 'C', 0, 0, 0, 0, 400, 2, NULL, 86400000, 0, 0, NULL, NULL, NULL,
                NULL, 0)
        """,
        """
        INSERT INTO tier_rank (tier_run_id, rank, customer_id)
        VALUES (1, 1, 1), (1, 2, 2), (2, 1, 2), (2, 2, 1)
        """,
    ]

    private func rows(_ connection: Connection) throws -> [String] {
        try connection.read { snapshot in
            try snapshot.all(
                """
                SELECT json_array(tier_run_id, customer_id, tier, abc, orders, amount,
                    amount_without_cost, profit, cumulative_profit, rank, previous_tier,
                    changed_at, refunded, expense, attitude, category_bought, category_need,
                    switched_at, early_adopter)
                FROM tier_standing ORDER BY tier_run_id, customer_id
                """
            ) { row in try row[0] as String }
        }
    }

    @Test func `are what they were, and are found by customer and by rank`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let older = Migrations.all.prefix { $0.name != "tier_standings" }
        _ = try Migrator(Array(older)).migrate(connection, at: 0)
        for sql in Self.earlier {
            try connection.write { transaction in _ = try transaction.run(sql) }
        }
        let before = try rows(connection)
        _ = try Migrator(Migrations.all).migrate(connection, at: 0)
        #expect(try rows(connection) == before)
        #expect(before.count == 4)

        let tiers = TierService(
            journal: Journal(),
            zone: .shanghai,
            describeRun: { _, _ in "" },
            describePolicy: { _, _ in "" }
        )
        let request = PageRequest(limit: 10, sorting: TierSorting.rank)
        try connection.read { snapshot in
            let page = try tiers.list(TierFilter(), request, in: snapshot).rows
            #expect(page.map(\.customer.rawValue) == [2, 1])
            let top = try #require(try tiers.tier(of: ID(rawValue: 2), asOf: nil, in: snapshot))
            #expect(top.tier == .key)
            #expect(top.previousTier == .small)
            #expect(top.profit == Money(rawValue: 500))
            #expect(top.isEarlyAdopter)
            let past = Instant(rawValue: 100_000_000)
            let former = try tiers.tier(of: ID(rawValue: 2), asOf: past, in: snapshot)
            #expect(former?.tier == .small)
            #expect(try IntegrityCheck.run(snapshot) == [])
        }
    }
}
