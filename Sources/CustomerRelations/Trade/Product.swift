// SPDX-License-Identifier: Apache-2.0

/// Something we sell.
package struct Product: Sendable {
    package let id: ID<Product>
    package let details: ProductDetails
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

package struct ProductDetails: Sendable, Equatable {
    /// The stock-keeping unit, unique among products.
    package let sku: String
    package let name: String
    package let category: String?
    package let unitPrice: Money?
    package let unitCost: Money?

    package init(
        sku: String,
        name: String,
        category: String? = nil,
        unitPrice: Money? = nil,
        unitCost: Money? = nil
    ) {
        self.sku = sku
        self.name = name
        self.category = category
        self.unitPrice = unitPrice
        self.unitCost = unitCost
    }
}

package struct ProductFilter: Sendable {
    package var sku: String?
    package var category: String?

    package init(sku: String? = nil, category: String? = nil) {
        self.sku = sku
        self.category = category
    }
}

package enum ProductSorting: String, Sendable, CaseIterable {
    case id
    case sku
}
