// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Holds the records against the journal, and the journal against the records.
///
/// A chain whose end was cut off holds by itself; the records of which that end told are still there.
package enum JournalCoverage {
    /// The most findings of each kind.
    private static let limit = 10

    package static func run(_ snapshot: Snapshot, _ findings: Findings) throws {
        try runRecords(snapshot, findings)
        try findings.step("the records against the journal") {
            try runEntries(snapshot, findings)
        }
    }

    /// Tells of records that entries tell of and that are not there, though none is ever deleted.
    private static func runEntries(_ snapshot: Snapshot, _ findings: Findings) throws {
        let store = JournalCoverageStore()
        var missing: [Subject.Kind: Int] = [:]
        try store.forEachMissing(in: snapshot) { subject in
            missing[subject.kind, default: 0] += 1
            guard missing[subject.kind, default: 0] <= limit else { return }
            try findings.add(
                "\(subject.kind.rawValue) \(subject.id), of which the journal tells, is missing"
            )
        }
        for (kind, count) in missing.sorted(by: { $0.key.rawValue < $1.key.rawValue })
        where count > limit {
            try findings.add("\(kind.rawValue): \(count - limit) more are missing")
        }
        var stretches = 0
        try store.forEachMissingStretch(in: snapshot) { stretch in
            stretches += 1
            guard stretches <= limit else { return }
            try findings.add(
                "\(stretch.subject.rawValue) \(stretch.first) to \(stretch.last), of which entry "
                    + "\(stretch.seq) tells, are not all there"
            )
        }
        guard stretches > limit else { return }
        try findings.add("imports: \(stretches - limit) more are not all there")
    }

    /// Tells of records that no entry tells of: those that are newer than the newest of their kind in
    /// the journal, and those that were changed after its last entry.
    private static func runRecords(_ snapshot: Snapshot, _ findings: Findings) throws {
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
