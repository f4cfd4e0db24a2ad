// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Holds what is derived and stored against what it was derived from.
///
/// SQLite's own check sees no flipped bit in a text; the journal's chain sees none in a record.
package enum DerivedCheck {
    /// The most findings of each kind; the rest is counted.
    private static let limit = 10

    /// What does not fit, named by table, id and column; nothing when all does.
    package static func run(_ snapshot: Snapshot) throws -> [String] {
        var findings: [String] = []
        func note(_ what: String, _ ids: [Int64]) {
            findings += ids.prefix(limit).map { "\(what) of \($0) does not fit its source" }
            if ids.count > limit { findings.append("\(what): \(ids.count - limit) more") }
        }
        /// What an index holds is of no interest where the text that it indexes is wrong.
        func noteText(_ what: String, _ texts: [Int64], _ index: SearchIndex) throws {
            note("search text of \(what)", texts)
            let known = Set(texts)
            note(
                "search index of \(what)",
                try index.unfit(in: snapshot).filter { !known.contains($0) }
            )
        }
        let customers = CustomerStore()
        try noteText(
            "customer",
            customers.unfitSearchTexts(in: snapshot),
            CustomerStore.index
        )
        note("key of the name of customer", try customers.unfitNameKeys(in: snapshot))
        note("lifecycle of customer", try LifecycleStore().unfit(in: snapshot))
        note("phone of customer", try customers.unfitPhones(in: snapshot))
        note("phone of contact", try ContactStore().unfitPhones(in: snapshot))
        try noteText(
            "interaction",
            InteractionStore().unfitSearchTexts(in: snapshot),
            InteractionStore.index
        )
        try noteText(
            "complaint",
            ComplaintStore().unfitSearchTexts(in: snapshot),
            ComplaintStore.index
        )
        try noteText(
            "article",
            ArticleStore().unfitSearchTexts(in: snapshot),
            ArticleStore.index
        )
        note("total of order", try OrderStore().unfitTotals(in: snapshot))
        note("amount of refund", try RefundStore().unfitAmounts(in: snapshot))
        note("settlement of order", try OrderStore().unfitSettlements(in: snapshot))
        note("trade sums of customer", try TradeSumStore().unfit(in: snapshot))
        note("stage of customer", try StageStore().unfitStages(in: snapshot))
        note("outcome of tier run", try TierRunStore().unfitOutcomes(in: snapshot))
        note("basis of tier runs", try TierBasisStore().unfit(in: snapshot))
        note("deciles of value model", try ValueDecileStore().unfit(in: snapshot))
        return findings
    }
}
