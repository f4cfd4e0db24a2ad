// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Relations that might better end (M24): proposed by rule, ended or kept by a person.
package struct EndingService: Sendable {
    private let store = EndingStore()
    private let staff = StaffStore()
    private let customers: CustomerService
    private let care: CareService
    private let tasks: TaskService
    private let journal: Journal
    private let describe: Describe<EndingCandidate>

    package init(
        customers: CustomerService,
        care: CareService,
        tasks: TaskService,
        journal: Journal,
        describe: @escaping Describe<EndingCandidate>
    ) {
        self.customers = customers
        self.care = care
        self.tasks = tasks
        self.journal = journal
        self.describe = describe
    }

    package func find(
        _ id: ID<EndingCandidate>,
        in snapshot: Snapshot
    ) throws -> EndingCandidate {
        guard let found = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return found
    }

    package func list(
        _ filter: EndingFilter,
        _ request: PageRequest<EndingSorting>,
        in snapshot: Snapshot
    ) throws -> Page<EndingCandidate> {
        try store.page(filter, request, in: snapshot)
    }

    /// Ends the relation, or keeps the customer, as a person decided.
    package func decide(
        _ candidate: EndingCandidate,
        _ status: EndingCandidate.Status,
        _ new: NewEndingDecision,
        from token: ID<Token>?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> EndingCandidate {
        guard candidate.status == .proposed else {
            throw ServiceError.notAllowedNow(
                "it is \(candidate.status.rawValue) already",
                allowed: []
            )
        }
        let decision = try signed(new, from: token, at: occasion.at, in: transaction)
        if status == .ended {
            let customer = try customers.find(candidate.customerID, in: transaction)
            let move = LifecycleMove(lifecycle: .lost, reason: "ended: \(decision.reason)")
            _ = try customers.move(customer, move, by: occasion, in: transaction)
        }
        return try settle(candidate, status, decision, by: occasion, in: transaction)
    }

    private func signed(
        _ new: NewEndingDecision,
        from token: ID<Token>?,
        at now: Instant,
        in transaction: Transaction
    ) throws -> EndingDecision {
        try staff.demand(new.deciderID, "/deciderId", in: transaction)
        let own = try tasks.person(of: token, in: transaction)
        var missing: [ServiceError.Refusal] = []
        let decider = new.deciderID ?? own
        if decider == nil {
            missing.append(
                ServiceError.Refusal("/deciderId", "must be given, as the token is no person's")
            )
        }
        if new.reason == nil { missing.append(ServiceError.Refusal("/reason", "must be given")) }
        guard let decider, let reason = new.reason, missing.isEmpty else {
            throw ServiceError.decisionUnsigned(missing)
        }
        return EndingDecision(deciderID: decider, reason: reason, at: now)
    }

    private func settle(
        _ candidate: EndingCandidate,
        _ status: EndingCandidate.Status,
        _ decision: EndingDecision?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> EndingCandidate {
        try store.settle(candidate.id, as: status, decision, at: occasion.at, in: transaction)
        return try record(status.rawValue, candidate, by: occasion, in: transaction)
    }

    private func record(
        _ action: String,
        _ old: EndingCandidate?,
        _ id: ID<EndingCandidate>? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> EndingCandidate {
        guard let id = id ?? old?.id else { throw ServiceError.notFound }
        let new = try find(id, in: transaction)
        try journal.append(
            "ending-candidate.\(action)",
            Subject(.endingCandidate, id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}

// MARK: - Proposing

extension EndingService {
    /// The customers whose invoices are overdue for too long.
    func debtors(asOf: Instant, in snapshot: Snapshot) throws -> Set<ID<Customer>> {
        let days = try care.policy(asOf: asOf, in: snapshot).rules.overdueDays
        let bound = asOf.adding(milliseconds: -Int64(days) * Instant.millisecondsPerDay)
        var debtors: Set<ID<Customer>> = []
        try store.forEachDebtor(dueBefore: bound, in: snapshot) { debtors.insert($0) }
        return debtors
    }

    /// What speaks for ending the relation with a customer whom a run found to cost more than it
    /// brings, or to owe for too long; nil if nothing does, or the customer is archived.
    func finding(
        of id: ID<Customer>,
        loss: Money?,
        isDebtor: Bool,
        by run: TierRun,
        in snapshot: Snapshot
    ) throws -> EndingFinding? {
        var payments: PaymentRecord?
        if isDebtor {
            let potential = try care.potential(of: id, asOf: run.asOf, in: snapshot)
            payments = potential.hasProspects ? nil : potential.payments
        }
        let overdue = payments.flatMap { $0.overdue > .zero ? $0.overdue : nil }
        let grounds = EndingGrounds(
            loss: loss,
            overdue: overdue,
            overdueSince: overdue == nil ? nil : payments?.overdueSince
        )
        guard !grounds.isEmpty else { return nil }
        let last = try store.last(of: id, in: snapshot)
        if try isKnown(grounds, of: id, last, by: run, in: snapshot) {
            return EndingFinding(customer: id, grounds: grounds, isKnown: true)
        }
        guard try !customers.isArchived(id, in: snapshot) else { return nil }
        return EndingFinding(customer: id, grounds: grounds, isKnown: false)
    }

    /// Whether there is nothing to propose: it is proposed already, was kept within the run's window,
    /// or the relation ended and the customer was not won back.
    private func isKnown(
        _ grounds: EndingGrounds,
        of id: ID<Customer>,
        _ last: EndingCandidate?,
        by run: TierRun,
        in snapshot: Snapshot
    ) throws -> Bool {
        switch last?.status {
        case .ended: try customers.find(id, in: snapshot).details.lifecycle == .lost
        case .kept: last?.decision.map { $0.at >= run.windowStart } ?? false
        case .proposed: last?.grounds == grounds
        case .withdrawn, nil: false
        }
    }

    /// Proposes what a run found of a customer, unless that has become known or the customer was
    /// archived meanwhile.
    func propose(
        _ finding: EndingFinding,
        by run: TierRun,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let (id, grounds) = (finding.customer, finding.grounds)
        let last = try store.last(of: id, in: transaction)
        guard try !isKnown(grounds, of: id, last, by: run, in: transaction),
            try !customers.isArchived(id, in: transaction)
        else { return }
        try store.propose(grounds, of: id, foundBy: run.id, at: occasion.at, in: transaction)
        let known = last?.status == .proposed ? last : nil
        let new = try store.last(of: id, in: transaction)
        _ = try record(
            known == nil ? "proposed" : "changed",
            known,
            new?.id,
            by: occasion,
            in: transaction
        )
    }

    /// The proposals that wait for their decision, in pages by id.
    func proposed(
        after id: ID<EndingCandidate>,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [EndingCandidate] {
        try store.proposed(after: id, limit: limit, in: snapshot)
    }

    /// Takes back a proposal for which nothing speaks any more, unless it was decided meanwhile.
    func withdraw(
        _ id: ID<EndingCandidate>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let candidate = try find(id, in: transaction)
        guard candidate.status == .proposed else { return }
        _ = try settle(candidate, .withdrawn, nil, by: occasion, in: transaction)
    }
}
