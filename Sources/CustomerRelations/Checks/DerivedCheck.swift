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
        let findings = Findings()
        try run(snapshot, findings)
        return findings.all
    }

    /// The same, told as it is found.
    package static func run(_ snapshot: Snapshot, _ findings: Findings) throws {
        func note(_ what: String, _ unfit: () throws -> [Int64]) throws {
            try findings.step(what) {
                let ids = try unfit()
                for id in ids.prefix(limit) {
                    try findings.add("\(what) of \(id) does not fit its source")
                }
                if ids.count > limit { try findings.add("\(what): \(ids.count - limit) more") }
            }
        }
        /// What an index holds is of no interest where the text that it indexes is wrong.
        func noteText(
            _ what: String,
            _ index: SearchIndex,
            _ texts: () throws -> [Int64]
        ) throws {
            var known: Set<Int64> = []
            try note("search text of \(what)") {
                let texts = try texts()
                known.formUnion(texts)
                return texts
            }
            try note("search index of \(what)") {
                try index.unfit(in: snapshot).filter { !known.contains($0) }
            }
        }
        for column in KnownValueStore.columns {
            try findings.step("values of \(column)") {
                for row in try KnownValueStore().unknown(in: column, limit, snapshot) {
                    try findings.add(
                        "\(column.table) \(row) has a \(column.name) that is not known"
                    )
                }
            }
        }
        let customers = CustomerStore()
        try noteText("customer", CustomerStore.index) {
            try customers.unfitSearchTexts(in: snapshot)
        }
        try note("key of the name of customer") { try customers.unfitNameKeys(in: snapshot) }
        try note("lifecycle of customer") { try LifecycleStore().unfit(in: snapshot) }
        try note("phone of customer") { try customers.unfitPhones(in: snapshot) }
        try note("phone of contact") { try ContactStore().unfitPhones(in: snapshot) }
        try noteText("interaction", InteractionStore.index) {
            try InteractionStore().unfitSearchTexts(in: snapshot)
        }
        try noteText("complaint", ComplaintStore.index) {
            try ComplaintStore().unfitSearchTexts(in: snapshot)
        }
        try noteText("article", ArticleStore.index) {
            try ArticleStore().unfitSearchTexts(in: snapshot)
        }
        try note("total of order") { try OrderStore().unfitTotals(in: snapshot) }
        try note("cost of order") { try OrderStore().unfitCosts(in: snapshot) }
        try note("returns of order") { try OrderStore().unfitReturns(in: snapshot) }
        try note("amount of refund") { try RefundStore().unfitAmounts(in: snapshot) }
        try note("trade sums of customer") { try TradeSumStore().unfit(in: snapshot) }
        try note("settlement of order") { try OrderStore().unfitSettlements(in: snapshot) }
        try note("reversal of expense") {
            try ExpenseStore().unfitReversals(in: snapshot)
        }
        try note("counts of import") { try ImportStore().unfitCounts(in: snapshot) }
        try note("standing of promise") { try PromiseStore().unfitStandings(in: snapshot) }
        try note("watch of customer") { try SingleThreadCheck().unfit(in: snapshot) }
        try note("stage of customer") { try StageStore().unfitStages(in: snapshot) }
        try note("outcome of tier run") { try TierRunStore().unfitOutcomes(in: snapshot) }
        try note("profit of tier run") { try TierRunStore().unfitProfits(in: snapshot) }
        try note("place in the latest tier run of customer") {
            try TierCheck().unfitPlaces(in: snapshot)
        }
        try note("stage in the latest tier run of customer") {
            try TierCheck().unfitStages(in: snapshot)
        }
        try note("basis of tier runs") { try TierBasisStore().unfit(in: snapshot) }
        try note("deciles of value model") { try ValueDecileStore().unfit(in: snapshot) }
        try note("course of complaint") { try ComplaintCourseCheck().unfit(in: snapshot) }
        try note("due time of complaint") {
            var check = try ComplaintClockCheck(in: snapshot)
            return try check.unfit(in: snapshot)
        }
        try findings.step("deadlines") {
            let check = try DeadlineCheck(in: snapshot)
            try note("deadline of complaint") { try check.unfitComplaints(in: snapshot) }
            try note("deadline of promise") { try check.unfitPromises(in: snapshot) }
            try note("deadline of approval") { try check.unfitApprovals(in: snapshot) }
        }
    }
}
