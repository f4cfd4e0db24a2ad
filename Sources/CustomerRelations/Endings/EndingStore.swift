// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct EndingStore: Sendable {
    /// The columns that `candidate(_:)` reads, of `ending_candidate AS e`.
    private static let columns = """
        e.id, e.customer_id, e.tier_run_id, e.loss, e.overdue, e.overdue_since, e.status,
        e.decider_id, e.decision_reason, e.decided_at, e.version, e.created_at, e.updated_at
        """

    func find(
        _ id: ID<EndingCandidate>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> EndingCandidate? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM ending_candidate e WHERE e.id = $1",
            id,
            read: Self.candidate
        )
    }

    /// The proposal of a customer that waits for its decision, or else its last one.
    func last(
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> EndingCandidate? {
        try snapshot.first(
            """
            SELECT \(Self.columns) FROM ending_candidate e
            WHERE e.customer_id = $1 ORDER BY e.id DESC LIMIT 1
            """,
            customer,
            read: Self.candidate
        )
    }

    /// The proposals that wait for their decision, in pieces by id.
    func proposed(
        after id: ID<EndingCandidate>,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [EndingCandidate] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM ending_candidate e
            WHERE e.status = 'proposed' AND e.id > $1 ORDER BY e.id LIMIT $2
            """,
            id,
            limit,
            read: Self.candidate
        )
    }

    func page(
        _ filter: EndingFilter,
        _ request: PageRequest<EndingSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<EndingCandidate> {
        var select = PagedSelect(Self.columns, from: "ending_candidate e")
        select.filter("e.status = $?", filter.status)
        try select.filter("e.customer_id", of: filter.customerID, in: snapshot)
        return try select.page(
            request,
            key: ["e.id"],
            in: snapshot,
            read: Self.candidate,
            keyOf: { [$0.id.stored] }
        )
    }

    /// Enters a proposal; the grounds of one that waits already are brought up to date.
    func propose(
        _ grounds: EndingGrounds,
        of customer: ID<Customer>,
        foundBy run: ID<TierRun>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO ending_candidate (customer_id, tier_run_id, loss, overdue, overdue_since,
                status, version, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, 'proposed', 1, $6, $6)
            ON CONFLICT (customer_id) WHERE status = 'proposed' DO UPDATE SET tier_run_id = $2,
                loss = $3, overdue = $4, overdue_since = $5,
                version = ending_candidate.version + 1, updated_at = $6
            """,
            customer,
            run,
            grounds.loss,
            grounds.overdue,
            grounds.overdueSince,
            now
        )
    }

    func settle(
        _ id: ID<EndingCandidate>,
        as status: EndingCandidate.Status,
        _ decision: EndingDecision?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE ending_candidate SET status = $2, decider_id = $3, decision_reason = $4,
                decided_at = $5, version = version + 1, updated_at = $6
            WHERE id = $1
            """,
            id,
            status,
            decision?.deciderID,
            decision?.reason,
            decision?.at,
            now
        )
    }

    /// The customers of each order on credit that was due before an instant and has not been paid.
    func forEachDebtor(
        dueBefore bound: Instant,
        in snapshot: Snapshot,
        _ body: (ID<Customer>) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT customer_id FROM customer_order
            WHERE terms = 'credit' AND paid_at IS NULL AND cancelled_at IS NULL AND due_at < $1
                AND total - paid - refunded > 0
            """,
            bound
        ) { row throws(SQLiteError) in body(try row[0]) }
    }

    private static func candidate(_ row: borrowing Row) throws(SQLiteError) -> EndingCandidate {
        let decider: ID<StaffMember>? = try row[7]
        let reason: String? = try row[8]
        let decidedAt: Instant? = try row[9]
        var decision: EndingDecision?
        if let decider, let reason, let decidedAt {
            decision = EndingDecision(deciderID: decider, reason: reason, at: decidedAt)
        }
        return try EndingCandidate(
            id: row[0],
            customerID: row[1],
            runID: row[2],
            grounds: EndingGrounds(loss: row[3], overdue: row[4], overdueSince: row[5]),
            status: row[6],
            decision: decision,
            version: row[10],
            createdAt: row[11],
            updatedAt: row[12]
        )
    }
}
