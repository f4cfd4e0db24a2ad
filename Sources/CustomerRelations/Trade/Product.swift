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
    /// From when it could be bought (M20).
    package let launchedOn: CalendarDay?
    /// How long it lasts, until it is to be replaced (M11).
    package let expectedLifeDays: Int?

    package init(
        sku: String,
        name: String,
        category: String? = nil,
        unitPrice: Money? = nil,
        unitCost: Money? = nil,
        launchedOn: CalendarDay? = nil,
        expectedLifeDays: Int? = nil
    ) {
        self.sku = sku
        self.name = name
        self.category = category
        self.unitPrice = unitPrice
        self.unitCost = unitCost
        self.launchedOn = launchedOn
        self.expectedLifeDays = expectedLifeDays
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
