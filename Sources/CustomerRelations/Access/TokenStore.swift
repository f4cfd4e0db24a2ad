// SPDX-License-Identifier: Apache-2.0
internal import SQLite

struct TokenStore: Sendable {
    /// The columns that `token(_:)` reads.
    private static let columns = """
        id, name, role, scopes, owner, created_at, expires_at, last_used_at, revoked_at, staff_id
        """

    func page(
        _ request: PageRequest<TokenSorting>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Page<Token> {
        try PagedSelect(Self.columns, from: "token").page(
            request,
            key: ["id"],
            in: snapshot,
            read: Self.token,
            keyOf: { [$0.id.stored] }
        )
    }

    func insert(
        _ new: NewToken,
        digest: [UInt8],
        at now: Instant,
        in transaction: Transaction
    ) throws -> Token {
        let token = try transaction.first(
            """
            INSERT INTO token (name, role, scopes, owner, digest, created_at, expires_at, staff_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            RETURNING \(Self.columns)
            """,
            new.name,
            new.role,
            new.scopes?.joined(separator: " "),
            new.owner,
            digest,
            now,
            new.expiresAt,
            new.staffID,
            read: Self.token
        )
        guard let token else { throw ServiceError.notFound }
        return token
    }

    func find(_ id: ID<Token>, in snapshot: Snapshot) throws(SQLiteError) -> Token? {
        try snapshot.first(
            """
            SELECT \(Self.columns)
            FROM token WHERE id = $1
            """,
            id,
            read: Self.token
        )
    }

    /// The person whom a token belongs to.
    func staff(
        of id: ID<Token>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> ID<StaffMember>? {
        try snapshot.first(
            "SELECT staff_id FROM token WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] as ID<StaffMember>? } ?? nil
    }

    /// The tokens of a person that were not revoked.
    func ids(
        of staff: ID<StaffMember>,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [ID<Token>] {
        try snapshot.all(
            "SELECT id FROM token WHERE staff_id = $1 AND revoked_at IS NULL ORDER BY id",
            staff
        ) { row throws(SQLiteError) in try row[0] }
    }

    func find(digest: [UInt8], in snapshot: Snapshot) throws(SQLiteError) -> Token? {
        try snapshot.first(
            """
            SELECT \(Self.columns)
            FROM token WHERE digest = $1
            """,
            digest,
            read: Self.token
        )
    }

    func all(in snapshot: Snapshot) throws(SQLiteError) -> [Token] {
        try snapshot.all(
            """
            SELECT \(Self.columns)
            FROM token ORDER BY id
            """,
            read: Self.token
        )
    }

    func revoke(
        _ id: ID<Token>,
        at now: Instant,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run("UPDATE token SET revoked_at = $2 WHERE id = $1", id, now)
    }

    func touch(_ id: ID<Token>, at now: Instant, in transaction: Transaction) throws(SQLiteError) {
        try transaction.run(
            """
            UPDATE token SET last_used_at = $2
            WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)
            """,
            id,
            now
        )
    }

    private static func token(_ row: borrowing Row) throws(SQLiteError) -> Token {
        let scopes: String? = try row[3]
        return try Token(
            id: row[0],
            name: row[1],
            role: row[2],
            narrowed: scopes?.split(separator: " ").map(String.init),
            owner: row[4],
            staffID: row[9],
            createdAt: row[5],
            expiresAt: row[6],
            lastUsedAt: row[7],
            revokedAt: row[8]
        )
    }
}
