// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations that take back what was ordered.
package struct RefundRoutes {
    private static let tag = "Trade"

    private let refunds: RefundService
    private let orders: OrderService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once there is something to look at, and it is committed.
    package init(
        refunds: RefundService,
        orders: OrderService,
        wakeRunner: @escaping @Sendable () -> Void
    ) {
        self.refunds = refunds
        self.orders = orders
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [refund, cancel, list, find]
    }

    private var refund: APIRoute {
        .write(
            .post,
            "/v1/orders/{order}/refunds",
            ID<Order>.self,
            name: "refundOrder",
            summary: "Takes back pieces of an order, or a sum",
            tag: Self.tag,
            scope: Scope.ordersWrite.rawValue,
            takes: .body(NewRefund.fields),
            returns: .created(Refund.fields) { Subject(.refund, $0.id).path },
            problems: [.duplicate, .notAllowedNow, .refundAboveOrder],
            committed: wakeRunner
        ) { [refunds] new, call, transaction, id in
            try refunds.refund(id, new, by: call.occasion, in: transaction)
        }
    }

    private var cancel: APIRoute {
        .write(
            .post,
            "/v1/orders/{order}/cancel",
            ID<Order>.self,
            name: "cancelOrder",
            summary: "Calls an order off",
            tag: Self.tag,
            scope: Scope.ordersWrite.rawValue,
            takes: .body(Cancellation.fields),
            returns: .record(Order.fields),
            problems: [.notAllowedNow, .preconditionFailed],
            honoursIfMatch: true,
            committed: wakeRunner
        ) { [refunds, orders] cancellation, call, transaction, id in
            try call.demandMatch(orders.find(id, in: transaction), Order.fields)
            return try refunds.cancel(
                id,
                reason: cancellation.reason,
                by: call.occasion,
                in: transaction
            )
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/refunds",
            name: "listRefunds",
            summary: "Lists refunds and cancellations",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            Listing(
                filter: RefundFilter.fields,
                rows: Refund.fields,
                sorts: ["-refundedAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [refunds] query, _, snapshot in
            try refunds.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/refunds/{refund}",
            ID<Refund>.self,
            name: "getRefund",
            summary: "Reads a refund",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            takes: .nothing,
            returns: .record(Refund.fields)
        ) { [refunds] _, _, snapshot, id in
            try refunds.find(id, in: snapshot)
        }
    }
}
