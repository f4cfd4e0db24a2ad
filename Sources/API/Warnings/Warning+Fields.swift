// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Warning: Versioned {}

extension WarningReading: Versioned {
    package var version: Int { warning.version }
}

extension Warning {
    package static let fields: Representation<Warning> = Representation(
        "Warning",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("kind", \.kind, .enumeration()),
            Member("status", \.status, .enumeration()),
            Member("reason", \.finding.reason, .enumeration(), "What raised it."),
            Member("text", \.finding.text, .string(maxLength: 500), "The same in words."),
            Member(
                "advice",
                \.finding.advice,
                .object(WarningAdvice.fields),
                "What to do at once; absent where the case is looked into first."
            ),
            Member(
                "figures",
                \.finding.figures,
                .object(WarningFigures.fields),
                "What raised it, as it was then."
            ),
            Member("cause", \.cause, .string(maxLength: 2000), "What was found out."),
            Member("action", \.action, .string(maxLength: 2000), "What is done about it."),
            Member("raisedAt", \.times.raisedAt, .instant),
            Member("investigatedAt", \.times.investigatedAt, .instant),
            Member("countermeasureAt", \.times.countermeasureAt, .instant),
            Member("closedAt", \.times.closedAt, .instant),
            Member("version", \.version, .integer(1...Int.max)),
        ]
    )
}

extension WarningAdvice {
    fileprivate static let fields: Representation<WarningAdvice> = Representation(
        "WarningAdvice",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.text, .string(maxLength: 500)),
        ]
    )
}

extension WarningReading {
    static let fields: Representation<WarningReading> = Representation(
        "WarningCase",
        Warning.fields.lifted(\.warning) + [
            Member(
                "holds",
                \.holds,
                .boolean,
                "Whether what raised it holds yet."
            ),
            Member(
                "current",
                \.current,
                .object(WarningFigures.fields),
                "The figures of now, where it holds."
            ),
        ]
    )
}

extension WarningFigures {
    static let fields: Representation<WarningFigures> = Representation(
        "WarningFigures",
        [
            Member(
                "threshold",
                \.threshold?.value,
                .number(0...1e6),
                "What the policy said, where the reason rests on it."
            ),
            Member("outstanding", \.outstanding, .money),
            Member("creditLimit", \.creditLimit, .money),
            Member("orderId", \.orderID, .id()),
            Member("dueAt", \.dueAt, .instant),
            Member("period", \.period, .string(maxLength: 7), "That of the plan."),
            Member("salesTarget", \.salesTarget, .money),
            Member(
                "expectedSales",
                \.expectedSales,
                .money,
                "The part of the target that falls on the days that have passed."
            ),
            Member("sales", \.sales, .money, "Orders less refunds, in the plan's period."),
            Member("expenseBudget", \.expenseBudget, .money),
            Member("expense", \.expense, .money),
            Member("periods", \.comparedPeriods, .array(of: .object(WarningPeriod.fields))),
            Member("orders", \.orders, .count),
            Member("lastOrderAt", \.lastOrderAt, .instant),
            Member("medianIntervalDays", \.medianIntervalDays, .number(0...1e9)),
            Member("daysSince", \.daysSince, .count),
            Member("pAlive", \.aliveProbability, .number(0...1), "That it will buy again."),
            Member("valueModelId", \.modelID, .id(), "The model that says so."),
        ]
    )

    /// Absent where none are compared.
    fileprivate var comparedPeriods: [WarningPeriod]? { periods.isEmpty ? nil : periods }
}

extension WarningPeriod {
    static let fields: Representation<WarningPeriod> = Representation(
        "WarningPeriod",
        [
            Member("period", \.period, .string(maxLength: 7)),
            Member("sales", \.sales, .money),
            Member("expense", \.expense, .money),
            Member("ratio", \.ratio, .number(0...1e15), "Absent where nothing was sold."),
        ]
    )
}

extension WarningFilter {
    static let fields: Fields<WarningFilter> = Fields(
        nil,
        WarningFilter.init,
        Field(optional: "kind", \.kind, .enumeration()),
        Field(optional: "status", \.status, .enumeration()),
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Raised then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Raised before.")
    )
}

extension WarningStep {
    static let fields: Fields<WarningStep> = Fields(
        "WarningStep",
        WarningStep.init,
        Field(optional: "cause", \.cause, .string(maxLength: 2000), "What was found out."),
        Field(optional: "action", \.action, .string(maxLength: 2000), "What is done about it.")
    )
}

extension WarningTerms {
    static let fields: Fields<WarningTerms> = Fields(
        "WarningTerms",
        WarningTerms.init,
        readOnly: ["version"],
        Field(
            "overdueDays",
            \.overdueDays,
            .integer(overdueRange),
            "After how many days an unpaid order on credit is warned of."
        ),
        Field(
            "progressShare",
            \.progressShare,
            .share,
            "Below which part of the plan to date sales are warned of."
        ),
        Field(
            "expensePeriod",
            \.expensePeriod,
            .enumeration(),
            "By which periods expense and sales are compared."
        ),
        Field(
            "expenseRises",
            \.expenseRises,
            .integer(riseRange),
            "How many times running their ratio has to rise."
        ),
        Field(
            "pAlive",
            \.aliveProbability,
            .share,
            "Below which probability to buy again customers with two purchases are warned of."
        ),
        Field(
            "churnIntervals",
            \.churnIntervals,
            .integer(churnRange),
            "After how many of a customer's own median intervals without an order, while no value "
                + "model is kept."
        ),
        Field(
            "taskDays",
            \.taskDays,
            .integer(taskRange),
            "In how many days somebody is to have done what a case asks for."
        ),
        Field(
            "cumulativeAmount",
            \.cumulativeAmount,
            .amount,
            "Each multiple of it that a customer's purchases pass is asked for."
        ),
        Field(
            "reminderDays",
            \.reminderDays,
            .integer(ladderRange),
            "After how many days a debtor is to be reminded."
        ),
        Field("pressureDays", \.pressureDays, .integer(ladderRange), "To be pressed."),
        Field("legalDays", \.legalDays, .integer(ladderRange), "To be taken to law.")
    )
}

extension WarningPolicy: Versioned {
    static let fields: Representation<WarningPolicy> = Representation(
        "WarningPolicy",
        WarningTerms.fields.representation.lifted(\.terms) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}

extension WarningRun {
    package static let fields: Representation<WarningRun> = Representation(
        "WarningRun",
        [
            Member("id", \.id, .id()),
            Member("status", \.status, .enumeration()),
            Member("customers", \.customers, .count, "How many it has looked at."),
            Member("raised", \.raised, .count, "How many warnings it has raised."),
            Member("createdAt", \.createdAt, .instant),
            Member("updatedAt", \.updatedAt, .instant),
        ]
    )
}
