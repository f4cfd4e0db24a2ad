// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on early warnings.
package struct WarningRoutes {
    private static let tag = "Warnings"

    private let warnings: WarningService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once there is something to look at, and it is committed.
    package init(warnings: WarningService, wakeRunner: @escaping @Sendable () -> Void) {
        self.warnings = warnings
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [
            list, find,
            step(.investigating, "investigateWarning", "Begins to find out what is behind it"),
            step(.countermeasure, "counterWarning", "Says what is done about it"),
            step(.closed, "closeWarning", "Closes a case whose cause and action are known"),
        ] + policy + [start, findRun, listRuns]
    }

    private var list: APIRoute {
        .list(
            "/v1/warnings",
            name: "listWarnings",
            summary: "Lists early warnings, and tells whether they hold yet",
            tag: Self.tag,
            scope: Scope.warningsRead.rawValue,
            Listing(
                filter: WarningFilter.fields,
                rows: WarningReading.fields,
                sorts: ["-raisedAt", "id"]
            )
        ) { [warnings] query, call, snapshot in
            try warnings.list(query.0, query.1.request(), at: call.instant, in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/warnings/{warning}",
            ID<Warning>.self,
            name: "getWarning",
            summary: "Reads an early warning, and tells whether it holds yet",
            tag: Self.tag,
            scope: Scope.warningsRead.rawValue,
            takes: .nothing,
            returns: .record(WarningReading.fields)
        ) { [warnings] _, call, snapshot, id in
            try warnings.find(id, at: call.instant, in: snapshot)
        }
    }

    private func step(
        _ status: Warning.Status,
        _ name: String,
        _ summary: String
    ) -> APIRoute {
        .write(
            .post,
            "/v1/warnings/{warning}/\(status.action)",
            ID<Warning>.self,
            name: name,
            summary: summary,
            tag: Self.tag,
            scope: Scope.warningsWrite.rawValue,
            takes: .body(WarningStep.fields),
            returns: .record(WarningReading.fields),
            problems: [.notAllowedNow, .preconditionFailed]
                + (status == .closed ? [.warningUnexplained] : []),
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [warnings] step, call, transaction, id in
            try call.demandMatch(
                warnings.find(id, at: call.instant, in: transaction),
                WarningReading.fields
            )
            return try warnings.move(id, to: status, step, by: call.occasion, in: transaction)
        }
    }
}

// MARK: - The policy

extension WarningRoutes {
    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/warning-policy",
            name: "WarningPolicy",
            reading: "Reads the thresholds of early warnings",
            replacing: "Puts other thresholds in force, and looks at the customers anew",
            tag: Self.tag,
            scope: .warningsRead,
            takes: WarningTerms.fields,
            returns: WarningPolicy.fields,
            problems: [.senselessPolicy],
            committed: wakeRunner,
            inForce: { [warnings] in try warnings.policy(in: $0) },
            replace: { [warnings] in try warnings.setPolicy($0, by: $1, in: $2) }
        )
    }
}

// MARK: - Runs

extension WarningRoutes {
    private var start: APIRoute {
        .write(
            .post,
            "/v1/warning-runs",
            name: "startWarningRun",
            summary: "Starts a look at all customers",
            tag: Self.tag,
            scope: Scope.runsWrite.rawValue,
            takes: .nothing,
            returns: .accepted(WarningRun.fields) { Subject(.warningRun, $0.id).path },
            committed: wakeRunner
        ) { [warnings] _, call, transaction in
            try warnings.startRun(by: call.occasion, in: transaction)
        }
    }

    private var findRun: APIRoute {
        .read(
            .get,
            "/v1/warning-runs/{run}",
            ID<WarningRun>.self,
            name: "getWarningRun",
            summary: "Reads how far a look at all customers has come",
            tag: Self.tag,
            scope: Scope.warningsRead.rawValue,
            takes: .nothing,
            returns: .record(WarningRun.fields)
        ) { [warnings] _, _, snapshot, id in
            try warnings.run(id, in: snapshot)
        }
    }

    private var listRuns: APIRoute {
        .list(
            "/v1/warning-runs",
            name: "listWarningRuns",
            summary: "Lists the looks at all customers, the newest first",
            tag: Self.tag,
            scope: Scope.warningsRead.rawValue,
            Listing(filter: NoFilter.fields, rows: WarningRun.fields, sorts: ["-id"])
        ) { [warnings] query, _, snapshot in
            try warnings.runs(query.1.request(), in: snapshot).slice
        }
    }
}
