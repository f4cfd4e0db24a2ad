// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A call, as a telephone system reports it (M84).
package struct PhoneCall: Sendable {
    /// What happens to a call, in this order; one that nobody answers only ends.
    package enum Event: String, Sendable, CaseIterable {
        case started
        case answered
        case ended
    }

    package let id: ID<PhoneCall>
    package let state: PhoneCallState
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// How far a call has come, and what came of it.
package struct PhoneCallState: Sendable {
    package let externalID: String
    package let direction: Interaction.Direction
    /// The number of the other side, as it came; nil while it is withheld.
    package var phone: String?
    package let startedAt: Instant
    /// Who took the call.
    package var staffID: ID<StaffMember>?
    /// Nil while nobody, or more than one, has the number.
    package var customerID: ID<Customer>?
    package var answeredAt: Instant?
    package var endedAt: Instant?
    package var interactionID: ID<Interaction>?
    package var complaintID: ID<Complaint>?

    /// What happened last.
    package var status: PhoneCall.Event {
        endedAt != nil ? .ended : answeredAt != nil ? .answered : .started
    }

    /// Whether this has happened.
    func had(_ event: PhoneCall.Event) -> Bool {
        switch event {
        case .started: true
        case .answered: answeredAt != nil
        case .ended: endedAt != nil
        }
    }

    /// The number, as telephones dial it.
    var number: PhoneNumber? { phone.flatMap(PhoneNumber.init) }
}

/// What a telephone system tells of a call.
package struct CallReport: Sendable {
    /// The complaint that the call is about.
    package struct Matter: Sendable {
        package let subject: String?
        package let description: String?
        package let cause: Complaint.Cause?
        package let severity: Complaint.Severity?

        package init(
            subject: String?,
            description: String? = nil,
            cause: Complaint.Cause? = nil,
            severity: Complaint.Severity? = nil
        ) {
            self.subject = subject
            self.description = description
            self.cause = cause
            self.severity = severity
        }
    }

    package let externalID: String
    package let event: PhoneCall.Event
    /// Nil for now.
    package let at: Instant?
    package let phone: PhoneNumber?
    package let direction: Interaction.Direction?
    package let customerID: ID<Customer>?
    package let staffID: ID<StaffMember>?
    package let summary: String?
    package let matter: Matter

    package init(
        externalID: String,
        event: PhoneCall.Event,
        at: Instant? = nil,
        phone: PhoneNumber? = nil,
        direction: Interaction.Direction? = nil,
        customerID: ID<Customer>? = nil,
        staffID: ID<StaffMember>? = nil,
        summary: String? = nil,
        matter: Matter
    ) {
        self.externalID = externalID
        self.event = event
        self.at = at
        self.phone = phone
        self.direction = direction
        self.customerID = customerID
        self.staffID = staffID
        self.summary = summary
        self.matter = matter
    }
}

/// What a list of calls is narrowed to.
package struct PhoneCallFilter: Sendable {
    package let customerID: ID<Customer>?
    package let staffID: ID<StaffMember>?
    package let since: Instant?
    package let until: Instant?

    package init(
        customerID: ID<Customer>? = nil,
        staffID: ID<StaffMember>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.customerID = customerID
        self.staffID = staffID
        self.since = since
        self.until = until
    }
}

/// The orders in which calls are listed.
package enum PhoneCallSorting: String, Sendable, CaseIterable {
    case startedAt
    case id
}
