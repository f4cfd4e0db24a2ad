// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension Meeting: Versioned {}

extension MeetingDetails {
    static let fields: Fields<MeetingDetails> = Fields(
        "NewMeeting",
        MeetingDetails.init,
        readOnly: ["id", "confirmation", "issues", "version", "createdAt", "updatedAt"],
        Field("kind", \.kind, .enumeration()),
        Field("customerIds", \.customerIDs, .array(of: .id(), maxItems: 50), "Who took part."),
        Field(
            "contactIds",
            \.contactIDs,
            .array(of: .id(), maxItems: 50),
            default: [],
            "The people on the customers' side."
        ),
        Field(
            "staffIds",
            \.staffIDs,
            .array(of: .id(), maxItems: 50),
            default: [],
            "The people on our side; whom the token belongs to, if none are given."
        ),
        Field(optional: "place", \.place, .string(maxLength: 200)),
        Field("heldAt", \.heldAt, .instant),
        Field("summary", \.summary, .string(maxLength: 8000), "What was said, to be read back.")
    )
}

extension Meeting {
    static let fields: Representation<Meeting> = Representation(
        "Meeting",
        [Member("id", \.id, .id())]
            + MeetingDetails.fields.representation.lifted(\.details) + [
                Member(
                    "confirmation",
                    \.confirmation,
                    .object(MeetingConfirmation.fields),
                    "Who heard the summary and said yes to it; from then on it stands."
                ),
                Member(
                    "issues",
                    \.issues,
                    .array(of: .object(MeetingIssue.fields)),
                    "In the order in which they were raised."
                ),
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
            ]
    )
}

extension MeetingConfirmation {
    static let fields: Representation<MeetingConfirmation> = Representation(
        "MeetingConfirmation",
        [
            Member("at", \.at, .instant),
            Member("contactId", \.contactID, .id()),
            Member("name", \.name, .string(maxLength: 200)),
        ]
    )
}

extension NewMeetingConfirmation {
    static let fields: Fields<NewMeetingConfirmation> = Fields(
        "NewMeetingConfirmation",
        NewMeetingConfirmation.init,
        Field(optional: "contactId", \.contactID, .id(), "Who said yes to the summary."),
        Field(
            optional: "name",
            \.name,
            .string(maxLength: 200),
            "In place of `contactId`, for one who is no contact."
        ),
        Field(optional: "at", \.at, .instant, "Now, if not given.")
    )
}

extension MeetingIssue {
    static let fields: Representation<MeetingIssue> = Representation(
        "MeetingIssue",
        [
            Member("subject", \.subject, .object(Subject.fields), "What it became."),
            Member("raisedAt", \.raisedAt, .instant),
            Member("actor", \.actor, .string(maxLength: 200), "Who said so."),
        ]
    )
}

extension NewMeetingIssue {
    static let fields: Fields<NewMeetingIssue> = Fields(
        "NewMeetingIssue",
        NewMeetingIssue.init,
        Field(
            optional: "customerId",
            \.customerID,
            .id(),
            "Whose it is; needed where several took part."
        ),
        Field(optional: "complaint", \.complaint, .object(NewMeetingComplaint.fields)),
        Field(optional: "need", \.need, .object(NeedDetails.fields)),
        Field(optional: "task", \.task, .object(NewMeetingTask.fields))
    )
}

extension NewMeetingComplaint {
    static let fields: Fields<NewMeetingComplaint> = Fields(
        "NewMeetingComplaint",
        NewMeetingComplaint.init,
        Field("subject", \.subject, .string(maxLength: 200)),
        Field(optional: "description", \.description, .string(maxLength: 8000)),
        Field(optional: "cause", \.cause, .enumeration()),
        Field("severity", \.severity, .enumeration(), default: .normal)
    )
}

extension NewMeetingTask {
    static let fields: Fields<NewMeetingTask> = Fields(
        "NewMeetingTask",
        {
            NewMeetingTask(
                kind: $0,
                details: TaskDetails(reason: $1, dueAt: $2, assigneeID: $3)
            )
        },
        Field("kind", \.kind, .slug(maxLength: 50)),
        Field("reason", \.details.reason, .string(maxLength: 2000)),
        Field("dueAt", \.details.dueAt, .instant),
        Field(optional: "assigneeId", \.details.assigneeID, .id())
    )
}

extension MeetingLink {
    static let fields: Representation<MeetingLink> = Representation(
        "MeetingLink",
        [Member("meetingId", \.meetingID, .id())]
    )
}

extension MeetingFilter {
    static let fields: Fields<MeetingFilter> = Fields(
        nil,
        MeetingFilter.init,
        Field(optional: "kind", \.kind, .enumeration()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "staffId", \.staffID, .id()),
        Field(optional: "confirmed", \.isConfirmed, .boolean),
        Field(optional: "since", \.since, .instantOrDay, "Held then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Held before.")
    )
}

extension Need: Versioned {}

extension NeedDetails {
    static let fields: Fields<NeedDetails> = Fields(
        "NewNeed",
        NeedDetails.init,
        readOnly: ["id", "customerId", "meetingId", "version", "createdAt", "updatedAt"],
        Field("text", \.text, .string(maxLength: 1000)),
        Field("importance", \.importance, .integer(importances), "10 is most.")
    )
}

extension Need {
    static let fields: Representation<Need> = Representation(
        "Need",
        [Member("id", \.id, .id()), Member("customerId", \.customerID, .id())]
            + NeedDetails.fields.representation.lifted(\.details) + [
                Member("meetingId", \.meetingID, .id(), "In which it was raised."),
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
            ]
    )
}
