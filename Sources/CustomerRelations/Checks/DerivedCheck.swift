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
        let customers = CustomerStore()
        note("search text of customer", try customers.unfitSearchTexts(in: snapshot))
        note("phone of customer", try customers.unfitPhones(in: snapshot))
        note("phone of contact", try ContactStore().unfitPhones(in: snapshot))
        note(
            "search text of interaction",
            try InteractionStore().unfitSearchTexts(in: snapshot)
        )
        note("search text of complaint", try ComplaintStore().unfitSearchTexts(in: snapshot))
        note("total of order", try OrderStore().unfitTotals(in: snapshot))
        note("outcome of tier run", try TierRunStore().unfitOutcomes(in: snapshot))
        return findings
    }
}
