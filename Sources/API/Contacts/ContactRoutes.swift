// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on the people at a customer.
package struct ContactRoutes {
    private static let tag = "Contacts"

    private let contacts: ContactService

    package init(contacts: ContactService) {
        self.contacts = contacts
    }

    package var all: [APIRoute] {
        [create, list, listAll, chart, find, change, archive]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/customers/{customer}/contacts",
            ID<Customer>.self,
            name: "createContact",
            summary: "Adds a person at a customer",
            tag: Self.tag,
            scope: Scope.contactsWrite.rawValue,
            takes: .body(ContactDetails.fields),
            returns: .created(Contact.fields) { Subject(.contact, $0.id).path },
            problems: [.duplicate, .notAllowedNow]
        ) { [contacts] details, call, transaction, id in
            try contacts.create(details, at: id, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/customers/{customer}/contacts",
            ID<Customer>.self,
            name: "listContacts",
            summary: "Lists the people at a customer",
            tag: Self.tag,
            scope: Scope.contactsRead.rawValue,
            Listing(
                filter: ContactFilter.fieldsOfCustomer,
                rows: Contact.fields,
                sorts: ContactSorting.allCases.map(\.rawValue)
            )
        ) { [contacts] query, _, snapshot, id in
            try contacts.list(of: id, query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var listAll: APIRoute {
        .list(
            "/v1/contacts",
            name: "listAllContacts",
            summary: "Lists the people at all customers",
            tag: Self.tag,
            scope: Scope.contactsRead.rawValue,
            Listing(
                filter: ContactFilter.fields,
                rows: Contact.fields,
                sorts: [ContactSorting.id.rawValue],
                exportScope: Scope.exports.rawValue
            ),
            places: { [contacts] in try contacts.places(in: $1) }
        ) { [contacts] query, _, snapshot in
            try contacts.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var chart: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/org-chart",
            ID<Customer>.self,
            name: "getOrgChart",
            summary: "Tells who reports to whom at a customer, as a tree",
            tag: Self.tag,
            scope: Scope.contactsRead.rawValue,
            takes: .nothing,
            returns: .record(OrgChart.fields)
        ) { [contacts] _, _, snapshot, id in
            try contacts.chart(of: id, in: snapshot)
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/contacts/{contact}",
            ID<Contact>.self,
            name: "getContact",
            summary: "Reads a contact",
            tag: Self.tag,
            scope: Scope.contactsRead.rawValue,
            takes: .nothing,
            returns: .record(Contact.fields)
        ) { [contacts] _, _, snapshot, id in
            try contacts.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/contacts/{contact}",
            ID<Contact>.self,
            name: "changeContact",
            summary: "Changes a contact",
            tag: Self.tag,
            scope: Scope.contactsWrite.rawValue,
            fields: ContactDetails.fields,
            details: \.details,
            returns: Contact.fields,
            problems: [.duplicate, .reportingCycle, .notAllowedNow],
            find: { [contacts] _, _, transaction, id in try contacts.find(id, in: transaction) },
            apply: { [contacts] details, contact, call, transaction in
                try contacts.change(contact, to: details, by: call.occasion, in: transaction)
            }
        )
    }

    private var archive: APIRoute {
        .write(
            .delete,
            "/v1/contacts/{contact}",
            ID<Contact>.self,
            name: "archiveContact",
            summary: "Archives a contact who has left; it stays readable by id",
            tag: Self.tag,
            scope: Scope.contactsWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [contacts] _, call, transaction, id in
            let contact = try contacts.find(id, in: transaction)
            try call.demandMatch(contact, Contact.fields)
            try contacts.archive(contact, by: call.occasion, in: transaction)
        }
    }
}
