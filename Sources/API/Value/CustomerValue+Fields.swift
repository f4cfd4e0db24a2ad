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
            Member(
                "daysSinceLast",
                \.daysSinceLast,
                .count,
                "From the last purchase to the last whole day before `asOf`."
            ),
            Member("total", \.total, .money, "What all purchases came to."),
            Member(
                "rfm",
                \.rfm,
                .object(RFM.fields),
                "In which fifth of the customers with orders this one lies, 5 being the best."
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

extension RFM {
    fileprivate static let fields: Representation<RFM> = Representation(
        "RFM",
        [
            Member("recency", \.recency, .integer(1...5), "By `daysSinceLast`."),
            Member("frequency", \.frequency, .integer(1...5), "By `frequency`."),
            Member("amount", \.amount, .integer(1...5), "By `total`."),
            Member("cuts", \.cuts, .object(RFMCuts.fields)),
        ]
    )
}

extension RFMCuts {
    fileprivate static let fields: Representation<RFMCuts> = Representation(
        "RFMCuts",
        [
            Member(
                "daysSinceLast",
                \.daysSinceLast,
                .array(of: .count),
                "The least of each fifth but the best: with fewer days a customer lies in a better."
            ),
            Member(
                "frequency",
                \.frequency,
                .array(of: .count),
                "The most of each fifth but the best."
            ),
            Member("total", \.total, .array(of: .money), "The most of each fifth but the best."),
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
