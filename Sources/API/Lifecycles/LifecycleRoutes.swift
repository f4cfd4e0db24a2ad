// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on how far the relation with a customer has come.
package struct LifecycleRoutes {
    private let customers: CustomerService

    package init(customers: CustomerService) {
        self.customers = customers
    }

    package var all: [APIRoute] {
        [find, move]
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/customers/{customer}/lifecycle",
            ID<Customer>.self,
            name: "getLifecycle",
            summary: "Tells how far the relation with a customer has come, and how it came there",
            tag: "Customers",
            scope: Scope.customersRead.rawValue,
            takes: .nothing,
            returns: .record(LifecycleHistory.fields)
        ) { [customers] _, _, snapshot, id in
            try customers.lifecycle(of: id, in: snapshot)
        }
    }

    private var move: APIRoute {
        .write(
            .post,
            "/v1/customers/{customer}/lifecycle",
            ID<Customer>.self,
            name: "moveLifecycle",
            summary: "Says what the relation with a customer has become, and why",
            tag: "Customers",
            scope: Scope.customersWrite.rawValue,
            takes: .body(LifecycleMove.fields),
            returns: .record(LifecycleHistory.fields),
            problems: [.lifecycleEdge, .notAllowedNow, .preconditionFailed],
            honoursIfMatch: true
        ) { [customers] move, call, transaction, id in
            let customer = try customers.find(id, in: transaction)
            try call.demandMatch(customer, Customer.fields)
            _ = try customers.move(customer, move, by: call.occasion, in: transaction)
            return try customers.lifecycle(of: id, in: transaction)
        }
    }
}
