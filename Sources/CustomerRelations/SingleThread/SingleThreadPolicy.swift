// SPDX-License-Identifier: Apache-2.0

/// How many people are to be in touch on either side, as it was put in force at some time (M42).
package struct SingleThreadPolicy: Sendable, Equatable {
    package let version: Int
    package let terms: SingleThreadTerms
    package let createdAt: Instant
}

/// How many people of a customer, and how many of ours, are to have been active, and in how many
/// days.
package struct SingleThreadTerms: Sendable, Equatable {
    package static let peopleRange = 1...20
    package static let dayRange = 1...3650

    package let people: Int
    /// Days of 24 hours.
    package let days: Int
    /// Whose customers are watched.
    package let tiers: [Tier]

    package init(people: Int, days: Int, tiers: [Tier] = [.key]) {
        self.people = people
        self.days = days
        self.tiers = tiers
    }

    /// The same with the highest tier first; refuses a tier that is given twice.
    func ordered() throws -> SingleThreadTerms {
        let doubles = ServiceError.doubles(tiers, "/tiers")
        guard doubles.isEmpty else { throw ServiceError.refused(doubles) }
        return SingleThreadTerms(
            people: people,
            days: days,
            tiers: Tier.allCases.filter(tiers.contains)
        )
    }

    var window: Int64 { Int64(days) * Instant.millisecondsPerDay }

    /// When whoever was active at an instant counts as active no more.
    ///
    /// After exactly so many days they still do.
    func expiry(of lastActiveAt: Instant) -> Instant {
        lastActiveAt.adding(milliseconds: window + 1)
    }

    /// Whether these customers are warned of: a person who buys for themselves has nobody beside
    /// them who could be known.
    func watch(kind: Customer.Kind, tier: Tier?, isArchived: Bool) -> Bool {
        guard kind == .enterprise, !isArchived, let tier else { return false }
        return tiers.contains(tier)
    }
}
