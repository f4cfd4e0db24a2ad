// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The people at a customer (M41, 关键人): who they are, and who reports to whom.
package struct ContactService: Sendable {
    /// The most people of a customer who are there: an org chart is one read.
    static let limit = 1000

    private let store = ContactStore()
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

    package func list(
        of customer: ID<Customer>,
        _ filter: ContactFilter,
        _ request: PageRequest<ContactSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Contact> {
        _ = try customers.reference(to: customer, in: snapshot)
        return try store.page(of: customer, filter, request, in: snapshot)
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
        let customer = try customers.find(id, in: transaction)
        guard customer.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the customer is archived", allowed: [])
        }
        let lines = try store.lines(of: id, in: transaction)
        guard lines.count < Self.limit else {
            throw ServiceError.notAllowedNow(
                "the customer has \(Self.limit) contacts",
                allowed: ["DELETE /v1/contacts/{contact}"]
            )
        }
        try demand(details.reportsToID, of: nil, in: lines)
        let inserted = try store.insert(details, of: id, at: occasion.at, in: transaction)
        guard let inserted else { throw ServiceError.notFound }
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
        // One who has left may still be named by whom they led.
        if details.reportsToID != contact.details.reportsToID {
            let lines = try store.lines(of: contact.customerID, in: transaction)
            try demand(details.reportsToID, of: contact.id, in: lines)
        }
        try store.update(contact.id, to: details, at: occasion.at, in: transaction)
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
        try threads.touch(contact.customerID, at: occasion.at, in: transaction)
        try journal.append(
            "contact.archived",
            Subject(.contact, contact.id),
            changes: "{}",
            by: occasion,
            in: transaction
        )
    }

    private func demand(
        _ superior: ID<Contact>?,
        of id: ID<Contact>?,
        in lines: ReportingLines
    ) throws {
        guard let superior else { return }
        guard lines.contains(superior) else {
            throw ServiceError.refused(
                "/reportsToId",
                "the customer has no contact \(superior.rawValue)"
            )
        }
        try lines.demand(id, reportsTo: superior)
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
