// SPDX-License-Identifier: Apache-2.0

extension NewOrder: ImportedRecord {
    package static let importKind = Import.Kind.orders

    package var owner: CustomerName? { customer }

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
        let found = try work.find(customer, known: row.customer, makesExternalIDs: true)
        let owner =
            try found
            ?? work.make(customer, from: CustomerSource(channel: .other, detail: "order import"))
        if new.externalID == nil {
            let twins = try store.countTwins(of: new, customer: owner, in: work.transaction)
            guard twins < row.ordinal else { return .unchanged }
        }
        let id = try store.insert(
            new,
            cost: work.rules.orders.cost(of: new.lines, in: work.transaction),
            customer: owner,
            at: work.occasion.at,
            in: work.transaction
        )
        if let id { return .created(id.rawValue) }
        guard let externalID,
            let known = try store.id(externalID: externalID, in: work.transaction),
            let old = try store.find(known, in: work.transaction)
        else { throw ServiceError.notFound }
        return try change(old, to: new, of: owner, given: row.given, in: work)
    }

    private func change(
        _ old: Order,
        to details: OrderDetails,
        of owner: ID<Customer>,
        given: ImportedMembers,
        in work: ImportWork
    ) throws -> ImportVerdict {
        let new = details.filled(from: old.details, given: given)
        guard new != old.details || owner != old.customer.id else { return .unchanged }
        let cost =
            new.lines == old.details.lines
            ? old.cost : try work.rules.orders.cost(of: new.lines, in: work.transaction)
        try OrderStore().update(
            old.id,
            to: new,
            cost: cost,
            customer: owner,
            at: work.occasion.at,
            in: work.transaction
        )
        return .updated(old.id.rawValue)
    }
}

extension OrderDetails {
    /// These details, with what is recorded in place of what they leave out.
    ///
    /// Recorded lines stay while they come to the total.
    fileprivate func filled(from old: OrderDetails, given: ImportedMembers) -> OrderDetails {
        OrderDetails(
            externalID: externalID,
            placedAt: placedAt,
            total: total,
            lines: lines.isEmpty && total == old.total ? old.lines : lines,
            terms: given.contains(.terms) ? terms : old.terms,
            dueAt: dueAt ?? old.dueAt,
            paidAt: paidAt ?? old.paidAt
        )
    }
}
