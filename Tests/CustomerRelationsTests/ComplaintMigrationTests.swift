// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Migrations
import SQLite
import TestSupport
import Testing

/// The complaints of a database of an earlier version.
@Suite struct ComplaintMigrationTests {
    /// Complaints that were reopened, and one that was not.
    ///
    /// The first was remedied late after a pause and reopened, the second in time and reopened; the
    /// third never was. The fourth was overdue until its deadline was put off, and in time then; the
    /// fifth late all the same, though only after a pause, and again in time in its second round.
    private static let earlier = [
        """
        INSERT INTO customer (id, kind, role, name, lifecycle, search_text, version, created_at,
            updated_at)
        VALUES (1, 'individual', 'end', 'x', 'active', 'x', 1, 0, 0)
        """,
        """
        INSERT INTO complaint (id, customer_id, channel, subject, description, severity, status,
            step, received_at, answer_due_at, remedy_due_at, reopened_at, reopened, search_text,
            version, created_at, updated_at)
        VALUES (1, 1, 'web', '订单末', '乙描述', 'low', 'open', 'assess', 0, 0, 0, 90, 1,
                '订单末 乙描述', 1, 0, 0),
            (2, 1, 'web', '订单', NULL, 'low', 'open', 'assess', 0, 0, 0, 90, 1, '订单', 1, 0, 0),
            (3, 1, 'web', '订单', NULL, 'low', 'open', 'listen', 0, 0, 0, NULL, 0, '订单', 1, 0, 0),
            (4, 1, 'web', '订单', NULL, 'low', 'open', 'assess', 0, 0, 0, 90, 1, '订单', 1, 0, 0),
            (5, 1, 'web', '订单', NULL, 'low', 'open', 'assess', 0, 0, 0, 99, 2, '订单', 1, 0, 0)
        """,
        """
        INSERT INTO complaint_history (complaint_id, position, at, actor, action, details)
        VALUES (1, 0, 0, 'a', 'open', '{}'), (1, 1, 10, 'a', 'pause', '{}'),
            (1, 2, 15, 'a', 'resume', '{}'), (1, 3, 60, 'a', 'remedy/done', '{}'),
            (1, 4, 61, 'a', 'pause', '{}'), (1, 5, 69, 'a', 'resume', '{}'),
            (1, 6, 70, 'a', 'follow-up', '{"helped":true,"score":1}'),
            (1, 7, 90, 'a', 'reopen', '{}'), (1, 8, 91, 'a', 'pause', '{}'),
            (1, 9, 95, 'a', 'resume', '{}'),
            (2, 0, 50, 'a', 'remedy/done', '{}'),
            (2, 1, 70, 'a', 'follow-up', '{"helped":false}'), (2, 2, 90, 'a', 'reopen', '{}'),
            (4, 0, 35, 'a', 'deadlines', '{"remedyDueAt":"1970-01-01T00:00:00.045Z",
                "remedyWasDueAt":"1970-01-01T00:00:00.025Z"}'),
            (4, 1, 36, 'a', 'pause', '{}'), (4, 2, 41, 'a', 'resume', '{}'),
            (4, 3, 50, 'a', 'remedy/done', '{}'), (4, 4, 70, 'a', 'follow-up', '{"helped":true}'),
            (4, 5, 90, 'a', 'reopen', '{}'),
            (5, 0, 31, 'a', 'pause', '{}'), (5, 1, 34, 'a', 'resume', '{}'),
            (5, 2, 35, 'a', 'deadlines', '{"remedyDueAt":"1970-01-01T00:00:00.049Z",
                "remedyWasDueAt":"1970-01-01T00:00:00.025Z"}'),
            (5, 3, 50, 'a', 'remedy/done', '{}'), (5, 4, 70, 'a', 'follow-up', '{"helped":true}'),
            (5, 5, 90, 'a', 'reopen', '{}'), (5, 6, 95, 'a', 'remedy/done', '{}'),
            (5, 7, 96, 'a', 'follow-up', '{"helped":true}'), (5, 8, 99, 'a', 'reopen', '{}')
        """,
        """
        INSERT INTO event (seq, at, actor, request_id, action, subject_type, subject_id, digest,
            hash)
        VALUES (1, 30, 'a', 'r', 'complaint.remedy-overdue', 'complaint', 1, x'', x''),
            (2, 90, 'a', 'r', 'complaint.reopened', 'complaint', 1, x'', x''),
            (3, 90, 'a', 'r', 'complaint.reopened', 'complaint', 2, x'', x''),
            (4, 99, 'a', 'r', 'complaint.remedy-overdue', 'complaint', 2, x'', x''),
            (5, 99, 'a', 'r', 'complaint.remedy-overdue', 'complaint', 3, x'', x''),
            (6, 30, 'a', 'r', 'complaint.remedy-overdue', 'complaint', 4, x'', x''),
            (7, 30, 'a', 'r', 'complaint.remedy-overdue', 'complaint', 5, x'', x'')
        """,
    ]

    private static func migrated(_ path: String) throws {
        let connection = try Connection(path: path, mode: .readWriteCreate)
        defer { connection.close() }
        let older = Migrations.all.prefix { $0.name != "complaint_rounds" }
        _ = try Migrator(Array(older)).migrate(connection, at: 0)
        try connection.write { transaction in
            for statement in earlier { try transaction.run(statement) }
            // As they were indexed when they came in.
            let index = SearchIndex(of: "complaint")
            for (id, text) in [(1, "订单末 乙描述")] + (2...5).map({ ($0, "订单") }) {
                try index.insert(text, of: Int64(id), in: transaction)
            }
        }
        _ = try Migrator(Migrations.all).migrate(connection, at: 0)
    }

    private static func texts(_ reader: Connection, _ sql: String) throws -> [String] {
        try reader.read { snapshot in
            try snapshot.all(sql) { row in try row[0] as String }
        }
    }

    @Test func `what happened before a complaint was reopened is told by its history`() throws {
        let folder = try TemporaryFolder()
        try Self.migrated(folder.database)
        let reader = try Connection(path: folder.database, mode: .readOnly)
        let rounds = try Self.texts(
            reader,
            """
            SELECT json_array(earlier_remedied_at, earlier_paused, earlier_breached, helped, score)
            FROM complaint ORDER BY id
            """
        )
        #expect(
            rounds == [
                "[60,5,1,1,1]", "[50,0,0,0,null]", "[null,0,0,null,null]", "[50,5,0,1,null]",
                "[95,3,1,1,null]",
            ]
        )
    }

    @Test func `subject and description become lines of their own, in the index too`() throws {
        let folder = try TemporaryFolder()
        try Self.migrated(folder.database)
        let writer = try Writer(path: folder.database, onCommit: { _ in }, onFatal: { _ in })
        defer { writer.stop() }
        let reader = try Connection(path: folder.database, mode: .readOnly)
        func unfit() throws -> [String] {
            // The customer was never indexed.
            try reader.read { snapshot in try DerivedCheck.run(snapshot) }
                .filter { $0.hasPrefix("search ") && !$0.contains("customer") }
        }
        #expect(try unfit() == [])
        let indexing = SearchIndexing()
        while try !indexing.run(reading: reader, writing: writer) {}
        #expect(try unfit() == [])
        let texts = try Self.texts(reader, "SELECT search_text FROM complaint ORDER BY id")
        #expect(texts == ["订单末\n乙描述", "订单", "订单", "订单", "订单"])
    }
}
