// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Migrations
import SQLite
import TestSupport
import Testing

/// A database of before the index gets one, however often that is broken off.
@Suite struct SearchIndexingTests {
    private static let texts = ["customer": "李雷", "interaction": "退款", "complaint": "太慢"]

    @Test func `records of before the index are indexed piece by piece`() throws {
        let folder = try TemporaryFolder()
        let writer = try Self.database(folder, customers: 25)
        defer { writer.stop() }
        let reader = try Connection(path: folder.database, mode: .readOnly)
        let indexing = SearchIndexing(pieceSize: 10, pieces: 1)
        var runs = 1
        while try !indexing.run(reading: reader, writing: writer) {
            runs += 1
            // The rows have nothing but their texts.
            let unfit = try reader.read { snapshot in
                try DerivedCheck.run(snapshot).filter { $0.hasPrefix("search ") }
            }
            #expect(unfit == [])
        }
        // Three pieces of customers, and one each of interactions and complaints.
        #expect(runs == 5)
        // There is nothing left to tell of.
        let isNews = try indexing.run(reading: reader, writing: writer)
        #expect(!isNews)
        for (table, text) in Self.texts {
            let count = try reader.read { snapshot in
                try snapshot.first(
                    "SELECT count(*) FROM \(table)_search WHERE \(table)_search MATCH $1",
                    text
                ) { row in try row[0] as Int }
            }
            #expect(count == (table == "customer" ? 25 : 1))
        }
    }

    /// A database of before the index, with records, and then migrated.
    private static func database(_ folder: TemporaryFolder, customers: Int) throws -> Writer {
        let connection = try Connection(path: folder.database, mode: .readWriteCreate)
        defer { connection.close() }
        let before = Migrations.all.prefix { $0.name != "search" }
        _ = try Migrator(Array(before)).migrate(connection, at: 0)
        try connection.write { transaction in
            for _ in 0..<customers {
                try transaction.run(
                    """
                    INSERT INTO customer (kind, role, name, lifecycle, search_text, version,
                        created_at, updated_at)
                    VALUES ('individual', 'end', '李雷', 'active', '李雷', 1, 0, 0)
                    """
                )
            }
            try transaction.run(
                """
                INSERT INTO interaction (customer_id, direction, content, channel, occurred_at,
                    summary, search_text, version, created_at, updated_at)
                VALUES (1, 'inbound', 'idea', 'phone', 0, '退款', '退款', 1, 0, 0)
                """
            )
            try transaction.run(
                """
                INSERT INTO complaint (customer_id, channel, subject, severity, status, step,
                    received_at, answer_due_at, remedy_due_at, search_text, version, created_at,
                    updated_at)
                VALUES (1, 'web', '太慢', 'low', 'closed', 'done', 0, 0, 0, '太慢', 1, 0, 0)
                """
            )
        }
        _ = try Migrator(Migrations.all).migrate(connection, at: 0)
        return try Writer(path: folder.database, onCommit: { _ in }, onFatal: { _ in })
    }
}
