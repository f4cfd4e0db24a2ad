// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Payments: what came in for orders, and so what is left to be paid.
package struct PaymentService: Sendable {
    private let store = PaymentStore()
    private let orders = OrderStore()
    private let touched = WarningStore()
    private let journal: Journal
    private let describe: Describe<Payment>

    package init(journal: Journal, describe: @escaping Describe<Payment>) {
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Payment>, in snapshot: Snapshot) throws -> Payment {
        guard let payment = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return payment
    }

    package func list(
        _ filter: PaymentFilter,
        _ request: PageRequest<PaymentSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Payment> {
        try store.page(filter, request, in: snapshot)
    }

    package func record(
        _ new: NewPayment,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Payment {
        if let externalID = new.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.payment, other))
        }
        let order = try order(new.order, in: transaction)
        let id = try enter(new, for: order, at: occasion.at, in: transaction)
        let payment = try find(id, in: transaction)
        try journal.append(
            "payment.recorded",
            Subject(.payment, id),
            changes: describe(nil, payment),
            by: occasion,
            in: transaction
        )
        try touched.touch(payment.customerID, in: transaction)
        return payment
    }

    /// Takes back a payment that was recorded by mistake, by another of a negative amount.
    ///
    /// The order has that much outstanding again. When it was paid is forgotten where the payments
    /// had told it, and no longer do.
    package func reverse(
        _ id: ID<Payment>,
        _ new: PaymentReversal,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Payment {
        let old = try find(id, in: transaction)
        guard old.reversesID == nil else {
            throw ServiceError.notAllowedNow(
                "payment \(id.rawValue) takes another back",
                allowed: []
            )
        }
        if let other = try store.reversal(of: id, in: transaction) {
            throw ServiceError.paymentReversed(by: other)
        }
        let amount = new.amount ?? old.amount
        guard amount > .zero else {
            throw ServiceError.refused("/amount", "must be more than nothing")
        }
        guard amount <= old.amount else {
            throw ServiceError.reversalAbovePayment(id, amount: old.amount)
        }
        guard let order = try orders.find(old.orderID, in: transaction),
            let reversal = try store.insertReversal(
                of: old,
                amount,
                reason: new.reason,
                at: occasion.at,
                in: transaction
            )
        else { throw ServiceError.notFound }
        let settlement = order.settlement
        let owed = order.details.total - settlement.refunded
        let paid = settlement.paid - amount
        let isReopened = settlement.paid >= owed && paid < owed
        try orders.settle(
            order,
            OrderSettlement(
                paid: paid,
                refunded: settlement.refunded,
                cancelledAt: settlement.cancelledAt
            ),
            paidAt: isReopened ? nil : order.details.paidAt,
            at: occasion.at,
            in: transaction
        )
        let payment = try find(reversal, in: transaction)
        try journal.append(
            "payment.reversed",
            Subject(.payment, reversal),
            changes: describe(nil, payment),
            by: occasion,
            in: transaction
        )
        try touched.touch(payment.customerID, in: transaction)
        return payment
    }

    /// The order of that name.
    func order(_ name: OrderName, in snapshot: Snapshot) throws -> Order {
        switch name {
        case .id(let id):
            if let order = try orders.find(id, in: snapshot) { return order }
            throw ServiceError.refused("/orderId", "there is no order \(id.rawValue)")
        case .externalID(let externalID):
            if let id = try orders.id(externalID: externalID, in: snapshot),
                let order = try orders.find(id, in: snapshot)
            {
                return order
            }
            throw ServiceError.refused(
                "/orderExternalId",
                "there is no order with the external id \(externalID)"
            )
        }
    }

    /// Enters a payment, unless it is more than is outstanding; the order is paid in full by the
    /// one that leaves nothing, at the time of the last of its payments.
    func enter(
        _ new: NewPayment,
        for order: Order,
        at now: Instant,
        in transaction: Transaction
    ) throws -> ID<Payment> {
        let paidAt = new.paidAt ?? now
        try new.demand(paidAt: paidAt, by: now)
        if order.settlement.cancelledAt != nil {
            throw ServiceError.notAllowedNow("order \(order.id.rawValue) is cancelled", allowed: [])
        }
        guard new.amount <= order.outstanding else {
            throw ServiceError.paymentAboveOutstanding(order.id, outstanding: order.outstanding)
        }
        guard let id = try store.insert(new, order.id, paidAt: paidAt, at: now, in: transaction)
        else { throw ServiceError.notFound }
        let isLast = new.amount == order.outstanding
        try orders.settle(
            order,
            OrderSettlement(
                paid: order.settlement.paid + new.amount,
                refunded: order.settlement.refunded,
                cancelledAt: nil
            ),
            paidAt: isLast ? store.last(of: order.id, in: transaction) : nil,
            at: now,
            in: transaction
        )
        return id
    }
}

extension NewPayment {
    fileprivate func demand(paidAt: Instant, by now: Instant) throws {
        var refusals: [ServiceError.Refusal] = []
        if amount < .zero {
            refusals.append(ServiceError.Refusal("/amount", "must not be negative"))
        } else if amount == .zero {
            refusals.append(ServiceError.Refusal("/amount", "must be more than nothing"))
        }
        if paidAt > now {
            refusals.append(ServiceError.Refusal("/paidAt", "must not lie in the future"))
        }
        guard refusals.isEmpty else {
            throw amount < .zero
                ? ServiceError.negativeAmount(.payment, refusals) : ServiceError.refused(refusals)
        }
    }
}
