// SPDX-License-Identifier: Apache-2.0

/// People who work together.
package struct Team: Sendable {
    package let id: ID<Team>
    package let details: TeamDetails
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What is recorded of a team.
package struct TeamDetails: Sendable, Equatable {
    package let name: String

    package init(name: String) { self.name = name }
}

/// The orders in which teams are listed.
package enum TeamSorting: String, Sendable, CaseIterable {
    case id
    case name
}
