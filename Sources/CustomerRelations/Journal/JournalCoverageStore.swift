// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What the journal tells of, and what the tables hold beyond that.
struct JournalCoverageStore: Sendable {
    /// A table in which each record that is made gets a higher number than those before.
    struct Record: Sendable {
        let subject: Subject.Kind
        let table: String
        /// What an import of such is called, whose entries name many.
        var imports: Import.Kind?
        /// Which rows have an entry of their own.
        var told = "true"
        /// Whether no row is ever deleted.
        var isKept = true
    }

    /// A column that says when something was changed, each time with an entry.
    struct Change: Sendable {
        let subject: Subject.Kind
        let table: String
        let key: String
        let at: String
    }

    static let records =
        [
            Record(subject: .customer, table: "customer", imports: .customers),
            Record(subject: .contact, table: "contact", imports: .contacts),
            Record(subject: .interaction, table: "interaction", imports: .interactions),
            // The interaction's entry tells that one was given.
            Record(subject: .promise, table: "promise", told: "false"),
            Record(subject: .complaint, table: "complaint", imports: .complaints),
            Record(subject: .order, table: "customer_order", imports: .orders),
            Record(subject: .payment, table: "payment", imports: .payments),
            // An entry of an order tells that it was cancelled.
            Record(
                subject: .refund,
                table: "refund",
                imports: .refunds,
                told: "kind = 'refund'"
            ),
            Record(subject: .expense, table: "expense", imports: .expenses),
            Record(subject: .product, table: "product", imports: .products),
            Record(subject: .plan, table: "plan", imports: .plans, isKept: false),
            Record(subject: .acquisitionCost, table: "acquisition_cost", isKept: false),
            Record(subject: .chainLink, table: "chain_link", isKept: false),
            Record(subject: .task, table: "task"),
            Record(subject: .warning, table: "warning"),
            Record(subject: .warningRun, table: "warning_run"),
            Record(subject: .approval, table: "approval"),
            Record(subject: .call, table: "call"),
            Record(subject: .plannedContact, table: "planned_contact"),
            Record(subject: .meeting, table: "meeting"),
            Record(subject: .need, table: "need"),
            Record(subject: .article, table: "article"),
            Record(subject: .endingCandidate, table: "ending_candidate"),
            Record(subject: .tierRun, table: "tier_run"),
            Record(subject: .valueModel, table: "value_model"),
            Record(subject: .imports, table: "import"),
            Record(subject: .staff, table: "staff"),
            Record(subject: .team, table: "team"),
            Record(subject: .token, table: "token"),
        ] + policies

    /// Each change makes a new version; the first came with the schema.
    private static let policies = [
        (Subject.Kind.complaintPolicy, "complaint_policy"), (.warningPolicy, "warning_policy"),
        (.tierPolicy, "tier_policy"), (.valuePolicy, "value_policy"),
        (.singleThreadPolicy, "single_thread_policy"), (.contactPolicy, "contact_policy"),
        (.authorityPolicy, "authority_policy"), (.carePolicy, "care_policy"),
    ].map { Record(subject: $0, table: $1, told: "id > 1") }

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

    /// Hands over what entries tell of and what is not there, among what is never deleted.
    func forEachMissing(
        in snapshot: Snapshot,
        _ body: (Subject) throws -> Void
    ) throws(SQLiteError) {
        let cases = Self.records.filter(\.isKept).map { record in
            """
            WHEN '\(record.subject.rawValue)' THEN NOT EXISTS
                (SELECT 1 FROM \(record.table) t WHERE t.id = e.subject_id)
            """
        }
        try snapshot.forEach(
            """
            SELECT DISTINCT e.subject_type, e.subject_id FROM event e
            WHERE CASE e.subject_type \(cases.joined(separator: "\n")) ELSE 0 END
            ORDER BY e.subject_type, e.subject_id
            """
        ) { row in try body(Subject(try row[0], try row[1] as Int64)) }
    }

    /// Numbers of records that an import's entry tells of.
    struct Stretch {
        let seq: Int64
        let subject: Subject.Kind
        let first: Int64
        let last: Int64
    }

    /// Hands over the numbers that imports' entries name and of which some are not there.
    func forEachMissingStretch(
        in snapshot: Snapshot,
        _ body: (Stretch) throws -> Void
    ) throws(SQLiteError) {
        let records = Self.records.filter { $0.isKept && $0.imports != nil }
        let cases = records.map { record in
            """
            WHEN '\(record.imports?.rawValue ?? "")' THEN (SELECT count(*) FROM \(record.table) t
                WHERE t.id BETWEEN p.value ->> 0 AND p.value ->> 1)
            """
        }
        try snapshot.forEach(
            """
            SELECT seq, kind, first, last FROM (
                SELECT e.seq, iif(l.column1 = 'prospects', 'customers', e.changes ->> 'kind') AS kind,
                    p.value ->> 0 AS first, p.value ->> 1 AS last, p.value
                FROM event e CROSS JOIN (VALUES ('created'), ('updated'), ('prospects')) l
                    CROSS JOIN json_each(e.changes, '$.' || l.column1) p
                WHERE e.action = 'import.chunk') p
            WHERE last - first + 1 <> CASE kind \(cases.joined(separator: "\n")) END
            ORDER BY seq, first
            """
        ) { row in
            let kind: Import.Kind = try row[1]
            guard let record = records.first(where: { $0.imports == kind }) else { return }
            try body(
                Stretch(
                    seq: try row[0],
                    subject: record.subject,
                    first: try row[2],
                    last: try row[3]
                )
            )
        }
    }

    func rows(
        of record: Record,
        after id: Int64,
        _ limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT id FROM \(record.table) WHERE id > $1 AND \(record.told)
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
