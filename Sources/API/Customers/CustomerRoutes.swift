// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on customers.
package struct CustomerRoutes {
    private let customers: CustomerService
    private let timeline: TimelineService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once a customer has changed, perhaps in what warnings go by, and that
    /// is committed.
    package init(
        customers: CustomerService,
        timeline: TimelineService,
        wakeRunner: @escaping @Sendable () -> Void
    ) {
        self.customers = customers
        self.timeline = timeline
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [create, list, find, change, archive, upsert, events]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/customers",
            name: "createCustomer",
            summary: "Creates a customer",
            tag: "Customers",
            scope: Scope.customersWrite.rawValue,
            takes: .body(CustomerDetails.fields),
            returns: .created(Customer.fields) { Subject(.customer, $0.id).path },
            problems: [.duplicate]
        ) { [customers] details, call, transaction in
            try customers.create(details, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/customers",
            name: "listCustomers",
            summary: "Lists customers",
            tag: "Customers",
            scope: Scope.customersRead.rawValue,
            Listing(
                filter: CustomerFilter.fields,
                rows: Customer.fields,
                sorts: CustomerSorting.allCases.map(\.rawValue),
                exportScope: Scope.exports.rawValue
            ),
            places: { [customers] in try customers.places(in: $1) }
        ) { [customers] query, _, snapshot in
            try customers.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}",
            ID<Customer>.self,
            name: "getCustomer",
            summary: "Reads a customer",
            tag: "Customers",
            scope: Scope.customersRead.rawValue,
            takes: .nothing,
            returns: .record(Customer.fields)
        ) { [customers] _, _, snapshot, id in
            try customers.find(id, in: snapshot)
        }
    }

    private var change: APIRoute {
        .change(
            "/v1/customers/{customer}",
            ID<Customer>.self,
            name: "changeCustomer",
            summary: "Changes a customer",
            tag: "Customers",
            scope: Scope.customersWrite.rawValue,
            fields: CustomerDetails.fields,
            details: \.details,
            returns: Customer.fields,
            problems: [.duplicate, .notAllowedNow, .lifecycleEdge],
            committed: wakeRunner,
            find: { [customers] _, _, transaction, id in try customers.find(id, in: transaction) },
            apply: { [customers] details, customer, call, transaction in
                try customers.change(customer, to: details, by: call.occasion, in: transaction)
            }
        )
    }

    private var archive: APIRoute {
        .write(
            .delete,
            "/v1/customers/{customer}",
            ID<Customer>.self,
            name: "archiveCustomer",
            summary: "Archives a customer, who leaves lists and searches and stays readable by id",
            tag: "Customers",
            scope: Scope.customersWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [customers] _, call, transaction, id in
            let customer = try customers.find(id, in: transaction)
            try call.demandMatch(customer, Customer.fields)
            try customers.archive(customer, by: call.occasion, in: transaction)
        }
    }

    private var upsert: APIRoute {
        .write(
            .put,
            "/v1/customers/by-external-id/{externalId}",
            String.self,
            name: "putCustomer",
            summary: "Creates the customer with this external id, or replaces what is recorded",
            tag: "Customers",
            scope: Scope.customersWrite.rawValue,
            takes: .body(CustomerDetails.fields),
            returns: .put(Customer.fields) { Subject(.customer, $0.id).path },
            problems: [.preconditionFailed, .notAllowedNow, .lifecycleEdge],
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [customers] details, call, transaction, externalID in
            guard details.externalID ?? externalID == externalID else {
                throw ServiceError.refused([
                    ServiceError.Refusal("/externalId", "must be the one in the path")
                ])
            }
            guard externalID.unicodeScalars.count <= 200,
                externalID.unicodeScalars.contains(where: \.isVisible)
            else {
                throw ServiceError.refused([
                    ServiceError.Refusal(
                        "/externalId",
                        "must have 1 to 200 characters, and not only blanks"
                    )
                ])
            }
            var details = details
            details.externalID = externalID
            let place = try customers.find(externalID: externalID, in: transaction)
            try call.demandMatch(place: place, Customer.fields)
            guard let known = place else {
                let new = try customers.create(details, by: call.occasion, in: transaction)
                return Upserted(new, isNew: true)
            }
            // One that a merged customer had leads to whom it is part of, who keeps its own.
            if known.details.externalID != externalID {
                details = try details.added(to: known.details)
            }
            // The default of a new record says nothing of an old one.
            if details.lifecycle == .prospect { details.lifecycle = known.details.lifecycle }
            let changed = try customers.change(
                known,
                to: details,
                by: call.occasion,
                in: transaction
            )
            return Upserted(changed, isNew: false)
        }
    }

    private var events: APIRoute {
        .list(
            "/v1/customers/{customer}/timeline",
            ID<Customer>.self,
            name: "getTimeline",
            summary: "Lists what happened with a customer, as far as the token may read it",
            tag: "Customers",
            scope: Scope.customersRead.rawValue,
            Listing(filter: NoFilter.fields, rows: TimelineEntry.fields, sorts: ["-at"])
        ) { [timeline] query, call, snapshot, id in
            try timeline.list(
                id,
                visibleTo: call.principal?.scopes ?? [],
                query.1.request(TimelineSorting.self),
                in: snapshot
            ).slice
        }
    }
}
