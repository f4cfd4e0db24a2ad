// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct JournalStore: Sendable {
    struct Entry {
        let seq: Int64
        let at: Instant
        let actor: String
        let requestID: String
        let action: String
        let subject: Subject
        let changes: String?
        let salt: [UInt8]?
        let digest: [UInt8]
        var hash: [UInt8]

        var event: Event {
            Event(
                seq: seq,
                at: at,
                actor: actor,
                requestID: requestID,
                action: action,
                subject: subject,
                changes: changes,
                hash: hash
            )
        }
    }

    /// The end of the chain.
    struct Head {
        let seq: Int64
        let hash: [UInt8]
    }

    func last(in snapshot: Snapshot) throws(SQLiteError) -> Head? {
        try snapshot.first(
            "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
        ) { row throws(SQLiteError) in try Head(seq: row[0], hash: row[1]) }
    }

    func mark(in snapshot: Snapshot) throws(SQLiteError) -> JournalMark? {
        try snapshot.first(
            "SELECT seq, hash, verified_at FROM journal_mark WHERE id = 1"
        ) { row throws(SQLiteError) in try JournalMark(seq: row[0], hash: row[1], at: row[2]) }
    }

    func set(_ mark: JournalMark, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO journal_mark (id, seq, hash, verified_at) VALUES (1, $1, $2, $3)
            ON CONFLICT (id) DO UPDATE SET seq = $1, hash = $2, verified_at = $3
            """,
            mark.seq,
            mark.hash,
            mark.at
        )
    }

    func hash(of seq: Int64, in snapshot: Snapshot) throws(SQLiteError) -> [UInt8]? {
        try snapshot.first(
            "SELECT hash FROM event WHERE seq = $1",
            seq
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The hash of the first entry.
    func first(in snapshot: Snapshot) throws(SQLiteError) -> [UInt8]? {
        try snapshot.first("SELECT hash FROM event ORDER BY seq LIMIT 1") { row in try row[0] }
    }

    func insert(_ entry: Entry, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            """
            INSERT INTO event (seq, at, actor, request_id, action, subject_type, subject_id,
                changes, salt, digest, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            entry.seq,
            entry.at,
            entry.actor,
            entry.requestID,
            entry.action,
            entry.subject.kind,
            entry.subject.id,
            entry.changes,
            entry.salt,
            entry.digest,
            entry.hash
        )
    }

    func entries(
        after seq: Int64,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Entry] {
        try snapshot.all(
            """
            SELECT seq, at, actor, request_id, action, subject_type, subject_id, changes, salt,
                digest, hash
            FROM event WHERE seq > $1 ORDER BY seq LIMIT $2
            """,
            seq,
            limit,
            read: Self.entry
        )
    }

    private static func entry(_ row: borrowing Row) throws(SQLiteError) -> Entry {
        try Entry(
            seq: row[0],
            at: row[1],
            actor: row[2],
            requestID: row[3],
            action: row[4],
            subject: Subject(row[5], row[6] as Int64),
            changes: row[7],
            salt: row[8],
            digest: row[9],
            hash: row[10]
        )
    }
}
