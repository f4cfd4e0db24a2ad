// SPDX-License-Identifier: Apache-2.0
private import Crypto
package import SQLite

/// The journal: audit trail, event feed and outbox in one.
///
/// Each entry's hash is SHA-256 over the hash before it and the entry, so that an edit, a deletion
/// or a reordering shows. The chain holds a salted digest of the changes, not the changes, so that
/// erasing a person's data does not break it.
package struct Journal: Sendable {
    private let store = JournalStore()

    package init() {}

    /// Writes an entry in the transaction of the change itself.
    package func append(
        _ action: String,
        _ subject: Subject,
        changes: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let last = try store.last(in: transaction)
        let seq = (last?.seq ?? 0) + 1
        let salt = Self.salt()
        let digest = Self.digest(salt: salt, changes: changes)
        var entry = JournalStore.Entry(
            seq: seq,
            at: occasion.at,
            actor: occasion.actor,
            requestID: occasion.requestID,
            action: action,
            subject: subject,
            changes: changes,
            salt: salt,
            digest: digest,
            hash: []
        )
        entry.hash = Self.hash(of: entry, after: last?.hash ?? Self.origin)
        try store.insert(entry, in: transaction)
    }

    /// The entries after `seq`, in commit order, at most `limit`.
    package func events(
        after seq: Int64,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> [Event] {
        try store.entries(after: seq, limit: limit, in: snapshot).map(\.event)
    }

    /// Where the chain begins and ends; nil while it is empty.
    package func ends(in snapshot: Snapshot) throws -> JournalEnds? {
        guard let first = try store.first(in: snapshot), let last = try store.last(in: snapshot)
        else { return nil }
        return JournalEnds(origin: first, seq: last.seq, head: last.hash)
    }

    /// The hash of an entry; nil if there is none.
    package func hash(of seq: Int64, in snapshot: Snapshot) throws -> [UInt8]? {
        try store.hash(of: seq, in: snapshot)
    }

    /// Recomputes the whole chain on one view of the database.
    package func verify(in snapshot: Snapshot) throws -> JournalVerdict {
        var check = JournalCheck()
        while try extend(&check, limit: 10_000, in: snapshot) {}
        return check.verdict
    }

    /// Recomputes the next entries of the chain, at most `limit`; false once there are no more.
    package func extend(
        _ check: inout JournalCheck,
        limit: Int,
        in snapshot: Snapshot
    ) throws -> Bool {
        let entries = try store.entries(after: check.last, limit: limit, in: snapshot)
        for entry in entries {
            let holds = Self.holds(entry, expected: check.last + 1, after: check.head)
            check.add(seq: entry.seq, hash: entry.hash, holds: holds)
        }
        guard entries.count < limit else { return true }
        // A chain whose end was cut off holds by itself.
        if let mark = try store.mark(in: snapshot), mark.seq > 0,
            try store.hash(of: mark.seq, in: snapshot) != mark.hash
        {
            check.miss(mark.seq)
        }
        return false
    }

    private static func holds(
        _ entry: JournalStore.Entry,
        expected: Int64,
        after head: [UInt8]
    ) -> Bool {
        guard entry.seq == expected, hash(of: entry, after: head) == entry.hash else {
            return false
        }
        // Erased changes leave their digest behind.
        guard let changes = entry.changes, let salt = entry.salt else {
            return entry.changes == nil && entry.salt == nil
        }
        return digest(salt: salt, changes: changes) == entry.digest
    }

    /// What stands before the first entry.
    static let origin = [UInt8](repeating: 0, count: 32)

    private static func salt() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).flatMap { _ in
            let word = generator.next()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
        }
    }

    private static func digest(salt: [UInt8], changes: String) -> [UInt8] {
        Array(SHA256.hash(data: salt + changes.utf8))
    }

    private static func hash(of entry: JournalStore.Entry, after head: [UInt8]) -> [UInt8] {
        // Put together first: each call of a hasher takes as long as a block.
        var text = head
        text.reserveCapacity(256)
        func add(_ part: String) {
            // Each part is preceded by its length, so that no two entries read the same.
            text += String(part.utf8.count).utf8
            text.append(UInt8(ascii: ":"))
            text += part.utf8
        }
        add(String(entry.seq))
        add(String(entry.at.rawValue))
        add(entry.actor)
        add(entry.requestID)
        add(entry.action)
        add(entry.subject.kind.rawValue)
        add(String(entry.subject.id))
        text += entry.digest
        return Array(SHA256.hash(data: text))
    }
}
