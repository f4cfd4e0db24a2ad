// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A visit to a customer, or a meeting with several (M52, 巡视管理/顾客会议).
package struct Meeting: Sendable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case visit
        case meeting
    }

    package let id: ID<Meeting>
    package let details: MeetingDetails
    package let confirmation: MeetingConfirmation?
    /// In the order in which they were raised.
    package let issues: [MeetingIssue]
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// What is recorded of a meeting, until the customer has confirmed it.
package struct MeetingDetails: Sendable, Equatable {
    package let kind: Meeting.Kind
    package var customerIDs: [ID<Customer>]
    package let contactIDs: [ID<Contact>]
    package var staffIDs: [ID<StaffMember>]
    package let place: String?
    package let heldAt: Instant
    /// What was said, as it is read back.
    package let summary: String

    package init(
        kind: Meeting.Kind,
        customerIDs: [ID<Customer>],
        contactIDs: [ID<Contact>] = [],
        staffIDs: [ID<StaffMember>] = [],
        place: String? = nil,
        heldAt: Instant,
        summary: String
    ) {
        self.kind = kind
        self.customerIDs = customerIDs
        self.contactIDs = contactIDs
        self.staffIDs = staffIDs
        self.place = place
        self.heldAt = heldAt
        self.summary = summary
    }
}

/// Who heard the summary read back and said yes to it, and when.
package struct MeetingConfirmation: Sendable, Equatable {
    package let at: Instant
    package let contactID: ID<Contact>?
    /// Of somebody who is no contact.
    package let name: String?
}

/// A confirmation as it comes in.
package struct NewMeetingConfirmation: Sendable {
    package let contactID: ID<Contact>?
    package let name: String?
    /// Nil for now.
    package let at: Instant?

    package init(contactID: ID<Contact>? = nil, name: String? = nil, at: Instant? = nil) {
        self.contactID = contactID
        self.name = name
        self.at = at
    }
}

/// What was raised in a meeting, as the record that it became.
package struct MeetingIssue: Sendable, Equatable {
    /// A complaint, a need or a task.
    package let subject: Subject
    package let raisedAt: Instant
    package let actor: String
}

/// What is to become of something that was raised.
package struct NewMeetingIssue: Sendable {
    /// Nil for the only one who took part.
    package let customerID: ID<Customer>?
    package let complaint: NewMeetingComplaint?
    package let need: NeedDetails?
    package let task: NewMeetingTask?

    package init(
        customerID: ID<Customer>? = nil,
        complaint: NewMeetingComplaint? = nil,
        need: NeedDetails? = nil,
        task: NewMeetingTask? = nil
    ) {
        self.customerID = customerID
        self.complaint = complaint
        self.need = need
        self.task = task
    }
}

/// A complaint that was raised in a meeting.
package struct NewMeetingComplaint: Sendable {
    package let subject: String
    package let description: String?
    package let cause: Complaint.Cause?
    package let severity: Complaint.Severity

    package init(
        subject: String,
        description: String? = nil,
        cause: Complaint.Cause? = nil,
        severity: Complaint.Severity = .normal
    ) {
        self.subject = subject
        self.description = description
        self.cause = cause
        self.severity = severity
    }
}

/// A task that came up in a meeting.
package struct NewMeetingTask: Sendable {
    package let kind: String
    package let details: TaskDetails

    package init(kind: String, details: TaskDetails) {
        self.kind = kind
        self.details = details
    }
}

/// The meeting that a complaint was raised in.
package struct MeetingLink: Sendable {
    package let meetingID: ID<Meeting>
}

/// What a list of meetings is narrowed to.
package struct MeetingFilter: Sendable {
    package let kind: Meeting.Kind?
    package let customerID: ID<Customer>?
    package let staffID: ID<StaffMember>?
    package let isConfirmed: Bool?
    package let since: Instant?
    package let until: Instant?

    package init(
        kind: Meeting.Kind? = nil,
        customerID: ID<Customer>? = nil,
        staffID: ID<StaffMember>? = nil,
        isConfirmed: Bool? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.kind = kind
        self.customerID = customerID
        self.staffID = staffID
        self.isConfirmed = isConfirmed
        self.since = since
        self.until = until
    }
}

/// The orders in which meetings are listed.
package enum MeetingSorting: String, Sendable, CaseIterable {
    case heldAt
    case id
}
