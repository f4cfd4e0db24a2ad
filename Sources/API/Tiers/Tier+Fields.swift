// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension TierStanding {
    package static let fields: Representation<TierStanding> = Representation(
        "TierStanding",
        [
            Member("customerId", \.customer, .id()),
            Member("tier", \.tier, .enumeration(), "The tier by profit."),
            Member("abc", \.abc, .enumeration(), "The class by purchase amount."),
            Member("profit", \.profit, .money, "The profit in the run's window."),
            Member("amount", \.amount, .money, "The purchases in the run's window."),
            Member("rank", \.rank, .count, "The place by profit, from 1."),
            Member("customersRanked", \.customersRanked, .count),
            Member("profitShare", \.profitShare, .fraction, "The part of all positive profit."),
            Member(
                "cumulativeShare",
                \.cumulativeShare,
                .fraction,
                "The part of all positive profit that the ranks down to this one bring."
            ),
            Member("runId", \.runID, .id()),
            Member("asOf", \.asOf, .instant, "The end of the run's window."),
            Member("previousTier", \.previousTier, .enumeration(), "The tier before this one."),
            Member(
                "changedAt",
                \.changedAt,
                .instant,
                "The date of the run in which the customer came to this tier."
            ),
            Member(
                "reasons",
                \.reasons,
                .array(of: .object(TierReason.fields)),
                "Why the customer has this tier."
            ),
            Member("cutoffs", \.cutoffs, .object(TierCutoffs.fields)),
            Member(
                "attitude",
                \.attitude,
                .enumeration(),
                "How the customer chooses between brands; absent where nothing is known of what it "
                    + "buys in all."
            ),
            Member(
                "stage",
                \.stage,
                .enumeration(),
                "How much of its purchases were ours at the date of the run, as was known when it was "
                    + "made."
            ),
            Member(
                "attitudeReason",
                \.reasonOfAttitude,
                .object(TierReason.fields),
                "Why the customer has its attitude, or why that is not known."
            ),
            Member(
                "earlyAdopter",
                \.isEarlyAdopter,
                .boolean,
                "Whether the customer bought a product in the window when it was new."
            ),
        ]
    )
}

extension TierReason {
    static let fields: Representation<TierReason> = Representation(
        "TierReason",
        [
            Member("code", \.code, .enumeration()),
            Member("text", \.self, .sentence),
        ]
    )
}

extension Codec<TierReason> {
    /// A reason's sentence, put together where it is written.
    fileprivate static var sentence: Codec {
        text(
            [JSON.Member("minLength", .integer(1)), JSON.Member("maxLength", .integer(1000))],
            mustBe: "a sentence",
            read: { _ in nil },
            write: { reason, writer in
                writer.plainString(upTo: TierReason.textLimit) { reason.write(to: &$0) }
            }
        )
    }
}

extension TierCutoffs {
    static let fields: Representation<TierCutoffs> = Representation(
        "TierCutoffs",
        [
            Member("key", \.key, .money, "The least profit of a key customer."),
            Member("ordinary", \.ordinary, .money, "The least profit of an ordinary customer."),
        ]
    )
}

extension TierFilter {
    static let fields: Fields<TierFilter> = Fields(
        nil,
        TierFilter.init,
        Field(optional: "tier", \.tier, .enumeration(), "Only this tier."),
        Field(optional: "abc", \.abc, .enumeration(), "Only this class."),
        Field(
            optional: "changedSince",
            \.changedSince,
            .instantOrDay,
            "Only tiers reached since then."
        ),
        Field(optional: "asOf", \.asOf, .instantOrDay, "Of the latest run at or before this.")
    )
}

extension Codec where Value == Int {
    static var count: Self { .integer(0...Int.max) }
}

extension Codec where Value == Double {
    static var fraction: Self { .number(0...1) }
}
