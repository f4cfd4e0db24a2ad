// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
package import Routing
import SQLite

/// The operations on tiers: where customers stand, the runs that find out, the policy they follow.
package struct TierRoutes {
    private let tiers: TierService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called when a run has been started and committed.
    package init(tiers: TierService, wakeRunner: @escaping @Sendable () -> Void) {
        self.tiers = tiers
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [find, list, start, findRun, listRuns] + policy
    }

    /// The kinds of problem that only these operations raise.
    package static let kinds: [ProblemKind] = [.noTierYet]

    private static let tag = "Tiers"
}

extension ProblemKind {
    static let noTierYet = ProblemKind(
        "no-tier-yet",
        .notFound,
        "No tier yet",
        "The customer has not been ranked: no tier run has finished up to that date, "
            + "or the customer was not there when it was made. Start a run, or wait for the next."
    )
}

// MARK: - Standings

extension TierRoutes {
    /// The date at which a standing is asked for.
    private struct Moment: Sendable {
        let asOf: Instant?

        static let fields: Fields<Moment> = Fields(
            nil,
            Moment.init,
            Field(optional: "asOf", \.asOf, .instantOrDay, "In the latest run at or before this.")
        )
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/tier",
            ID<Customer>.self,
            name: "getTier",
            summary: "Reads where a customer stands, and why",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(TierStanding.fields),
            problems: [.noTierYet, .futureAsOf]
        ) { [tiers] moment, call, snapshot, customer in
            _ = try call.past(moment.asOf)
            let standing = try tiers.tier(of: customer, asOf: moment.asOf, in: snapshot)
            guard let standing else {
                throw Problem(.noTierYet, "customer \(customer.rawValue) is not ranked there")
            }
            return standing
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/tiers",
            name: "listTiers",
            summary: "Lists where the customers stand in the latest run",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            Listing(
                filter: TierFilter.fields,
                rows: TierStanding.fields,
                sorts: TierSorting.allCases.map(\.rawValue),
                exportScope: Scope.exports.rawValue
            ),
            problems: [.futureAsOf],
            places: { _, _ in ["reasons": TierReason.limit] }
        ) { [tiers] query, call, snapshot in
            _ = try call.past(query.0.asOf)
            return try tiers.list(query.0, query.1.request(), in: snapshot).slice
        }
    }
}

// MARK: - Runs

extension TierRoutes {
    private var start: APIRoute {
        .write(
            .post,
            "/v1/tier-runs",
            name: "startTierRun",
            summary: "Starts a run that ranks all customers",
            tag: Self.tag,
            scope: Scope.runsWrite.rawValue,
            takes: .body(NewTierRun.fields),
            returns: .accepted(TierRun.fields) { Subject(.tierRun, $0.id).path },
            problems: [.futureAsOf],
            committed: wakeRunner
        ) { [tiers] new, call, transaction in
            try tiers.start(new, by: call.occasion, in: transaction)
        }
    }

    private var findRun: APIRoute {
        .read(
            .get,
            "/v1/tier-runs/{run}",
            ID<TierRun>.self,
            name: "getTierRun",
            summary: "Reads the progress of a run, and what it found",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .nothing,
            returns: .record(TierRun.fields)
        ) { [tiers] _, _, snapshot, run in
            try tiers.run(run, in: snapshot)
        }
    }

    private var listRuns: APIRoute {
        .list(
            "/v1/tier-runs",
            name: "listTierRuns",
            summary: "Lists the runs, the newest first",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: TierRun.fields,
                sorts: TierRunSorting.allCases.map { "-" + $0.rawValue }
            )
        ) { [tiers] query, _, snapshot in
            try tiers.runs(query.1.request(), in: snapshot).slice
        }
    }
}

// MARK: - The policy

extension TierRoutes {
    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/tier-policy",
            name: "TierPolicy",
            reading: "Reads the rules that runs follow",
            replacing: "Puts other rules in force for the runs to come",
            tag: Self.tag,
            scope: .tiersRead,
            takes: TierRules.fields,
            returns: TierPolicy.fields,
            problems: [.senselessPolicy],
            inForce: { [tiers] in try tiers.policy(in: $0) },
            replace: { [tiers] in try tiers.setPolicy($0, by: $1, in: $2) }
        )
    }
}
