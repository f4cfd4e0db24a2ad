// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing
import SQLite

/// The operations that find duplicates and make one customer of two.
package struct MergeRoutes {
    private static let tag = "Merges"

    private let merges: MergeService
    private let customers: CustomerService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once customers have other records than before, and that is committed.
    package init(
        merges: MergeService,
        customers: CustomerService,
        wakeRunner: @escaping @Sendable () -> Void
    ) {
        self.merges = merges
        self.customers = customers
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [
            duplicates, list.followingMerges(of: customers),
            action(
                "merge",
                "mergeCustomer",
                "Makes another customer part of this one, with all that belongs to it",
                [
                    .mergeWithItself, .mergeArchived, .alreadyMerged, .mergeTooLarge,
                    .customerMerged, .chainCycle, .notAllowedNow,
                ]
            ) { [merges] in try merges.merge($0, into: $1, by: $2, in: $3) },
            action(
                "unmerge",
                "unmergeCustomer",
                "Makes what was merged within the last 30 days a customer of its own again",
                [.notMerged, .mergeCovered, .mergeTooOld]
            ) { [merges] in try merges.unmerge($0, from: $1, by: $2, in: $3) },
        ]
    }

    private var duplicates: APIRoute {
        .list(
            "/v1/duplicates",
            name: "listDuplicates",
            summary: "Lists customers who have a phone, an e-mail address or a name in common",
            tag: Self.tag,
            scope: Scope.customersMerge.rawValue,
            Listing(
                filter: DuplicateFilter.fields,
                rows: DuplicateGroup.fields,
                sorts: ["value"]
            )
        ) { [merges] query, _, snapshot in
            try merges.duplicates(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/customers/{customer}/merges",
            ID<Customer>.self,
            name: "listMerges",
            summary: "Lists what has become part of a customer, and until when that can be undone",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            Listing(filter: NoFilter.fields, rows: CustomerMerge.fields, sorts: ["-id"])
        ) { [merges] query, _, snapshot, id in
            try merges.list(into: id, query.1.request(), in: snapshot).slice
        }
    }

    private func action(
        _ action: String,
        _ name: String,
        _ summary: String,
        _ problems: [ProblemKind],
        _ run:
            @escaping @Sendable (MergeRequest, Customer, Occasion, Transaction) throws -> Customer
    ) -> APIRoute {
        .write(
            .post,
            "/v1/customers/{customer}/\(action)",
            ID<Customer>.self,
            name: name,
            summary: summary,
            tag: Self.tag,
            scope: Scope.customersMerge.rawValue,
            takes: .body(MergeRequest.fields),
            returns: .record(Customer.fields),
            problems: problems + [.preconditionFailed],
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [customers] request, call, transaction, id in
            let customer = try customers.find(id, in: transaction)
            try call.demandMatch(customer, Customer.fields)
            return try run(request, customer, call.occasion, transaction)
        }
    }
}

extension Route<Snapshot, Transaction> {
    /// The same operation on a customer, which tells where one has gone that was merged: reads are
    /// sent there with 301, changes are refused with 409.
    func followingMerges(of customers: CustomerService) -> APIRoute {
        guard template.text.hasPrefix("/v1/customers/{customer}") else { return self }
        return guarded(
            problems: [method == .get ? .customerMoved : .customerMerged],
            reading: { call, snapshot in
                guard let kept = try customers.successor(call, in: snapshot) else { return }
                throw Problem(movedTo: kept, call.request)
            },
            writing: { call, transaction in
                guard let kept = try customers.successor(call, in: transaction) else { return }
                throw ServiceError.customerMerged(into: kept)
            }
        )
    }
}

extension CustomerService {
    /// The customer of whom the one in a call's path has become part, if it has.
    fileprivate func successor(_ call: Call, in snapshot: Snapshot) throws -> ID<Customer>? {
        guard let id = call.pathValues.first.flatMap(ID<Customer>.init(path:)) else { return nil }
        let kept = try kept(id, in: snapshot)
        return kept == id ? nil : kept
    }
}
