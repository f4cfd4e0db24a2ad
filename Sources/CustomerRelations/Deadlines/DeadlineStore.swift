// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct DeadlineStore: Sendable {
    func insert(_ deadline: Deadline, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO deadline (due_at, subject_type, subject_id, kind) VALUES ($1, $2, $3, $4)
            """,
            deadline.dueAt,
            deadline.subject.kind,
            deadline.subject.id,
            deadline.kind
        )
    }

    /// Deletes a deadline, and tells whether it was there.
    @discardableResult
    func delete(_ deadline: Deadline, in transaction: Transaction) throws(SQLiteError) -> Bool {
        try transaction.run(
            """
            DELETE FROM deadline
            WHERE due_at = $1 AND subject_type = $2 AND subject_id = $3 AND kind = $4
            """,
            deadline.dueAt,
            deadline.subject.kind,
            deadline.subject.id,
            deadline.kind
        ) > 0
    }

    /// What is due at an instant, earliest first.
    func due(
        at now: Instant,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Deadline] {
        try snapshot.all(
            """
            SELECT due_at, subject_type, subject_id, kind FROM deadline WHERE due_at <= $1
            ORDER BY due_at, subject_type, subject_id, kind LIMIT $2
            """,
            now,
            limit
        ) { row throws(SQLiteError) in
            try Deadline(
                dueAt: row[0],
                subject: Subject(row[1], row[2] as Int64),
                kind: row[3]
            )
        }
    }
}

// MARK: - Checking

extension DeadlineStore {
    /// An alarm in the journal.
    struct Alarm: Hashable {
        let subject: Subject
        let action: String

        init(_ subject: Subject, _ action: String) {
            self.subject = subject
            self.action = action
        }
    }

    func all(in snapshot: Snapshot) throws(SQLiteError) -> [Deadline] {
        try due(at: .last, limit: .max, in: snapshot)
    }

    /// When alarms of these actions were last raised.
    func raised(
        _ actions: [String],
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Alarm: Instant] {
        var raised: [Alarm: Instant] = [:]
        // Each is a literal of the program's own.
        let list = actions.map { "'\($0)'" }.joined(separator: ", ")
        try snapshot.forEach(
            """
            SELECT subject_type, subject_id, action, max(at) FROM event WHERE action IN (\(list))
            GROUP BY subject_type, subject_id, action
            """
        ) { row throws(SQLiteError) in
            let alarm = Alarm(Subject(try row[0], try row[1] as Int64), try row[2])
            raised[alarm] = try row[3]
        }
        return raised
    }
}

// MARK: - What deadlines rest on

extension DeadlineStore {
    /// What all open complaints have been looked at by.
    func basis(in snapshot: Snapshot) throws(SQLiteError) -> DeadlineBasis? {
        try snapshot.first(
            "SELECT complaint_policy_id, tier_run_id FROM deadline_basis WHERE id = 1"
        ) { row throws(SQLiteError) in
            try DeadlineBasis(policy: row[0], tierRun: row[1])
        }
    }

    /// What is in force.
    func currentBasis(in snapshot: Snapshot) throws(SQLiteError) -> DeadlineBasis {
        try snapshot.first(
            "SELECT max(id), \(TierStore.currentRun) FROM complaint_policy"
        ) { row throws(SQLiteError) in
            try DeadlineBasis(policy: row[0], tierRun: row[1])
        } ?? DeadlineBasis(policy: 0, tierRun: nil)
    }

    func setBasis(
        _ basis: DeadlineBasis,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO deadline_basis (id, complaint_policy_id, tier_run_id) VALUES (1, $1, $2)
            ON CONFLICT (id) DO UPDATE SET complaint_policy_id = $1, tier_run_id = $2
            """,
            basis.policy,
            basis.tierRun
        )
    }
}
