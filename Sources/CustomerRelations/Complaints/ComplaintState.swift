// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Where a complaint stands: what its steps (M59) and clocks (M60) have come to.
package struct ComplaintState: Sendable, Equatable {
    /// What the points of a complaint were judged to be (M59).
    package enum Verdict: String, Sendable, CaseIterable, ColumnValue {
        case justified
        case partly
        case not
    }

    /// The remedy that is on the table.
    package struct Remedy: Sendable, Equatable {
        package enum Standing: String, Sendable, CaseIterable, ColumnValue {
            case proposed
            case accepted
            case declined
            case done
        }

        package let proposal: String
        package let cost: Money?
        package var standing: Standing
    }

    /// Whether the remedy helped.
    package struct FollowUp: Sendable, Equatable {
        package let helped: Bool
        /// From 1 to 10, the best.
        package let score: Int?
    }

    /// What the rounds of a complaint came to that were over when it was reopened: what has happened
    /// stays.
    package struct Earlier: Sendable, Equatable {
        /// When a remedy was carried out last.
        var remediedAt: Instant?
        /// How long the clock of the remedy stood still, in milliseconds.
        var remedyPaused: Int64 = 0
        var isRemedyBreached = false
    }

    package var status = Complaint.Status.open
    package var step = Complaint.Step.listen
    package let receivedAt: Instant
    package var deadlines: ComplaintDeadlines
    /// What the deadlines were set by: the customer's tier then, and the version of the policy.
    package var basisTier: Tier?
    package var basisPolicy = 1
    package var answeredAt: Instant?
    package var remediedAt: Instant?
    package var closedAt: Instant?
    package var people = ComplaintPeople()
    package var verdict: Verdict?
    /// Whether it helped us, justified or not (M61).
    package var isUseful = false
    package var remedy: Remedy?
    package var followUp: FollowUp?
    /// Since when it waits for the customer.
    package var pausedAt: Instant?
    /// How long the clocks have stood still in all, in milliseconds.
    var answerPaused: Int64 = 0
    var remedyPaused: Int64 = 0
    package var reopenedAt: Instant?
    package var reopened = 0
    package var earlier = Earlier()
    package var reward: ComplaintReward?

    /// When the remedy was done with, by itself or by closing.
    var remedied: Instant? { remediedAt ?? closedAt }

    /// The clocks that ran out: answered at the very due instant is in time.
    func breached(at now: Instant) -> [Complaint.Clock] {
        // While it waits for the customer the clocks stand.
        let now = pausedAt ?? now
        var breached: [Complaint.Clock] = []
        if answeredAt ?? now > deadlines.answerDueAt { breached.append(.answer) }
        if earlier.isRemedyBreached || remediedAt ?? now > deadlines.remedyDueAt {
            breached.append(.remedy)
        }
        return breached
    }

    /// How long the customer waited for the last remedy that was carried out, in milliseconds,
    /// however often the complaint was reopened; nil without any.
    var remedyWait: Int64? {
        guard let last = remediedAt ?? earlier.remediedAt else { return nil }
        let paused = earlier.remedyPaused + (remediedAt == nil ? 0 : remedyPaused)
        return last.milliseconds(since: receivedAt) - paused
    }
}

/// Who sees to a complaint.
package struct ComplaintPeople: Sendable, Equatable {
    /// Who handles it.
    package var assigneeID: ID<StaffMember>?
    /// Who answers for the desk.
    package var leaderID: ID<StaffMember>?
}

