// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Holds the records against the journal.
///
/// A chain whose end was cut off holds by itself; the records of which that end told are still there.
package enum JournalCoverage {
    /// The most findings of each kind.
    private static let limit = 10

    /// Tells of records that no entry tells of: those that are newer than the newest of their kind in
    /// the journal, and those that were changed after its last entry.
    package static func run(_ snapshot: Snapshot, _ findings: Findings) throws {
        let store = JournalCoverageStore()
        try findings.step("the journal against the records") {
            let told = try store.lastTold(in: snapshot)
            var untold: Set<Subject> = []
            for record in JournalCoverageStore.records {
                let last = told[record.subject] ?? 0
                for id in try store.rows(of: record, after: last, limit, in: snapshot) {
                    untold.insert(Subject(record.subject, id))
                    try findings.add(
                        "\(record.subject.rawValue) \(id) is in no entry of the journal"
                    )
                }
            }
            let end = try store.lastInstant(in: snapshot)
            for change in JournalCoverageStore.changes {
                for id in try store.rows(of: change, after: end, limit, in: snapshot)
                where !untold.contains(Subject(change.subject, id)) {
                    try findings.add(
                        "\(change.subject.rawValue) \(id) was changed after the journal's last entry"
                    )
                }
            }
        }
    }
}
