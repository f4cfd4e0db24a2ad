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
        [list, find, put, delete, listStatements, deleteStatement]
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
                filter: CategorySpendFilter.fields,
                rows: CategorySpend.fields,
                sorts: ["category"],
                exportScope: Scope.exports.rawValue
            ),
            problems: [.futureAsOf]
        ) { [spends] query, call, snapshot, customer in
            let instant = try call.past(query.0.asOf)
            return try spends.list(
                of: customer,
                at: instant,
                query.1.request(),
                in: snapshot
            )
            .slice
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
            takes: .query(CategorySpendFilter.fields),
            returns: .record(CategorySpend.fields),
            problems: [.futureAsOf]
        ) { [spends] filter, call, snapshot, customer, category in
            let instant = try call.past(filter.asOf)
            return try spends.find(of: customer, category, at: instant, in: snapshot)
        }
    }

    private var put: APIRoute {
        .write(
            .put,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "putCategorySpend",
            summary: "Records a statement of what a customer buys of a category in all",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .body(CategorySpendDetails.fields),
            returns: .put(CategorySpend.fields) { $0.path },
            problems: [.preconditionFailed, .notAllowedNow],
            honoursIfMatch: true
        ) { [spends] details, call, transaction, customer, category in
            let known = try spends.known(of: customer, category, at: call.instant, in: transaction)
            try call.demandMatch(place: known, CategorySpend.fields)
            let spend = try spends.put(
                details,
                of: customer,
                category,
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
            summary: "Deletes all that is recorded of a category",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [spends] _, call, transaction, customer, category in
            let spend = try spends.find(of: customer, category, at: call.instant, in: transaction)
            try call.demandMatch(spend, CategorySpend.fields)
            try spends.delete(category, of: customer, by: call.occasion, in: transaction)
        }
    }

    private var listStatements: APIRoute {
        .list(
            Self.path + "/statements",
            ID<Customer>.self,
            String.self,
            name: "listCategoryStatements",
            summary:
                "Lists every statement of what a customer buys of a category, the latest first",
            tag: Self.tag,
            scope: Scope.customersRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: CategorySpend.fields,
                sorts: CategoryStatementSorting.allCases.map { "-" + $0.rawValue },
                exportScope: Scope.exports.rawValue
            )
        ) { [spends] query, _, snapshot, customer, category in
            try spends.statements(of: customer, category, query.1.request(), in: snapshot).slice
        }
    }

    private var deleteStatement: APIRoute {
        .write(
            .delete,
            Self.path + "/statements/{statement}",
            ID<Customer>.self,
            String.self,
            ID<CategorySpend>.self,
            name: "deleteCategoryStatement",
            summary: "Deletes a statement; what was said before it holds again",
            tag: Self.tag,
            scope: Scope.customersWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [spends] _, call, transaction, customer, category, id in
            let spend = try spends.statement(id, of: customer, category, in: transaction)
            try call.demandMatch(spend, CategorySpend.fields)
            try spends.delete(spend, by: call.occasion, in: transaction)
        }
    }
}
