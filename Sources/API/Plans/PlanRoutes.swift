// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on plans for customers.
package struct PlanRoutes {
    private static let tag = "Plans"
    private static let path = "/v1/plans/{customer}/{period}"

    private let plans: PlanService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once there is something to look at, and it is committed.
    package init(plans: PlanService, wakeRunner: @escaping @Sendable () -> Void) {
        self.plans = plans
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [list, find, put, delete]
    }

    private var list: APIRoute {
        .list(
            "/v1/plans",
            name: "listPlans",
            summary: "Lists plans for customers",
            tag: Self.tag,
            scope: Scope.plansRead.rawValue,
            Listing(
                filter: PlanFilter.fields,
                rows: Plan.fields,
                sorts: ["-startsAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [plans] query, _, snapshot in
            try plans.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "getPlan",
            summary: "Reads the plan for a customer in a period",
            tag: Self.tag,
            scope: Scope.plansRead.rawValue,
            takes: .nothing,
            returns: .record(Plan.fields)
        ) { [plans] _, _, snapshot, customer, period in
            try plans.find(of: customer, period, in: snapshot)
        }
    }

    private var put: APIRoute {
        .write(
            .put,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "putPlan",
            summary: "Plans what a customer is to buy in a period, and what that may cost",
            tag: Self.tag,
            scope: Scope.plansWrite.rawValue,
            takes: .body(PlanDetails.fields),
            returns: .put(Plan.fields) { $0.path },
            problems: [.preconditionFailed, .notAllowedNow, .overlappingPlan],
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [plans] details, call, transaction, customer, period in
            let known = try plans.known(of: customer, period, in: transaction)
            try call.demandMatch(place: known, Plan.fields)
            let plan = try plans.put(
                details,
                of: customer,
                period,
                in: known,
                by: call.occasion,
                in: transaction
            )
            return Upserted(plan, isNew: known == nil)
        }
    }

    private var delete: APIRoute {
        .write(
            .delete,
            Self.path,
            ID<Customer>.self,
            String.self,
            name: "deletePlan",
            summary: "Deletes a plan",
            tag: Self.tag,
            scope: Scope.plansWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [plans] _, call, transaction, customer, period in
            let plan = try plans.find(of: customer, period, in: transaction)
            try call.demandMatch(plan, Plan.fields)
            try plans.delete(plan, by: call.occasion, in: transaction)
        }
    }
}
