// SPDX-License-Identifier: Apache-2.0
import Crypto
import CustomerRelations
import HTTP
import Routing
import SQLite
import Synchronization

/// Tells who makes a request.
///
/// Tokens that were looked up are remembered until one is made or revoked, so that a revocation
/// counts from the next request on. When a token was last used is written at most once a minute
/// for each reactor.
final class Authenticator {
    private static let touchInterval = Instant.millisecondsPerMinute

    private let tokens: TokenService
    private let operatorDigest: SHA256Digest
    private let touch: (ID<Token>, Instant) -> Void
    private var touched: [Int64: Instant] = [:]
    private let changes: TokenChanges
    private let proven: ProvenTokens
    /// By the field that brought them.
    private var known: [String: Known] = [:]
    /// The one that came last: a connection brings the same again and again, and comparing is
    /// faster than hashing.
    private var latest: Known?
    private var knownAsOf = 0
    private static let knownLimit = 1024
    private static let longestField = 200

    private final class Known {
        let field: String
        let token: Token
        let principal: Principal

        init(_ field: String, _ token: Token, _ principal: Principal) {
            self.field = field
            self.token = token
            self.principal = principal
        }
    }

    /// `operatorToken` is the secret of the commands on this machine; `touch` writes down a use.
    init(
        tokens: TokenService,
        operatorToken: String,
        changes: TokenChanges,
        proven: ProvenTokens,
        touch: @escaping (ID<Token>, Instant) -> Void
    ) {
        self.tokens = tokens
        operatorDigest = Self.digest(of: operatorToken)
        self.changes = changes
        self.proven = proven
        self.touch = touch
    }

    /// Forgets what a change of a token may have made wrong; to be called before the snapshot is
    /// taken that the next request is read in, since what it shows is remembered.
    func refresh() {
        let count = changes.count
        guard count != knownAsOf || known.count > Self.knownLimit else { return }
        knownAsOf = count
        known = [:]
        latest = nil
    }

    /// Whether the request's token was valid when a reactor last looked it up, or is the
    /// operator's.
    func knows(_ request: Request) -> Bool {
        guard let field = request.fields["authorization"], field.utf8.count <= Self.longestField
        else { return false }
        if known(by: field) != nil { return true }
        guard let secret = Self.secret(in: field) else { return false }
        let digest = Self.digest(of: secret)
        return digest == operatorDigest || proven.contains(digest)
    }

    func principal(
        of request: Request,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Principal {
        let field = request.fields["authorization"]
        guard let field, field.utf8.count <= Self.longestField else {
            throw Self.refusal("no token was sent")
        }
        if let known = known(by: field), known.token.isValid(at: now) {
            note(known.token, now)
            return known.principal
        }
        guard let secret = Self.secret(in: field) else {
            throw Self.refusal("the scheme must be Bearer")
        }
        let digest = Self.digest(of: secret)
        // Digests are compared in constant time, and how two begin tells nothing of the secrets.
        if digest == operatorDigest { return .operator }
        guard let token = try tokens.authenticate(secret, at: now, in: snapshot) else {
            proven.remove(digest)
            known[field] = nil
            latest = nil
            throw Self.refusal("the token is unknown, expired or revoked")
        }
        let principal = Principal(
            tokenID: token.id.rawValue,
            name: token.name,
            scopes: token.scopes
        )
        known[field] = Known(field, token, principal)
        proven.insert(digest)
        note(token, now)
        return principal
    }

    private func known(by field: String) -> Known? {
        if let latest, latest.field == field { return latest }
        latest = known[field]
        return latest
    }

    private func note(_ token: Token, _ now: Instant) {
        let last = touched[token.id.rawValue] ?? token.lastUsedAt
        guard last.map({ now.milliseconds(since: $0) >= Self.touchInterval }) ?? true else {
            return
        }
        touched[token.id.rawValue] = now
        touch(token.id, now)
    }

    /// What stands behind the scheme and a space or more (RFC 6750, section 2.1); nil behind another.
    ///
    /// The scheme's case does not matter (RFC 9110, section 11.1).
    private static func secret(in field: String) -> String? {
        guard field.prefix(7).lowercased() == "bearer " else { return nil }
        return String(field.dropFirst(7).drop { $0 == " " })
    }

    private static func digest(of secret: String) -> SHA256Digest {
        SHA256.hash(data: Array(secret.utf8))
    }

    private static func refusal(_ detail: String) -> Problem {
        var problem = Problem(.unauthorized, detail)
        problem.fields.set("www-authenticate", "Bearer realm=\"guanxi\"")
        return problem
    }
}

extension Principal {
    /// The commands on the service's own machine, which could open the database themselves.
    static let `operator` = Principal(
        tokenID: 0,
        name: "operator",
        scopes: Set(Scope.allCases.map(\.rawValue))
    )
}

/// Counts how often a token was made or revoked.
final class TokenChanges: Sendable {
    private let changes = Atomic(0)

    var count: Int {
        changes.load(ordering: .acquiring)
    }

    func add() {
        changes.add(1, ordering: .releasing)
    }
}

/// Makes request ids: a beginning of this process's own, and a count.
final class RequestIDs: Sendable {
    private let beginning = String(UInt32.random(in: .min ... .max), radix: 36) + "-"
    private let last = Atomic<UInt64>(0)

    func next() -> String {
        let count = last.add(1, ordering: .relaxed).newValue
        return beginning + String(count, radix: 36)
    }
}
