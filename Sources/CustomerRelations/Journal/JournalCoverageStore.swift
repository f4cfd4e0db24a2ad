// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the journal tells of, and what the tables hold beyond that.
struct JournalCoverageStore: Sendable {
    /// A table in which each record that is made gets a higher number than those before, and an
    /// entry of its own.
    struct Record: Sendable {
        let subject: Subject.Kind
        let table: String
        /// What an import of such is called, whose entries name many.
        var imports: Import.Kind?
        /// Of which rows that holds.
        var condition = "true"
    }

    /// A column that says when something was changed, each time with an entry.
    struct Change: Sendable {
        let subject: Subject.Kind
        let table: String
        let key: String
        let at: String
    }

    static let records = [
        Record(subject: .customer, table: "customer", imports: .customers),
        Record(subject: .contact, table: "contact", imports: .contacts),
        Record(subject: .interaction, table: "interaction", imports: .interactions),
        Record(subject: .complaint, table: "complaint", imports: .complaints),
        Record(subject: .order, table: "customer_order", imports: .orders),
        Record(subject: .payment, table: "payment", imports: .payments),
        // An entry of an order tells that it was cancelled.
        Record(
            subject: .refund,
            table: "refund",
            imports: .refunds,
            condition: "kind = 'refund'"
        ),
        Record(subject: .expense, table: "expense", imports: .expenses),
        Record(subject: .product, table: "product", imports: .products),
        Record(subject: .task, table: "task"),
        Record(subject: .warning, table: "warning"),
        Record(subject: .approval, table: "approval"),
        Record(subject: .staff, table: "staff"),
        Record(subject: .team, table: "team"),
        Record(subject: .token, table: "token"),
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

    /// The highest number of each kind of record that an entry tells of.
    func lastTold(in snapshot: Snapshot) throws(SQLiteError) -> [Subject.Kind: Int64] {
        var told: [Subject.Kind: Int64] = [:]
        func note(_ subject: Subject.Kind, _ id: Int64) {
            told[subject] = max(told[subject] ?? 0, id)
        }
        try snapshot.forEach(
            "SELECT subject_type, max(subject_id) FROM event GROUP BY subject_type"
        ) { row throws(SQLiteError) in note(try row[0], try row[1]) }
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
            """
            SELECT id FROM \(record.table) WHERE id > $1 AND \(record.condition)
            ORDER BY id LIMIT \(limit)
            """,
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
