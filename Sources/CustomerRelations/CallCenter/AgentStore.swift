// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct AgentStore: Sendable {
    /// Those who are there.
    func candidates(
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [AgentCandidate] {
        try snapshot.all(
            """
            SELECT s.id, s.name, p.presence,
                (SELECT count(*) FROM complaint k
                    WHERE k.assignee_id = s.id AND k.status <> 'closed')
            FROM staff_presence p JOIN staff s ON s.id = p.staff_id
            WHERE p.expires_at > $1 AND p.presence <> 'off' AND s.archived_at IS NULL
            """,
            now
        ) { row throws(SQLiteError) in
            try AgentCandidate(
                id: row[0],
                name: row[1],
                presence: row[2],
                openComplaints: row[3]
            )
        }
    }

    /// Who handled the last complaints of a customer, and took its last calls, each as often as it
    /// was.
    func handlers(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<StaffMember>] {
        let complaints = try snapshot.all(
            """
            SELECT k.assignee_id FROM complaint k
            WHERE k.customer_id = $1 AND k.assignee_id IS NOT NULL
            ORDER BY k.received_at DESC, k.id DESC LIMIT 10
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] as ID<StaffMember> }
        let calls = try snapshot.all(
            """
            SELECT l.staff_id FROM call l
            WHERE l.customer_id = $1 AND l.staff_id IS NOT NULL AND l.answered_at IS NOT NULL
            ORDER BY l.started_at DESC, l.id DESC LIMIT 10
            """,
            customer
        ) { row throws(SQLiteError) in try row[0] as ID<StaffMember> }
        return complaints + calls
    }

    /// Who has a skill, and how well.
    func levels(
        of skill: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<StaffMember>: Int] {
        var levels: [ID<StaffMember>: Int] = [:]
        try snapshot.forEach(
            "SELECT staff_id, level FROM staff_skill WHERE name = $1",
            skill
        ) { row throws(SQLiteError) in levels[try row[0]] = try row[1] }
        return levels
    }

    func speakers(
        of language: String,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Set<ID<StaffMember>> {
        Set(
            try snapshot.all(
                "SELECT staff_id FROM staff_language WHERE language = $1",
                language
            ) { row throws(SQLiteError) in try row[0] as ID<StaffMember> }
        )
    }
}
