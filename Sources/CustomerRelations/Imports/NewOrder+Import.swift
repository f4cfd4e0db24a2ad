// SPDX-License-Identifier: Apache-2.0
internal import SQLite

extension NewOrder: ImportedRecord {
    package static let importKind = Import.Kind.orders

    package var owner: CustomerName? { try? customer.get() }

    package var externalName: String? { externalID }

    /// Orders without external id are told by customer, time and total.
    package var twin: ImportTwin? {
        guard externalID == nil else { return nil }
        let amount = total?.rawValue ?? OrderService.sum(of: lines)?.rawValue ?? 0
        return ImportTwin(at: placedAt.rawValue, content: Int(amount))
    }

    package func put(
        _ row: ImportRow<NewOrder>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = OrderStore()
        let new = try work.rules.orders.details(of: self, at: work.occasion.at)
        let customer = try customer.get()
        let costs = try work.rules.orders.costs(of: new.lines, in: work.transaction)
        let found = try work.find(customer, known: row.customer, makesExternalIDs: true)
        let owner: ID<Customer>
        if let found {
            owner = found
        } else {
            // Asked before a customer is made.
            if let old = try recorded(in: work) {
                let changed = try filled(new, from: old, given: row.given, in: work)
                try old.demandSettlement(of: changed, in: work.transaction)
            }
            let source = CustomerSource(channel: .other, detail: "order import")
            owner = try work.make(customer, from: source)
        }
        if new.externalID == nil {
            let transaction = work.transaction
            let twin = ImportTwin(at: new.placedAt.rawValue, content: Int(new.total.rawValue))
            let isKnown = try work.isKnown(twin, row.ordinal, of: owner) {
                try store.twins(of: owner, at: new.placedAt, in: transaction)
            }
            guard !isKnown else { return .unchanged }
        }
        let more = TradeSums(of: new, cost: costs.sum)
        let isRefused = try work.isArchived(owner) || !work.hasRoom(for: more, of: owner)
        // One that is known already may say what it said.
        if isRefused, let old = try recorded(in: work) {
            return try change(old, to: new, of: owner, given: row.given, in: &work)
        }
        try work.demandPresent(owner, as: customer)
        if isRefused { try work.demandRoom(for: more, of: owner, at: "/total") }
        let id = try store.insert(
            new,
            costs: costs,
            customer: owner,
            at: work.occasion.at,
            in: work.transaction
        )
        if let id {
            work.add(more, to: owner)
            return .created(id.rawValue)
        }
        guard let old = try recorded(in: work) else { throw ServiceError.notFound }
        return try change(old, to: new, of: owner, given: row.given, in: &work)
    }

    /// The order that is recorded under its external id.
    private func recorded(in work: ImportWork) throws -> Order? {
        let store = OrderStore()
        guard let externalID,
            let known = try store.id(externalID: externalID, in: work.transaction)
        else { return nil }
        return try store.find(known, in: work.transaction)
    }

    private func filled(
        _ details: OrderDetails,
        from old: Order,
        given: ImportedMembers,
        in work: ImportWork
    ) throws -> OrderDetails {
        try details.filled(from: old, given: given) {
            try PaymentStore().last(of: old.id, in: work.transaction)
        }
    }

    private func change(
        _ old: Order,
        to details: OrderDetails,
        of owner: ID<Customer>,
        given: ImportedMembers,
        in work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = OrderStore()
        let new = try filled(details, from: old, given: given, in: work)
        guard new != old.details || owner != old.customer.id else { return .unchanged }
        try work.demandPresent(owner, as: customer.get())
        try old.demandSettlement(of: new, in: work.transaction)
        let hasOtherLines = new.lines != old.details.lines
        let costs =
            hasOtherLines ? try work.rules.orders.costs(of: new.lines, in: work.transaction) : nil
        let cost = costs == nil ? old.cost : costs?.sum
        let sums = TradeSums(of: new, cost: cost, old.settlement)
        let isMoved = owner != old.customer.id
        try work.demandRoom(
            for: isMoved ? sums : sums - TradeSums(of: old),
            of: owner,
            at: "/total"
        )
        try store.update(
            old,
            to: new,
            cost: cost,
            customer: owner,
            at: work.occasion.at,
            in: work.transaction
        )
        if isMoved {
            try work.rules.orders.moveTasks(
                about: old.id,
                to: owner,
                by: work.occasion,
                in: work.transaction
            )
        }
        if let costs { try store.replace(new.lines, costs, of: old.id, in: work.transaction) }
        for customer in Set([old.customer.id, owner]) {
            try TierBasisStore().touch(customer, in: work.transaction)
        }
        return .updated(old.id.rawValue)
    }
}

extension Order {
    /// Refuses details that what was paid and given back for the order has overtaken.
    fileprivate func demandSettlement(of new: OrderDetails, in snapshot: Snapshot) throws {
        let isOther = new.total != details.total || new.lines != details.lines
        if settlement.cancelledAt != nil {
            throw ServiceError.refused("/externalId", "order \(id.rawValue) was cancelled")
        }
        if isOther,
            try settlement.refunded > .zero || OrderStore().hasReturns(id, in: snapshot)
        {
            throw ServiceError.refused("/total", "order \(id.rawValue) has refunds")
        }
        if new.placedAt > details.placedAt,
            let first = try RefundStore().first(of: id, in: snapshot), new.placedAt > first
        {
            throw ServiceError.refused("/placedAt", "lies after a refund of the order, \(first)")
        }
        if isOther, new.total < settlement.paid {
            throw ServiceError.refused("/total", "is less than was paid, \(settlement.paid)")
        }
    }
}

extension OrderDetails {
    /// These details, with what is recorded in place of what they leave out.
    ///
    /// Recorded lines stay while they come to the total. An order that was paid by its payments is
    /// so no longer if it comes to more now.
    fileprivate func filled(
        from order: Order,
        given: ImportedMembers,
        lastPaid: () throws -> Instant?
    ) throws -> OrderDetails {
        let old = order.details
        var paidAt = paidAt ?? old.paidAt
        let paid = order.settlement.paid
        if self.paidAt == nil, paid > .zero, total != old.total {
            paidAt = total > paid + order.settlement.refunded ? nil : try lastPaid()
        }
        return OrderDetails(
            externalID: externalID,
            placedAt: placedAt,
            total: total,
            lines: lines.isEmpty && total == old.total ? old.lines : lines,
            terms: given.contains(.terms) ? terms : old.terms,
            channel: channel ?? old.channel,
            dueAt: dueAt ?? old.dueAt,
            paidAt: paidAt
        )
    }
}
