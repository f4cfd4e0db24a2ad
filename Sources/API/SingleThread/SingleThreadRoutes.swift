// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on customers who hang on too few people.
package struct SingleThreadRoutes {
    private static let tag = "Contacts"

    private let risks: SingleThreadService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once another policy has been committed.
    package init(risks: SingleThreadService, wakeRunner: @escaping @Sendable () -> Void) {
        self.risks = risks
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [find] + policy
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/single-thread-risk",
            ID<Customer>.self,
            name: "getSingleThreadRisk",
            summary: "Tells whether the relation with a customer hangs on too few people",
            tag: Self.tag,
            scope: Scope.contactsRead.rawValue,
            takes: .nothing,
            returns: .record(SingleThreadRisk.fields)
        ) { [risks] _, call, snapshot, id in
            try risks.risk(of: id, at: call.instant, in: snapshot)
        }
    }

    private var policy: [APIRoute] {
        APIRoute.policy(
            "/v1/single-thread-policy",
            name: "SingleThreadPolicy",
            reading: "Reads how many people are to be in touch, and with whom",
            replacing: "Puts other terms in force, and looks at the customers anew",
            tag: Self.tag,
            scope: .contactsRead,
            takes: SingleThreadTerms.fields,
            returns: SingleThreadPolicy.fields,
            committed: wakeRunner,
            inForce: { [risks] in try risks.policy(in: $0) },
            replace: { [risks] in try risks.setPolicy($0, by: $1, in: $2) }
        )
    }
}
