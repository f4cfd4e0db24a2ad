// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on orders.
package struct OrderRoutes {
    private let orders: OrderService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once there is something to look at, and it is committed.
    package init(orders: OrderService, wakeRunner: @escaping @Sendable () -> Void) {
        self.orders = orders
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [record, list, find]
    }

    private var record: APIRoute {
        .write(
            .post,
            "/v1/orders",
            name: "recordOrder",
            summary: "Records an order, by its total or its lines",
            tag: "Trade",
            scope: Scope.ordersWrite.rawValue,
            takes: .body(OrderInput.fields),
            returns: .created(Order.fields) { Subject(.order, $0.id).path },
            problems: [
                .duplicate, .customerMissing, .negativeAmount, .negativePrice, .sumAboveBound,
                .creditBlocked,
            ],
            committed: wakeRunner
        ) { [orders] input, call, transaction in
            try orders.record(input.order, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/orders",
            name: "listOrders",
            summary: "Lists orders",
            tag: "Trade",
            scope: Scope.ordersRead.rawValue,
            Listing(
                filter: OrderFilter.fields,
                rows: Order.fields,
                sorts: ["-placedAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [orders] query, _, snapshot in
            try orders.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/orders/{order}",
            ID<Order>.self,
            name: "getOrder",
            summary: "Reads an order",
            tag: "Trade",
            scope: Scope.ordersRead.rawValue,
            takes: .nothing,
            returns: .record(Order.fields)
        ) { [orders] _, _, snapshot, id in
            try orders.find(id, in: snapshot)
        }
    }
}
