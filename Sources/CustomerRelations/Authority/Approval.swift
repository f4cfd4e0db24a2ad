// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A request that is beyond the authority of whoever makes it, and what was decided (M51).
package struct Approval: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case pending
        case approved
        case declined
    }

    package let id: ID<Approval>
    package let request: AuthorityRequest
    package let reason: String?
    /// The name of the token that asked, whose it is, and which.
    package let asker: String
    package let askerID: ID<StaffMember>?
    let askerTokenID: ID<Token>?
    /// Who is asked.
    package let toID: ID<StaffMember>?
    /// By when the customer was told there would be an answer.
    package let replyBy: Instant
    /// Whether it was done before it was asked for.
    package let isActedFirst: Bool
    package let status: Status
    package let decision: ApprovalDecision?
    /// When it was first made use of.
    package let usedAt: Instant?
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What is asked for, and about whom.
package struct AuthorityRequest: Sendable, Equatable {
    package let kind: AuthorityKind
    package let customerID: ID<Customer>
    package let complaintID: ID<Complaint>?
    /// Nil of what has none.
    package let amount: Money?
}

/// What was decided of a request, by whom and why.
package struct ApprovalDecision: Sendable, Equatable {
    package let at: Instant
    /// The name of the token that decided, and whose it is.
    package let actor: String
    package let staffID: ID<StaffMember>?
    package let reason: String?
}

/// A request as it comes in.
package struct NewApproval: Sendable {
    package let kind: AuthorityKind
    package let complaintID: ID<Complaint>?
    package let customerID: ID<Customer>?
    package let amount: Money?
    package let reason: String?
    package let toID: ID<StaffMember>?
    package let replyBy: Instant?

    package init(
        kind: AuthorityKind,
        complaintID: ID<Complaint>? = nil,
        customerID: ID<Customer>? = nil,
        amount: Money? = nil,
        reason: String? = nil,
        toID: ID<StaffMember>? = nil,
        replyBy: Instant? = nil
    ) {
        self.kind = kind
        self.complaintID = complaintID
        self.customerID = customerID
        self.amount = amount
        self.reason = reason
        self.toID = toID
        self.replyBy = replyBy
    }
}

/// What a list of requests is narrowed to.
package struct ApprovalFilter: Sendable {
    package let status: Approval.Status?
    package let kind: AuthorityKind?
    package let toID: ID<StaffMember>?
    package let askerID: ID<StaffMember>?
    package let customerID: ID<Customer>?
    package let complaintID: ID<Complaint>?

    package init(
        status: Approval.Status? = nil,
        kind: AuthorityKind? = nil,
        toID: ID<StaffMember>? = nil,
        askerID: ID<StaffMember>? = nil,
        customerID: ID<Customer>? = nil,
        complaintID: ID<Complaint>? = nil
    ) {
        self.status = status
        self.kind = kind
        self.toID = toID
        self.askerID = askerID
        self.customerID = customerID
        self.complaintID = complaintID
    }
}

/// The orders in which requests are listed.
package enum ApprovalSorting: String, Sendable, CaseIterable {
    case replyBy
}

/// Why somebody may not do something by themselves, and what is to be done instead.
package struct ApprovalNeed: Sendable, Equatable {
    package let request: AuthorityRequest
    /// How far they may go; nil of what has no amount.
    package let limit: Money?
    /// The request that was made already.
    package let pending: ID<Approval>?
    package let mayActFirst: Bool
}

/// What the alarm of a request says.
package struct ApprovalAlarm: Sendable {
    package let kind: AuthorityKind
    package let replyBy: Instant
    package let isActedFirst: Bool
    /// Who was to answer.
    package let addresseeID: ID<StaffMember>?
}
