// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on potential and on what customers are entitled to.
package struct CareRoutes {
    private static let tag = "Care"

    private let care: CareService

    package init(care: CareService) {
        self.care = care
    }

    package var all: [APIRoute] {
        [potential, entitlements] + policy
    }

    /// The date for which something is asked.
    private struct Moment: Sendable {
        let asOf: Instant?

        static let fields: Fields<Moment> = Fields(
            nil,
            Moment.init,
            Field(optional: "asOf", \.asOf, .instantOrDay, "As it stood then; now by default.")
        )
    }

    private var potential: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/potential",
            ID<Customer>.self,
            name: "getPotential",
            summary: "Tells whether there is more to be sold to a customer, and what speaks for it",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(Potential.fields),
            problems: [.futureAsOf]
        ) { [care] moment, call, snapshot, id in
            try care.potential(of: id, asOf: call.past(moment.asOf), in: snapshot)
        }
    }

    private var entitlements: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/entitlements",
            ID<Customer>.self,
            name: "getEntitlements",
            summary: "Tells what a customer is entitled to, and why",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(Entitlements.fields),
            problems: [.noTierYet, .futureAsOf]
        ) { [care] moment, call, snapshot, id in
            _ = try call.past(moment.asOf)
            let found = try care.entitlements(
                of: id,
                asOf: moment.asOf,
                at: call.instant,
                in: snapshot
            )
            guard let found else {
                throw Problem(.noTierYet, "customer \(id.rawValue) is not ranked there")
            }
            return found
        }
    }

    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/care-policy",
            name: "CarePolicy",
            reading: "Reads what follows from tier and potential",
            replacing: "Says otherwise what follows from tier and potential",
            tag: Self.tag,
            scope: .policiesWrite,
            takes: CareRules.fields,
            returns: CarePolicy.fields,
            problems: [.invertedPolicy],
            inForce: { [care] in try care.policy(in: $0) },
            replace: { [care] in try care.setPolicy($0, by: $1, in: $2) }
        )
    }
}
