// SPDX-License-Identifier: Apache-2.0

/// What whoever takes a call has to know, in one view (M84, 来电识别).
package struct ScreenPop: Sendable {
    package let customer: Customer
    /// Those of the customer's people who have the number (M41).
    package let contacts: [Contact]
    /// Newest first.
    package let openComplaints: [Complaint]
    package let warnings: [CustomerWarning]
    /// The open ones, those due first at the head.
    package let promises: [Promise]
    /// Newest first.
    package let recentInteractions: [Interaction]
    /// The best comes first.
    package let suggestedAgents: [SuggestedAgent]
}
