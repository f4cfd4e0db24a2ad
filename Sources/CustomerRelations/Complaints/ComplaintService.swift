// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The complaint desk (投诉): opening, correcting and answering complaints.
package struct ComplaintService: Sendable {
    /// How the desk's changes are written down.
    package struct Descriptions: Sendable {
        let complaint: Describe<Complaint>
        let move: @Sendable (ComplaintMove) -> String
        let alarm: Describe<ComplaintAlarm>
        let policy: Describe<ComplaintPolicy>
        let deadlines: Describe<ComplaintDeadlineChange>
        let interaction: Describe<InteractionLink>
        let meeting: Describe<MeetingLink>
        let people: Describe<ComplaintPeople>

        package init(
            complaint: @escaping Describe<Complaint>,
            move: @escaping @Sendable (ComplaintMove) -> String,
            alarm: @escaping Describe<ComplaintAlarm>,
            policy: @escaping Describe<ComplaintPolicy>,
            deadlines: @escaping Describe<ComplaintDeadlineChange>,
            interaction: @escaping Describe<InteractionLink>,
            meeting: @escaping Describe<MeetingLink>,
            people: @escaping Describe<ComplaintPeople>
        ) {
            self.complaint = complaint
            self.move = move
            self.alarm = alarm
            self.policy = policy
            self.deadlines = deadlines
            self.interaction = interaction
            self.meeting = meeting
            self.people = people
        }
    }

    let store = ComplaintStore()
    private let policies = ComplaintPolicyStore()
    private let orders = OrderStore()
    let staff = StaffStore()
    let ladder = ComplaintLadder()
    let alarms = DeadlineStore()
    private let customers: CustomerService
    private let approvals: ApprovalService
    let clock: ComplaintClock
    let journal: Journal
    let descriptions: Descriptions

    package init(
        customers: CustomerService,
        approvals: ApprovalService,
        clock: ComplaintClock,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.customers = customers
        self.approvals = approvals
        self.clock = clock
        self.journal = journal
        self.descriptions = descriptions
    }

    package func find(
        _ id: ID<Complaint>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Complaint {
        guard let complaint = try store.find(id, at: now, in: snapshot) else {
            throw ServiceError.notFound
        }
        return complaint
    }

    /// The complaint that another system knows by that name.
    func find(
        externalID: String,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Complaint? {
        try store.id(externalID: externalID, in: snapshot)
            .flatMap { try store.find($0, at: now, in: snapshot) }
    }

    package func list(
        _ filter: ComplaintFilter,
        _ request: PageRequest<ComplaintSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<Complaint> {
        try store.page(filter, request, at: now, in: snapshot)
    }

    /// The complaints that wait for their first answer, those of key customers first (M31).
    package func queue(
        of assigneeID: ID<StaffMember>?,
        _ request: PageRequest<ComplaintSorting>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Page<Complaint> {
        var filter = ComplaintFilter(status: .open, assigneeID: assigneeID)
        filter.isUnanswered = true
        return try store.page(filter, request, at: now, in: snapshot)
    }

    package func open(
        _ new: NewComplaint,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Complaint {
        let unnamed = new.customer.refusals
        var refusals = unnamed.all + refusals(ofTimesOf: new, at: occasion.at)
        if refusals.isEmpty, let externalID = new.details.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.complaint, other))
        }
        var (customer, several): (ID<Customer>?, [CustomerReference]) = (nil, [])
        if case .success(let name) = new.customer {
            do {
                customer = try refusals.collect {
                    try resolve(name, by: occasion, in: transaction)
                }
            } catch ServiceError.ambiguousPhone(let customers, _) {
                several = customers
            }
        }
        try refusals.collect {
            try demand(order: new.details.orderID, of: customer, in: transaction)
        }
        let detail = try refusals.collect {
            try causeDetail(
                new.details.causeDetail,
                of: new.details.cause,
                isSaid: true,
                insteadOf: nil,
                in: transaction
            )
        }
        guard several.isEmpty else { throw ServiceError.ambiguousPhone(several, refusals) }
        guard let customer, let detail, refusals.isEmpty else {
            throw unnamed.isMissing
                ? ServiceError.customerMissing(refusals) : ServiceError.refused(refusals)
        }
        var new = new
        new.details = new.details.with(causeDetail: detail)
        return try insert(new, customer: customer, by: occasion, in: transaction)
    }

    /// Corrects what is recorded of a complaint, as long as it is open; `saysDetail` tells whether
    /// the detail of the cause is said anew, too.
    package func change(
        _ complaint: Complaint,
        to details: ComplaintDetails,
        saysDetail: Bool,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Complaint {
        guard details != complaint.details else { return complaint }
        guard complaint.state.status != .closed else {
            throw ServiceError.complaintClosed(
                "what is recorded of a closed complaint stays",
                allowed: complaint.state.allowed.map(\.rawValue)
            )
        }
        // Whatever was assessed has one, up to its end.
        guard details.cause != nil || complaint.state.verdict == nil else {
            throw ServiceError.causeMissing
        }
        if let externalID = details.externalID,
            let other = try store.id(externalID: externalID, in: transaction),
            other != complaint.id
        {
            throw ServiceError.duplicate(Subject(.complaint, other))
        }
        var refusals: [ServiceError.Refusal] = []
        try refusals.collect {
            try demand(order: details.orderID, of: complaint.customer.id, in: transaction)
        }
        let detail = try refusals.collect {
            try causeDetail(
                details.causeDetail,
                of: details.cause,
                isSaid: saysDetail,
                insteadOf: complaint.details,
                in: transaction
            )
        }
        guard let detail, refusals.isEmpty else { throw ServiceError.refused(refusals) }
        let details = details.with(causeDetail: detail)
        guard details != complaint.details else { return complaint }
        try store.update(complaint.id, to: details, at: occasion.at, in: transaction)
        return try changed(complaint, "changed", by: occasion, in: transaction)
    }

    func insert(
        _ new: NewComplaint,
        customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Complaint {
        let receivedAt = new.receivedAt ?? occasion.at
        let customer = try customers.reference(to: customer, in: transaction)
        let state = try begin(new, receivedAt: receivedAt, tier: customer.tier, in: transaction)
        let id = try store.insert(
            new,
            customer: customer.id,
            state: state,
            at: occasion.at,
            in: transaction
        )
        guard let id else { throw ServiceError.notFound }
        let action = ComplaintAction(
            at: occasion.at,
            actor: occasion.actor,
            action: "open",
            details: "{}"
        )
        try store.append(action, to: id, isFirst: true, in: transaction)
        try watch(id, state, in: transaction)
        // Put together, not read back: the writer's thread has the least time of all.
        let complaint = new.stored(
            as: id,
            of: customer,
            state: state,
            history: [action],
            at: occasion.at
        )
        try journal.append(
            "complaint.opened",
            Subject(.complaint, id),
            changes: descriptions.complaint(nil, complaint),
            by: occasion,
            in: transaction
        )
        return complaint
    }

    /// The state that a new complaint begins in, by the policy in force.
    func begin(
        _ new: NewComplaint,
        receivedAt: Instant,
        tier: Tier?,
        in transaction: Transaction
    ) throws -> ComplaintState {
        let policy = try policy(in: transaction)
        var state = new.state(
            receivedAt: receivedAt,
            clock.deadlines(receivedAt: receivedAt, tier: tier, policy.terms)
        )
        state.people.leaderID = policy.terms.leaderID
        state.basisTier = tier
        state.basisPolicy = policy.version
        return state
    }

    /// Sets the first alarm of a new complaint.
    func watch(
        _ id: ID<Complaint>,
        _ state: ComplaintState,
        in transaction: Transaction
    ) throws {
        // What moves in closed is history.
        guard state.status != .closed, let first = ComplaintAlarms(id, state).first else { return }
        try alarms.insert(first, in: transaction)
    }

    /// Raises an alarm, unless what it warns of was done in time, and sets the one that follows
    /// (M60).
    func carryOut(
        _ alarm: Deadline,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let id = ID<Complaint>(rawValue: alarm.subject.id)
        guard let kind = ComplaintAlarms.Kind(rawValue: alarm.kind),
            let complaint = try store.find(id, at: occasion.at, in: transaction)
        else { return }
        let clocks = complaint.alarms
        if let next = clocks.next(after: kind) {
            try alarms.insert(next, in: transaction)
        }
        guard clocks.isWanted(kind) else { return }
        let (clock, dueAt, _) = clocks.clock(of: kind)
        let addressee = try ladder.addressee(
            from: clocks.rung(of: kind),
            of: complaint,
            in: transaction
        )
        let details = ComplaintAlarm(
            clock: clock,
            dueAt: dueAt,
            addressee: addressee.rung,
            addresseeID: addressee.id
        )
        try journal.append(
            "complaint.\(kind.rawValue)",
            alarm.subject,
            changes: descriptions.alarm(nil, details),
            by: occasion,
            in: transaction
        )
    }

    /// Refuses a move that is beyond the authority of whoever makes it (M51).
    func demandAuthority(
        for move: ComplaintMove,
        on complaint: Complaint,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let (kind, amount, actFirst): (AuthorityKind, Money?, ComplaintReason?)
        switch move {
        case .propose(let proposal):
            (kind, amount, actFirst) = (.remedy, proposal.cost, proposal.actFirst)
        case .reward(let reward):
            (kind, amount, actFirst) = (.reward, reward.amount, reward.actFirst)
        default: return
        }
        try approvals.demand(
            AuthorityRequest(
                kind: kind,
                customerID: complaint.customer.id,
                complaintID: complaint.id,
                amount: amount ?? .zero
            ),
            since: complaint.state.reopenedAt ?? .first,
            actingFirst: actFirst?.reason,
            from: token,
            by: occasion,
            in: transaction
        )
    }

    func changed(
        _ old: Complaint,
        _ action: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Complaint {
        let new = try find(old.id, at: occasion.at, in: transaction)
        let changes = descriptions.complaint(old, new)
        try note(action, changes, on: old.id, by: occasion, in: transaction)
        try journal.append(
            "complaint.\(action)",
            Subject(.complaint, old.id),
            changes: changes,
            by: occasion,
            in: transaction
        )
        return try find(old.id, at: occasion.at, in: transaction)
    }

    /// Received, answered and closed follow each other, and none lies in the future.
    func refusals(
        ofTimesOf new: NewComplaint,
        at now: Instant
    ) -> [ServiceError.Refusal] {
        let receivedAt = new.receivedAt ?? now
        let instants = [
            ("/receivedAt", receivedAt), ("/answeredAt", new.answeredAt),
            ("/closedAt", new.closedAt),
        ]
        var refusals: [ServiceError.Refusal] = []
        for case (let pointer, let instant?) in instants {
            if instant > now {
                refusals.append(ServiceError.Refusal(pointer, "must not lie in the future"))
            } else if instant < receivedAt {
                refusals.append(ServiceError.Refusal(pointer, "must not lie before receivedAt"))
            }
        }
        return refusals
    }

    private func resolve(
        _ name: CustomerName,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<Customer> {
        try customers.resolve(
            name,
            makingProspectFrom: CustomerSource(channel: .complaint),
            by: occasion,
            in: transaction
        )
    }

    /// Refuses an order that is not there, or is not the customer's, if it is known whose it has to
    /// be.
    func demand(
        order id: ID<Order>?,
        of customer: ID<Customer>?,
        in transaction: Transaction
    ) throws {
        guard let id else { return }
        let owner = try orders.customer(of: id, in: transaction)
        guard let owner, owner == customer ?? owner else {
            throw ServiceError.refused("/orderId", "the customer has no order \(id.rawValue)")
        }
    }

    /// The detail of a cause as it is to be recorded (M58): one that the policy has of it, as it is
    /// written there, or that is recorded with it already.
    ///
    /// One that is recorded, and not said anew, falls away with its cause where the new one has it
    /// not.
    func causeDetail(
        _ detail: String?,
        of cause: Complaint.Cause?,
        isSaid: Bool,
        insteadOf old: ComplaintDetails?,
        in transaction: Transaction
    ) throws -> String? {
        guard let detail else { return nil }
        guard isSaid || cause != old?.cause else { return detail }
        let terms = try policy(in: transaction).terms
        if let listed = terms.detail(detail, of: cause) { return listed }
        guard isSaid else { return nil }
        if detail == old?.causeDetail, cause == old?.cause { return detail }
        guard let cause else { throw ServiceError.detailWithoutCause }
        let known = terms.details(of: cause)
        throw ServiceError.refused(
            "/causeDetail",
            known.isEmpty
                ? "the policy has no details of \(cause.rawValue)"
                : "must be one of \(known.joined(separator: ", "))"
        )
    }

    /// What another system knew of a cause: as the policy writes it, if it has it.
    func spelled(
        _ detail: String?,
        of cause: Complaint.Cause?,
        in transaction: Transaction
    ) throws -> String? {
        guard let detail else { return nil }
        return try policy(in: transaction).terms.detail(detail, of: cause) ?? detail
    }

    func note(
        _ action: String,
        _ details: String,
        on id: ID<Complaint>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.append(
            ComplaintAction(
                at: occasion.at,
                actor: occasion.actor,
                action: action,
                details: details
            ),
            to: id,
            in: transaction
        )
    }
}

extension ServiceError {
    /// The detail of a cause that is not named.
    static var detailWithoutCause: ServiceError { refused("/causeDetail", "goes with a cause") }
}

// MARK: - The policy

extension ComplaintService {
    /// The policy in force.
    package func policy(in snapshot: Snapshot) throws -> ComplaintPolicy {
        guard let policy = try policies.latest(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other terms in force, for the complaints to come.
    package func setPolicy(
        _ terms: ComplaintTerms,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ComplaintPolicy {
        let old = try policy(in: transaction)
        guard terms != old.terms else { return old }
        let refusals = terms.refusals
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        try terms.businessHours.demandOrder("/businessHours")
        if terms.leaderID != old.terms.leaderID {
            try staff.demand(terms.leaderID, "/leaderId", in: transaction)
        }
        try policies.insert(terms, at: occasion.at, in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "complaint-policy.changed",
            Subject(.complaintPolicy, Int64(new.version)),
            changes: descriptions.policy(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}
