// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Complaint: Versioned {}

/// A complaint as it comes in, its customer named in one of three ways.
package struct ComplaintInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let phone: PhoneNumber?
    let receivedAt: Instant?
    let details: ComplaintDetails

    /// The members of a complaint that no client sets.
    static let readOnly: Set<String> = [
        "id", "customer", "status", "step", "answerDueAt", "answeredAt", "remedyDueAt",
        "remediedAt", "closedAt", "breached", "assigneeId", "leaderId", "verdict", "remedy",
        "useful", "deadlinesBy", "followUp", "pausedAt", "reopened", "reward", "history", "version",
        "createdAt", "updatedAt",
    ]

    package static let fields: Fields<ComplaintInput> = Fields(
        "NewComplaint",
        {
            ComplaintInput(
                customerID: $0,
                customerExternalID: $1,
                phone: $2,
                receivedAt: $3,
                details: ComplaintDetails(
                    channel: $4,
                    subject: $5,
                    description: $6,
                    cause: $7,
                    causeDetail: $8,
                    severity: $9,
                    orderID: $10,
                    externalID: $11
                )
            )
        },
        readOnly: readOnly,
        oneOf: ["customerId", "customerExternalId", "phone"],
        Field(optional: "customerId", \.customerID, .id(), "The customer."),
        Field(optional: "customerExternalId", \.customerExternalID, .externalID, "Its other name."),
        Field(
            optional: "phone",
            \.phone,
            .phoneNumber,
            "Its phone number; an unknown one makes a prospect."
        ),
        Field(optional: "receivedAt", \.receivedAt, .instant, "Now, if not given."),
        ComplaintDetails.channel(\.details.channel),
        ComplaintDetails.subject(\.details.subject),
        ComplaintDetails.description(\.details.description),
        ComplaintDetails.cause(\.details.cause),
        ComplaintDetails.causeDetail(\.details.causeDetail),
        ComplaintDetails.severity(\.details.severity),
        ComplaintDetails.orderID(\.details.orderID),
        ComplaintDetails.externalID(\.details.externalID)
    )

    /// The complaint to open; `outcome` is what an import knows of its end.
    package func complaint(
        answeredAt: Instant? = nil,
        closedAt: Instant? = nil
    ) -> NewComplaint {
        NewComplaint(
            customer: Result { () throws(ServiceError) in
                try CustomerName(oneOf: [
                    ("customerId", customerID.map(CustomerName.id)),
                    ("customerExternalId", customerExternalID.map(CustomerName.externalID)),
                    ("phone", phone.map(CustomerName.phone)),
                ])
            },
            details: details,
            receivedAt: receivedAt,
            answeredAt: answeredAt,
            closedAt: closedAt
        )
    }
}

extension ComplaintDetails {
    /// What can be corrected.
    package static let fields: Fields<ComplaintDetails> = Fields(
        "ComplaintDetails",
        ComplaintDetails.init,
        readOnly: ComplaintInput.readOnly.union([
            "customerId", "customerExternalId", "phone", "receivedAt",
        ]),
        channel(\.channel),
        subject(\.subject),
        description(\.description),
        cause(\.cause),
        causeDetail(\.causeDetail),
        severity(\.severity),
        orderID(\.orderID),
        externalID(\.externalID)
    )

    typealias Path<Root, Value> = @Sendable (Root) -> Value

    static func channel<R>(_ path: @escaping Path<R, Complaint.Channel>) -> Field<
        R, Complaint.Channel
    > {
        Field("channel", path, .enumeration(), "The door it came through.")
    }

    static func subject<R>(_ path: @escaping Path<R, String>) -> Field<R, String> {
        Field("subject", path, .string(maxLength: 200), "What went wrong, in a line.")
    }

    static func description<R>(_ path: @escaping Path<R, String?>) -> Field<R, String?> {
        Field(optional: "description", path, .string(maxLength: 8000), "In the customer's words.")
    }

    static func cause<R>(_ path: @escaping Path<R, Complaint.Cause?>) -> Field<R, Complaint.Cause?>
    {
        Field(optional: "cause", path, .enumeration(), "Why, as far as it is known.")
    }

    static func causeDetail<R>(_ path: @escaping Path<R, String?>) -> Field<R, String?> {
        Field(
            optional: "causeDetail",
            path,
            .string(maxLength: ComplaintTerms.causeDetailLength),
            "Why in particular: one of those that the policy has of the cause."
        )
    }

    static func severity<R>(_ path: @escaping Path<R, Complaint.Severity>) -> Field<
        R, Complaint.Severity
    > {
        Field("severity", path, .enumeration(), default: .normal, "How bad it is.")
    }

    static func orderID<R>(_ path: @escaping Path<R, ID<Order>?>) -> Field<R, ID<Order>?> {
        Field(optional: "orderId", path, .id(), "The order it is about.")
    }

    static func externalID<R>(_ path: @escaping Path<R, String?>) -> Field<R, String?> {
        Field(
            optional: "externalId",
            path,
            .externalID,
            "The number of the call-centre tool, unique."
        )
    }
}

