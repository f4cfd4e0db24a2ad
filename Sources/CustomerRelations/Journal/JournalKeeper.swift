// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Verifies what has been added to the journal since it was last verified.
///
/// How far it came stands in the database, so that a start looks at the new entries alone. `check`
/// looks at all of them.
package struct JournalKeeper: Sendable {
    /// How long a verification is good for.
    package static let interval = Instant.millisecondsPerHour

    private let journal: Journal
    private let store = JournalStore()

    package init(_ journal: Journal) {
        self.journal = journal
    }

    /// Whether the last verification is older than an hour, or lies in the future.
    package func isDue(at now: Instant, in snapshot: Snapshot) throws -> Bool {
        guard let mark = try store.mark(in: snapshot) else { return true }
        return !(0..<Self.interval).contains(now.milliseconds(since: mark.at))
    }

    /// Verifies the entries behind the mark, and moves the mark if they hold.
    ///
    /// The verdict counts the new entries. One that has been verified and is gone or changed is the
    /// first bad one.
    package func verify(
        reading: Connection,
        writing: Writer,
        now: () -> Instant
    ) throws -> JournalVerdict {
        let mark = try reading.read { snapshot in try store.mark(in: snapshot) }
        var check = mark.map(JournalCheck.init(after:)) ?? JournalCheck()
        if let mark, mark.seq > 0 {
            let hash = try reading.read { try store.hash(of: mark.seq, in: $0) }
            guard hash == mark.hash else {
                return JournalVerdict(
                    entries: 0,
                    last: mark.seq,
                    head: mark.hash,
                    firstBadSeq: mark.seq
                )
            }
        }
        while try reading.read({ try journal.extend(&check, limit: 10_000, in: $0) }) {}
        let verdict = check.verdict
        guard verdict.isValid else { return verdict }
        let new = JournalMark(seq: check.last, hash: check.head, at: now())
        try writing.write { [store] transaction in try store.set(new, in: transaction) }
        return verdict
    }
}
