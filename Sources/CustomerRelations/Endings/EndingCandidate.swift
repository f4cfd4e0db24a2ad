// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A customer with whom the relation might better end (M24, 劣质客户): only ever proposed, and decided by
/// a person with a reason.
package struct EndingCandidate: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case proposed
        case ended
        case kept
        /// What spoke for it has passed.
        case withdrawn
    }

    package let id: ID<EndingCandidate>
    package let customerID: ID<Customer>
    /// The run that found it.
    package let runID: ID<TierRun>
    package let grounds: EndingGrounds
    package let status: Status
    package let decision: EndingDecision?
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant

    package var reasons: [EndingReason] { grounds.reasons }
}

/// What speaks for ending a relation; being small is no ground.
package struct EndingGrounds: Sendable, Equatable {
    /// What the customer cost more than it brought in the run's window; nil if it brought something.
    package let loss: Money?
    /// What is overdue for too long, of a customer without prospects.
    package let overdue: Money?
    package let overdueSince: Instant?

    /// Whether nothing speaks for it.
    var isEmpty: Bool { loss == nil && overdue == nil }

    init(loss: Money?, overdue: Money?, overdueSince: Instant?) {
        self.loss = loss
        self.overdue = overdue
        self.overdueSince = overdueSince
    }

    fileprivate var reasons: [EndingReason] {
        var reasons: [EndingReason] = []
        if let loss {
            reasons.append(
                EndingReason(
                    code: .negativeProfit,
                    text: "the customer cost \(loss) more than it brought in the window"
                )
            )
        }
        if let overdue {
            let since = overdueSince.map { " since \($0)" } ?? ""
            reasons.append(
                EndingReason(
                    code: .badCredit,
                    text: "\(overdue) is overdue\(since), and neither need nor growth speaks for "
                        + "the customer"
                )
            )
        }
        return reasons
    }
}

/// What a run finds to speak for ending the relation with a customer.
struct EndingFinding: Sendable {
    let customer: ID<Customer>
    let grounds: EndingGrounds
    /// Whether there is nothing to propose.
    let isKnown: Bool
}

/// A ground in words.
package struct EndingReason: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        case negativeProfit = "negative-profit"
        case badCredit = "bad-credit"
    }

    package let code: Code
    package let text: String
}

/// Who decided, why and when.
package struct EndingDecision: Sendable, Equatable {
    package let deciderID: ID<StaffMember>
    package let reason: String
    package let at: Instant
}

/// A decision as it is asked for: by the person whose token it is, unless another is named.
package struct NewEndingDecision: Sendable {
    package let deciderID: ID<StaffMember>?
    package let reason: String?

    package init(deciderID: ID<StaffMember>? = nil, reason: String? = nil) {
        self.deciderID = deciderID
        self.reason = reason
    }
}

/// What a list of candidates is narrowed to.
package struct EndingFilter: Sendable {
    package let status: EndingCandidate.Status?
    package let customerID: ID<Customer>?

    package init(
        status: EndingCandidate.Status? = nil,
        customerID: ID<Customer>? = nil
    ) {
        self.status = status
        self.customerID = customerID
    }
}

/// The order in which candidates are listed.
package enum EndingSorting: String, Sendable, CaseIterable {
    case id
}
