// SPDX-License-Identifier: Apache-2.0

extension ProductDetails: ImportedRecord {
    package static let importKind = Import.Kind.products

    package var owner: CustomerName? { nil }

    package var externalName: String? { sku }

    /// The SKU names it.
    package var twin: ImportTwin? { nil }

    package func put(
        _ row: ImportRow<ProductDetails>,
        into work: inout ImportWork
    ) throws -> ImportVerdict {
        let store = ProductStore()
        guard let known = try store.id(sku: sku, in: work.transaction),
            let old = try store.find(known, in: work.transaction)
        else {
            let id = try store.insert(self, at: work.occasion.at, in: work.transaction)
            guard let id else { throw ServiceError.notFound }
            return .created(id.rawValue)
        }
        let new = filled(from: old.details)
        guard new != old.details else { return .unchanged }
        try store.update(known, to: new, at: work.occasion.at, in: work.transaction)
        return .updated(known.rawValue)
    }

    /// These details, with what is recorded in place of what they leave out.
    private func filled(from old: ProductDetails) -> ProductDetails {
        ProductDetails(
            sku: sku,
            name: name,
            category: category ?? old.category,
            unitPrice: unitPrice ?? old.unitPrice,
            unitCost: unitCost ?? old.unitCost,
            launchedOn: launchedOn ?? old.launchedOn,
            expectedLifeDays: expectedLifeDays ?? old.expectedLifeDays
        )
    }
}
