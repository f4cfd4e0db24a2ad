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
        [complaints]
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
                sorts: ComplaintReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, call, snapshot in
            try reports.complaints(query.0, query.1.request(), at: call.instant, in: snapshot).slice
        }
    }
}
