// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct ComplaintStore: Sendable {
    static let index = SearchIndex(of: "complaint")

    /// The columns that `complaint(_:at:in:)` reads, of `complaint AS k JOIN customer AS c`.
    private static let columns = """
        k.id, k.customer_id, c.name, \(TierStore.tierOfCustomer), k.channel, k.subject,
        k.description, k.cause, k.severity, k.order_id, k.external_id, k.status, k.step,
        k.received_at, k.answer_due_at, k.remedy_due_at, k.answered_at, k.remedied_at,
        k.closed_at, k.assignee_id, k.leader_id, k.verdict, k.remedy_proposal, k.remedy_cost,
        k.remedy_standing, k.helped, k.score, k.paused_at, k.answer_paused, k.remedy_paused,
        k.reopened_at, k.reopened, k.reward_kind, k.reward_amount, k.basis_tier, k.basis_policy,
        k.version, k.created_at, k.updated_at, k.useful, k.earlier_remedied_at, k.earlier_paused,
        k.earlier_breached, k.cause_detail
        """

    private static let source = "complaint k JOIN customer c ON c.id = k.customer_id"

    private static let findByID = "SELECT \(columns) FROM \(source) WHERE k.id = $1"

    func find(
        _ id: ID<Complaint>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Complaint? {
        try snapshot.first(Self.findByID, id) { row throws(SQLiteError) in
            try complaint(row, at: now, in: snapshot)
        }
    }

    func id(externalID: String, in snapshot: Snapshot) throws(SQLiteError) -> ID<Complaint>? {
        try snapshot.first(
            "SELECT id FROM complaint WHERE external_id = $1",
            externalID
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The subjects of a customer's complaints of an instant that have no external id.
    func subjects(
        of customer: ID<Customer>,
        receivedAt: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String] {
        try snapshot.all(
            """
            SELECT subject FROM complaint
            WHERE customer_id = $1 AND received_at = $2 AND coalesce(external_id, '') = ''
            """,
            customer,
            receivedAt
        ) { row throws(SQLiteError) in try row[0] }
    }

    func page(
        _ filter: ComplaintFilter,
        _ request: PageRequest<ComplaintSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Complaint> {
        var select = PagedSelect(Self.columns, from: Self.source)
        select.filter("k.status = $?", filter.status)
        select.filter("k.step = $?", filter.step)
        try select.filter("k.customer_id", of: filter.customerID, in: snapshot)
        select.filter("k.assignee_id = $?", filter.assigneeID)
        select.filter("k.cause = $?", filter.cause)
        select.filter("k.cause_detail = $?", filter.causeDetail)
        select.filter(
            """
            k.id IN (SELECT x.complaint_id FROM article_complaint x WHERE x.article_id = $?)
            """,
            filter.articleID
        )
        select.filter("k.received_at >= $?", filter.since)
        select.filter("k.received_at < $?", filter.until)
        select.filter("\(TierStore.tierOfCustomer) = $?", filter.tier)
        select.search(
            Self.index,
            of: "k",
            for: filter.text,
            isNarrow: filter.customerID != nil || filter.articleID != nil
        )
        if filter.isOpen { select.filter("k.status <> 'closed'") }
        if filter.isUnanswered { select.filter("k.answered_at IS NULL") }
        switch filter.breached {
        case .answer:
            select.filter("coalesce(k.answered_at, k.paused_at, $?) > k.answer_due_at", now)
        case .remedy:
            select.filter(
                """
                (k.earlier_breached = 1
                    OR coalesce(k.remedied_at, k.paused_at, $?) > k.remedy_due_at)
                """,
                now
            )
        case nil: break
        }
        return try select.page(request, key: request.sorting.key, in: snapshot) {
            row throws(SQLiteError) in
            try complaint(row, at: now, in: snapshot)
        } keyOf: { complaint in
            request.sorting.key(of: complaint)
        }
    }

    func insert(
        _ new: NewComplaint,
        customer: ID<Customer>,
        state: ComplaintState,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) -> ID<Complaint>? {
        let details = new.details
        let searchText = details.searchText
        let id = try transaction.insert(
            """
            INSERT INTO complaint (external_id, customer_id, channel, subject, description, cause,
                severity, order_id, status, step, received_at, answer_due_at, answered_at,
                remedy_due_at, remedied_at, closed_at, leader_id, basis_tier,
                basis_policy, search_text, version, created_at, updated_at, cause_detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $16,
                $17, $18, $19, 1, $20, $20, $21)
            """,
            details.externalID,
            customer,
            details.channel,
            details.subject,
            details.description,
            details.cause,
            details.severity,
            details.orderID,
            state.status,
            state.step,
            state.receivedAt,
            state.deadlines.answerDueAt,
            state.answeredAt,
            state.deadlines.remedyDueAt,
            state.closedAt,
            state.people.leaderID,
            state.basisTier,
            state.basisPolicy,
            searchText,
            now,
            details.causeDetail
        )
        guard let id else { return nil }
        try Self.index.insert(searchText, of: id, in: transaction)
        return ID(rawValue: id)
    }

    func update(
        _ id: ID<Complaint>,
        to details: ComplaintDetails,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let searchText = details.searchText
        try Self.index.replace(of: id.rawValue, by: searchText, in: transaction)
        try transaction.run(
            """
            UPDATE complaint SET channel = $2, subject = $3, description = $4, cause = $5,
                severity = $6, order_id = $7, external_id = $8, search_text = $9,
                version = version + 1, updated_at = $10, cause_detail = $11
            WHERE id = $1
            """,
            id,
            details.channel,
            details.subject,
            details.description,
            details.cause,
            details.severity,
            details.orderID,
            details.externalID,
            searchText,
            now,
            details.causeDetail
        )
    }

    /// Notes that a complaint's history has grown.
    func touch(
        _ id: ID<Complaint>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            "UPDATE complaint SET version = version + 1, updated_at = $2 WHERE id = $1",
            id,
            now
        )
    }

    func customer(
        of id: ID<Complaint>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<Customer>? {
        try snapshot.first(
            "SELECT customer_id FROM complaint WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// Notes the outcome that an import brings: when it was answered and closed elsewhere.
    func update(
        _ id: ID<Complaint>,
        answeredAt: Instant?,
        closedAt: Instant?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE complaint SET answered_at = $2, remedied_at = coalesce(remedied_at, $3),
                closed_at = $3, version = version + 1, updated_at = $4,
                status = CASE WHEN $3 IS NULL THEN status ELSE 'closed' END,
                paused_at = CASE WHEN $3 IS NULL THEN paused_at END,
                step = CASE WHEN $3 IS NULL THEN step ELSE 'done' END
            WHERE id = $1
            """,
            id,
            answeredAt,
            closedAt,
            now
        )
    }

    /// Notes where a complaint stands now, and the cause that was found.
    func update(
        _ id: ID<Complaint>,
        to state: ComplaintState,
        cause: Complaint.Cause?,
        causeDetail: String?,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE complaint SET status = $2, step = $3, answer_due_at = $4, remedy_due_at = $5,
                answered_at = $6, remedied_at = $7, closed_at = $8, assignee_id = $9,
                leader_id = $10, verdict = $11, remedy_proposal = $12, remedy_cost = $13,
                remedy_standing = $14, helped = $15, score = $16, paused_at = $17,
                answer_paused = $18, remedy_paused = $19, reopened_at = $20, reopened = $21,
                reward_kind = $22, reward_amount = $23, basis_tier = $24, basis_policy = $25,
                cause = $26, useful = $27, earlier_remedied_at = $28, earlier_paused = $29,
                earlier_breached = $30, version = version + 1, updated_at = $31,
                cause_detail = $32
            WHERE id = $1
            """,
            id,
            state.status,
            state.step,
            state.deadlines.answerDueAt,
            state.deadlines.remedyDueAt,
            state.answeredAt,
            state.remediedAt,
            state.closedAt,
            state.people.assigneeID,
            state.people.leaderID,
            state.verdict,
            state.remedy?.proposal,
            state.remedy?.cost,
            state.remedy?.standing,
            state.followUp.map { $0.helped ? 1 : 0 },
            state.followUp?.score,
            state.pausedAt,
            state.answerPaused,
            state.remedyPaused,
            state.reopenedAt,
            state.reopened,
            state.reward?.kind,
            state.reward?.amount,
            state.basisTier,
            state.basisPolicy,
            cause,
            state.isUseful ? 1 : 0,
            state.earlier.remediedAt,
            state.earlier.remedyPaused,
            state.earlier.isRemedyBreached ? 1 : 0,
            now,
            causeDetail
        )
    }

    /// Open complaints whose deadlines were set by another tier than the customer has, or by
    /// another policy.
    func withOtherBasis(
        than policy: Int,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Complaint>] {
        try snapshot.all(
            """
            SELECT k.id FROM \(Self.source)
            WHERE k.status IN ('open', 'waiting-customer')
                AND (k.basis_policy <> $1
                    OR k.basis_tier IS DISTINCT FROM \(TierStore.tierOfCustomer))
            ORDER BY k.status, k.received_at, k.id
            LIMIT $2
            """,
            policy,
            limit
        ) { row throws(SQLiteError) in try row[0] }
    }

    func withOtherBasis(
        than policy: Int,
        of customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Complaint>] {
        try snapshot.all(
            """
            SELECT k.id FROM \(Self.source)
            WHERE k.customer_id = $2 AND k.status IN ('open', 'waiting-customer')
                AND (k.basis_policy <> $1
                    OR k.basis_tier IS DISTINCT FROM \(TierStore.tierOfCustomer))
            ORDER BY k.received_at, k.id
            """,
            policy,
            customer
        ) { row throws(SQLiteError) in try row[0] }
    }

    func append(
        _ action: ComplaintAction,
        to id: ID<Complaint>,
        isFirst: Bool = false,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO complaint_history (complaint_id, position, at, actor, action, details)
            VALUES ($1, coalesce($2, (SELECT coalesce(max(position) + 1, 0) FROM complaint_history
                WHERE complaint_id = $1)), $3, $4, $5, $6)
            """,
            id,
            // There is nothing to look for then.
            isFirst ? 0 : nil,
            action.at,
            action.actor,
            action.action,
            action.details
        )
    }

    private func complaint(
        _ row: borrowing Row,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Complaint {
        let id: ID<Complaint> = try row[0]
        let state = try state(row)
        return try Complaint(
            id: id,
            customer: CustomerReference(id: row[1], name: row[2], tier: row[3]),
            details: ComplaintDetails(
                channel: row[4],
                subject: row[5],
                description: row[6],
                cause: row[7],
                causeDetail: row[43],
                severity: row[8],
                orderID: row[9],
                externalID: row[10]
            ),
            state: state,
            history: history(of: id, in: snapshot),
            breached: state.breached(at: now),
            version: row[36],
            createdAt: row[37],
            updatedAt: row[38]
        )
    }

    private func state(_ row: borrowing Row) throws(SQLiteError) -> ComplaintState {
        var state = try ComplaintState(
            receivedAt: row[13],
            deadlines: ComplaintDeadlines(answerDueAt: row[14], remedyDueAt: row[15])
        )
        state.status = try row[11]
        state.step = try row[12]
        state.answeredAt = try row[16]
        state.remediedAt = try row[17]
        state.closedAt = try row[18]
        state.people.assigneeID = try row[19]
        state.people.leaderID = try row[20]
        state.verdict = try row[21]
        if let proposal: String = try row[22],
            let standing: ComplaintState.Remedy.Standing = try row[24]
        {
            state.remedy = ComplaintState.Remedy(
                proposal: proposal,
                cost: try row[23],
                standing: standing
            )
        }
        if let helped: Int = try row[25] {
            state.followUp = ComplaintState.FollowUp(helped: helped == 1, score: try row[26])
        }
        state.pausedAt = try row[27]
        state.answerPaused = try row[28]
        state.remedyPaused = try row[29]
        state.reopenedAt = try row[30]
        state.reopened = try row[31]
        if let kind: String = try row[32] {
            state.reward = ComplaintReward(kind: kind, amount: try row[33])
        }
        state.basisTier = try row[34]
        state.basisPolicy = try row[35]
        state.isUseful = try row[39] == 1
        state.earlier = try ComplaintState.Earlier(
            remediedAt: row[40],
            remedyPaused: row[41],
            isRemedyBreached: row[42] == 1
        )
        return state
    }

    private func history(
        of id: ID<Complaint>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ComplaintAction] {
        try snapshot.all(
            """
            SELECT at, actor, action, details FROM complaint_history
            WHERE complaint_id = $1 ORDER BY position
            """,
            id
        ) { row throws(SQLiteError) in
            try ComplaintAction(at: row[0], actor: row[1], action: row[2], details: row[3])
        }
    }
}

// MARK: - Texts of before subject and description were lines of their own

extension ComplaintStore {
    /// Writes down anew what some of the complaints are found by whose subject and description were
    /// one line, and tells whether there were any.
    func rewriteTexts(limit: Int, in transaction: Transaction) throws(SQLiteError) -> Bool {
        var waiting: [(id: Int64, text: String)] = []
        try transaction.forEach(
            """
            SELECT b.complaint_id, k.subject, k.description
            FROM complaint_text_backlog b JOIN complaint k ON k.id = b.complaint_id
            ORDER BY b.complaint_id LIMIT $1
            """,
            limit
        ) { row throws(SQLiteError) in
            let text = ComplaintDetails.searchText(subject: try row[1], description: try row[2])
            waiting.append((id: try row[0], text: text))
        }
        for (id, text) in waiting {
            try Self.index.replace(of: id, by: text, in: transaction)
            try transaction.run("UPDATE complaint SET search_text = $2 WHERE id = $1", id, text)
            try transaction.run("DELETE FROM complaint_text_backlog WHERE complaint_id = $1", id)
        }
        return !waiting.isEmpty
    }

    func hasTextBacklog(in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try snapshot.first(
            "SELECT complaint_id FROM complaint_text_backlog ORDER BY complaint_id LIMIT 1"
        ) { row throws(SQLiteError) in try row[0] as Int64 } != nil
    }
}

// MARK: - Checking

extension ComplaintStore {
    /// Hands over each complaint that is not closed, as far as its clocks go.
    func forEachOpen(
        in snapshot: Snapshot,
        _ body: (ID<Complaint>, ComplaintState) throws -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT \(Self.columns) FROM \(Self.source)
            WHERE k.status IN ('open', 'waiting-customer') ORDER BY k.id
            """
        ) { row in try body(try row[0], try state(row)) }
    }

    /// Hands over the clocks of the remedies of closed complaints.
    func forEachStoppedRemedy(
        in snapshot: Snapshot,
        _ body: (StoppedRemedy) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT id, coalesce(reopened_at, received_at), remedy_due_at - remedy_paused, basis_tier,
                basis_policy
            FROM complaint WHERE status = 'closed'
            """
        ) { row throws(SQLiteError) in
            body(
                try StoppedRemedy(
                    id: row[0],
                    start: row[1],
                    dueAt: row[2],
                    basisTier: row[3],
                    basisPolicy: row[4]
                )
            )
        }
    }

    /// Hands over each complaint with each line of its history, in their order; without one if it has
    /// none.
    func forEachAction(
        in snapshot: Snapshot,
        _ body: (ComplaintEnd, ComplaintLine?) -> Void
    ) throws(SQLiteError) {
        try snapshot.forEach(
            """
            SELECT k.id, k.status, k.step, k.created_at, k.answered_at, k.remedied_at, k.closed_at,
                k.paused_at, k.reopened, h.position, h.at, h.action, json_valid(h.details),
                k.received_at
            FROM complaint k LEFT JOIN complaint_history h ON h.complaint_id = k.id
            ORDER BY k.id, h.position
            """
        ) { row throws(SQLiteError) in
            let position: Int? = try row[9]
            var line: ComplaintLine?
            if let position {
                line = try ComplaintLine(
                    position: position,
                    at: row[10],
                    action: row[11],
                    isWhole: row[12] == 1
                )
            }
            let end = try ComplaintEnd(
                id: row[0],
                status: row[1],
                step: row[2],
                receivedAt: row[13],
                createdAt: row[3],
                answeredAt: row[4],
                remediedAt: row[5],
                closedAt: row[6],
                pausedAt: row[7],
                reopened: row[8]
            )
            body(end, line)
        }
    }

    /// The closed complaints whose answer was not due whole hours after they were received, what
    /// the clock stood still apart.
    func unfitAnswerTimes(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            """
            SELECT id FROM complaint WHERE status = 'closed'
                AND (answer_due_at - received_at - answer_paused) % $1 <> 0 ORDER BY id
            """,
            Instant.millisecondsPerHour
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The complaints whose search text is not what their words make.
    func unfitSearchTexts(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        var unfit: [Int64] = []
        try snapshot.forEach(
            """
            SELECT id, subject, description, search_text FROM complaint
            WHERE id NOT IN (SELECT complaint_id FROM complaint_text_backlog)
            """
        ) { row throws(SQLiteError) in
            let text = ComplaintDetails.searchText(subject: try row[1], description: try row[2])
            let stored: String = try row[3]
            guard stored != text else { return }
            unfit.append(try row[0])
        }
        return unfit
    }
}

extension ComplaintDetails {
    fileprivate var searchText: String {
        Self.searchText(subject: subject, description: description)
    }

    /// What `q` searches: a folded line for the subject, and one for the description.
    fileprivate static func searchText(subject: String, description: String?) -> String {
        [subject, description].compactMap { $0 }.map(TextFolding.fold).joined(separator: "\n")
    }
}

extension ComplaintSorting {
    fileprivate var key: [String] {
        switch self {
        case .receivedAt: ["k.received_at", "k.id"]
        case .answerDueAt: ["k.answer_due_at", "k.id"]
        case .id: ["k.id"]
        case .lane: ["k.basis_tier IS NOT 'key'", "k.received_at", "k.id"]
        }
    }

    fileprivate func key(of complaint: Complaint) -> [StoredValue] {
        switch self {
        case .receivedAt: [complaint.state.receivedAt.stored, complaint.id.stored]
        case .answerDueAt: [complaint.state.deadlines.answerDueAt.stored, complaint.id.stored]
        case .id: [complaint.id.stored]
        case .lane:
            [
                (complaint.state.basisTier == .key ? 0 : 1).stored,
                complaint.state.receivedAt.stored, complaint.id.stored,
            ]
        }
    }
}
