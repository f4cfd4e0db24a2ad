// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Customers who hang on too few people (M42, 点对点风险): when one of two leaves, the relation goes.
package struct SingleThreadService: Sendable {
    private let store = SingleThreadStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describePolicy: Describe<SingleThreadPolicy>
    private let describeChange: Describe<SingleThreadChange>

    package init(
        customers: CustomerService,
        journal: Journal,
        describePolicy: @escaping Describe<SingleThreadPolicy>,
        describeChange: @escaping Describe<SingleThreadChange>
    ) {
        self.customers = customers
        self.journal = journal
        self.describePolicy = describePolicy
        self.describeChange = describeChange
    }

    /// The policy in force.
    package func policy(in snapshot: Snapshot) throws -> SingleThreadPolicy {
        guard let policy = try store.policy(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other terms in force; who is watched is found anew.
    package func setPolicy(
        _ terms: SingleThreadTerms,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> SingleThreadPolicy {
        let old = try policy(in: transaction)
        let terms = try terms.ordered()
        guard terms != old.terms else { return old }
        try store.insert(terms, at: occasion.at, in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "single-thread-policy.changed",
            Subject(.singleThreadPolicy, Int64(new.version)),
            changes: describePolicy(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }

    /// Whether a customer is at risk now, whoever is watched.
    package func risk(
        of id: ID<Customer>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> SingleThreadRisk {
        let customer = try customers.find(id, in: snapshot)
        let terms = try policy(in: snapshot).terms
        let activity = try activity(with: id, by: terms, at: now, in: snapshot)
        let watch = try store.watch(of: id, in: snapshot)
        return SingleThreadRisk(
            customerID: id,
            terms: terms,
            isWatched: terms.watch(customer),
            activity: activity,
            since: activity.lacks(by: terms).isEmpty
                ? nil
                : try watch?.since ?? beginning(of: id, activity, by: terms, in: snapshot)
        )
    }

    /// The warning that was raised of a customer and holds yet.
    func warning(
        of id: ID<Customer>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> CustomerWarning? {
        guard let since = try store.watch(of: id, in: snapshot)?.since else { return nil }
        let risk = try risk(of: id, at: now, in: snapshot)
        guard risk.isAtRisk else { return nil }
        return CustomerWarning(kind: .singleThread, since: since, text: risk.text)
    }

    private func activity(
        with id: ID<Customer>,
        by terms: SingleThreadTerms,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> SingleThreadActivity {
        let start = now.adding(milliseconds: -terms.window)
        return SingleThreadActivity(
            contacts: try store.contacts(activeWith: id, since: start, in: snapshot),
            staff: try store.staff(activeWith: id, since: start, in: snapshot)
        )
    }

    /// When the first side came to have too few people by time alone; nil where it never had more.
    private func beginning(
        of id: ID<Customer>,
        _ activity: SingleThreadActivity,
        by terms: SingleThreadTerms,
        in snapshot: Snapshot
    ) throws -> Instant? {
        try activity.lacks(by: terms).compactMap { lack in
            let all =
                lack == .fewContacts
                ? try store.contacts(activeWith: id, since: .first, in: snapshot)
                : try store.staff(activeWith: id, since: .first, in: snapshot)
            return all.count < terms.people
                ? nil : terms.expiry(of: all[terms.people - 1].lastActiveAt)
        }
        .min()
    }
}

// MARK: - Watching

extension SingleThreadService {
    /// Looks at a customer who is due: raises a warning, or ends it, and notes when to look next.
    func look(
        at watch: SingleThreadWatch,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let id = watch.customerID
        let terms = try policy(in: transaction).terms
        let activity = try activity(with: id, by: terms, at: occasion.at, in: transaction)
        guard terms.watch(try customers.find(id, in: transaction)) else {
            if let since = watch.since {
                let end = SingleThreadChange(
                    since: since,
                    reasons: [.notWatched],
                    activity: activity
                )
                try record("ended", end, of: id, by: occasion, in: transaction)
            }
            return try store.delete(id, in: transaction)
        }
        let lacks = activity.lacks(by: terms)
        var since = watch.since
        if let ended = since, lacks.isEmpty {
            since = nil
            let end = SingleThreadChange(
                since: ended,
                reasons: [.enoughPeople],
                activity: activity
            )
            try record("ended", end, of: id, by: occasion, in: transaction)
        } else if since == nil, !lacks.isEmpty {
            // Not before it became due: whoever has left may have been active until then.
            let due = watch.dueAt ?? occasion.at
            let begun = try beginning(of: id, activity, by: terms, in: transaction)
            let start = max(due, begun ?? due)
            since = start
            let change = SingleThreadChange(since: start, reasons: lacks, activity: activity)
            try record("warned", change, of: id, by: occasion, in: transaction)
        }
        try store.update(
            SingleThreadWatch(customerID: id, since: since, dueAt: activity.expiry(by: terms)),
            in: transaction
        )
    }

    private func record(
        _ action: String,
        _ change: SingleThreadChange,
        of id: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            "customer.single-thread-\(action)",
            Subject(.customer, id),
            changes: describeChange(nil, change),
            by: occasion,
            in: transaction
        )
    }
}

extension SingleThreadTerms {
    fileprivate func watch(_ customer: Customer) -> Bool {
        watch(
            kind: customer.details.kind,
            tier: customer.tier,
            isArchived: customer.archivedAt != nil
        )
    }
}

extension SingleThreadRisk {
    /// The figures in a sentence.
    fileprivate var text: String {
        "in the last \(terms.days) days \(activity.contacts.count) of the customer's people and "
            + "\(activity.staff.count) of ours were active, of \(terms.people) wanted on either side"
    }
}
