// SPDX-License-Identifier: Apache-2.0
private import Crypto
package import SQLite

/// Bearer tokens: made, listed, revoked, and recognized.
package struct TokenService: Sendable {
    private let store = TokenStore()
    private let staff = StaffStore()
    private let journal: Journal
    private let describe: Describe<Token>

    package init(journal: Journal, describe: @escaping Describe<Token>) {
        self.journal = journal
        self.describe = describe
    }

    /// Makes a token and answers it with its secret, which is shown this once.
    package func create(
        _ new: NewToken,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> (token: Token, secret: String) {
        if let unknown = new.scopes?.first(where: { !new.role.scopes.map(\.rawValue).contains($0) })
        {
            throw ServiceError.refused(
                "/scopes",
                "\(unknown) is no scope of the role \(new.role.rawValue)"
            )
        }
        if let expiry = new.expiresAt, expiry <= occasion.at {
            throw ServiceError.refused("/expiresAt", "must lie in the future")
        }
        try staff.demand(new.staffID, "/staffId", in: transaction)
        let secret = Self.secret()
        let token = try store.insert(
            new,
            digest: Self.digest(of: secret),
            at: occasion.at,
            in: transaction
        )
        try record("token.created", nil, token, by: occasion, in: transaction)
        return (token, secret)
    }

    package static func list(in snapshot: Snapshot) throws -> [Token] {
        try TokenStore().all(in: snapshot)
    }

    package func list(
        _ request: PageRequest<TokenSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Token> {
        try store.page(request, in: snapshot)
    }

    /// The tokens of a person that were not revoked.
    func list(of staff: ID<StaffMember>, in snapshot: Snapshot) throws -> [ID<Token>] {
        try store.ids(of: staff, in: snapshot)
    }

    /// Revokes a token; its next request is refused.
    package func revoke(
        _ id: ID<Token>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Token {
        guard let old = try store.find(id, in: transaction) else { throw ServiceError.notFound }
        guard old.revokedAt == nil else { return old }
        try store.revoke(id, at: occasion.at, in: transaction)
        guard let new = try store.find(id, in: transaction) else { throw ServiceError.notFound }
        try record("token.revoked", old, new, by: occasion, in: transaction)
        return new
    }

    /// The valid token with this secret.
    package func authenticate(
        _ secret: String,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Token? {
        let token = try store.find(digest: Self.digest(of: secret), in: snapshot)
        guard let token, token.isValid(at: now) else { return nil }
        return token
    }

    /// Notes when a token was last used.
    package func touch(_ id: ID<Token>, at now: Instant, in transaction: Transaction) throws {
        try store.touch(id, at: now, in: transaction)
    }

    private func record(
        _ action: String,
        _ old: Token?,
        _ new: Token,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            action,
            Subject(.token, new.id),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
    }

    /// `gx_` and 32 random bytes in base 16: 256 bits, so that a plain SHA-256 at rest is enough.
    private static func secret() -> String {
        let digits = Array("0123456789abcdef")
        var generator = SystemRandomNumberGenerator()
        return "gx_"
            + String((0..<64).map { _ in digits[Int.random(in: 0..<16, using: &generator)] })
    }

    private static func digest(of secret: String) -> [UInt8] {
        Array(SHA256.hash(data: Array(secret.utf8)))
    }
}
