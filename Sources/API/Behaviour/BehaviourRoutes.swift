// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing

/// The operations on how customers buy.
package struct BehaviourRoutes {
    private static let tag = "Behaviour"

    private let behaviours: BehaviourService

    package init(behaviours: BehaviourService) {
        self.behaviours = behaviours
    }

    package var all: [APIRoute] {
        [behaviour, attraction, recordAdvice]
    }

    /// The date for which something is asked.
    private struct Moment: Sendable {
        let asOf: Instant?

        static let fields: Fields<Moment> = Fields(
            nil,
            Moment.init,
            Field(optional: "asOf", \.asOf, .instantOrDay, "By the orders before this.")
        )
    }

    private var behaviour: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/behaviour",
            ID<Customer>.self,
            name: "getBehaviour",
            summary: "Tells when, what, how much and through what a customer buys, and when next",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(Behaviour.fields),
            problems: [.futureAsOf]
        ) { [behaviours] moment, call, snapshot, id in
            try behaviours.behaviour(of: id, asOf: call.past(moment.asOf), in: snapshot)
        }
    }

    private var attraction: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/attraction",
            ID<Customer>.self,
            name: "getAttraction",
            summary:
                "Tells whether product, service or price draws a customer, and what speaks for it",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(Attraction.fields),
            problems: [.futureAsOf]
        ) { [behaviours] moment, call, snapshot, id in
            try behaviours.attraction(of: id, asOf: call.past(moment.asOf), in: snapshot)
        }
    }

    private var recordAdvice: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/record-advice",
            ID<Customer>.self,
            name: "getRecordAdvice",
            summary: "Tells whether keeping a full record of a customer pays",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(RecordAdvice.fields),
            problems: [.futureAsOf]
        ) { [behaviours] moment, call, snapshot, id in
            _ = try call.past(moment.asOf)
            return try behaviours.recordAdvice(
                of: id,
                asOf: moment.asOf,
                at: call.instant,
                in: snapshot
            )
        }
    }
}
