// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the journal tells of, and what the tables hold beyond that.
struct JournalCoverageStore: Sendable {
    /// A table in which each record that is made gets a higher number than those before.
    struct Record: Sendable {
        let subject: Subject.Kind
        let table: String
        /// The entry of one that was made.
        let action: String
        /// What an import of such is called, whose entries name many.
        var imports: Import.Kind?
    }

    /// A column that says when something was changed, each time with an entry.
    struct Change: Sendable {
        let subject: Subject.Kind
        let table: String
        let key: String
        let at: String
    }

    static let records = [
        Record(
            subject: .customer,
            table: "customer",
            action: "customer.created",
            imports: .customers
        ),
        Record(subject: .contact, table: "contact", action: "contact.created", imports: .contacts),
        Record(
            subject: .interaction,
            table: "interaction",
            action: "interaction.recorded",
            imports: .interactions
        ),
        Record(
            subject: .complaint,
            table: "complaint",
            action: "complaint.opened",
            imports: .complaints
        ),
        Record(
            subject: .order,
            table: "customer_order",
            action: "order.recorded",
            imports: .orders
        ),
        Record(subject: .refund, table: "refund", action: "refund.recorded"),
        Record(subject: .expense, table: "expense", action: "expense.recorded", imports: .expenses),
        Record(subject: .product, table: "product", action: "product.created"),
        Record(subject: .task, table: "task", action: "task.opened"),
        Record(subject: .warning, table: "warning", action: "warning.raised"),
        Record(subject: .approval, table: "approval", action: "approval.asked"),
        Record(subject: .staff, table: "staff", action: "staff.created"),
        Record(subject: .team, table: "team", action: "team.created"),
        Record(subject: .token, table: "token", action: "token.created"),
    ]

    static let changes = [
        Change(subject: .customer, table: "customer", key: "id", at: "updated_at"),
        Change(subject: .contact, table: "contact", key: "id", at: "updated_at"),
        Change(subject: .order, table: "customer_order", key: "id", at: "updated_at"),
        // Deadlines may come to rest on another tier run without an entry: the history has no line.
        Change(
            subject: .complaint,
            table: "complaint_history",
            key: "complaint_id",
            at: "at"
        ),
    ]

    /// The highest number of each kind of record in an entry of one that was made.
    func lastTold(in snapshot: Snapshot) throws(SQLiteError) -> [Subject.Kind: Int64] {
        var told: [Subject.Kind: Int64] = [:]
        func note(_ subject: Subject.Kind, _ id: Int64) {
            told[subject] = max(told[subject] ?? 0, id)
        }
        let actions = Self.records.map { "'\($0.action)'" }.joined(separator: ", ")
        try snapshot.forEach(
            """
            SELECT action, max(subject_id) FROM event WHERE action IN (\(actions)) GROUP BY action
            """
        ) { row throws(SQLiteError) in
            let action: String = try row[0]
            let id: Int64 = try row[1]
            for record in Self.records where record.action == action { note(record.subject, id) }
        }
        // Pairs of the first and the last of each run of numbers.
        try snapshot.forEach(
            """
            SELECT e.changes ->> 'kind', (SELECT max(value ->> 1) FROM json_each(e.changes, '$.created')),
                (SELECT max(value ->> 1) FROM json_each(e.changes, '$.prospects'))
            FROM event e WHERE e.action = 'import.chunk'
            """
        ) { row throws(SQLiteError) in
            let kind: Import.Kind? = try row[0]
            let created: Int64? = try row[1]
            let prospects: Int64? = try row[2]
            for record in Self.records where record.imports != nil && record.imports == kind {
                if let created { note(record.subject, created) }
            }
            if let prospects { note(.customer, prospects) }
        }
        return told
    }

    func rows(
        of record: Record,
        after id: Int64,
        _ limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            "SELECT id FROM \(record.table) WHERE id > $1 ORDER BY id LIMIT \(limit)",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The latest instant of an entry, whatever clocks did meanwhile.
    func lastInstant(in snapshot: Snapshot) throws(SQLiteError) -> Instant {
        try snapshot.first("SELECT coalesce(max(at), 0) FROM event") { row throws(SQLiteError) in
            try row[0]
        } ?? .first
    }

    func rows(
        of change: Change,
        after instant: Instant,
        _ limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT DISTINCT \(change.key) FROM \(change.table) WHERE \(change.at) > $1
            ORDER BY \(change.key) LIMIT \(limit)
            """,
            instant
        ) { row throws(SQLiteError) in try row[0] }
    }
}
