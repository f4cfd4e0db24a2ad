// SPDX-License-Identifier: Apache-2.0

/// Whether a customer hangs on too few people, who they are, and why (M42, 点对点风险).
package struct SingleThreadRisk: Sendable {
    /// Why a customer is at risk, or is so no more.
    package enum Reason: String, Sendable, CaseIterable {
        case fewContacts = "few-contacts"
        case fewStaff = "few-staff"
        case enoughPeople = "enough-people"
        case notWatched = "not-watched"
    }

    package let customerID: ID<Customer>
    package let terms: SingleThreadTerms
    package let isWatched: Bool
    package let activity: SingleThreadActivity
    /// Since when it is at risk; nil if it is not, or never had enough people.
    package let since: Instant?

    package var isAtRisk: Bool { !reasons.isEmpty }
    package var reasons: [Reason] { activity.lacks(by: terms) }
}

/// Who was active with a customer in the days that count, on either side; the last one first.
package struct SingleThreadActivity: Sendable {
    package let contacts: [ActivePerson]
    package let staff: [ActivePerson]

    func lacks(by terms: SingleThreadTerms) -> [SingleThreadRisk.Reason] {
        var lacks: [SingleThreadRisk.Reason] = []
        if contacts.count < terms.people { lacks.append(.fewContacts) }
        if staff.count < terms.people { lacks.append(.fewStaff) }
        return lacks
    }

    /// When there will be too few, if nobody does anything; nil where there are already.
    func expiry(by terms: SingleThreadTerms) -> Instant? {
        guard lacks(by: terms).isEmpty else { return nil }
        return [contacts, staff].map { terms.expiry(of: $0[terms.people - 1].lastActiveAt) }.min()
    }
}

/// A person who took part in interactions with a customer.
package struct ActivePerson: Sendable {
    package let id: Int64
    package let name: String
    package let lastActiveAt: Instant
}

/// What the journal says when a customer comes to be at risk, or is so no more.
package struct SingleThreadChange: Sendable {
    /// Since when it is, or was.
    package let since: Instant
    package let reasons: [SingleThreadRisk.Reason]
    package let activity: SingleThreadActivity
}

/// A customer who is watched.
struct SingleThreadWatch: Sendable {
    let customerID: ID<Customer>
    /// Since when it is at risk; nil if it is not.
    let since: Instant?
    /// When it is to be looked at; nil until something happens.
    let dueAt: Instant?
}

/// What it rests on who is watched.
struct SingleThreadBasis: Sendable, Equatable {
    let policy: Int
    let tierRun: Int64?
}
