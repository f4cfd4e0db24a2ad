// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on what customers buy of a category in all.
package struct CategorySpendRoutes {
    private static let tag = "Trade"
    private static let path = "/v1/customers/{customer}/category-spend/{category}"

    private let spends: CategorySpendService

    package init(spends: CategorySpendService) {
        self.spends = spends
    }

    package var all: [APIRoute] {
        [list, find, put, delete]
    }

    private var list: APIRoute {
        .list(
            "/v1/customers/{customer}/category-spend",
            ID<Customer>.self,
            name: "listCategorySpend",
            summary: "Lists what a customer buys in all, by category",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: CategorySpend.fields,
                sorts: ["category"],
                exportScope: Scope.exports.rawValue
            )
        ) { [spends] query, _, snapshot, customer in
            try spends.list(of: customer, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "getCategorySpend",
            summary: "Reads what a customer buys of a category in all",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            takes: .nothing,
            returns: .record(CategorySpend.fields)
        ) { [spends] _, _, snapshot, customer, category in
            try spends.find(of: customer, category, in: snapshot)
        }
    }

    private var put: APIRoute {
        .write(
            .put,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "putCategorySpend",
            summary: "Records what a customer buys of a category in all, from whomever",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .body(CategorySpendDetails.fields),
            returns: .put(CategorySpend.fields) { $0.path },
            problems: [.preconditionFailed, .notAllowedNow],
            honoursIfMatch: true
        ) { [spends] details, call, transaction, customer, category in
            let known = try spends.known(of: customer, category, in: transaction)
            try call.demandMatch(place: known, CategorySpend.fields)
            let spend = try spends.put(
                details,
                of: customer,
                category,
                in: known,
                by: call.occasion,
                in: transaction
            )
            return Upserted(spend, isNew: known == nil)
        }
    }

    private var delete: APIRoute {
        .write(
            .delete,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "deleteCategorySpend",
            summary: "Deletes what is recorded of a category",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [spends] _, call, transaction, customer, category in
            let spend = try spends.find(of: customer, category, in: transaction)
            try call.demandMatch(spend, CategorySpend.fields)
            try spends.delete(spend, by: call.occasion, in: transaction)
        }
    }
}
