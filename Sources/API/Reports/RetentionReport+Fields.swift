// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension RetentionReport.Filter {
    static let fields: Fields<RetentionReport.Filter> = Fields(
        nil,
        RetentionReport.Filter.init,
        Field(
            optional: "asOf",
            \.asOf,
            .instantOrDay,
            "Orders before this count; now by default."
        ),
        Field(
            "months",
            \.months,
            .integer(RetentionReport.monthRange),
            default: 12,
            "How many months after the first are told of."
        )
    )

    /// A table has columns for month 0 and as many after it as are told of.
    var places: [String: Int] {
        ["again": months + 1, "shares": months + 1]
    }
}

extension RetentionReport.Row {
    static let fields: Representation<RetentionReport.Row> = Representation(
        "RetentionFigures",
        [
            Member("key", \.key, .string(maxLength: 10), "The month of the first purchase."),
            Member("customers", \.customers, .integer(1...Int.max), "Who first bought in it."),
            Member(
                "again",
                \.again,
                .array(of: .count),
                "How many of them bought again on a later day of that month, in the next, and so on, "
                    + "up to the month in which the report ends."
            ),
            Member(
                "shares",
                \.shares,
                .array(of: .fraction),
                "The same as parts of the customers."
            ),
        ]
    )
}
