// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import Routing

/// The reports.
package struct ReportRoutes {
    private let reports: ReportService

    package init(reports: ReportService) {
        self.reports = reports
    }

    package var all: [APIRoute] {
        [complaints, interactions, acquisition]
    }

    private var interactions: APIRoute {
        .list(
            "/v1/reports/interactions",
            name: "reportInteractions",
            summary: "Tells how much was said in either direction, and on which ways",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: InteractionReport.Filter.fields,
                rows: InteractionReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, _, snapshot in
            try reports.interactions(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var acquisition: APIRoute {
        .list(
            "/v1/reports/acquisition",
            name: "reportAcquisition",
            summary: "Tells how many customers each channel brought, who bought, and what it cost",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: AcquisitionReport.Filter.fields,
                rows: AcquisitionReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, _, snapshot in
            try reports.acquisition(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var complaints: APIRoute {
        .list(
            "/v1/reports/complaints",
            name: "reportComplaints",
            summary: "Tells how complaints were handled, and how many there were for each order",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: ComplaintReport.Filter.fields,
                rows: ComplaintReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, call, snapshot in
            try reports.complaints(query.0, query.1.request(), at: call.instant, in: snapshot).slice
        }
    }
}
