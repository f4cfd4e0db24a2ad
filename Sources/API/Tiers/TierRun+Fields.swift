// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension TierRun {
    package static let fields: Representation<TierRun> = Representation(
        "TierRun",
        [
            Member("id", \.id, .id()),
            Member("status", \.status, .enumeration()),
            Member("progress", \.progress, .fraction, "How much is done."),
            Member("asOf", \.asOf, .instant, "Orders before this count."),
            Member(
                "windowMonths",
                \.windowMonths,
                .integer(TierRules.windowRange),
                "How many calendar months of orders count."
            ),
            Member(
                "policyVersion",
                \.policy.version,
                .integer(1...Int.max),
                "Which version of the tier policy it follows."
            ),
            Member(
                "scope",
                \.scope,
                .enumeration(),
                "Of whom orders, refunds and expenses are read; what is found is the same."
            ),
            Member(
                "basisRunId",
                \.basisRunID,
                .id(),
                "The run whose sums were taken over for all others; absent where all were read."
            ),
            Member(
                "customersRead",
                \.customersRead,
                .count,
                "Of how many customers they were read; absent until it has finished."
            ),
            Member(
                "scheduledOn",
                \.scheduledOn,
                .day,
                "The day whose turn it was by the policy; absent of a run that was asked for."
            ),
            Member(
                "tiers",
                \.tiers,
                .object(TierGroups.fields),
                "What the run found; absent until it has finished."
            ),
            Member("cutoffs", \.cutoffs, .object(TierCutoffs.fields)),
            Member(
                "reason",
                \.reason,
                .string(maxLength: 1000),
                "Why it failed, in a sentence; absent unless it did."
            ),
        ]
    )
}

extension TierGroups {
    fileprivate static let fields: Representation<TierGroups> = Representation(
        "TierGroups",
        [
            Member("key", \.key, .object(TierGroup.fields)),
            Member("ordinary", \.ordinary, .object(TierGroup.fields)),
            Member("small", \.small, .object(TierGroup.fields)),
        ]
    )
}

extension TierGroup {
    fileprivate static let fields: Representation<TierGroup> = Representation(
        "TierGroup",
        [
            Member("customers", \.customers, .count),
            Member("headcountShare", \.headcountShare, .fraction, "The part of all customers."),
            Member("profitShare", \.profitShare, .fraction, "The part of all positive profit."),
        ]
    )
}

extension NewTierRun {
    package static let fields: Fields<NewTierRun> = Fields(
        "NewTierRun",
        NewTierRun.init,
        Field(optional: "asOf", \.asOf, .instantOrDay, "Orders before this count; now by default."),
        Field(
            optional: "windowMonths",
            \.windowMonths,
            .integer(TierRules.windowRange),
            "How many calendar months of orders count; as the policy says by default."
        ),
        Field(
            optional: "scope",
            \.scope,
            .enumeration(),
            "Of whom orders, refunds and expenses are read; `changed` by default."
        )
    )
}
