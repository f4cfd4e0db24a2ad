// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

/// The operations on contacts that are to be made.
package struct PlannedContactRoutes {
    private static let tag = "Quiet hours"

    private let contacts: PlannedContactService

    package init(contacts: PlannedContactService) {
        self.contacts = contacts
    }

    package var all: [APIRoute] {
        [
            plan, list, find, change,
            settle(
                "done",
                "completePlannedContact",
                "Records that a contact was made, and by which interaction",
                takes: PlannedContactOutcome.fields
            ) { [contacts] in try contacts.settle($0, by: $1.interactionID, $2, in: $3) },
            settle(
                "cancel",
                "cancelPlannedContact",
                "Records that a contact is not going to be made",
                takes: ComplaintReason.fields
            ) { [contacts] in try contacts.cancel($0, because: $1.reason, by: $2, in: $3) },
        ]
    }

    private var plan: APIRoute {
        .write(
            .post,
            "/v1/planned-contacts",
            name: "planContact",
            summary: "Plans a contact with a customer, in quiet hours only with a reason",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(NewPlannedContact.fields),
            returns: .created(PlannedContact.fields) { Subject(.plannedContact, $0.id).path },
            problems: [.quietHours, .approvalNeeded]
        ) { [contacts] new, call, transaction in
            try contacts.plan(
                new,
                from: call.tokenID,
                by: call.occasion,
                in: transaction
            )
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/planned-contacts",
            name: "listPlannedContacts",
            summary: "Lists the contacts that are to be made",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            Listing(
                filter: PlannedContactFilter.fields,
                rows: PlannedContact.fields,
                sorts: PlannedContactSorting.allCases.map(\.rawValue)
            )
        ) { [contacts] query, _, snapshot in
            try contacts.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/planned-contacts/{contact}",
            ID<PlannedContact>.self,
            name: "getPlannedContact",
            summary: "Reads a contact that is to be made",
            tag: Self.tag,
            scope: Scope.interactionsRead.rawValue,
            takes: .nothing,
            returns: .record(PlannedContact.fields)
        ) { [contacts] _, _, snapshot, id in
            try contacts.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/planned-contacts/{contact}",
            ID<PlannedContact>.self,
            name: "changePlannedContact",
            summary: "Plans a contact for another time or way, by somebody else or to another end",
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            fields: PlannedContactDetails.fields,
            details: \.details,
            returns: PlannedContact.fields,
            problems: [.quietHours, .approvalNeeded, .notAllowedNow],
            find: { [contacts] _, _, transaction, id in try contacts.find(id, in: transaction) },
            apply: { [contacts] details, contact, call, transaction in
                try contacts.change(
                    contact,
                    to: details,
                    overriding: call.changedMembers().contains("override"),
                    from: call.tokenID,
                    by: call.occasion,
                    in: transaction
                )
            }
        )
    }

    private func settle<Details: Sendable>(
        _ action: String,
        _ name: String,
        _ summary: String,
        takes fields: Fields<Details>,
        _ settle:
            @escaping @Sendable (PlannedContact, Details, Occasion, Transaction) throws ->
            PlannedContact
    ) -> APIRoute {
        .write(
            .post,
            "/v1/planned-contacts/{contact}/\(action)",
            ID<PlannedContact>.self,
            name: name,
            summary: summary,
            tag: Self.tag,
            scope: Scope.interactionsWrite.rawValue,
            takes: .body(fields),
            returns: .record(PlannedContact.fields),
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true
        ) { [contacts] details, call, transaction, id in
            let contact = try contacts.find(id, in: transaction)
            try call.demandMatch(contact, PlannedContact.fields)
            return try settle(contact, details, call.occasion, transaction)
        }
    }
}
