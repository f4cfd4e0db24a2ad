// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The people at a customer (M41, 关键人): who they are, and who reports to whom.
package struct ContactService: Sendable {
    /// The most people of a customer who are there: an org chart is one read.
    static let limit = 1000

    private let store = ContactStore()
    private let texts = CustomerStore()
    private let threads = SingleThreadStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<Contact>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<Contact>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Contact>, in snapshot: Snapshot) throws -> Contact {
        guard let contact = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return contact
    }

    /// Contacts of one customer or of all.
    package func list(
        _ filter: ContactFilter,
        _ request: PageRequest<ContactSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Contact> {
        try store.page(filter, request, in: snapshot)
    }

    package func list(
        of customer: ID<Customer>,
        _ filter: ContactFilter,
        _ request: PageRequest<ContactSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Contact> {
        _ = try customers.reference(to: customer, in: snapshot)
        let filter = ContactFilter(customerID: customer, buyingRole: filter.buyingRole)
        return try store.page(filter, request, in: snapshot)
    }

    /// How many places each list of a contact takes up at most, by its name.
    package func places(in snapshot: Snapshot) throws -> [String: Int] {
        try store.places(in: snapshot)
    }

    /// The external id of a contact; nil where it has none.
    package func externalID(of id: ID<Contact>, in snapshot: Snapshot) throws -> String? {
        try find(id, in: snapshot).details.externalID
    }

    /// Who reports to whom at a customer, all of it of one instant.
    package func chart(of customer: ID<Customer>, in snapshot: Snapshot) throws -> OrgChart {
        _ = try customers.reference(to: customer, in: snapshot)
        return OrgChart(of: customer, try store.positions(at: customer, in: snapshot))
    }

    package func create(
        _ details: ContactDetails,
        at id: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Contact {
        _ = try customers.reference(to: id, in: transaction)
        try customers.demandPresent(id, in: transaction)
        try demandFree(details.externalID, for: nil, in: transaction)
        try demand(details, insteadOf: nil, at: id, in: transaction)
        let inserted = try store.insert(details, of: id, at: occasion.at, in: transaction)
        guard let inserted else { throw ServiceError.notFound }
        try texts.rewriteText(of: id, in: transaction)
        return try record("contact.created", inserted, nil, by: occasion, in: transaction)
    }

    /// Replaces what is recorded of a contact; a change that changes nothing leaves no trace.
    package func change(
        _ contact: Contact,
        to details: ContactDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Contact {
        guard details != contact.details else { return contact }
        guard contact.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the contact is archived", allowed: [])
        }
        try customers.demandPresent(contact.customerID, in: transaction)
        try demandFree(details.externalID, for: contact.id, in: transaction)
        try demand(details, insteadOf: contact, at: contact.customerID, in: transaction)
        try store.update(contact.id, to: details, at: occasion.at, in: transaction)
        try texts.rewriteText(of: contact.customerID, in: transaction)
        return try record("contact.changed", contact.id, contact, by: occasion, in: transaction)
    }

    /// Archives a contact who has left: it leaves lists and is not known by phone any more.
    package func archive(
        _ contact: Contact,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard contact.archivedAt == nil else { return }
        try store.archive(contact.id, at: occasion.at, in: transaction)
        try texts.rewriteText(of: contact.customerID, in: transaction)
        try threads.touch(contact.customerID, at: occasion.at, in: transaction)
        try journal.append(
            "contact.archived",
            Subject(.contact, contact.id),
            changes: "{}",
            by: occasion,
            in: transaction
        )
    }

    /// Refuses a person too many, and one who would report to somebody elsewhere or to themselves.
    func demand(
        _ details: ContactDetails,
        insteadOf old: Contact?,
        at customer: ID<Customer>,
        in snapshot: Snapshot
    ) throws {
        if old == nil, try store.count(of: customer, in: snapshot) >= Self.limit {
            throw ServiceError.notAllowedNow(
                "the customer has \(Self.limit) contacts",
                allowed: ["DELETE /v1/contacts/{contact}"]
            )
        }
        // One who has left may still be named by whom they led.
        guard let superior = details.reportsToID, superior != old?.details.reportsToID else {
            return
        }
        let lines = try store.lines(of: customer, in: snapshot)
        guard lines.contains(superior) else {
            throw ServiceError.refused(
                "/reportsToId",
                "the customer has no contact \(superior.rawValue)"
            )
        }
        try lines.demand(old?.id, reportsTo: superior)
    }

    private func demandFree(
        _ externalID: String?,
        for contact: ID<Contact>?,
        in transaction: Transaction
    ) throws {
        guard let externalID,
            let holder = try store.id(externalID: externalID, in: transaction), holder != contact
        else { return }
        throw ServiceError.duplicate(Subject(.contact, holder))
    }

    private func record(
        _ action: String,
        _ id: ID<Contact>,
        _ old: Contact?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Contact {
        let new = try find(id, in: transaction)
        try journal.append(
            action,
            Subject(.contact, id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }
}
