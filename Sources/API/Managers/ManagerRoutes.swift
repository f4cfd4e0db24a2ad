// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on relationship managers.
package struct ManagerRoutes {
    private let managers: ManagerService

    package init(managers: ManagerService) {
        self.managers = managers
    }

    package var all: [APIRoute] {
        [find, assign, history, coverage, load]
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/manager",
            ID<Customer>.self,
            name: "getManager",
            summary: "Tells who looks after a customer",
            tag: "Managers",
            scope: Scope.customersRead.rawValue,
            takes: .nothing,
            returns: .record(ManagerAssignment.fields)
        ) { [managers] _, _, snapshot, id in
            try managers.find(of: id, in: snapshot)
        }
    }

    private var assign: APIRoute {
        .write(
            .put,
            "/v1/customers/{customer}/manager",
            ID<Customer>.self,
            name: "assignManager",
            summary: "Says who looks after a customer from now on, and who stands in",
            tag: "Managers",
            scope: Scope.staffWrite.rawValue,
            takes: .body(NewManagerAssignment.fields),
            returns: .record(ManagerAssignment.fields),
            problems: [.notAllowedNow]
        ) { [managers] new, call, transaction, id in
            try managers.assign(new, to: id, by: call.occasion, in: transaction)
        }
    }

    private var history: APIRoute {
        .list(
            "/v1/customers/{customer}/managers",
            ID<Customer>.self,
            name: "listManagers",
            summary: "Lists who looks after a customer, and who did",
            tag: "Managers",
            scope: Scope.customersRead.rawValue,
            Listing(filter: NoFilter.fields, rows: ManagerAssignment.fields, sorts: ["-id"])
        ) { [managers] query, _, snapshot, id in
            try managers.history(of: id, query.1.request(), in: snapshot).slice
        }
    }

    private var coverage: APIRoute {
        .list(
            "/v1/reports/coverage",
            name: "reportCoverage",
            summary: "Lists key customers and those of class A who lack a manager or a deputy",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: CoverageFilter.fields,
                rows: CoverageGap.fields,
                sorts: CoverageSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [managers] query, _, snapshot in
            try managers.gaps(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var load: APIRoute {
        .list(
            "/v1/reports/manager-load",
            name: "reportManagerLoad",
            summary: "Tells how much each person looks after",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: ManagerLoadFilter.fields,
                rows: ManagerLoad.fields,
                sorts: ManagerLoadSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [managers] query, _, snapshot in
            try managers.loads(query.0, query.1.request(), in: snapshot).slice
        }
    }
}
