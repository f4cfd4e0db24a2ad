// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A contact that we are going to make with a customer.
///
/// It is no interaction, for nothing has happened yet; it is what quiet hours (M49) can still
/// forbid.
package struct PlannedContact: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case planned
        case done
        case cancelled
    }

    package let id: ID<PlannedContact>
    package let customerID: ID<Customer>
    package let channel: Interaction.Channel
    package let plannedAt: Instant
    package let purpose: String
    /// Who is to make it.
    package let staffID: ID<StaffMember>?
    package let overridden: QuietHoursOverride?
    package let status: Status
    /// What it became.
    package let interactionID: ID<Interaction>?
    /// Why it was cancelled.
    package let reason: String?
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// Why a customer is disturbed all the same.
package struct QuietHoursOverride: Sendable {
    /// The rule that forbade it.
    package let rule: String
    package let reason: String
}

/// A contact that is to be planned.
package struct NewPlannedContact: Sendable {
    package var customerID: ID<Customer>
    package let channel: Interaction.Channel
    package let plannedAt: Instant
    package let purpose: String
    package var staffID: ID<StaffMember>?
    /// Why it is to be made even if a rule forbids it.
    package var overrideReason: String?
    /// Why that is done before it is approved.
    package let actFirst: ComplaintReason?

    package init(
        customerID: ID<Customer>,
        channel: Interaction.Channel,
        plannedAt: Instant,
        purpose: String,
        staffID: ID<StaffMember>? = nil,
        overrideReason: String? = nil,
        actFirst: ComplaintReason? = nil
    ) {
        self.customerID = customerID
        self.channel = channel
        self.plannedAt = plannedAt
        self.purpose = purpose
        self.staffID = staffID
        self.overrideReason = overrideReason
        self.actFirst = actFirst
    }
}

/// What may be said of a planned contact otherwise, as long as it is to be made.
package struct PlannedContactDetails: Sendable, Equatable {
    package let channel: Interaction.Channel
    package let plannedAt: Instant
    package let purpose: String
    package let staffID: ID<StaffMember>?
    /// Why it is to be made even if a rule forbids it.
    package let overrideReason: String?
    /// Why that is done before it is approved.
    package let actFirst: ComplaintReason?

    package init(
        channel: Interaction.Channel,
        plannedAt: Instant,
        purpose: String,
        staffID: ID<StaffMember>? = nil,
        overrideReason: String? = nil,
        actFirst: ComplaintReason? = nil
    ) {
        self.channel = channel
        self.plannedAt = plannedAt
        self.purpose = purpose
        self.staffID = staffID
        self.overrideReason = overrideReason
        self.actFirst = actFirst
    }
}

extension NewPlannedContact {
    init(_ details: PlannedContactDetails, with customer: ID<Customer>) {
        self.init(
            customerID: customer,
            channel: details.channel,
            plannedAt: details.plannedAt,
            purpose: details.purpose,
            staffID: details.staffID,
            overrideReason: details.overrideReason,
            actFirst: details.actFirst
        )
    }
}

extension PlannedContact {
    package var details: PlannedContactDetails {
        PlannedContactDetails(
            channel: channel,
            plannedAt: plannedAt,
            purpose: purpose,
            staffID: staffID,
            overrideReason: overridden?.reason
        )
    }
}

/// What a list of planned contacts is narrowed to.
package struct PlannedContactFilter: Sendable {
    package let status: PlannedContact.Status?
    package let customerID: ID<Customer>?
    package let staffID: ID<StaffMember>?
    package let since: Instant?
    package let until: Instant?

    package init(
        status: PlannedContact.Status? = nil,
        customerID: ID<Customer>? = nil,
        staffID: ID<StaffMember>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.status = status
        self.customerID = customerID
        self.staffID = staffID
        self.since = since
        self.until = until
    }
}

/// The orders in which planned contacts are listed.
package enum PlannedContactSorting: String, Sendable, CaseIterable {
    case plannedAt
}

extension Interaction.Channel {
    /// Whether it reaches people there and then, so that the time of day matters to them.
    var disturbs: Bool {
        switch self {
        case .staff, .phone, .callCenter, .visit: true
        case .event, .letter, .web, .email, .blog, .advertising, .publicity, .packaging: false
        }
    }
}
