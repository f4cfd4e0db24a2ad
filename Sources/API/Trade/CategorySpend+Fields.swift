// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
package import JSON
import Routing

extension CategorySpend: Versioned {}

extension CategorySpendDetails {
    static let rivalRange = 0...10_000

    package static let fields: Fields<CategorySpendDetails> = Fields(
        "NewCategorySpend",
        CategorySpendDetails.init,
        readOnly: ["id", "customerId", "category", "version", "createdAt", "updatedAt"],
        Field("amount", \.amount, .amount, "What the customer buys in all, whoever sells it."),
        Field("per", \.per, .enumeration(), "In how long."),
        Field("source", \.source, .enumeration(), "Who says so."),
        Field("asOf", \.asOf, .instantOrDay, "When that was so."),
        Field(
            optional: "rivals",
            \.rivals,
            .integer(rivalRange),
            "Of how many others the customer buys."
        ),
        Field(
            optional: "switchedAt",
            \.switchedAt,
            .instantOrDay,
            "When the customer last changed from one brand to another."
        )
    )
}

extension CategorySpend {
    package static let fields: Representation<CategorySpend> = Representation(
        "CategorySpend",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("category", \.category, .string(maxLength: CategorySpendService.categoryLimit)),
        ] + CategorySpendDetails.fields.representation.lifted(\.details) + [
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )

    /// Where it is to be found.
    var path: String {
        "/v1/customers/\(customerID.rawValue)/category-spend/\(PercentEncoding.encode(category))"
    }
}

extension CategorySpendFilter {
    static let fields: Fields<CategorySpendFilter> = Fields(
        nil,
        CategorySpendFilter.init,
        Field(optional: "asOf", \.asOf, .instantOrDay, "What held then; now, if not given.")
    )
}

/// What a customer buys of a category, as the row of a file.
package struct CategorySpendInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let category: String
    let amount: Money
    let per: CategorySpend.Period
    let source: CategorySpend.Source
    let asOf: Instant
    let rivals: Int?
    let switchedAt: Instant?

    package static let fields: Fields<CategorySpendInput> = Fields(
        "CategorySpendRow",
        CategorySpendInput.init,
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "customerExternalId", \.customerExternalID, .externalID),
        Field("category", \.category, .string(maxLength: CategorySpendService.categoryLimit)),
        Field("amount", \.amount, .amount),
        Field("per", \.per, .enumeration()),
        Field("source", \.source, .enumeration()),
        Field("asOf", \.asOf, .instantOrDay),
        Field(optional: "rivals", \.rivals, .integer(CategorySpendDetails.rivalRange)),
        Field(optional: "switchedAt", \.switchedAt, .instantOrDay)
    )

    func spend() throws -> NewCategorySpend {
        NewCategorySpend(
            customer: try CustomerName(id: customerID, externalID: customerExternalID),
            category: category,
            details: CategorySpendDetails(
                amount: amount,
                per: per,
                source: source,
                asOf: asOf,
                rivals: rivals,
                switchedAt: switchedAt
            )
        )
    }
}
