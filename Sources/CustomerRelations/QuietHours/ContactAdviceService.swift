// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// When customers may be contacted (M49, 打扰时段), and by which rules.
package struct ContactAdviceService: Sendable {
    /// The answered and missed calls that are looked at.
    private static let attemptLimit = 1_000
    private static let windowMonths = 12

    private let store = ContactPolicyStore()
    private let customers: CustomerService
    /// In which customers live who have none of their own.
    private let zone: CivilTimeZone
    private let journal: Journal
    private let describe: Describe<ContactPolicy>

    package init(
        customers: CustomerService,
        zone: CivilTimeZone,
        journal: Journal,
        describe: @escaping Describe<ContactPolicy>
    ) {
        self.customers = customers
        self.zone = zone
        self.journal = journal
        self.describe = describe
    }

    /// Tells whether a customer may be contacted at an instant, and at which hours calls are
    /// answered.
    package func advise(
        on id: ID<Customer>,
        at instant: Instant,
        now: Instant,
        in snapshot: Snapshot
    ) throws -> ContactAdvice {
        let zone = try zone(of: customers.find(id, in: snapshot))
        let verdict = try verdict(on: instant, in: zone, snapshot)
        return ContactAdvice(
            at: instant,
            rule: verdict?.rule.name,
            nextAllowedAt: verdict?.nextAllowedAt,
            timeZone: zone.name,
            answerRates: try answerRates(of: id, at: now, zone: zone, in: snapshot)
        )
    }

    /// The rule by which a customer must not be contacted at an instant, and from when on again.
    func quiet(
        _ customer: Customer,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws -> (rule: QuietRule, nextAllowedAt: Instant?)? {
        try verdict(on: instant, in: zone(of: customer), snapshot)
    }

    private func verdict(
        on instant: Instant,
        in zone: CivilTimeZone,
        _ snapshot: Snapshot
    ) throws -> (rule: QuietRule, nextAllowedAt: Instant?)? {
        let hours = QuietHours(try policy(in: snapshot).terms, zone: zone)
        return hours.rule(at: instant).map { ($0, hours.firstAllowed(from: instant)) }
    }

    private func zone(of customer: Customer) -> CivilTimeZone {
        customer.details.timeZone.flatMap(CivilTimeZone.init(name:)) ?? zone
    }

    private func answerRates(
        of id: ID<Customer>,
        at now: Instant,
        zone: CivilTimeZone,
        in snapshot: Snapshot
    ) throws -> [AnswerRate]? {
        let attempts = try store.attempts(
            of: id,
            since: zone.windowStart(asOf: now, months: Self.windowMonths),
            limit: Self.attemptLimit,
            in: snapshot
        )
        guard attempts.count >= AnswerRate.fewestAttempts else { return nil }
        return Dictionary(grouping: attempts) { attempt in
            Int(zone.millisecondOfDay(of: attempt.at) / Instant.millisecondsPerHour)
        }
        .map { hour, attempts in
            AnswerRate(
                hour: hour,
                attempts: attempts.count,
                answered: attempts.count { $0.isAnswered }
            )
        }
        .sorted { $0.hour < $1.hour }
    }
}

// MARK: - The policy

extension ContactAdviceService {
    /// The policy in force.
    package func policy(in snapshot: Snapshot) throws -> ContactPolicy {
        guard let policy = try store.latest(in: snapshot) else { throw ServiceError.notFound }
        return policy
    }

    /// Puts other rules in force.
    package func setPolicy(
        _ terms: ContactTerms,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ContactPolicy {
        let old = try policy(in: transaction)
        guard terms != old.terms else { return old }
        let refusals = terms.refusals
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        guard QuietHours(terms, zone: zone).firstAllowed(from: occasion.at) != nil else {
            throw ServiceError.refused("/rules", "must leave some time within a year from now")
        }
        try store.insert(terms, at: occasion.at, in: transaction)
        let new = try policy(in: transaction)
        try journal.append(
            "contact-policy.changed",
            Subject(.contactPolicy, Int64(new.version)),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}
