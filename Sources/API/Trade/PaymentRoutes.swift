// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on payments.
package struct PaymentRoutes {
    private static let tag = "Trade"

    private let payments: PaymentService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once there is something to look at, and it is committed.
    package init(payments: PaymentService, wakeRunner: @escaping @Sendable () -> Void) {
        self.payments = payments
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [record, reverse, list, find]
    }

    private var record: APIRoute {
        .write(
            .post,
            "/v1/payments",
            name: "recordPayment",
            summary: "Records what was paid for an order, all of it or a part",
            tag: Self.tag,
            scope: Scope.ordersWrite.rawValue,
            takes: .body(PaymentInput.fields),
            returns: .created(Payment.fields) { Subject(.payment, $0.id).path },
            problems: [.duplicate, .negativeAmount, .notAllowedNow, .paymentAboveOutstanding],
            committed: wakeRunner
        ) { [payments] input, call, transaction in
            try payments.record(input.payment(), by: call.occasion, in: transaction)
        }
    }

    private var reverse: APIRoute {
        .write(
            .post,
            "/v1/payments/{payment}/reverse",
            ID<Payment>.self,
            name: "reversePayment",
            summary: "Takes back a payment that was recorded by mistake",
            tag: Self.tag,
            scope: Scope.ordersWrite.rawValue,
            takes: .body(PaymentReversal.fields),
            returns: .created(Payment.fields) { Subject(.payment, $0.id).path },
            problems: [.notAllowedNow, .paymentReversed, .reversalAbovePayment],
            committed: wakeRunner
        ) { [payments] reversal, call, transaction, id in
            try payments.reverse(id, reversal, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/payments",
            name: "listPayments",
            summary: "Lists payments",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            Listing(
                filter: PaymentFilter.fields,
                rows: Payment.fields,
                sorts: ["-paidAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [payments] query, _, snapshot in
            try payments.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/payments/{payment}",
            ID<Payment>.self,
            name: "getPayment",
            summary: "Reads a payment",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            takes: .nothing,
            returns: .record(Payment.fields)
        ) { [payments] _, _, snapshot, id in
            try payments.find(id, in: snapshot)
        }
    }
}