extension Complaint {
    package static let fields: Representation<Complaint> = Representation(
        "Complaint",
        [
            Member("id", \.id, .id()),
            Member("customer", \.customer, .object(CustomerReference.fields)),
        ] + ComplaintDetails.fields.representation.lifted(\.details) + [
            Member("status", \.state.status, .enumeration()),
            Member("step", \.state.step, .enumeration(), "The step that is next."),
            Member("receivedAt", \.state.receivedAt, .instant),
            Member("answerDueAt", \.state.deadlines.answerDueAt, .instant),
            Member("answeredAt", \.state.answeredAt, .instant, "When it was first replied to."),
            Member("remedyDueAt", \.state.deadlines.remedyDueAt, .instant),
            Member("remediedAt", \.state.remediedAt, .instant),
            Member("deadlinesBy", \.state, .object(ComplaintState.basis)),
            Member("closedAt", \.state.closedAt, .instant),
            Member(
                "breached",
                \.breached,
                .array(of: .enumeration()),
                "The clocks that ran out: `answer`, `remedy`."
            ),
            Member("assigneeId", \.state.people.assigneeID, .id()),
            Member("leaderId", \.state.people.leaderID, .id()),
            Member("verdict", \.state.verdict, .enumeration(), "What the assessment found."),
            Member("useful", \.isUseful, .boolean, "Whether it helped us, justified or not."),
            Member(
                "remedy",
                \.state.remedy,
                .object(ComplaintState.Remedy.fields),
                "What is offered, and what the customer says to it."
            ),
            Member("followUp", \.state.followUp, .object(ComplaintState.FollowUp.fields)),
            Member("pausedAt", \.state.pausedAt, .instant, "Since when it waits for the customer."),
            Member(
                "reopened",
                \.reopened,
                .integer(1...Int.max),
                "How often it was reopened, if it was."
            ),
            Member("reward", \.state.reward, .object(ComplaintReward.stored)),
            Member("history", \.history, .array(of: ComplaintAction.codec), "Oldest first."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )

    /// What the journal and the history say of a complaint: all but what they are themselves, and what
    /// every change changes.
    static let journalled = fields.leaving(out: ["history", "breached", "version", "updatedAt"])
}

extension ComplaintAction {
    /// `{at, actor, action, …}`: what was said and decided stands beside.
    static let codec = Codec<ComplaintAction>(
        schema: .open(description: "What was done: `at`, `actor`, `action` and its details."),
        decode: { _, _ in nil },
        encode: { action, writer in
            writer.object { writer in
                writer.name("at")
                writer.string(action.at.rfc3339)
                writer.name("actor")
                writer.string(action.actor)
                writer.name("action")
                writer.string(action.action)
                for member in (try? JSONReader.read(action.details))?.members ?? [] {
                    writer.name(member.name)
                    writer.value(member.value)
                }
            }
        }
    )
}

extension ComplaintDeadlineChange {
    static let fields: Representation<ComplaintDeadlineChange> = Representation(
        "ComplaintDeadlineChange",
        [
            Member("answerDueAt", \.deadlines.answerDueAt, .instant),
            Member("remedyDueAt", \.deadlines.remedyDueAt, .instant),
            Member("answerWasDueAt", \.old.answerDueAt, .instant),
            Member("remedyWasDueAt", \.old.remedyDueAt, .instant),
            Member("tier", \.tier, .enumeration()),
            Member("policyVersion", \.policy, .integer(1...Int.max)),
        ]
    )
}

extension ComplaintPeople {
    static let fields: Representation<ComplaintPeople> = Representation(
        "ComplaintPeople",
        [Member("assigneeId", \.assigneeID, .id()), Member("leaderId", \.leaderID, .id())]
    )
}

extension ComplaintAlarm {
    static let fields: Representation<ComplaintAlarm> = Representation(
        "ComplaintAlarm",
        [
            Member("clock", \.clock, .enumeration()),
            Member("dueAt", \.dueAt, .instant),
            Member("addressee", \.addressee, .enumeration(), "Who has to know."),
            Member("addresseeId", \.addresseeID, .id()),
        ]
    )
}

extension ComplaintFilter {
    static let fields: Fields<ComplaintFilter> = Fields(
        nil,
        ComplaintFilter.init,
        Field(optional: "q", \.text, .string(maxLength: 200), "Part of subject or description."),
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "step", \.step, .enumeration()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "assigneeId", \.assigneeID, .id()),
        Field(optional: "tier", \.tier, .enumeration()),
        Field(optional: "breached", \.breached, .enumeration(), "The clock that ran out."),
        Field(optional: "cause", \.cause, .enumeration()),
        Field(
            optional: "causeDetail",
            \.causeDetail,
            .string(maxLength: ComplaintTerms.causeDetailLength)
        ),
        Field(optional: "articleId", \.articleID, .id(), "About this known problem."),
        Field(optional: "since", \.since, .instantOrDay, "Received then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Received before.")
    )
}

/// Whose queue is asked for.
struct ComplaintQueueFilter: Sendable {
    let assigneeID: ID<StaffMember>?

    static let fields: Fields<ComplaintQueueFilter> = Fields(
        nil,
        ComplaintQueueFilter.init,
        Field(optional: "assigneeId", \.assigneeID, .id(), "Who handles them.")
    )
}