/// Something that is done about a complaint.
package enum ComplaintMove: Sendable, Equatable {
    case reply(ComplaintReply)
    /// Let the customer speak, and write it down in their words.
    case listen(ComplaintStatement)
    case assess(ComplaintAssessment)
    case propose(ComplaintProposal)
    case accept
    case decline(ComplaintReason)
    case carryOut
    case followUp(ComplaintFollowUp)
    case pause(ComplaintReason)
    case resume
    case reopen(ComplaintReason)
    case assign(ComplaintAssignment)
    case reward(ComplaintReward)

    /// The kinds of moves, named as in their paths.
    package enum Kind: String, Sendable, CaseIterable {
        case reply
        case listen
        case assess
        case propose = "remedy"
        case accept = "remedy/accept"
        case decline = "remedy/decline"
        case carryOut = "remedy/done"
        case followUp = "follow-up"
        case pause
        case resume
        case reopen
        case assign
        case reward

        /// The step that it is part of.
        var step: Complaint.Step? {
            switch self {
            case .listen: .listen
            case .assess: .assess
            case .propose, .accept, .decline, .carryOut: .remedy
            case .followUp: .followUp
            case .reply, .pause, .resume, .reopen, .assign, .reward: nil
            }
        }

        /// What the journal calls it.
        var event: String {
            switch self {
            case .reply: "complaint.replied"
            case .listen: "complaint.listened"
            case .assess: "complaint.assessed"
            case .propose: "complaint.remedy-proposed"
            case .accept: "complaint.remedy-accepted"
            case .decline: "complaint.remedy-declined"
            case .carryOut: "complaint.remedied"
            case .followUp: "complaint.closed"
            case .pause: "complaint.paused"
            case .resume: "complaint.resumed"
            case .reopen: "complaint.reopened"
            case .assign: "complaint.assigned"
            case .reward: "complaint.rewarded"
            }
        }
    }

    package var kind: Kind {
        switch self {
        case .reply: .reply
        case .listen: .listen
        case .assess: .assess
        case .propose: .propose
        case .accept: .accept
        case .decline: .decline
        case .carryOut: .carryOut
        case .followUp: .followUp
        case .pause: .pause
        case .resume: .resume
        case .reopen: .reopen
        case .assign: .assign
        case .reward: .reward
        }
    }
}

/// What the customer said, in their words.
package struct ComplaintStatement: Sendable, Equatable {
    package let statement: String

    package init(statement: String) { self.statement = statement }
}

/// How the points of a complaint are judged, and why they came to be (M58).
package struct ComplaintAssessment: Sendable, Equatable {
    package let verdict: ComplaintState.Verdict
    /// No assessment is made without one.
    package let cause: Complaint.Cause?
    package let causeDetail: String?
    /// Whether it helped us, justified or not (M61).
    package let isUseful: Bool
    package let reason: String

    package init(
        verdict: ComplaintState.Verdict,
        cause: Complaint.Cause?,
        causeDetail: String?,
        isUseful: Bool,
        reason: String
    ) {
        self.verdict = verdict
        self.cause = cause
        self.causeDetail = causeDetail
        self.isUseful = isUseful
        self.reason = reason
    }
}

/// A remedy as the customer is offered it.
package struct ComplaintProposal: Sendable, Equatable {
    package let proposal: String
    package let cost: Money?
    /// Why it is proposed before its cost is approved.
    package let actFirst: ComplaintReason?

    package init(proposal: String, cost: Money?, actFirst: ComplaintReason? = nil) {
        self.proposal = proposal
        self.cost = cost
        self.actFirst = actFirst
    }
}

/// Why something is done.
package struct ComplaintReason: Sendable, Equatable {
    package let reason: String

    package init(reason: String) { self.reason = reason }
}

/// Whether the remedy helped, asked of the customer.
package struct ComplaintFollowUp: Sendable, Equatable {
    package let helped: Bool
    package let score: Int?
    package let note: String?

    package init(helped: Bool, score: Int?, note: String?) {
        self.helped = helped
        self.score = score
        self.note = note
    }
}

/// Who is to handle a complaint.
package struct ComplaintAssignment: Sendable, Equatable {
    package let assigneeID: ID<StaffMember>

    package init(assigneeID: ID<StaffMember>) { self.assigneeID = assigneeID }
}

/// What a customer got for a justified or useful complaint (M61, 奖励投诉).
package struct ComplaintReward: Sendable, Equatable {
    package let kind: String
    package let amount: Money?
    /// Why it is given before it is approved.
    package let actFirst: ComplaintReason?

    package init(kind: String, amount: Money?, actFirst: ComplaintReason? = nil) {
        self.kind = kind
        self.amount = amount
        self.actFirst = actFirst
    }
}
