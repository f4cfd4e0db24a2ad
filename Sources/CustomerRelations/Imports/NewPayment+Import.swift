// SPDX-License-Identifier: Apache-2.0

extension NewPayment: ImportedRecord {
    package static let importKind = Import.Kind.payments

    package var owner: CustomerName? { nil }

    package var externalName: String? { externalID }

    /// Payments without external id are told by order, time and amount.
    package var twin: ImportTwin? {
        guard externalID == nil else { return nil }
        var hasher = Hasher()
        hasher.combine(order)
        hasher.combine(amount)
        return ImportTwin(at: paidAt?.rawValue ?? 0, content: hasher.finalize())
    }

    package func put(
        _ row: ImportRow<NewPayment>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        guard let paidAt else {
            throw ServiceError.refused("/paidAt", "is required where payments are imported")
        }
        let store = PaymentStore()
        let order = try work.rules.payments.order(order, in: work.transaction)
        if let externalID {
            if let known = try store.id(externalID: externalID, in: work.transaction),
                let old = try store.find(known, in: work.transaction)
            {
                guard old.orderID == order.id, old.amount == amount, old.paidAt == paidAt else {
                    throw ServiceError.refused(
                        "/externalId",
                        "names another payment, and those stay"
                    )
                }
                return .unchanged
            }
        } else {
            let transaction = work.transaction
            // The order of the row is found, by whichever of its names.
            let twin = ImportTwin(at: paidAt.rawValue, content: Int(amount.rawValue))
            let isKnown = try work.isKnown(twin, row.ordinal, of: order.id) {
                try store.twins(of: order.id, at: paidAt, in: transaction)
            }
            guard !isKnown else { return .unchanged }
        }
        let id = try work.rules.payments.enter(
            self,
            for: order,
            at: work.occasion.at,
            in: work.transaction
        )
        return .created(id.rawValue)
    }
}
