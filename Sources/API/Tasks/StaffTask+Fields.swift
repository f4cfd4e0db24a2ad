// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension StaffTask: Versioned {}

extension NewTask {
    static let fields: Fields<NewTask> = Fields(
        "NewTask",
        {
            NewTask(
                kind: $0,
                subject: $1,
                cause: $2,
                details: TaskDetails(reason: $3, dueAt: $4, assigneeID: $5)
            )
        },
        Field("kind", \.kind, .slug(maxLength: 50), "What is to be done, in a word."),
        Field("subject", \.subject, .object(Subject.input), "A customer, or a record of one."),
        Field(
            optional: "cause",
            \.cause,
            .string(maxLength: 200),
            "What asks for it; while one with a cause is open there is no second."
        ),
        Field("reason", \.details.reason, .string(maxLength: 2000)),
        Field("dueAt", \.details.dueAt, .instant),
        Field(
            optional: "assigneeId",
            \.details.assigneeID,
            .id(),
            "Who is to do it; whom the token belongs to, if nobody is named."
        )
    )
}

extension Subject {
    static let input: Fields<Subject> = Fields(
        "TaskSubject",
        Subject.init,
        Field("type", \.kind, .enumeration()),
        Field("id", \.id, .number)
    )
}

extension TaskDetails {
    static let fields: Fields<TaskDetails> = Fields(
        "TaskDetails",
        TaskDetails.init,
        readOnly: [
            "id", "kind", "subject", "customerId", "cause", "status", "note", "settledAt",
            "settledBy", "version", "createdAt", "updatedAt",
        ],
        Field("reason", \.reason, .string(maxLength: 2000)),
        Field("dueAt", \.dueAt, .instant),
        Field(optional: "assigneeId", \.assigneeID, .id())
    )
}

extension StaffTask {
    static let fields: Representation<StaffTask> = Representation(
        "Task",
        [
            Member("id", \.id, .id()),
            Member("kind", \.matter.kind, .slug(maxLength: 50), "What is to be done, in a word."),
            Member("subject", \.matter.subject, .object(Subject.fields)),
            Member("customerId", \.matter.customerID, .id(), "Whom the subject belongs to."),
            Member("cause", \.matter.cause, .string(maxLength: 200), "What asked for it."),
        ] + TaskDetails.fields.representation.lifted(\.details) + [
            Member("status", \.status, .enumeration()),
            Member("note", \.note, .string(maxLength: 2000)),
            Member("settledAt", \.settledAt, .instant, "When it was done or declined."),
            Member("settledBy", \.settledBy, .string(maxLength: 200), "By whom."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}

/// What is said of a task that is done, which goes without saying.
struct TaskNote: Sendable {
    let note: String?

    static let fields: Fields<TaskNote> = Fields(
        "TaskNote",
        TaskNote.init,
        Field(optional: "note", \.note, .string(maxLength: 2000))
    )

    /// Of one that is declined, which does not.
    static let required: Fields<TaskNote> = Fields(
        "TaskRefusal",
        { TaskNote(note: $0) },
        Field("note", { $0.note ?? "" }, .string(maxLength: 2000), "Why it is not done.")
    )
}

extension TaskFilter {
    static let fields: Fields<TaskFilter> = Fields(
        nil,
        TaskFilter.init,
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "kind", \.kind, .slug(maxLength: 50)),
        Field(
            optional: "assigneeId",
            \.assignee,
            .assignee,
            "Who is to do it; `me` for whom the token belongs to."
        ),
        Field(optional: "customerId", \.customerID, .id()),
        Field(
            optional: "due",
            \.due,
            .enumeration(),
            "What is open: until the end of `today` by the calendar of whoever asks, or `overdue`."
        ),
        Field(optional: "since", \.since, .instantOrDay, "Due then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Due before.")
    )
}

extension Codec<TaskFilter.Assignee> {
    /// A person by id, or `me`.
    fileprivate static var assignee: Codec<TaskFilter.Assignee> {
        text(
            [JSON.Member("pattern", "^(me|[1-9][0-9]*)$")],
            mustBe: "the id of a person, or me",
            read: { text in
                text == "me" ? .me : ID<StaffMember>(path: text).map(TaskFilter.Assignee.id)
            },
            write: { assignee, writer in
                switch assignee {
                case .me: writer.string("me")
                case .id(let id): writer.string(String(id.rawValue))
                }
            }
        )
    }
}
