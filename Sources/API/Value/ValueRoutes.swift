// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

/// The operations on what customers may yet bring, and on the models that tell.
package struct ValueRoutes {
    private static let tag = "Value"

    private let values: ValueService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called when a model has been started and committed.
    package init(values: ValueService, wakeRunner: @escaping @Sendable () -> Void) {
        self.values = values
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [find, start, findModel, listModels] + policy
    }

    /// The date at which a value is asked for.
    private struct Moment: Sendable {
        let asOf: Instant?

        static let fields: Fields<Moment> = Fields(
            nil,
            Moment.init,
            Field(
                optional: "asOf",
                \.asOf,
                .instantOrDay,
                "By the orders of the whole days before this; now by default."
            )
        )
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/value",
            ID<Customer>.self,
            name: "getCustomerValue",
            summary: "Reads what a customer may yet bring, and by which model",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .query(Moment.fields),
            returns: .record(CustomerValue.fields),
            problems: [.futureAsOf]
        ) { [values] moment, call, snapshot, customer in
            _ = try call.past(moment.asOf)
            return try values.value(
                of: customer,
                asOf: moment.asOf,
                at: call.instant,
                in: snapshot
            )
        }
    }

    private var start: APIRoute {
        .write(
            .post,
            "/v1/value-models",
            name: "startValueModel",
            summary: "Has a model fitted to the orders up to a day, and keeps it",
            tag: Self.tag,
            scope: Scope.runsWrite.rawValue,
            takes: .body(NewValueModel.fields),
            returns: .accepted(ValueModel.fields) { Subject(.valueModel, $0.id).path },
            problems: [.futureAsOf],
            committed: wakeRunner
        ) { [values] new, call, transaction in
            try values.start(new, by: call.occasion, in: transaction)
        }
    }

    private var findModel: APIRoute {
        .read(
            .get,
            "/v1/value-models/{model}",
            ID<ValueModel>.self,
            name: "getValueModel",
            summary: "Reads a model, and how it met the facts",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            takes: .nothing,
            returns: .record(ValueModel.fields)
        ) { [values] _, _, snapshot, model in
            try values.model(model, in: snapshot)
        }
    }

    private var listModels: APIRoute {
        .list(
            "/v1/value-models",
            name: "listValueModels",
            summary: "Lists the models, the newest first",
            tag: Self.tag,
            scope: Scope.tiersRead.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: ValueModel.fields,
                sorts: ValueModelSorting.allCases.map { "-" + $0.rawValue }
            )
        ) { [values] query, _, snapshot in
            try values.models(query.1.request(), in: snapshot).slice
        }
    }

    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/value-policy",
            name: "ValuePolicy",
            reading: "Reads how value is reckoned, and how often the model is fitted anew",
            replacing: "Puts other rules in force",
            tag: Self.tag,
            scope: .tiersRead,
            takes: ValueRules.fields,
            returns: ValuePolicy.fields,
            inForce: { [values] in try values.policy(in: $0) },
            replace: { [values] in try values.setPolicy($0, by: $1, in: $2) }
        )
    }
}
