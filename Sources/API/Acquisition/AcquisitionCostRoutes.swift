// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on what it costs to win customers.
package struct AcquisitionCostRoutes {
    private static let tag = "Plans"
    private static let path = "/v1/acquisition-costs/{channel}/{period}"

    private let costs: AcquisitionCostService

    package init(costs: AcquisitionCostService) {
        self.costs = costs
    }

    package var all: [APIRoute] {
        [list, find, put, delete]
    }

    private var list: APIRoute {
        .list(
            "/v1/acquisition-costs",
            name: "listAcquisitionCosts",
            summary: "Lists what was spent to win customers",
            tag: Self.tag,
            scope: Scope.plansRead.rawValue,
            Listing(
                filter: AcquisitionCostFilter.fields,
                rows: AcquisitionCost.fields,
                sorts: ["-startsAt", "id"]
            )
        ) { [costs] query, _, snapshot in
            try costs.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            Self.path,
            CustomerSource.Channel.self,
            String.self,
            name: "getAcquisitionCost",
            summary: "Reads what was spent on a channel in a period",
            tag: Self.tag,
            scope: Scope.plansRead.rawValue,
            takes: .nothing,
            returns: .record(AcquisitionCost.fields)
        ) { [costs] _, _, snapshot, channel, period in
            try costs.find(of: channel, period, in: snapshot)
        }
    }

    private var put: APIRoute {
        .write(
            .put,
            Self.path,
            CustomerSource.Channel.self,
            String.self,
            name: "putAcquisitionCost",
            summary: "Says what was spent on a channel in a period",
            tag: Self.tag,
            scope: Scope.plansWrite.rawValue,
            takes: .body(AcquisitionCostDetails.fields),
            returns: .put(AcquisitionCost.fields) { $0.path },
            problems: [.preconditionFailed, .overlappingCost],
            honoursIfMatch: true
        ) { [costs] details, call, transaction, channel, period in
            let known = try costs.known(of: channel, period, in: transaction)
            try call.demandMatch(place: known, AcquisitionCost.fields)
            let cost = try costs.put(
                details,
                of: channel,
                period,
                in: known,
                by: call.occasion,
                in: transaction
            )
            return Upserted(cost, isNew: known == nil)
        }
    }

    private var delete: APIRoute {
        .write(
            .delete,
            Self.path,
            CustomerSource.Channel.self,
            String.self,
            name: "deleteAcquisitionCost",
            summary: "Takes back what was said to be spent on a channel in a period",
            tag: Self.tag,
            scope: Scope.plansWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            problems: [.preconditionFailed],
            honoursIfMatch: true
        ) { [costs] _, call, transaction, channel, period in
            let cost = try costs.find(of: channel, period, in: transaction)
            try call.demandMatch(cost, AcquisitionCost.fields)
            try costs.delete(cost, by: call.occasion, in: transaction)
        }
    }
}
