// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension AuthorityTerms {
    static let fields: Fields<AuthorityTerms> = Fields(
        "AuthorityTerms",
        AuthorityTerms.init,
        readOnly: ["version"],
        Field(
            "limits",
            \.limits,
            .array(of: .object(AuthorityLimit.fields), maxItems: limitLimit),
            "Who is not named may do all by themselves."
        ),
        Field(
            "replyHours",
            \.replyHours,
            .integer(hours),
            default: 24,
            "Within which a request is answered, unless it says itself."
        ),
        Field(
            "actFirstHours",
            \.actFirstHours,
            .integer(hours),
            default: 24,
            "Within which an approval is owed for what was done first."
        )
    )
}

extension AuthorityLimit {
    static let fields: Fields<AuthorityLimit> = Fields(
        "AuthorityLimit",
        AuthorityLimit.init,
        Field("kind", \.kind, .enumeration(), "What it is a limit of."),
        Field(
            optional: "role",
            \.role,
            .enumeration(),
            "Whose it is; a role without a limit has that of the nearest role above it."
        ),
        Field(optional: "staffId", \.staffID, .id(), "Whose it is, whatever their role."),
        Field(
            optional: "amount",
            \.amount,
            .amount,
            "Up to which; any amount, if not given. `0.00` lets nothing pass."
        ),
        Field(
            "mayActFirst",
            \.mayActFirst,
            .boolean,
            default: false,
            "Whether what is beyond may be done first and approved later."
        )
    )
}

extension AuthorityPolicy: Versioned {
    static let fields: Representation<AuthorityPolicy> = Representation(
        "AuthorityPolicy",
        AuthorityTerms.fields.representation.lifted(\.terms) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}

extension NewApproval {
    static let fields: Fields<NewApproval> = Fields(
        "NewApproval",
        NewApproval.init,
        Field("kind", \.kind, .enumeration()),
        Field(
            optional: "complaintId",
            \.complaintID,
            .id(),
            "For which; required of `remedy` and `reward`."
        ),
        Field(
            optional: "customerId",
            \.customerID,
            .id(),
            "For whom; required of `discount` and `quiet-hours`."
        ),
        Field(optional: "amount", \.amount, .amount, "How much; `quiet-hours` have none."),
        Field(optional: "reason", \.reason, .string(maxLength: 2000)),
        Field(optional: "toId", \.toID, .id(), "Who is asked; the leader, if nobody is named."),
        Field(
            optional: "replyBy",
            \.replyBy,
            .instant,
            "By when the customer was told there would be an answer."
        )
    )
}

extension Approval: Versioned {
    static let fields: Representation<Approval> = Representation(
        "Approval",
        [
            Member("id", \.id, .id()),
            Member("kind", \.request.kind, .enumeration()),
            Member("customerId", \.request.customerID, .id()),
            Member("complaintId", \.request.complaintID, .id()),
            Member("amount", \.request.amount, .amount),
            Member("reason", \.reason, .string(maxLength: 2000), "Why it is asked for."),
            Member("asker", \.asker, .string(maxLength: 200), "The name of the token that asked."),
            Member("askerId", \.askerID, .id(), "Whose token that is."),
            Member("toId", \.toID, .id(), "Who is asked."),
            Member("replyBy", \.replyBy, .instant),
            Member("actedFirst", \.isActedFirst, .boolean, "Whether it was done already."),
            Member("status", \.status, .enumeration()),
            Member("decision", \.decision, .object(ApprovalDecision.fields)),
            Member("usedAt", \.usedAt, .instant, "When it was first made use of."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

extension ApprovalDecision {
    static let fields: Representation<ApprovalDecision> = Representation(
        "ApprovalDecision",
        [
            Member("at", \.at, .instant),
            Member("actor", \.actor, .string(maxLength: 200), "The name of the token."),
            Member("staffId", \.staffID, .id(), "Whose token that is."),
            Member("reason", \.reason, .string(maxLength: 2000)),
        ]
    )
}

extension ApprovalAlarm {
    static let fields: Representation<ApprovalAlarm> = Representation(
        "ApprovalAlarm",
        [
            Member("kind", \.kind, .enumeration()),
            Member("replyBy", \.replyBy, .instant),
            Member("actedFirst", \.isActedFirst, .boolean),
            Member("addresseeId", \.addresseeID, .id()),
        ]
    )
}

/// Why something is approved, which goes without saying.
struct ApprovalNote: Sendable {
    let reason: String?

    static let fields: Fields<ApprovalNote> = Fields(
        "ApprovalNote",
        ApprovalNote.init,
        Field(optional: "reason", \.reason, .string(maxLength: 2000))
    )
}

extension ApprovalFilter {
    static let fields: Fields<ApprovalFilter> = Fields(
        nil,
        ApprovalFilter.init,
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "kind", \.kind, .enumeration()),
        Field(optional: "toId", \.toID, .id()),
        Field(optional: "askerId", \.askerID, .id()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "complaintId", \.complaintID, .id())
    )
}
