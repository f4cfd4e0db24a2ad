// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The first answer to each Idempotency-Key, kept in the transaction of the change it answers.
package struct IdempotencyStore: Sendable {
    package static let retention = 24 * Instant.millisecondsPerHour

    /// A key with the request it came with.
    package struct Key: Sendable {
        package let token: ID<Token>
        package let key: String
        /// A digest of method, target and body.
        package let fingerprint: [UInt8]

        package init(token: ID<Token>, key: String, fingerprint: [UInt8]) {
            self.token = token
            self.key = key
            self.fingerprint = fingerprint
        }
    }

    /// An answer as it can be given again.
    package struct Answer: Sendable {
        package let status: Int
        package let location: String?
        package let etag: String?
        package let body: [UInt8]

        package init(status: Int, location: String?, etag: String?, body: [UInt8]) {
            self.status = status
            self.location = location
            self.etag = etag
            self.body = body
        }
    }

    package enum Finding: Sendable {
        case unknown
        /// The request is the same and was answered so.
        case answered(Answer)
        /// The request is the same and still running.
        case running
        /// The key came with another request.
        case reused
    }

    package init() {}

    package func find(
        _ key: Key,
        at now: Instant,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Finding {
        let finding = try snapshot.first(
            """
            SELECT fingerprint, status, location, etag, body FROM idempotency
            WHERE token_id = $1 AND key = $2 AND created_at > $3
            """,
            key.token,
            key.key,
            now.adding(milliseconds: -Self.retention)
        ) { row throws(SQLiteError) -> Finding in
            guard try row[0] == key.fingerprint else { return .reused }
            guard let status: Int = try row[1] else { return .running }
            return try .answered(
                Answer(status: status, location: row[2], etag: row[3], body: row[4])
            )
        }
        return finding ?? .unknown
    }

    /// Keeps the answer; nil while it is being made.
    package func keep(
        _ answer: Answer?,
        for key: Key,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try remove(key, in: transaction)
        try transaction.run(
            """
            INSERT INTO idempotency (token_id, key, fingerprint, status, location, etag, body,
                created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            key.token,
            key.key,
            key.fingerprint,
            answer?.status,
            answer?.location,
            answer?.etag,
            answer?.body,
            now
        )
    }

    private func remove(_ key: Key, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            "DELETE FROM idempotency WHERE token_id = $1 AND key = $2",
            key.token,
            key.key
        )
    }

    /// Forgets a key whose answer is not kept.
    package func release(_ key: Key, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            "DELETE FROM idempotency WHERE token_id = $1 AND key = $2 AND status IS NULL",
            key.token,
            key.key
        )
    }

    /// Forgets the requests that were running when the last process ended.
    package func releaseAll(in transaction: Transaction) throws {
        try transaction.run("DELETE FROM idempotency WHERE status IS NULL")
    }

    /// Forgets up to so many answers that are past keeping, the oldest first; tells how many.
    ///
    /// They count for nothing any more: removing them only gives their room back.
    package func removeExpired(
        at now: Instant,
        limit: Int,
        in transaction: Transaction
    ) throws(SQLiteError) -> Int {
        try transaction.run(
            """
            DELETE FROM idempotency WHERE (token_id, key) IN (
                SELECT token_id, key FROM idempotency WHERE created_at <= $1
                ORDER BY created_at LIMIT $2)
            """,
            now.adding(milliseconds: -Self.retention),
            limit
        )
    }
}
