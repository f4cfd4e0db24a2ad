// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// How far people may go by themselves, and what they ask for beyond that (M51, 请示限时答复).
package struct ApprovalService: Sendable {
    /// How changes are written down.
    package struct Descriptions: Sendable {
        let policy: Describe<AuthorityPolicy>
        let approval: Describe<Approval>
        let alarm: Describe<ApprovalAlarm>

        package init(
            policy: @escaping Describe<AuthorityPolicy>,
            approval: @escaping Describe<Approval>,
            alarm: @escaping Describe<ApprovalAlarm>
        ) {
            self.policy = policy
            self.approval = approval
            self.alarm = alarm
        }
    }

    private let store = ApprovalStore()
    private let policies = AuthorityPolicyStore()
    private let tokens = TokenStore()
    private let staff = StaffStore()
    private let complaints = ComplaintStore()
    private let deadlines = DeadlineStore()
    private let customers: CustomerService
    private let tasks: TaskService
    private let journal: Journal
    private let descriptions: Descriptions

    package init(
        customers: CustomerService,
        tasks: TaskService,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.customers = customers
        self.tasks = tasks
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(_ id: ID<Approval>, in snapshot: Snapshot) throws -> Approval {
        guard let approval = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return approval
    }

    package func list(
        _ filter: ApprovalFilter,
        _ request: PageRequest<ApprovalSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Approval> {
        try store.page(filter, request, in: snapshot)
    }
}

// MARK: - The policy

extension ApprovalService {
    /// The policy in force.
    package func policy(in snapshot: Snapshot) throws -> AuthorityPolicy {
        guard let policy = try policies.latest(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other limits in force.
    package func setPolicy(
        _ terms: AuthorityTerms,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> AuthorityPolicy {
        let old = try policy(in: transaction)
        guard terms != old.terms else { return old }
        var refusals = terms.refusals
        for (place, limit) in terms.limits.enumerated() {
            let pointer = "/limits/\(place)/staffId"
            if let refusal = try staff.refusal(of: limit.staffID, pointer, in: transaction) {
                refusals.append(refusal)
            }
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        try policies.insert(terms, at: occasion.at, in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "authority-policy.changed",
            Subject(.authorityPolicy, Int64(new.version)),
            changes: descriptions.policy(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }

    /// Whose token it is, and of which role; nil for the service's own.
    private func holder(_ token: ID<Token>?, in snapshot: Snapshot) throws -> AuthorityHolder? {
        guard let token, let known = try tokens.find(token, in: snapshot) else { return nil }
        return AuthorityHolder(role: known.role, staffID: known.staffID)
    }
}

// MARK: - Acting

extension ApprovalService {
    /// Refuses what is beyond somebody's authority, unless it was approved, or may be done first and
    /// approved later.
    ///
    /// `since` is when the matter began: what was approved before belongs to another one. What goes
    /// for a complaint may be done again as long as the matter lasts, all else once.
    func demand(
        _ request: AuthorityRequest,
        since start: Instant = .first,
        actingFirst reason: String? = nil,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let terms = try policy(in: transaction).terms
        guard let holder = try holder(token, in: transaction),
            let limit = terms.limit(of: holder, for: request.kind), !limit.covers(request.amount)
        else { return }
        let asked = try store.all(like: request, in: transaction).filter { $0.createdAt >= start }
        if let approval = asked.first(where: { $0.allows(request) }) {
            return try store.use(approval.id, at: occasion.at, in: transaction)
        }
        let pending = asked.first { $0.status == .pending }
        guard let reason, limit.mayActFirst, pending == nil else {
            throw ServiceError.approvalNeeded(
                ApprovalNeed(
                    request: request,
                    limit: request.kind.hasAmount ? limit.amount : nil,
                    pending: pending?.id,
                    mayActFirst: limit.mayActFirst
                )
            )
        }
        _ = try ask(
            request,
            NewApprovalDetails(
                reason: reason,
                asker: occasion.actor,
                askerID: holder.staffID,
                tokenID: token,
                toID: try leader(of: holder.staffID, request, at: occasion.at, in: transaction),
                replyBy: occasion.at.adding(hours: terms.actFirstHours),
                isActedFirst: true
            ),
            by: occasion,
            in: transaction
        )
    }
}

extension Approval {
    /// What its task is known by.
    fileprivate var cause: String { TaskOrigin.approval.cause(id) }

    /// Whether it lets this be done now.
    fileprivate func allows(_ wanted: AuthorityRequest) -> Bool {
        guard status == .approved || status == .pending && isActedFirst else { return false }
        guard usedAt == nil || wanted.kind.isOfComplaint else { return false }
        guard let amount = wanted.amount else { return true }
        return request.amount.map { amount <= $0 } ?? false
    }
}

extension Instant {
    fileprivate func adding(hours: Int) -> Instant {
        adding(milliseconds: Int64(hours) * Instant.millisecondsPerHour)
    }
}

// MARK: - Asking

extension ApprovalService {
    /// Asks for something, of the leader of whoever asks unless another is named.
    package func ask(
        _ new: NewApproval,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Approval {
        let request = try request(new, in: transaction)
        try demandUse(of: request, at: occasion.at, in: transaction)
        if let replyBy = new.replyBy, replyBy <= occasion.at {
            throw ServiceError.refused("/replyBy", "must lie in the future")
        }
        try staff.demand(new.toID, "/toId", in: transaction)
        let asked = try store.all(like: request, in: transaction)
        if let pending = asked.first(where: { $0.status == .pending }) {
            throw ServiceError.duplicate(Subject(.approval, pending.id))
        }
        let asker = try holder(token, in: transaction)?.staffID
        let usual = try policy(in: transaction).terms.replyHours
        return try ask(
            request,
            NewApprovalDetails(
                reason: new.reason,
                asker: occasion.actor,
                askerID: asker,
                tokenID: token,
                toID: try new.toID
                    ?? leader(of: asker, request, at: occasion.at, in: transaction),
                replyBy: new.replyBy ?? occasion.at.adding(hours: usual),
                isActedFirst: false
            ),
            by: occasion,
            in: transaction
        )
    }

    private func ask(
        _ request: AuthorityRequest,
        _ details: NewApprovalDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Approval {
        let approval = try store.insert(request, details, at: occasion.at, in: transaction)
        guard let approval else { throw ServiceError.notFound }
        try deadlines.insert(
            Self.deadline(approval.id, replyBy: approval.replyBy),
            in: transaction
        )
        try tasks.open(
            NewTask(
                kind: "approval",
                subject: Subject(.approval, approval.id),
                cause: approval.cause,
                details: TaskDetails(
                    reason: approval.reason ?? "\(approval.asker) asks",
                    dueAt: approval.replyBy,
                    assigneeID: approval.toID
                )
            ),
            by: occasion,
            in: transaction
        )
        try record("asked", nil, approval, by: occasion, in: transaction)
        return approval
    }

    /// Refuses to ask for a remedy of a complaint that is closed, of which none is proposed: what
    /// was approved before it is reopened would not count.
    private func demandUse(
        of request: AuthorityRequest,
        at now: Instant,
        in snapshot: Snapshot
    ) throws {
        guard request.kind == .remedy, let id = request.complaintID,
            let state = try complaints.find(id, at: now, in: snapshot)?.state,
            state.status == .closed
        else { return }
        throw ServiceError.complaintClosed(
            "the complaint is closed",
            allowed: state.allowed.map(\.rawValue)
        )
    }

    /// What a request asks for; refuses one that does not name what its kind needs.
    private func request(_ new: NewApproval, in snapshot: Snapshot) throws -> AuthorityRequest {
        var refusals: [ServiceError.Refusal] = []
        func demand(_ isGiven: Bool, _ isWanted: Bool, _ member: String) {
            guard isGiven != isWanted else { return }
            let verb = isWanted ? "is required of" : "does not go with"
            refusals.append(.init("/\(member)", "\(verb) \(new.kind.rawValue)"))
        }
        demand(new.complaintID != nil, new.kind.isOfComplaint, "complaintId")
        demand(new.customerID != nil, !new.kind.isOfComplaint, "customerId")
        demand(new.amount != nil, new.kind.hasAmount, "amount")
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        let customer =
            try new.customerID.map { try customers.demand($0, in: snapshot) }
            ?? new.complaintID.flatMap { try complaints.customer(of: $0, in: snapshot) }
        guard let customer else {
            let id = new.complaintID?.rawValue ?? 0
            throw ServiceError.refused("/complaintId", "there is no complaint \(id)")
        }
        return AuthorityRequest(
            kind: new.kind,
            customerID: customer,
            complaintID: new.complaintID,
            amount: new.amount
        )
    }

    /// Who leads whoever asks and is there; else whom the complaint is addressed to.
    private func leader(
        of asker: ID<StaffMember>?,
        _ request: AuthorityRequest,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> ID<StaffMember>? {
        let leaders = [
            try asker.flatMap { try staff.activeLeader(of: $0, in: snapshot) },
            try request.complaintID.flatMap { try complaints.find($0, at: now, in: snapshot) }?
                .state.people.leaderID,
        ]
        return try staff.firstActive(of: leaders, in: snapshot)
    }
}

// MARK: - Deciding

extension ApprovalService {
    /// Approves or declines a request, once; nobody decides on what they ask for themselves, nor
    /// beyond their own authority.
    package func decide(
        _ approval: Approval,
        as status: Approval.Status,
        because reason: String?,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Approval {
        guard approval.status == .pending else {
            throw ServiceError.notAllowedNow(
                "it is \(approval.status.rawValue) already",
                allowed: ["POST /v1/approvals"]
            )
        }
        let holder = try holder(token, in: transaction)
        if let holder {
            let isOwn =
                token == approval.askerTokenID
                || holder.staffID != nil && holder.staffID == approval.askerID
            let terms = try policy(in: transaction).terms
            guard !isOwn else {
                throw ServiceError.beyondAuthority(
                    "nobody decides on what they ask for",
                    limit: nil,
                    allowed: terms.deciders(on: approval.request)
                )
            }
            if let limit = terms.limit(of: holder, for: approval.request.kind),
                !limit.covers(approval.request.amount)
            {
                throw ServiceError.beyondAuthority(
                    "this is beyond the authority of whoever decides, too",
                    limit: approval.request.kind.hasAmount ? limit.amount : nil,
                    allowed: terms.deciders(on: approval.request)
                )
            }
        }
        let decision = ApprovalDecision(
            at: occasion.at,
            actor: occasion.actor,
            staffID: holder?.staffID,
            reason: reason
        )
        try store.decide(approval.id, as: status, decision, in: transaction)
        try tasks.close(
            cause: approval.cause,
            note: status.rawValue,
            by: occasion,
            in: transaction
        )
        let decided = try find(approval.id, in: transaction)
        try record(status.rawValue, approval, decided, by: occasion, in: transaction)
        return decided
    }

    /// Gives what a person has yet to decide to another; tells how many requests those were.
    func handOver(
        from old: ID<StaffMember>,
        to new: ID<StaffMember>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Int {
        let pending = try store.pending(to: old, in: transaction)
        for approval in pending {
            try store.readdress(approval.id, to: new, at: occasion.at, in: transaction)
            let changed = try find(approval.id, in: transaction)
            try record("readdressed", approval, changed, by: occasion, in: transaction)
        }
        return pending.count
    }

    /// How much a person has yet to decide.
    func count(expectedFrom staff: ID<StaffMember>, in snapshot: Snapshot) throws -> Int {
        try store.pending(to: staff, in: snapshot).count
    }

    private func record(
        _ action: String,
        _ old: Approval?,
        _ new: Approval,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            "approval.\(action)",
            Subject(.approval, new.id),
            changes: descriptions.approval(old, new),
            by: occasion,
            in: transaction
        )
    }
}

// MARK: - Alarms

extension ApprovalService {
    static func deadline(_ id: ID<Approval>, replyBy: Instant) -> Deadline {
        Deadline(
            // At the very instant it is in time.
            dueAt: replyBy.adding(milliseconds: 1),
            subject: Subject(.approval, id),
            kind: "overdue"
        )
    }

    /// Tells that a request was not decided in time.
    func carryOut(
        _ deadline: Deadline,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let id = ID<Approval>(rawValue: deadline.subject.id)
        guard let approval = try store.find(id, in: transaction), approval.status == .pending
        else { return }
        let alarm = ApprovalAlarm(
            kind: approval.request.kind,
            replyBy: approval.replyBy,
            isActedFirst: approval.isActedFirst,
            addresseeID: try approval.toID
                ?? leader(
                    of: approval.askerID,
                    approval.request,
                    at: occasion.at,
                    in: transaction
                )
        )
        try journal.append(
            "approval.overdue",
            deadline.subject,
            changes: descriptions.alarm(nil, alarm),
            by: occasion,
            in: transaction
        )
    }
}
