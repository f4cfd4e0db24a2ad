// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What each customer may yet become, and what it is entitled to (M23, M25).
package struct CareService: Sendable {
    private let store = CareStore()
    private let tiers: TierService
    private let stages: StageService
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<CarePolicy>

    package init(
        tiers: TierService,
        stages: StageService,
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<CarePolicy>
    ) {
        self.tiers = tiers
        self.stages = stages
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    /// The policy in force, or that was at an instant.
    package func policy(asOf: Instant = .last, in snapshot: Snapshot) throws -> CarePolicy {
        guard let policy = try store.policy(asOf: asOf, in: snapshot) else {
            throw ServiceError.notFound
        }
        return policy
    }

    /// Puts other rules in force.
    package func setPolicy(
        _ rules: CareRules,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> CarePolicy {
        let old = try policy(in: transaction)
        let rules = try rules.ordered()
        guard rules != old.rules else { return old }
        try store.insert(rules, at: occasion.at, in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "care-policy.changed",
            Subject(.carePolicy, Int64(new.version)),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }

    /// Whether there is more to be sold to a customer, by what had happened before an instant.
    package func potential(
        of id: ID<Customer>,
        asOf: Instant,
        in snapshot: Snapshot
    ) throws -> Potential {
        _ = try customers.reference(to: id, in: snapshot)
        let policy = try policy(asOf: asOf, in: snapshot)
        let rules = policy.rules
        let wallet = try stages.wallet(of: id, asOf: asOf, in: snapshot)
        let start = wallet.windowStart
        let before = stages.zone.windowStart(asOf: asOf, months: 2 * wallet.windowMonths)
        let days = Int64(rules.overdueDays) * Instant.millisecondsPerDay
        let payments = try store.payments(
            by: id,
            from: before,
            until: asOf,
            overdueBefore: asOf.adding(milliseconds: -days),
            in: snapshot
        )
        return Potential(
            customerID: id,
            asOf: asOf,
            windowStart: start,
            windowMonths: wallet.windowMonths,
            policyVersion: policy.version,
            evidence: [
                .need(WalletShare(of: wallet.categories), atLeast: rules.leastGap),
                .growth(
                    try store.bought(by: id, from: start, until: asOf, asOf: asOf, in: snapshot),
                    try store.bought(by: id, from: before, until: start, asOf: asOf, in: snapshot),
                    atLeast: rules.leastGrowth
                ),
                .payment(payments, overdueDays: rules.overdueDays),
            ],
            payments: payments
        )
    }

    /// What a customer is entitled to; nil if it was not ranked by then.
    package func entitlements(
        of id: ID<Customer>,
        asOf: Instant?,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Entitlements? {
        guard let standing = try tiers.tier(of: id, asOf: asOf, in: snapshot) else { return nil }
        let potential = try potential(of: id, asOf: asOf ?? now, in: snapshot)
        let policy = try policy(asOf: asOf ?? .last, in: snapshot)
        guard let terms = policy.rules.terms(of: standing.tier, potential.verdict) else {
            throw ServiceError.notFound
        }
        return Entitlements(
            customerID: id,
            asOf: asOf ?? now,
            standing: standing,
            potential: potential,
            terms: terms,
            policyVersion: policy.version,
            spent: try store.spent(
                on: id,
                from: stages.zone.windowStart(asOf: asOf ?? now, months: 12),
                until: asOf ?? now,
                in: snapshot
            )
        )
    }
}
