// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A person who works here.
package struct StaffMember: Sendable {
    package let id: ID<StaffMember>
    package let details: StaffDetails
    package let presence: StaffPresence
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
    /// When the person left.
    package let archivedAt: Instant?
}

/// What is recorded of a person.
package struct StaffDetails: Sendable, Equatable {
    package let name: String
    package let teamID: ID<Team>?
    package let leaderID: ID<StaffMember>?
    package let skills: [StaffSkill]
    /// By their codes (ISO 639), such as zh or en.
    package let languages: [String]
    /// The person's own; nil for the service's.
    package let timeZone: String?
    package let workingHours: [WorkingInterval]

    package init(
        name: String,
        teamID: ID<Team>? = nil,
        leaderID: ID<StaffMember>? = nil,
        skills: [StaffSkill] = [],
        languages: [String] = [],
        timeZone: String? = nil,
        workingHours: [WorkingInterval] = []
    ) {
        self.name = name
        self.teamID = teamID
        self.leaderID = leaderID
        self.skills = skills
        self.languages = languages
        self.timeZone = timeZone
        self.workingHours = workingHours
    }
}

/// What a person is good at, and how good.
package struct StaffSkill: Sendable, Equatable {
    package static let levels = 1...5

    package let name: String
    package let level: Int

    package init(name: String, level: Int) {
        self.name = name
        self.level = level
    }
}

/// Whether a person can be spoken to.
package enum Presence: String, Sendable, CaseIterable, ColumnValue {
    case available
    case busy
    case away
    case off
}

/// The presence of a person at some instant: what the person said last, until it expires.
package struct StaffPresence: Sendable, Equatable {
    package let presence: Presence
    /// Nil for one who is off because nothing else was said, or no longer counts.
    package let expiresAt: Instant?

    static let off = StaffPresence(presence: .off, expiresAt: nil)

    func current(at now: Instant) -> StaffPresence {
        expiresAt.map { now < $0 } ?? false ? self : .off
    }
}

/// A presence that is to be set.
package struct NewPresence: Sendable {
    /// As long as a shift: what nobody renews should not count for longer.
    static let usualLength = 8 * Instant.millisecondsPerHour
    static let longest = 7 * Instant.millisecondsPerDay

    package let presence: Presence
    package let expiresAt: Instant?

    package init(presence: Presence, expiresAt: Instant? = nil) {
        self.presence = presence
        self.expiresAt = expiresAt
    }
}

/// What a list of people is narrowed to.
package struct StaffFilter: Sendable {
    package let teamID: ID<Team>?
    package let leaderID: ID<StaffMember>?
    package let skill: String?
    package let language: String?
    package let presence: Presence?

    package init(
        teamID: ID<Team>? = nil,
        leaderID: ID<StaffMember>? = nil,
        skill: String? = nil,
        language: String? = nil,
        presence: Presence? = nil
    ) {
        self.teamID = teamID
        self.leaderID = leaderID
        self.skill = skill
        self.language = language
        self.presence = presence
    }
}

/// The orders in which people are listed.
package enum StaffSorting: String, Sendable, CaseIterable {
    case id
    case name
}
