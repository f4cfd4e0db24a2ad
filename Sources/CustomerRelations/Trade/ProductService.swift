// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The products that orders name by SKU.
package struct ProductService: Sendable {
    private let store = ProductStore()
    private let journal: Journal
    private let describe: Describe<ProductDetails>

    package init(journal: Journal, describe: @escaping Describe<ProductDetails>) {
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Product>, in snapshot: Snapshot) throws -> Product {
        guard let product = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return product
    }

    package func list(
        _ filter: ProductFilter,
        _ request: PageRequest<ProductSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Product> {
        try store.page(filter, request, in: snapshot)
    }

    package func create(
        _ details: ProductDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Product {
        try demandFree(details.sku, for: nil, in: transaction)
        guard let id = try store.insert(details, at: occasion.at, in: transaction) else {
            throw ServiceError.notFound
        }
        try record("product.created", id, nil, details, by: occasion, in: transaction)
        return try find(id, in: transaction)
    }

    package func change(
        _ product: Product,
        to details: ProductDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Product {
        guard details != product.details else { return product }
        try demandFree(details.sku, for: product.id, in: transaction)
        try store.update(product.id, to: details, at: occasion.at, in: transaction)
        try record(
            "product.changed",
            product.id,
            product.details,
            details,
            by: occasion,
            in: transaction
        )
        return try find(product.id, in: transaction)
    }

    private func demandFree(
        _ sku: String,
        for product: ID<Product>?,
        in transaction: Transaction
    ) throws {
        guard let other = try store.id(sku: sku, in: transaction), other != product else { return }
        throw ServiceError.duplicate(Subject(.product, other))
    }

    private func record(
        _ action: String,
        _ id: ID<Product>,
        _ old: ProductDetails?,
        _ new: ProductDetails,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            action,
            Subject(.product, id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
    }
}
