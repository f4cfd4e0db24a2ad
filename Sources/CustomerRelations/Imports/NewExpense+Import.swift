// SPDX-License-Identifier: Apache-2.0

extension NewExpense: ImportedRecord {
    package static let importKind = Import.Kind.expenses

    package var owner: CustomerName? { customer }

    package var externalName: String? { details.externalID }

    /// Expenses without external id are told by customer, time, amount and purpose.
    package var twin: ImportTwin? {
        guard details.externalID == nil else { return nil }
        return ImportTwin(
            at: details.spentAt.rawValue,
            content: Self.content(details.amount, details.purpose)
        )
    }

    /// What tells one expense from others of its customer and time.
    static func content(_ amount: Money, _ purpose: String) -> Int {
        var hasher = Hasher()
        hasher.combine(amount)
        hasher.combine(purpose)
        return hasher.finalize()
    }

    package func put(
        _ row: ImportRow<NewExpense>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = ExpenseStore()
        try details.demand(by: work.occasion.at)
        guard let owner = try work.find(customer, known: row.customer) else {
            throw ServiceError.notFound
        }
        if let externalID = details.externalID {
            if let known = try store.id(externalID: externalID, in: work.transaction),
                let old = try store.find(known, in: work.transaction)
            {
                guard old.details == details, old.customerID == owner else {
                    throw ServiceError.refused(
                        "/externalId",
                        "names another expense, and those stay"
                    )
                }
                return .unchanged
            }
        } else {
            let transaction = work.transaction
            let isKnown = try work.isKnown(twin, row.ordinal, of: owner) {
                try store.twins(of: owner, at: details.spentAt, in: transaction)
            }
            guard !isKnown else { return .unchanged }
        }
        try work.demandPresent(owner, as: customer)
        try TradeSumStore().find(owner, in: work.transaction).demandRoom(
            for: TradeSums(expense: details.amount),
            of: owner,
            at: "/amount"
        )
        let id = try store.insert(details, owner, at: work.occasion.at, in: work.transaction)
        guard let id else { throw ServiceError.notFound }
        return .created(id.rawValue)
    }
}
