// SPDX-License-Identifier: Apache-2.0
import Charts
package import CustomerRelations
import JSON
import Routing

/// The reports.
package struct ReportRoutes {
    private let reports: ReportService

    package init(reports: ReportService) {
        self.reports = reports
    }

    package var all: [APIRoute] {
        [complaints, interactions, calls, acquisition, warnings, pyramid, retention, value]
    }

    private var interactions: APIRoute {
        .list(
            "/v1/reports/interactions",
            name: "reportInteractions",
            summary: "Tells how much was said in either direction, and on which ways",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: InteractionReport.Filter.fields("Took place"),
                rows: InteractionReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, _, snapshot in
            try reports.interactions(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var calls: APIRoute {
        .list(
            "/v1/reports/calls",
            name: "reportCalls",
            summary: "Tells how long those who called waited, and how many were missed",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: PhoneCallReport.Filter.fields("Started"),
                rows: PhoneCallReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, _, snapshot in
            try reports.calls(query.0, query.1.request(), in: snapshot).slice
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

    private var warnings: APIRoute {
        .list(
            "/v1/reports/warnings",
            name: "reportWarnings",
            summary: "Tells how many cases of early warning there were, and how they went",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: WarningReport.Filter.fields,
                rows: WarningReport.Row.fields,
                sorts: WarningReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue,
                picture: { rows, filter, _ in WarningReport.picture(rows, filter).svg }
            ),
            places: { _, _ in ["causes": WarningReport.Row.causeLimit] }
        ) { [reports] query, _, snapshot in
            try reports.warnings(query.0, query.1.request(), in: snapshot).slice
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
                filter: ComplaintReport.Filter.fields("Received"),
                rows: ComplaintReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue
            )
        ) { [reports] query, call, snapshot in
            try reports.complaints(query.0, query.1.request(), at: call.instant, in: snapshot).slice
        }
    }
}

// MARK: - Customers as a whole

extension ReportRoutes {
    /// The date of a report.
    private struct Moment: Sendable {
        let asOf: Instant?

        static func fields(_ description: String) -> Fields<Moment> {
            Fields(
                nil,
                Moment.init,
                Field(optional: "asOf", \.asOf, .instantOrDay, description)
            )
        }
    }

    private var pyramid: APIRoute {
        .list(
            "/v1/reports/pyramid",
            name: "reportPyramid",
            summary: "Tells heads and profit of each tier, now and a year ago, and who moved",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: Moment.fields("By the latest run at or before this; now by default."),
                rows: PyramidReport.Row.fields,
                sorts: TierReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue,
                picture: { rows, _, _ in PyramidReport.picture(rows).svg }
            ),
            problems: [.futureAsOf]
        ) { [reports] query, call, snapshot in
            try reports.pyramid(
                asOf: call.past(query.0.asOf),
                query.1.request(),
                in: snapshot
            )
            .slice
        }
    }

    private var retention: APIRoute {
        .list(
            "/v1/reports/retention",
            name: "reportRetention",
            summary: "Tells who bought again, by the month of the first purchase",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: RetentionReport.Filter.fields,
                rows: RetentionReport.Row.fields,
                sorts: ReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue,
                picture: { rows, filter, call in
                    RetentionReport.picture(
                        rows,
                        months: filter.months,
                        asOf: filter.asOf ?? call.instant
                    )
                    .svg
                }
            ),
            problems: [.futureAsOf],
            places: { filter, _ in filter.places }
        ) { [reports] query, call, snapshot in
            try reports.retention(
                asOf: call.past(query.0.asOf),
                months: query.0.months,
                query.1.request(),
                in: snapshot
            )
            .slice
        }
    }

    private var value: APIRoute {
        .list(
            "/v1/reports/value",
            name: "reportValue",
            summary: "Tells what each tenth of the customers may yet bring, by the kept model",
            tag: "Reports",
            scope: Scope.reportsRead.rawValue,
            Listing(
                filter: Moment.fields("By the latest model of the days before; now by default."),
                rows: ValueReport.Row.fields,
                sorts: ValueReportSorting.allCases.map(\.rawValue),
                exportScope: Scope.reportsRead.rawValue,
                picture: { rows, _, _ in ValueReport.picture(rows).svg }
            ),
            problems: [.futureAsOf]
        ) { [reports] query, call, snapshot in
            try reports.value(
                asOf: call.past(query.0.asOf),
                query.1.request(),
                in: snapshot
            )
            .slice
        }
    }
}
