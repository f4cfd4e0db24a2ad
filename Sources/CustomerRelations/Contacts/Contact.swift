// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A person at a customer (M41, 关键人).
package struct Contact: Sendable {
    /// What the person has to say when something is bought; a coach (内线) tells us from inside.
    package enum BuyingRole: String, Sendable, CaseIterable, ColumnValue {
        case decider
        case influencer
        case buyer
        case user
        case gatekeeper
        case coach
    }

    package let id: ID<Contact>
    package let customerID: ID<Customer>
    package let details: ContactDetails
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
    package let archivedAt: Instant?
}

/// What is recorded of a contact.
package struct ContactDetails: Sendable, Equatable {
    /// The weights of a person's influence, 10 the most.
    package static let influences = 1...10

    package let name: String
    package let title: String?
    package let department: String?
    package let reportsToID: ID<Contact>?
    package let buyingRole: Contact.BuyingRole?
    package let influence: Int?
    package let phones: [CustomerPhone]
    package let emails: [String]
    package let externalID: String?

    package init(
        name: String,
        title: String? = nil,
        department: String? = nil,
        reportsToID: ID<Contact>? = nil,
        buyingRole: Contact.BuyingRole? = nil,
        influence: Int? = nil,
        phones: [CustomerPhone] = [],
        emails: [String] = [],
        externalID: String? = nil
    ) {
        self.name = name
        self.title = title
        self.department = department
        self.reportsToID = reportsToID
        self.buyingRole = buyingRole
        self.influence = influence
        self.phones = phones
        self.emails = emails
        self.externalID = externalID
    }
}

/// What the people of a customer are found by.
struct ContactTexts: Sendable {
    let names: [String]
    let emails: [String]
    let phones: [CustomerPhone]
}

/// What a list of contacts is narrowed to.
package struct ContactFilter: Sendable {
    package let customerID: ID<Customer>?
    package let buyingRole: Contact.BuyingRole?

    package init(
        customerID: ID<Customer>? = nil,
        buyingRole: Contact.BuyingRole? = nil
    ) {
        self.customerID = customerID
        self.buyingRole = buyingRole
    }
}

/// The orders in which contacts are listed.
package enum ContactSorting: String, Sendable, CaseIterable {
    case id
    case name
}
