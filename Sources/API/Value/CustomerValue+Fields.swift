// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension CustomerValue {
    static let fields: Representation<CustomerValue> = Representation(
        "CustomerValue",
        [
            Member("customerId", \.customer, .id()),
            Member("asOf", \.asOf, .instant, "Orders of the whole days before this count."),
            Member("frequency", \.frequency, .count, "The days with a purchase after the first."),
            Member("recency", \.recency, .quantity, "The weeks from the first to the last."),
            Member(
                "monetary",
                \.monetary,
                .money,
                "The mean amount of the purchases after the first; absent without any."
            ),
            Member(
                "age",
                \.age,
                .quantity,
                "The weeks from the first purchase to the last whole day before `asOf`."
            ),
            Member("pAlive", \.aliveProbability, .fraction, "That the customer will buy again."),
            Member("expectedOrders12m", \.expectedOrders, .quantity, "In 52 weeks."),
            Member("expectedAmount", \.expectedAmount, .money, "Of one of these orders."),
            Member(
                "clv12m",
                \.lifetimeValue,
                .money,
                "The profit of these orders, less the discount for the time until they come."
            ),
            Member("discountRate", \.discountRate, .share, "Of a year."),
            Member("margin", \.margin, .share, "The profit in an amount."),
            Member("modelId", \.modelID, .id(), "Absent where it was fitted for this answer."),
            Member("model", \.fit, .object(ValueFit.fields)),
            Member(
                "reasons",
                \.reasons,
                .array(of: .object(ValueReason.fields)),
                "Why figures are missing, or are not the customer's own."
            ),
        ]
    )
}

extension ValueReason {
    static let fields: Representation<ValueReason> = Representation(
        "ValueReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}
