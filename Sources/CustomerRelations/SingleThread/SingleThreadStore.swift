// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct SingleThreadStore: Sendable {
    /// The people of a customer who took part in interactions since then and are still there, the
    /// last one first.
    func contacts(
        activeWith customer: ID<Customer>,
        since: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ActivePerson] {
        try snapshot.all(
            """
            SELECT k.id, k.name, max(i.occurred_at) AS last_at
            FROM interaction i JOIN interaction_contact x ON x.interaction_id = i.id
                JOIN contact k ON k.id = x.contact_id
            WHERE i.customer_id = $1 AND i.occurred_at >= $2 AND k.archived_at IS NULL
            GROUP BY k.id, k.name ORDER BY last_at DESC NULLS LAST, k.id
            """,
            customer,
            since,
            read: Self.person
        )
    }

    /// Our people who took part in them, in the same order.
    func staff(
        activeWith customer: ID<Customer>,
        since: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ActivePerson] {
        try snapshot.all(
            """
            SELECT s.id, s.name, max(i.occurred_at) AS last_at
            FROM interaction i JOIN interaction_staff x ON x.interaction_id = i.id
                JOIN staff s ON s.id = x.staff_id
            WHERE i.customer_id = $1 AND i.occurred_at >= $2 AND s.archived_at IS NULL
            GROUP BY s.id, s.name ORDER BY last_at DESC NULLS LAST, s.id
            """,
            customer,
            since,
            read: Self.person
        )
    }

    private static func person(_ row: borrowing Row) throws(SQLiteError) -> ActivePerson {
        try ActivePerson(id: row[0], name: row[1], lastActiveAt: row[2])
    }
}

// MARK: - Who is watched

extension SingleThreadStore {
    func watch(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> SingleThreadWatch? {
        try snapshot.first(
            "SELECT customer_id, since_at, due_at FROM single_thread_watch WHERE customer_id = $1",
            customer,
            read: Self.watch
        )
    }

    /// Those who are to be looked at, whoever waits longest first.
    func due(
        at now: Instant,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [SingleThreadWatch] {
        try snapshot.all(
            """
            SELECT customer_id, since_at, due_at FROM single_thread_watch WHERE due_at <= $1
            ORDER BY due_at, customer_id LIMIT $2
            """,
            now,
            limit,
            read: Self.watch
        )
    }

    private static func watch(_ row: borrowing Row) throws(SQLiteError) -> SingleThreadWatch {
        try SingleThreadWatch(customerID: row[0], since: row[1], dueAt: row[2])
    }

    /// Has a customer looked at, watched or not; one who was not may be at risk since the beginning.
    func watch(
        _ customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO single_thread_watch (customer_id, due_at)
            SELECT id, created_at FROM customer WHERE id = $1
            ON CONFLICT (customer_id) DO UPDATE
            SET due_at = CASE WHEN due_at < $2 THEN due_at ELSE $2 END
            """,
            customer,
            now
        )
    }

    /// Has a customer looked at who is watched: something has happened with it.
    func touch(
        _ customer: ID<Customer>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE single_thread_watch SET due_at = CASE WHEN due_at < $2 THEN due_at ELSE $2 END
            WHERE customer_id = $1
            """,
            customer,
            now
        )
    }

    /// Has the customers looked at with whom somebody who leaves was in touch.
    func touch(
        allOf member: ID<StaffMember>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE single_thread_watch SET due_at = CASE WHEN due_at < $2 THEN due_at ELSE $2 END
            WHERE customer_id IN (SELECT i.customer_id
                FROM interaction_staff x JOIN interaction i ON i.id = x.interaction_id
                WHERE x.staff_id = $1)
            """,
            member,
            now
        )
    }

    func update(
        _ watch: SingleThreadWatch,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE single_thread_watch SET since_at = $2, due_at = $3 WHERE customer_id = $1",
            watch.customerID,
            watch.since,
            watch.dueAt
        )
    }

    func delete(
        _ customer: ID<Customer>,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("DELETE FROM single_thread_watch WHERE customer_id = $1", customer)
    }

    /// What decides whether a customer is watched, and whether it is.
    struct Candidate {
        let id: ID<Customer>
        let kind: Customer.Kind
        let tier: Tier?
        let isArchived: Bool
        let hasWatch: Bool
    }

    /// Those who may be watched, which no individual is, and those who are, by ascending id.
    func candidates(
        after id: ID<Customer>,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Candidate] {
        try snapshot.all(Self.findCandidates, id, limit) { row throws(SQLiteError) in
            try Candidate(
                id: row[0],
                kind: row[1],
                tier: row[2],
                isArchived: row[3],
                hasWatch: row[4]
            )
        }
    }

    private static let findCandidates = """
        SELECT c.id, c.kind, \(TierStore.tierOfCustomer), c.archived_at IS NOT NULL,
            w.customer_id IS NOT NULL
        FROM customer c LEFT JOIN single_thread_watch w ON w.customer_id = c.id
        WHERE c.id > $1 AND (c.kind <> 'individual' OR w.customer_id IS NOT NULL)
        ORDER BY c.id LIMIT $2
        """
}

// MARK: - The policy

extension SingleThreadStore {
    func policy(in snapshot: Snapshot) throws(SQLiteError) -> SingleThreadPolicy? {
        try snapshot.first(
            """
            SELECT id, people, days, tiers, created_at FROM single_thread_policy
            ORDER BY id DESC LIMIT 1
            """
        ) { row throws(SQLiteError) in
            let tiers: String = try row[3]
            return try SingleThreadPolicy(
                version: row[0],
                terms: SingleThreadTerms(
                    people: row[1],
                    days: row[2],
                    tiers: tiers.split(separator: " ").compactMap { Tier(rawValue: String($0)) }
                ),
                createdAt: row[4]
            )
        }
    }

    func insert(
        _ terms: SingleThreadTerms,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO single_thread_policy (people, days, tiers, created_at)
            VALUES ($1, $2, $3, $4)
            """,
            terms.people,
            terms.days,
            terms.tiers.map(\.rawValue).joined(separator: " "),
            now
        )
    }

    /// By what it was found who is watched.
    func basis(in snapshot: Snapshot) throws(SQLiteError) -> SingleThreadBasis? {
        try snapshot.first(
            "SELECT single_thread_policy_id, tier_run_id FROM single_thread_basis WHERE id = 1"
        ) { row throws(SQLiteError) in
            try SingleThreadBasis(policy: row[0], tierRun: row[1])
        }
    }

    /// What is in force.
    func currentBasis(in snapshot: Snapshot) throws(SQLiteError) -> SingleThreadBasis {
        try snapshot.first(
            "SELECT max(id), \(TierStore.currentRun) FROM single_thread_policy"
        ) { row throws(SQLiteError) in
            try SingleThreadBasis(policy: row[0], tierRun: row[1])
        } ?? SingleThreadBasis(policy: 0, tierRun: nil)
    }

    func setBasis(
        _ basis: SingleThreadBasis,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO single_thread_basis (id, single_thread_policy_id, tier_run_id)
            VALUES (1, $1, $2)
            ON CONFLICT (id) DO UPDATE SET single_thread_policy_id = $1, tier_run_id = $2
            """,
            basis.policy,
            basis.tierRun
        )
    }
}
