// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension ContactTerms {
    static let fields: Fields<ContactTerms> = Fields(
        "ContactTerms",
        ContactTerms.init,
        readOnly: ["version"],
        Field(
            "rules",
            \.rules,
            .array(of: .object(QuietRule.fields), maxItems: ruleLimit),
            "Of several that apply the first is named."
        ),
        Field(
            "holidays",
            \.holidays,
            .array(of: .day, maxItems: holidayLimit),
            default: [],
            "The days that `holiday` in a rule means."
        )
    )
}

extension QuietRule {
    static let fields: Fields<QuietRule> = Fields(
        "QuietRule",
        QuietRule.init,
        Field("name", \.name, .slug(maxLength: 50)),
        Field(optional: "season", \.season, .object(Season.fields), "All the year, if not given."),
        Field(
            "days",
            \.days,
            .array(of: .enumeration(), maxItems: 8),
            default: [],
            "On which it begins; every day, if empty."
        ),
        Field("from", \.from, .timeOfDay, "By the customer's clocks."),
        Field("until", \.until, .timeOfDay, "On the day after, if not later than `from`.")
    )
}

extension Season {
    static let fields: Fields<Season> = Fields(
        "Season",
        Season.init,
        Field("from", \.from, .dayOfYear),
        Field("until", \.until, .dayOfYear, "Within it; before `from` it is over New Year.")
    )
}

extension ContactPolicy: Versioned {
    static let fields: Representation<ContactPolicy> = Representation(
        "ContactPolicy",
        ContactTerms.fields.representation.lifted(\.terms) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}

/// When somebody is to be contacted.
struct ContactAdviceQuery: Sendable {
    let at: Instant?

    static let fields: Fields<ContactAdviceQuery> = Fields(
        nil,
        ContactAdviceQuery.init,
        Field(optional: "at", \.at, .instantOrDay, "Now, if not given.")
    )
}

extension ContactAdvice {
    static let fields: Representation<ContactAdvice> = Representation(
        "ContactAdvice",
        [
            Member("allowed", \.isAllowed, .boolean),
            Member("rule", \.rule, .slug(maxLength: 50), "The rule that forbids it."),
            Member(
                "nextAllowedAt",
                \.nextAllowedAt,
                .instant,
                "Where it is forbidden: when no rule does any more; absent if not within a year."
            ),
            Member("at", \.at, .instant),
            Member("timeZone", \.timeZone, .timeZone, "The customer's."),
            Member(
                "answerRates",
                \.answerRates,
                .array(of: .object(AnswerRate.fields)),
                "How often the customer answered us in the last 12 months, once there were 20 calls."
            ),
        ]
    )
}

extension AnswerRate {
    static let fields: Representation<AnswerRate> = Representation(
        "AnswerRate",
        [
            Member("hour", \.hour, .integer(0...23), "By the customer's clocks."),
            Member("attempts", \.attempts, .integer(1...Int.max)),
            Member("answered", \.answered, .integer(0...Int.max)),
            Member("rate", \.rate, .number(0...1)),
        ]
    )
}
