// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension EndingCandidate: Versioned {
    static let fields: Representation<EndingCandidate> = Representation(
        "EndingCandidate",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("status", \.status, .enumeration()),
            Member("reasons", \.reasons, .array(of: .object(EndingReason.fields))),
            Member("loss", \.grounds.loss, .money, "What it cost more than it brought."),
            Member("overdue", \.grounds.overdue, .money, "What it owes for too long."),
            Member("overdueSince", \.grounds.overdueSince, .instant),
            Member("runId", \.runID, .id(), "The tier run that found it."),
            Member("deciderId", \.decision?.deciderID, .id(), "Who decided."),
            Member("decisionReason", \.decision?.reason, .string(maxLength: 2000)),
            Member("decidedAt", \.decision?.at, .instant),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

extension EndingReason {
    fileprivate static let fields: Representation<EndingReason> = Representation(
        "EndingReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}

extension NewEndingDecision {
    static let fields: Fields<NewEndingDecision> = Fields(
        "NewEndingDecision",
        NewEndingDecision.init,
        Field(
            optional: "deciderId",
            \.deciderID,
            .id(),
            "Who decides; whom the token belongs to by default."
        ),
        Field(optional: "reason", \.reason, .string(maxLength: 2000), "Why; it has to be given.")
    )
}

extension EndingFilter {
    static let fields: Fields<EndingFilter> = Fields(
        nil,
        EndingFilter.init,
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "customerId", \.customerID, .id())
    )
}
