// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension ComplaintMove {
    /// What was said and decided, as JSON text: for the history and the journal.
    var details: String {
        switch self {
        case .reply(let reply): ComplaintReply.fields.representation.changes(from: nil, to: reply)
        case .listen(let statement):
            ComplaintStatement.fields.representation.changes(from: nil, to: statement)
        case .assess(let assessment):
            ComplaintAssessment.fields.representation.changes(from: nil, to: assessment)
        case .propose(let proposal):
            ComplaintProposal.fields.representation.changes(from: nil, to: proposal)
        case .decline(let reason), .pause(let reason), .reopen(let reason):
            ComplaintReason.fields.representation.changes(from: nil, to: reason)
        case .followUp(let followUp):
            ComplaintFollowUp.fields.representation.changes(from: nil, to: followUp)
        case .assign(let assignment):
            ComplaintAssignment.fields.representation.changes(from: nil, to: assignment)
        case .reward(let reward):
            ComplaintReward.fields.representation.changes(from: nil, to: reward)
        case .accept, .carryOut, .resume: "{}"
        }
    }
}

extension ComplaintReply {
    package static let fields: Fields<ComplaintReply> = Fields(
        "ComplaintReply",
        ComplaintReply.init,
        Field("text", \.text, .string(maxLength: 8000), "What the customer was told."),
        Field("channel", \.channel, .enumeration(), "How.")
    )
}

extension ComplaintStatement {
    static let fields: Fields<ComplaintStatement> = Fields(
        "ComplaintStatement",
        ComplaintStatement.init,
        Field("statement", \.statement, .string(maxLength: 8000), "What the customer said.")
    )
}

extension ComplaintAssessment {
    static let fields: Fields<ComplaintAssessment> = Fields(
        "ComplaintAssessment",
        ComplaintAssessment.init,
        Field("verdict", \.verdict, .enumeration(), "Whether it is justified."),
        Field(demanded: "cause", \.cause, .enumeration(), "What caused it; required."),
        ComplaintDetails.causeDetail(\.causeDetail),
        Field(
            "useful",
            \.isUseful,
            .boolean,
            default: false,
            "Whether it helps us: such a one may be rewarded, justified or not."
        ),
        Field("reason", \.reason, .string(maxLength: 8000), "Why it was judged so.")
    )
}

extension ComplaintProposal {
    static let fields: Fields<ComplaintProposal> = Fields(
        "ComplaintProposal",
        ComplaintProposal.init,
        Field("proposal", \.proposal, .string(maxLength: 8000), "What the customer is offered."),
        Field(optional: "cost", \.cost, .amount, "What it costs us."),
        Field(
            optional: "actFirst",
            \.actFirst,
            .object(ComplaintReason.fields),
            "To propose it before the cost is approved, where the policy allows that."
        )
    )
}

extension ComplaintReason {
    static let fields: Fields<ComplaintReason> = Fields(
        "ComplaintReason",
        ComplaintReason.init,
        Field("reason", \.reason, .string(maxLength: 2000), "Why.")
    )
}

extension ComplaintFollowUp {
    static let fields: Fields<ComplaintFollowUp> = Fields(
        "ComplaintFollowUp",
        ComplaintFollowUp.init,
        Field("helped", \.helped, .boolean, "Whether the remedy helped."),
        Field(optional: "score", \.score, .integer(1...10), "How content the customer is."),
        Field(optional: "note", \.note, .string(maxLength: 8000))
    )
}

extension ComplaintAssignment {
    static let fields: Fields<ComplaintAssignment> = Fields(
        "ComplaintAssignment",
        ComplaintAssignment.init,
        Field("assigneeId", \.assigneeID, .id(), "Who is to handle it.")
    )
}

extension ComplaintReward {
    package static let fields: Fields<ComplaintReward> = Fields(
        "ComplaintReward",
        ComplaintReward.init,
        Field("kind", \.kind, .string(maxLength: 200), "What the customer gets."),
        Field(optional: "amount", \.amount, .amount, "What it is worth."),
        Field(
            optional: "actFirst",
            \.actFirst,
            .object(ComplaintReason.fields),
            "To give it before it is approved, where the policy allows that."
        )
    )
}

extension ComplaintReward {
    /// What is kept of it.
    static let stored: Representation<ComplaintReward> = Representation(
        "ComplaintRewardGiven",
        [
            Member("kind", \.kind, .string(maxLength: 200), "What the customer gets."),
            Member("amount", \.amount, .amount, "What it is worth."),
        ]
    )
}

extension ComplaintState {
    /// What the deadlines were set by.
    static let basis: Representation<ComplaintState> = Representation(
        "ComplaintBasis",
        [
            Member("tier", \.basisTier, .enumeration(), "The customer's, if it had one."),
            Member("policyVersion", \.basisPolicy, .integer(1...Int.max)),
        ]
    )
}

extension ComplaintState.Remedy {
    static let fields: Representation<ComplaintState.Remedy> = Representation(
        "ComplaintRemedy",
        [
            Member("proposal", \.proposal, .string(maxLength: 8000)),
            Member("cost", \.cost, .amount),
            Member("standing", \.standing, .enumeration(), "What has come of it."),
        ]
    )
}

extension ComplaintState.FollowUp {
    static let fields: Representation<ComplaintState.FollowUp> = Representation(
        "ComplaintOutcome",
        [
            Member("helped", \.helped, .boolean),
            Member("score", \.score, .integer(1...10)),
        ]
    )
}

extension Complaint {
    /// Nil before the assessment, which tells it.
    var isUseful: Bool? { state.verdict.map { _ in state.isUseful } }

    /// How often it was reopened; nil for never, which needs no word.
    var reopened: Int? { state.reopened > 0 ? state.reopened : nil }
}
