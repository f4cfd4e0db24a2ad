// SPDX-License-Identifier: Apache-2.0
import SQLite

/// How far people may go by themselves (M51, 请示限时答复), as it was put in force at some time.
package struct AuthorityPolicy: Sendable, Equatable {
    package let version: Int
    package let terms: AuthorityTerms
}

/// The limits, and how soon what is beyond them has to be decided.
package struct AuthorityTerms: Sendable, Equatable {
    package static let limitLimit = 500
    package static let hours = 1...720

    package let limits: [AuthorityLimit]
    /// Within how many hours a request is to be answered, unless it says itself.
    package let replyHours: Int
    /// Within how many hours an approval is owed for what was done first.
    package let actFirstHours: Int

    package init(limits: [AuthorityLimit], replyHours: Int, actFirstHours: Int) {
        self.limits = limits
        self.replyHours = replyHours
        self.actFirstHours = actFirstHours
    }
}

/// What may be beyond somebody's authority.
package enum AuthorityKind: String, Sendable, CaseIterable, ColumnValue {
    /// What a complaint's remedy costs.
    case remedy
    /// What a complaint is rewarded with.
    case reward
    case discount
    /// Disturbing a customer in quiet hours.
    case quietHours = "quiet-hours"

    /// Whether it is asked for a complaint; for a customer otherwise.
    var isOfComplaint: Bool {
        switch self {
        case .remedy, .reward: true
        case .discount, .quietHours: false
        }
    }

    /// Whether it has an amount; what has none is beyond any limit.
    var hasAmount: Bool { self != .quietHours }
}

/// How far a role, or a person whatever their role, may go by themselves.
package struct AuthorityLimit: Sendable, Equatable {
    package let kind: AuthorityKind
    package let role: Role?
    package let staffID: ID<StaffMember>?
    /// Nil for any amount.
    package let amount: Money?
    /// Whether what is beyond the limit may be done at once, with the approval owed.
    package let mayActFirst: Bool

    package init(
        kind: AuthorityKind,
        role: Role? = nil,
        staffID: ID<StaffMember>? = nil,
        amount: Money? = nil,
        mayActFirst: Bool = false
    ) {
        self.kind = kind
        self.role = role
        self.staffID = staffID
        self.amount = amount
        self.mayActFirst = mayActFirst
    }

    /// Whether it lets somebody do this; nil is what has no amount.
    ///
    /// Zero lets nothing pass, nor what costs nothing.
    func covers(_ wanted: Money?) -> Bool {
        guard let amount else { return true }
        guard amount > .zero, let wanted else { return false }
        return wanted <= amount
    }
}

/// Who asks or decides: a token's role, and whom the token belongs to.
struct AuthorityHolder {
    let role: Role
    let staffID: ID<StaffMember>?
}

extension AuthorityTerms {
    /// The limit of somebody: the person's own, else that of the role, or of the nearest role above it
    /// that has one; nil where there is none.
    func limit(of holder: AuthorityHolder, for kind: AuthorityKind) -> AuthorityLimit? {
        let ours = limits.filter { $0.kind == kind }
        if let staffID = holder.staffID, let own = ours.first(where: { $0.staffID == staffID }) {
            return own
        }
        return Role.allCases.drop { $0 != holder.role }.lazy
            .compactMap { role in ours.first { $0.role == role } }.first
    }

    /// The roles whose limits let them decide on a request.
    func deciders(on request: AuthorityRequest) -> [Role] {
        Role.allCases.filter { role in
            let limit = limit(of: AuthorityHolder(role: role, staffID: nil), for: request.kind)
            return role.scopes.contains(.approvalsWrite)
                && limit?.covers(request.amount) ?? true
        }
    }

    /// What is wrong with the limits by themselves.
    var refusals: [ServiceError.Refusal] {
        limits.enumerated().flatMap { place, limit in
            let pointer = "/limits/\(place)"
            let before = limits[..<place].filter { $0.kind == limit.kind }
            var refusals: [ServiceError.Refusal] = []
            if (limit.role == nil) == (limit.staffID == nil) {
                refusals.append(.init(pointer, "must be of either a role or a person"))
            } else if before.contains(where: {
                $0.role == limit.role && $0.staffID == limit.staffID
            }) {
                refusals.append(.init(pointer, "is given twice"))
            }
            if let amount = limit.amount, !limit.kind.hasAmount, amount > .zero {
                refusals.append(.init(pointer + "/amount", "must be 0.00 or left out"))
            }
            if let role = limit.role, let lower = limits.first(where: { $0.exceeds(limit, role) }) {
                refusals.append(
                    .init(pointer + "/amount", "must not be less than that of \(lower.name)")
                )
            }
            return refusals
        }
    }
}

extension AuthorityLimit {
    fileprivate var name: String { role?.rawValue ?? "" }

    /// Whether this is the limit of a lower role, and goes further all the same.
    fileprivate func exceeds(_ other: AuthorityLimit, _ role: Role) -> Bool {
        guard kind == other.kind, let own = self.role, own.place < role.place,
            let limit = other.amount
        else { return false }
        return amount.map { $0 > limit } ?? true
    }
}

extension Role {
    /// Its place among the roles, each of which holds all rights of the one before.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
