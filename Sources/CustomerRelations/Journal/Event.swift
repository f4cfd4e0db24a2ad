// SPDX-License-Identifier: Apache-2.0

/// One entry of the journal: what was changed, when, by whom and by which request.
package struct Event: Sendable {
    /// The place in the journal, from 1 without gaps, in commit order.
    package let seq: Int64
    package let at: Instant
    package let actor: String
    package let requestID: String
    package let action: String
    package let subject: Subject
    /// The changed members as JSON text; nil once erased.
    package let changes: String?
    /// SHA-256 over the hash before this one and the entry.
    package let hash: [UInt8]
}

/// What a change of a record is written down as: the members that differ, as JSON text.
///
/// The business knows no wire format, so whoever wires it hands this in.
package typealias Describe<Record> = @Sendable (_ old: Record?, _ new: Record) -> String

/// The two ends of the journal's chain: which database it is of, and how far it goes.
package struct JournalEnds: Sendable, Equatable {
    /// The hash of the first entry, which is salted: only copies of one database have the same.
    package let origin: [UInt8]
    /// The place of the last entry.
    package let seq: Int64
    /// The hash of the last entry.
    package let head: [UInt8]

    package init(origin: [UInt8], seq: Int64, head: [UInt8]) {
        self.origin = origin
        self.seq = seq
        self.head = head
    }
}

/// What the hash chain says about the journal.
package struct JournalVerdict: Sendable {
    package let entries: Int
    /// The number of the last entry; 0 if there is none.
    package let last: Int64
    /// The hash of the last entry.
    package let head: [UInt8]
    /// The first entry that is missing, moved or altered; nil if the chain holds.
    package let firstBadSeq: Int64?

    package var isValid: Bool {
        firstBadSeq == nil
    }
}

/// How far the chain has been verified.
struct JournalMark: Sendable, Equatable {
    let seq: Int64
    let hash: [UInt8]
    let at: Instant
}

/// A verification of the chain that goes on piece by piece, so that it holds no snapshot for long.
package struct JournalCheck: Sendable {
    private(set) var last: Int64 = 0
    private(set) var head = Journal.origin
    private var entries = 0
    private var firstBad: Int64?

    package init() {}

    /// Goes on behind an entry that has been verified.
    init(after mark: JournalMark) {
        last = mark.seq
        head = mark.hash
    }

    /// An entry that is missing shows in the one behind it.
    mutating func add(seq: Int64, hash: [UInt8], holds: Bool) {
        if !holds, firstBad == nil { firstBad = min(seq, last + 1) }
        last = seq
        head = hash
        entries += 1
    }

    /// Notes that an entry which held once is not there any more, or is another.
    mutating func miss(_ seq: Int64) {
        firstBad = firstBad ?? min(seq, last + 1)
    }

    package var verdict: JournalVerdict {
        JournalVerdict(entries: entries, last: last, head: head, firstBadSeq: firstBad)
    }
}
