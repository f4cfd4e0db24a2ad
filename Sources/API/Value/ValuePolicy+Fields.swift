// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension ValueRules {
    static let fields: Fields<ValueRules> = Fields(
        "ValueRules",
        ValueRules.init,
        readOnly: ["version"],
        Field("discountRate", \.discountRate, .share, "What money loses in a year."),
        Field("margin", \.margin, .share, "The profit in an amount."),
        Field(
            "refitDays",
            \.refitDays,
            .integer(ValueRules.refitRange),
            "After so many days the model is fitted anew."
        )
    )
}

extension ValuePolicy: Versioned {
    package static let fields: Representation<ValuePolicy> = Representation(
        "ValuePolicy",
        ValueRules.fields.representation.lifted(\.rules) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}
