// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension ValueReport.Row {
    static let fields: Representation<ValueReport.Row> = Representation(
        "ValueFigures",
        [
            Member("decile", \.decile, .integer(1...ValueDecile.count), "1 is the most valuable."),
            Member("customers", \.customers, .count),
            Member(
                "expectedOrders12m",
                \.expectedOrders,
                .quantity,
                "Of all of them together, in 52 weeks."
            ),
            Member(
                "clv12m",
                \.lifetimeValue,
                .money,
                "The profit of these orders, discounted; absent where amounts have no model."
            ),
            Member("clvShare", \.valueShare, .fraction, "The part of all tenths' value."),
            Member("pAlive", \.aliveProbability, .fraction, "On average."),
            Member("modelId", \.modelID, .id()),
            Member("dataUntil", \.dataUntil, .instant, "Orders before this count."),
            Member("discountRate", \.discountRate, .share, "Of a year, when it was reckoned."),
            Member("margin", \.margin, .share, "The profit in an amount, then."),
        ]
    )
}
