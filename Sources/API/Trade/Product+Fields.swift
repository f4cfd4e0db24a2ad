// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Product: Versioned {}

extension ProductDetails {
    package static let fields: Fields<ProductDetails> = Fields(
        "NewProduct",
        ProductDetails.init,
        readOnly: ["id", "version", "createdAt", "updatedAt"],
        Field("sku", \.sku, .string(maxLength: 100), "The stock-keeping unit, unique."),
        Field("name", \.name, .string(maxLength: 200)),
        Field(optional: "category", \.category, .string(maxLength: 100)),
        Field(optional: "unitPrice", \.unitPrice, .amount),
        Field(optional: "unitCost", \.unitCost, .amount, "What a piece costs us."),
        Field(optional: "launchedOn", \.launchedOn, .day, "From when it could be bought."),
        Field(
            optional: "expectedLifeDays",
            \.expectedLifeDays,
            .integer(1...100_000),
            "How long it lasts, until it is to be replaced."
        )
    )
}

extension Product {
    static let fields: Representation<Product> = Representation(
        "Product",
        [Member("id", \.id, .id())]
            + ProductDetails.fields.representation.lifted(\.details) + [
                Member("version", \.version, .integer(1...Int.max)),
                Member("createdAt", \.createdAt, .instant),
                Member("updatedAt", \.updatedAt, .instant),
            ]
    )
}

extension ProductFilter {
    static let fields: Fields<ProductFilter> = Fields(
        nil,
        ProductFilter.init,
        Field(optional: "sku", \.sku, .string(maxLength: 100)),
        Field(optional: "category", \.category, .string(maxLength: 100))
    )
}
