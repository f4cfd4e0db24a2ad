// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension Behaviour {
    static let fields: Representation<Behaviour> = Representation(
        "Behaviour",
        [
            Member("customerId", \.customerID, .id()),
            Member("asOf", \.asOf, .instant, "Orders before this count."),
            Member("orders", \.orders, .count, "That stand."),
            Member("purchaseDays", \.purchaseDays, .count, "The days on which they were placed."),
            Member("lastOrderAt", \.lastOrderAt, .instant),
            Member("daysSinceLast", \.daysSinceLast, .count),
            Member("amount", \.amount, .money, "In all, less what was given back."),
            Member("median", \.median, .money, "Half of the orders come to no more."),
            Member(
                "mix",
                \.mix,
                .array(of: .object(BehaviourPart.fields)),
                "By category, as far as orders name what was bought, less what was given back."
            ),
            Member("channels", \.channels, .array(of: .object(BehaviourPart.fields))),
            Member(
                "outliers",
                \.outliers,
                .object(OrderOutliers.fields),
                "Orders beyond Tukey's fences; absent where there are too few orders to tell."
            ),
            Member(
                "months",
                \.months,
                .array(of: .object(MonthAmount.fields)),
                "Of the calendar, in all years together, without outliers."
            ),
            Member(
                "rhythm",
                \.rhythm,
                .object(Rhythm.fields),
                "The days between purchases, and when the next is due."
            ),
            Member("reasons", \.reasons, .array(of: .object(BehaviourReason.fields))),
        ]
    )
}

extension BehaviourPart {
    fileprivate static let fields: Representation<BehaviourPart> = Representation(
        "BehaviourPart",
        [
            Member("name", \.name, .string(maxLength: 200), "Absent for what does not say."),
            Member("orders", \.orders, .count),
            Member("amount", \.amount, .money),
            Member("share", \.share, .fraction),
        ]
    )
}

extension OrderOutliers {
    fileprivate static let fields: Representation<OrderOutliers> = Representation(
        "OrderOutliers",
        [
            Member("rule", { _ in "tukey-fences" }, .slug(maxLength: 50)),
            Member("lowerFence", \.lowerFence, .money, "Totals below are outliers."),
            Member("upperFence", \.upperFence, .money, "Totals above are outliers."),
            Member(
                "orders",
                \.orders,
                .array(of: .object(Outlier.fields)),
                "The latest hundred."
            ),
        ]
    )
}

extension OrderOutliers.Outlier {
    fileprivate static let fields: Representation<OrderOutliers.Outlier> = Representation(
        "OutlyingOrder",
        [
            Member("id", \.id, .id()),
            Member("total", \.total, .money),
            Member("placedAt", \.placedAt, .instant),
        ]
    )
}

extension MonthAmount {
    fileprivate static let fields: Representation<MonthAmount> = Representation(
        "MonthAmount",
        [
            Member("month", \.month, .integer(1...12)),
            Member("amount", \.amount, .money),
            Member("peak", \.isPeak, .boolean, "At least one and a half times the mean month."),
        ]
    )
}

extension Rhythm {
    fileprivate static let fields: Representation<Rhythm> = Representation(
        "Rhythm",
        [
            Member("intervals", \.intervals, .count),
            Member("shortest", \.shortest, .count, "In days."),
            Member("median", \.median, .count),
            Member("longest", \.longest, .count),
            Member("nextOn", \.nextOn, .day, "The last purchase and the median interval."),
            Member("overdueDays", \.overdueDays, .count, "If that has passed."),
        ]
    )
}

extension BehaviourReason {
    fileprivate static let fields: Representation<BehaviourReason> = Representation(
        "BehaviourReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}

extension Attraction {
    static let fields: Representation<Attraction> = Representation(
        "Attraction",
        [
            Member("customerId", \.customerID, .id()),
            Member("asOf", \.asOf, .instant),
            Member("windowStart", \.windowStart, .instant),
            Member("windowMonths", \.windowMonths, .count),
            Member("orders", \.orders, .count),
            Member(
                "attraction",
                \.driver,
                .enumeration(),
                "What draws the customer most; absent where nothing speaks for any."
            ),
            Member("action", \.action, .enumeration(), "What to do about it."),
            Member("evidence", \.evidence, .array(of: .object(AttractionEvidence.fields))),
        ]
    )
}

extension AttractionEvidence {
    fileprivate static let fields: Representation<AttractionEvidence> = Representation(
        "AttractionEvidence",
        [
            Member("attraction", \.driver, .enumeration()),
            Member("score", \.score, .fraction),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}

extension RecordAdvice {
    static let fields: Representation<RecordAdvice> = Representation(
        "RecordAdvice",
        [
            Member("customerId", \.customerID, .id()),
            Member("asOf", \.asOf, .instant),
            Member("record", \.verdict, .enumeration(), "Which record of the customer pays."),
            Member("policyVersion", \.policyVersion, .count, "The care policy it is measured by."),
            Member("evidence", \.evidence, .array(of: .object(RecordEvidence.fields))),
        ]
    )
}

extension RecordEvidence {
    fileprivate static let fields: Representation<RecordEvidence> = Representation(
        "RecordEvidence",
        [
            Member("code", \.code, .enumeration()),
            Member("speaks", \.sign, .enumeration(), "For a full record, against it, or neither."),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}
