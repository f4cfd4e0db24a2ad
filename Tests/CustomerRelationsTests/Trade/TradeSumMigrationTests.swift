// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Migrations
import SQLite
import Testing

/// The sums that a database of an earlier version is given.
@Suite struct TradeSumMigrationTests {
    private static let earlier = [
        """
        INSERT INTO customer (id, kind, role, name, lifecycle, search_text, version, created_at,
            updated_at)
        VALUES (1, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0),
            (2, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0),
            (3, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0),
            (4, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0)
        """,
        """
        INSERT INTO customer_order (customer_id, placed_at, total, cost, terms, paid, refunded,
            paid_at, cancelled_at, version, created_at, updated_at)
        VALUES (1, 0, 1000, 600, 'prepaid', 0, 0, NULL, NULL, 1, 0, 0),
            (1, 0, 2000, NULL, 'credit', 500, 300, NULL, NULL, 1, 0, 0),
            (1, 0, 4000, NULL, 'credit', 4000, 0, 1, NULL, 1, 0, 0),
            (1, 0, 8000, 7000, 'credit', 0, 0, NULL, 1, 1, 0, 0),
            (1, 0, 16000, NULL, 'credit', 0, 16000, NULL, NULL, 1, 0, 0)
        """,
        """
        INSERT INTO expense (customer_id, amount, spent_at, purpose, created_at)
        VALUES (1, 50, 0, 'x', 0), (2, 70, 0, 'x', 0)
        """,
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9500)
        INSERT INTO customer_order (customer_id, placed_at, total, terms, version, created_at,
            updated_at)
        SELECT 3, 0, 999999999999999, 'prepaid', 1, 0, 0 FROM n
        """,
    ]

    @Test func `are those of the orders and expenses that are there, up to a bound`() throws {
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        _ = try Migrator(Migrations.all.filter { $0.number < 44 }).migrate(connection, at: 0)
        for sql in Self.earlier {
            try connection.write { transaction in _ = try transaction.run(sql) }
        }
        _ = try Migrator(Migrations.all).migrate(connection, at: 0)
        let rows = try connection.read { snapshot in
            try snapshot.all(
                """
                SELECT customer_id || ' ' || purchases || ' ' || owed || ' ' || volume
                FROM trade_sum ORDER BY customer_id
                """
            ) { row in try row[0] as String }
        }
        #expect(
            rows == [
                "1 6700 1200 38650", "2 0 0 70", "3 1000000000000000000 0 1000000000000000000",
            ]
        )
    }
}
