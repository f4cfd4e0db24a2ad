// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Refunds and cancellations: records of their own, which leave what was ordered as it was.
package struct RefundService: Sendable {
    private let store = RefundStore()
    private let orders = OrderStore()
    private let payments = PaymentStore()
    private let touched = WarningStore()
    private let journal: Journal
    private let describe: Describe<Refund>

    package init(journal: Journal, describe: @escaping Describe<Refund>) {
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Refund>, in snapshot: Snapshot) throws -> Refund {
        guard let refund = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return refund
    }

    package func list(
        _ filter: RefundFilter,
        _ request: PageRequest<RefundSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Refund> {
        try store.page(filter, request, in: snapshot)
    }

    /// Takes back pieces or an amount of an order; what was not paid yet need not be paid then.
    package func refund(
        _ id: ID<Order>,
        _ new: NewRefund,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Refund {
        if let externalID = new.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.refund, other))
        }
        let refund = try enter(
            new,
            of: order(id, in: transaction),
            at: occasion.at,
            in: transaction
        )
        return try record("refund.recorded", refund, by: occasion, in: transaction)
    }

    /// Calls an order off, which leaves it out of everything that counts orders from then on.
    package func cancel(
        _ id: ID<Order>,
        reason: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Order {
        let refund = try enterCancellation(
            NewRefund(reason: reason),
            of: order(id, in: transaction),
            at: occasion.at,
            in: transaction
        )
        _ = try record("order.cancelled", refund, by: occasion, in: transaction)
        return try order(id, in: transaction)
    }

    private func order(_ id: ID<Order>, in snapshot: Snapshot) throws -> Order {
        guard let order = try orders.find(id, in: snapshot) else { throw ServiceError.notFound }
        return order
    }

    private func record(
        _ action: String,
        _ id: ID<Refund>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Refund {
        let refund = try find(id, in: transaction)
        let isWhole = refund.kind == .cancellation
        try journal.append(
            action,
            isWhole ? Subject(.order, refund.orderID) : Subject(.refund, id),
            changes: describe(nil, refund),
            by: occasion,
            in: transaction
        )
        try touched.touch(refund.customerID, in: transaction)
        return refund
    }
}

// MARK: - Entering

extension RefundService {
    /// Enters a refund, unless it is more than is left of the order.
    func enter(
        _ new: NewRefund,
        of order: Order,
        at now: Instant,
        in transaction: Transaction
    ) throws -> ID<Refund> {
        try order.demandStanding()
        let refundedAt = new.refundedAt ?? now
        try new.demand(of: order, refundedAt: refundedAt, by: now)
        let orderLines = try orders.refundableLines(of: order.id, in: transaction)
        let lines = try new.take(from: orderLines, of: order)
        let amount = new.amount ?? lines.reduce(.zero) { $0 - ($1.amount ?? .zero) }
        guard amount <= order.refundable else {
            throw ServiceError.refundAboveOrder(
                order.id,
                refundable: order.refundable,
                [
                    ServiceError.Refusal(
                        new.lines.isEmpty ? "/amount" : "/lines",
                        "is more than \(order.refundable)"
                    )
                ]
            )
        }
        let entry = RefundStore.Entry(
            externalID: new.externalID,
            kind: .refund,
            amount: -amount,
            // What is not given back by the piece is kept, and cost what it cost.
            cost: order.cost == nil ? nil : lines.reduce(.zero) { $0 + ($1.cost ?? .zero) },
            lines: lines,
            reason: new.reason,
            refundedAt: refundedAt
        )
        let settlement = OrderSettlement(
            paid: order.settlement.paid,
            refunded: order.settlement.refunded + amount,
            cancelledAt: nil
        )
        let isSettled =
            settlement.paid > .zero
            && settlement.paid + settlement.refunded >= order.details.total
        return try enter(
            entry,
            of: order,
            settlement,
            paidAt: order.details.paidAt
                ?? (isSettled ? payments.last(of: order.id, in: transaction) : nil),
            at: now,
            in: transaction
        )
    }

    /// Enters what calls a whole order off.
    func enterCancellation(
        _ new: NewRefund,
        of order: Order,
        at now: Instant,
        in transaction: Transaction
    ) throws -> ID<Refund> {
        try order.demandStanding()
        let cancelledAt = new.refundedAt ?? now
        try order.demand(refundedAt: cancelledAt, by: now)
        let lines = try orders.refundableLines(of: order.id, in: transaction)
        guard order.settlement.refunded == .zero, lines.allSatisfy({ $0.refunded == 0 }) else {
            throw ServiceError.notAllowedNow(
                "order \(order.id.rawValue) has refunds",
                allowed: ["refunds"]
            )
        }
        let entry = RefundStore.Entry(
            externalID: new.externalID,
            kind: .cancellation,
            amount: -order.details.total,
            cost: order.cost.map { -$0 },
            lines: lines.map { $0.refund($0.quantity) },
            reason: new.reason,
            refundedAt: cancelledAt
        )
        return try enter(
            entry,
            of: order,
            OrderSettlement(
                paid: order.settlement.paid,
                refunded: .zero,
                cancelledAt: cancelledAt
            ),
            paidAt: order.details.paidAt,
            at: now,
            in: transaction
        )
    }

    private func enter(
        _ entry: RefundStore.Entry,
        of order: Order,
        _ settlement: OrderSettlement,
        paidAt: Instant?,
        at now: Instant,
        in transaction: Transaction
    ) throws -> ID<Refund> {
        let id = try store.insert(entry, of: order.id, at: now, in: transaction)
        guard let id else { throw ServiceError.notFound }
        try orders.giveBack(entry.lines, of: order.id, in: transaction)
        try orders.settle(order, settlement, paidAt: paidAt, at: now, in: transaction)
        return id
    }
}

extension Order {
    /// Refuses an order that has been called off.
    fileprivate func demandStanding() throws {
        guard settlement.cancelledAt == nil else {
            throw ServiceError.notAllowedNow("order \(id.rawValue) is cancelled", allowed: [])
        }
    }

    fileprivate func demand(refundedAt: Instant, by now: Instant) throws {
        let refusals = refusals(refundedAt: refundedAt, by: now)
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }

    fileprivate func refusals(refundedAt: Instant, by now: Instant) -> [ServiceError.Refusal] {
        if refundedAt > now {
            return [ServiceError.Refusal("/refundedAt", "must not lie in the future")]
        }
        guard refundedAt < details.placedAt else { return [] }
        return [ServiceError.Refusal("/refundedAt", "must not lie before the order was placed")]
    }
}

extension NewRefund {
    fileprivate func demand(of order: Order, refundedAt: Instant, by now: Instant) throws {
        var refusals: [ServiceError.Refusal] = []
        if (amount == nil) == lines.isEmpty {
            refusals = ["/amount", "/lines"].map {
                ServiceError.Refusal($0, "one of amount, lines must be given")
            }
        } else if amount == .zero {
            refusals.append(ServiceError.Refusal("/amount", "must be more than nothing"))
        }
        refusals += order.refusals(refundedAt: refundedAt, by: now)
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }

    /// The pieces, taken from the order's lines in their order.
    fileprivate func take(
        from orderLines: [OrderStore.Line],
        of order: Order
    ) throws -> [RefundLine] {
        var taken: [Int: Int] = [:]
        var unknown: [ServiceError.Refusal] = []
        var tooMany: [ServiceError.Refusal] = []
        for (place, line) in lines.enumerated() {
            let candidates = orderLines.filter { $0.sku == line.sku }
            guard !candidates.isEmpty else {
                unknown.append(
                    ServiceError.Refusal("/lines/\(place)/sku", "is not among the order's lines")
                )
                continue
            }
            var wanted = line.quantity
            for candidate in candidates where wanted > 0 {
                let left = candidate.left - taken[candidate.position, default: 0]
                let count = min(left, wanted)
                taken[candidate.position, default: 0] += count
                wanted -= count
            }
            if wanted > 0 {
                tooMany.append(
                    ServiceError.Refusal(
                        "/lines/\(place)/quantity",
                        "is more than the \(line.quantity - wanted) that are left"
                    )
                )
            }
        }
        guard unknown.isEmpty else { throw ServiceError.refused(unknown) }
        guard tooMany.isEmpty else {
            throw ServiceError.refundAboveOrder(
                order.id,
                refundable: order.refundable,
                tooMany
            )
        }
        return orderLines.compactMap { line in
            taken[line.position].flatMap { $0 > 0 ? line.refund($0) : nil }
        }
    }
}

extension OrderStore.Line {
    /// How many pieces have not been given back.
    fileprivate var left: Int { quantity - refunded }

    /// The next pieces of the line, given back.
    ///
    /// Discount and cost fall on the pieces evenly, to the nearest fen: that of all pieces given
    /// back so far less that of those before, so that the last leaves nothing over.
    fileprivate func refund(_ count: Int) -> RefundLine {
        func part(of whole: Money) -> Money {
            share(of: whole, refunded + count) - share(of: whole, refunded)
        }
        return RefundLine(
            orderPosition: position,
            sku: sku,
            quantity: -count,
            unitPrice: unitPrice,
            discount: discount.map { -part(of: $0) },
            cost: cost.map { -part(of: $0) }
        )
    }

    private func share(of whole: Money, _ pieces: Int) -> Money {
        let twice = Int128(whole.rawValue) * Int128(pieces) * 2
        return Money(rawValue: Int64(clamping: (twice / Int128(quantity) + 1) / 2))
    }
}
