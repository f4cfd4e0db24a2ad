// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Something that somebody has to do, whatever asks for it.
package struct StaffTask: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case open
        case done
        case declined
    }

    package let id: ID<StaffTask>
    package let matter: TaskMatter
    package let details: TaskDetails
    package let status: Status
    /// What was said when it was done or declined.
    package let note: String?
    package let settledAt: Instant?
    package let settledBy: String?
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What a task is about, which never changes.
package struct TaskMatter: Sendable, Equatable {
    /// What is to be done, in a word.
    package let kind: String
    package let subject: Subject
    /// Whom the subject belongs to.
    package let customerID: ID<Customer>?
    /// What asks for it; nil where nothing could ask twice.
    package let cause: String?
}

/// What may be said of a task otherwise later.
package struct TaskDetails: Sendable, Equatable {
    package let reason: String
    package let dueAt: Instant
    package let assigneeID: ID<StaffMember>?

    package init(reason: String, dueAt: Instant, assigneeID: ID<StaffMember>? = nil) {
        self.reason = reason
        self.dueAt = dueAt
        self.assigneeID = assigneeID
    }
}

/// A task that is to be opened.
package struct NewTask: Sendable {
    package let kind: String
    package let subject: Subject
    package let cause: String?
    package let details: TaskDetails

    package init(kind: String, subject: Subject, cause: String? = nil, details: TaskDetails) {
        self.kind = kind
        self.subject = subject
        self.cause = cause
        self.details = details
    }
}

/// What a list of tasks is narrowed to.
package struct TaskFilter: Sendable {
    package enum Assignee: Sendable {
        /// Whoever asks.
        case me
        case id(ID<StaffMember>)
    }

    package enum Urgency: String, Sendable, CaseIterable {
        /// Open, and due on the day that whoever asks has now, or before.
        case today
        /// Open, and due before now.
        case overdue
    }

    package let status: StaffTask.Status?
    package let kind: String?
    package let assignee: Assignee?
    package let customerID: ID<Customer>?
    package let due: Urgency?
    /// Due then or later.
    package let since: Instant?
    /// Due before.
    package let until: Instant?

    package init(
        status: StaffTask.Status? = nil,
        kind: String? = nil,
        assignee: Assignee? = nil,
        customerID: ID<Customer>? = nil,
        due: Urgency? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.status = status
        self.kind = kind
        self.assignee = assignee
        self.customerID = customerID
        self.due = due
        self.since = since
        self.until = until
    }
}

/// The orders in which tasks are listed.
package enum TaskSorting: String, Sendable, CaseIterable {
    case dueAt
    case id
}
