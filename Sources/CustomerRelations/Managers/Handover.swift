// SPDX-License-Identifier: Apache-2.0

/// What one person is to take over from another.
package struct NewHandover: Sendable {
    package let toID: ID<StaffMember>
    package let reason: String?

    package init(toID: ID<StaffMember>, reason: String? = nil) {
        self.toID = toID
        self.reason = reason
    }
}

/// What was handed over, in numbers.
package struct Handover: Sendable {
    package let fromID: ID<StaffMember>
    package let toID: ID<StaffMember>
    package let reason: String?
    /// Customers whose manager or deputy changed.
    package let managed: Int
    /// Customers who have another owner.
    package let owned: Int
    package let complaints: Int
    package let plannedContacts: Int
    /// Requests to be decided.
    package let approvals: Int
    /// Open ones.
    package let tasks: Int
}
