// SPDX-License-Identifier: Apache-2.0

extension NewCategorySpend: ImportedRecord {
    package static let importKind = Import.Kind.categorySpend

    package var owner: CustomerName? { customer }

    package var externalName: String? { nil }

    /// Customer, category, source and time name it.
    package var twin: ImportTwin? { nil }

    /// The journal names the customers, for a category has no number.
    package func put(
        _ row: ImportRow<NewCategorySpend>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let spends = work.rules.categorySpend
        guard let owner = try work.find(customer, known: row.customer) else {
            throw ServiceError.notFound
        }
        let known = try spends.place(of: details, owner, category, in: work.transaction)
        guard known?.details != details else { return .unchanged }
        try work.demandPresent(owner, as: customer)
        try spends.enter(
            details,
            of: owner,
            category,
            at: work.occasion.at,
            in: work.transaction
        )
        return known == nil ? .created(owner.rawValue) : .updated(owner.rawValue)
    }
}
