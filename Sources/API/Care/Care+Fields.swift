// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import JSON
import Routing

extension CareTerms {
    static let fields: Fields<CareTerms> = Fields(
        "CareTerms",
        CareTerms.init,
        Field("tier", \.tier, .enumeration()),
        Field("potential", \.potential, .enumeration()),
        Field("programme", \.programme, .string(maxLength: 500), "What is done, in a line."),
        Field("channel", \.channel, .enumeration(), "How they are looked after."),
        Field(
            "serviceHours",
            \.serviceHours,
            .integer(hourRange),
            "Hours of service in a month."
        ),
        Field("contactsPerYear", \.contactsPerYear, .integer(contactRange)),
        Field("promotionBudget", \.promotionBudget, .amount, "In a year."),
        Field("prepayment", \.isPrepaid, .boolean, "Whether they pay before they are served.")
    )
}

extension CareRules {
    private static let defaultRepeats = Share(rawValue: 1_000) ?? .whole

    static let fields: Fields<CareRules> = Fields(
        "CareRules",
        CareRules.init,
        readOnly: ["version"],
        Field(
            "leastGap",
            \.leastGap,
            .share,
            "The part of its need bought elsewhere from which on there is room."
        ),
        Field(
            "leastGrowth",
            \.leastGrowth,
            .share,
            "The part more than in the window before from which on it is growth."
        ),
        Field(
            "overdueDays",
            \.overdueDays,
            .integer(dayRange),
            "After so many days an unpaid invoice speaks against a customer."
        ),
        Field(
            "leastRepeats",
            \.leastRepeats,
            .share,
            default: defaultRepeats,
            "The purchases expected in twelve months below which a full record does not pay."
        ),
        Field(
            "keepingCost",
            \.keepingCost,
            .amount,
            default: Money(rawValue: 2_000),
            "What keeping a full record costs in a year."
        ),
        Field(
            "terms",
            \.terms,
            .array(of: .object(CareTerms.fields), maxItems: 6),
            "One for each tier and potential."
        )
    )
}

extension CarePolicy: Versioned {
    static let fields: Representation<CarePolicy> = Representation(
        "CarePolicy",
        CareRules.fields.representation.lifted(\.rules) + [
            Member("version", \.version, .integer(1...Int.max), "Rises with each change.")
        ]
    )
}

extension Potential {
    static let fields: Representation<Potential> = Representation(
        "Potential",
        [
            Member("customerId", \.customerID, .id()),
            Member("potential", \.verdict, .enumeration(), "Whether there is more to be sold."),
            Member("asOf", \.asOf, .instant),
            Member("windowStart", \.windowStart, .instant),
            Member("windowMonths", \.windowMonths, .count),
            Member("policyVersion", \.policyVersion, .count, "The care policy it is measured by."),
            Member("evidence", \.evidence, .array(of: .object(PotentialEvidence.fields))),
        ]
    )
}

extension PotentialEvidence {
    fileprivate static let fields: Representation<PotentialEvidence> = Representation(
        "PotentialEvidence",
        [
            Member("code", \.code, .enumeration()),
            Member("speaks", \.sign, .enumeration(), "For potential, against it, or neither."),
            Member("text", \.text, .string(maxLength: 1000)),
        ]
    )
}

extension Entitlements {
    static let fields: Representation<Entitlements> = Representation(
        "Entitlements",
        [
            Member("customerId", \.customerID, .id()),
            Member("asOf", \.asOf, .instant),
            Member("tier", \.standing.tier, .enumeration()),
            Member("potential", \.potential.verdict, .enumeration()),
            Member("programme", \.terms.programme, .string(maxLength: 500)),
            Member("channel", \.terms.channel, .enumeration()),
            Member("serviceHours", \.terms.serviceHours, .count, "In a month."),
            Member("contactsPerYear", \.terms.contactsPerYear, .count),
            Member("promotionBudget", \.terms.promotionBudget, .money, "In a year."),
            Member("spent", \.spent, .money, "Sales expense of the last twelve months."),
            Member("budgetLeft", \.budgetLeft, .money),
            Member("prepayment", \.terms.isPrepaid, .boolean),
            Member("policyVersion", \.policyVersion, .count, "The care policy in force."),
            Member("runId", \.standing.runID, .id(), "The tier run."),
            Member(
                "tierReasons",
                \.standing.reasons,
                .array(of: .object(TierReason.fields)),
                "Why the customer has its tier."
            ),
            Member(
                "evidence",
                \.potential.evidence,
                .array(of: .object(PotentialEvidence.fields)),
                "What speaks for its potential, and against it."
            ),
        ]
    )
}
