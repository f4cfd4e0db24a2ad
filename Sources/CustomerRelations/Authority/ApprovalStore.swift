// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ApprovalStore: Sendable {
    /// The columns that `approval(_:)` reads.
    private static let columns = """
        id, kind, customer_id, complaint_id, amount, reason, asker, asker_id, asker_token_id, to_id,
        reply_by, acted_first, status, decided_at, decider, decider_id, decision_reason, used_at,
        version, created_at, updated_at
        """

    func find(_ id: ID<Approval>, in snapshot: Snapshot) throws(SQLiteError) -> Approval? {
        try snapshot.first(
            "SELECT \(Self.columns) FROM approval WHERE id = $1",
            id,
            read: Self.approval
        )
    }

    /// Every request, by number.
    func all(in snapshot: Snapshot) throws(SQLiteError) -> [Approval] {
        try snapshot.all("SELECT \(Self.columns) FROM approval ORDER BY id", read: Self.approval)
    }

    func page(
        _ filter: ApprovalFilter,
        _ request: PageRequest<ApprovalSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Approval> {
        var select = PagedSelect(Self.columns, from: "approval")
        select.filter("status = $?", filter.status)
        select.filter("kind = $?", filter.kind)
        select.filter("to_id = $?", filter.toID)
        select.filter("asker_id = $?", filter.askerID)
        try select.filter("customer_id", of: filter.customerID, in: snapshot)
        select.filter("complaint_id = $?", filter.complaintID)
        return try select.page(
            request,
            key: ["reply_by", "id"],
            in: snapshot,
            read: Self.approval,
            keyOf: { [$0.replyBy.stored, $0.id.stored] }
        )
    }

    /// What was asked for a customer, or for one of its complaints, latest first.
    func all(
        like request: AuthorityRequest,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Approval] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM approval
            WHERE customer_id = $1 AND kind = $2 AND coalesce(complaint_id, 0) = coalesce($3, 0)
            ORDER BY id DESC
            """,
            request.customerID,
            request.kind,
            request.complaintID,
            read: Self.approval
        )
    }

    /// What a person has yet to decide.
    func pending(
        to staff: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Approval] {
        try snapshot.all(
            """
            SELECT \(Self.columns) FROM approval WHERE to_id = $1 AND status = 'pending'
            ORDER BY reply_by, id
            """,
            staff,
            read: Self.approval
        )
    }

    func insert(
        _ request: AuthorityRequest,
        _ details: NewApprovalDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> Approval? {
        try transaction.first(
            """
            INSERT INTO approval (kind, customer_id, complaint_id, amount, reason, asker, asker_id,
                asker_token_id, to_id, reply_by, acted_first, status, used_at, version, created_at,
                updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12, 1, $13, $13)
            RETURNING \(Self.columns)
            """,
            request.kind,
            request.customerID,
            request.complaintID,
            request.amount,
            details.reason,
            details.asker,
            details.askerID,
            details.tokenID,
            details.toID,
            details.replyBy,
            details.isActedFirst ? 1 : 0,
            details.isActedFirst ? now : nil,
            now,
            read: Self.approval
        )
    }

    func decide(
        _ id: ID<Approval>,
        as status: Approval.Status,
        _ decision: ApprovalDecision,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE approval SET status = $2, decided_at = $3, decider = $4, decider_id = $5,
                decision_reason = $6, version = version + 1, updated_at = $3
            WHERE id = $1
            """,
            id,
            status,
            decision.at,
            decision.actor,
            decision.staffID,
            decision.reason
        )
    }

    /// Notes that an approval was made use of.
    func use(
        _ id: ID<Approval>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE approval SET used_at = $2, version = version + 1, updated_at = $2
            WHERE id = $1 AND used_at IS NULL
            """,
            id,
            now
        )
    }

    func readdress(
        _ id: ID<Approval>,
        to staff: ID<StaffMember>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE approval SET to_id = $2, version = version + 1, updated_at = $3 WHERE id = $1",
            id,
            staff,
            now
        )
    }

    private static func approval(_ row: borrowing Row) throws(SQLiteError) -> Approval {
        let (decidedAt, decider): (Instant?, String?) = (try row[13], try row[14])
        var decision: ApprovalDecision?
        if let decidedAt, let decider {
            decision = try ApprovalDecision(
                at: decidedAt,
                actor: decider,
                staffID: row[15],
                reason: row[16]
            )
        }
        return try Approval(
            id: row[0],
            request: AuthorityRequest(
                kind: row[1],
                customerID: row[2],
                complaintID: row[3],
                amount: row[4]
            ),
            reason: row[5],
            asker: row[6],
            askerID: row[7],
            askerTokenID: row[8],
            toID: row[9],
            replyBy: row[10],
            isActedFirst: row[11] == 1,
            status: row[12],
            decision: decision,
            usedAt: row[17],
            version: row[18],
            createdAt: row[19],
            updatedAt: row[20]
        )
    }
}

/// What is kept of a request beside what it asks for.
struct NewApprovalDetails {
    let reason: String?
    let asker: String
    let askerID: ID<StaffMember>?
    let tokenID: ID<Token>?
    let toID: ID<StaffMember>?
    let replyBy: Instant
    let isActedFirst: Bool
}
