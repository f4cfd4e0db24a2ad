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

    /// Verifies the entries behind the mark, and moves the mark if they hold; if not, the next look
    /// is in an hour all the same.
    ///
    /// Within a limit it goes as far as it comes. The verdict counts the new entries. One that has
    /// been verified and is gone or changed is the first bad one.
    package func verify(
        reading: Connection,
        writing: Writer,
        within limit: Duration? = nil,
        now: () -> Instant
    ) throws -> JournalVerdict {
        let mark =
            try reading.read { snapshot in try store.mark(in: snapshot) }
            ?? JournalMark(seq: 0, hash: Journal.origin, at: now())
        let verdict = try verify(after: mark, reading, limit)
        let new = JournalMark(
            seq: verdict.isValid ? verdict.last : mark.seq,
            hash: verdict.isValid ? verdict.head : mark.hash,
            at: now()
        )
        try writing.write { [store] transaction in
            // Whoever looked meanwhile, and further, is not taken back.
            guard try store.mark(in: transaction)?.seq ?? 0 <= new.seq else { return }
            try store.set(new, in: transaction)
        }
        return verdict
    }

    private func verify(
        after mark: JournalMark,
        _ reading: Connection,
        _ limit: Duration?
    ) throws -> JournalVerdict {
        let end = limit.map { ContinuousClock.now + $0 }
        var check = JournalCheck(after: mark)
        let hash = try reading.read { try store.hash(of: mark.seq, in: $0) }
        guard mark.seq == 0 || hash == mark.hash else {
            return JournalVerdict(
                entries: 0,
                last: mark.seq,
                head: mark.hash,
                firstBadSeq: mark.seq
            )
        }
        while try reading.read({ try journal.extend(&check, limit: 10_000, in: $0) }) {
            if let end, ContinuousClock.now >= end { break }
        }
        return check.verdict
    }
}
