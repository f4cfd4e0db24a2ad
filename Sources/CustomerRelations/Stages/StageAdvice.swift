// SPDX-License-Identifier: Apache-2.0

/// What the method advises at a stage, with what is known of this customer.
package struct StageAdvice: Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// At development: look for an occasion (M43, 切入机会).
        case findEntry = "find-entry"
        /// At the initial stage: win the people who decide (M41, 关键人).
        case winKeyPeople = "win-key-people"
        /// At the stable stage: weave contacts between many people (M42, 点对点风险).
        case weaveContacts = "weave-contacts"
        /// At the strategic stage: raise what the customer may expect, and do more than that.
        case raiseExpectations = "raise-expectations"
    }

    package let code: Code
    package let text: String
    package let facts: [StageFact]
}

/// Something that is known of a customer, or is to be found out.
package struct StageFact: Sendable {
    package enum Code: String, Sendable, CaseIterable {
        case newProduct = "new-product"
        case supplierReview = "supplier-review"
        case personnelChange = "personnel-change"
        case rivalFault = "rival-fault"
        case rivalSouring = "rival-souring"
        case costDrive = "cost-drive"
        case knownRole = "known-role"
        case missingRole = "missing-role"
        case activeContacts = "active-contacts"
        case activeStaff = "active-staff"
        case silentContacts = "silent-contacts"
        case need
        case openComplaints = "open-complaints"
        case overduePromises = "overdue-promises"
        case boughtElsewhere = "bought-elsewhere"
    }

    package let code: Code
    package let text: String
    /// Whether it is known; else it is to be found out.
    package let isKnown: Bool
    /// The records it rests on.
    package let subjects: [Subject]

    init(_ code: Code, _ text: String, isKnown: Bool = true, _ subjects: [Subject] = []) {
        self.code = code
        self.text = text
        self.isKnown = isKnown
        self.subjects = subjects
    }
}
