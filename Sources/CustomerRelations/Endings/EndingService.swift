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

    /// Looks at a customer whom a run found to cost more than it brings, or to owe for too long: proposes
    /// it, if that holds, unless it was kept within the run's window, or its relation ended and it was
    /// not won back; tells whether it holds.
    @discardableResult
    func look(
        at id: ID<Customer>,
        loss: Money?,
        isDebtor: Bool,
        by run: TierRun,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws -> Bool {
        var payments: PaymentRecord?
        if isDebtor,
            try care.potential(of: id, asOf: run.asOf, in: transaction).verdict == .lacks
        {
            payments = try care.overdue(of: id, asOf: run.asOf, in: transaction)
        }
        let overdue = payments.flatMap { $0.overdue > .zero ? $0.overdue : nil }
        let grounds = EndingGrounds(
            loss: loss,
            overdue: overdue,
            overdueSince: overdue == nil ? nil : payments?.overdueSince
        )
        guard !grounds.isEmpty else { return false }
        let last = try store.last(of: id, in: transaction)
        let customer = try customers.find(id, in: transaction)
        if last?.status == .ended, customer.details.lifecycle == .lost { return true }
        if last?.status == .kept, let at = last?.decision?.at, at >= run.windowStart { return true }
        if last?.status == .proposed, last?.grounds == grounds { return true }
        guard customer.archivedAt == nil else { return false }
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
        return true
    }

    /// Takes back the next proposals that are none of those found any more; tells where to go on, nil
    /// when that was all.
    func withdraw(
        after id: ID<EndingCandidate>,
        but found: Set<ID<Customer>>,
        limit: Int,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<EndingCandidate>? {
        let proposed = try store.proposed(after: id, limit: limit, in: transaction)
        for candidate in proposed where !found.contains(candidate.customerID) {
            _ = try settle(candidate, .withdrawn, nil, by: occasion, in: transaction)
        }
        return proposed.count < limit ? nil : proposed.last?.id
    }
}
