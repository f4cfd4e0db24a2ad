// SPDX-License-Identifier: Apache-2.0

/// A bearer token, as it is kept: its SHA-256, never itself.
package struct Token: Sendable {
    package let id: ID<Token>
    package let name: String
    package let role: Role
    /// The scopes it is narrowed to; nil for all of its role's.
    package let narrowed: [String]?
    /// The person or system that it belongs to.
    package let owner: String
    /// The person, if it is one who is known here.
    package let staffID: ID<StaffMember>?
    package let createdAt: Instant
    package let expiresAt: Instant?
    package let lastUsedAt: Instant?
    package let revokedAt: Instant?

    package var scopes: Set<String> {
        let held = Set(role.scopes.map(\.rawValue))
        guard let narrowed else { return held }
        return held.intersection(narrowed)
    }

    package func isValid(at now: Instant) -> Bool {
        revokedAt == nil && expiresAt.map { now < $0 } ?? true
    }
}

/// The order in which tokens are listed.
package enum TokenSorting: String, Sendable, CaseIterable {
    case id
}

/// What a new token is to be.
package struct NewToken: Sendable {
    package let name: String
    package let role: Role
    package let scopes: [String]?
    package let owner: String
    package let staffID: ID<StaffMember>?
    package let expiresAt: Instant?

    package init(
        name: String,
        role: Role,
        scopes: [String]? = nil,
        owner: String,
        staffID: ID<StaffMember>? = nil,
        expiresAt: Instant? = nil
    ) {
        self.name = name
        self.role = role
        self.scopes = scopes
        self.owner = owner
        self.staffID = staffID
        self.expiresAt = expiresAt
    }
}
