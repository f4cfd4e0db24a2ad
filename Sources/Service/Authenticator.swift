// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import Routing
import SQLite

/// Tells who makes a request.
///
/// Every request looks its token up, so that a revocation counts from the next request on. When a
/// token was last used is written at most once a minute for each reactor.
final class Authenticator {
    private static let touchInterval = Instant.millisecondsPerMinute

    private let tokens: TokenService
    private let operatorToken: String
    private let touch: (ID<Token>, Instant) -> Void
    private var touched: [ID<Token>: Instant] = [:]

    /// `operatorToken` is the secret of the commands on this machine; `touch` writes down a use.
    init(
        tokens: TokenService,
        operatorToken: String,
        touch: @escaping (ID<Token>, Instant) -> Void
    ) {
        self.tokens = tokens
        self.operatorToken = operatorToken
        self.touch = touch
    }

    func principal(
        of request: Request,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> Principal {
        let field = request.fields["authorization"]
        guard let field, field.utf8.count <= 200 else { throw Self.refusal("no token was sent") }
        // RFC 6750, section 2.1; the scheme's case does not matter (RFC 9110, section 11.1).
        guard field.prefix(7).lowercased() == "bearer " else {
            throw Self.refusal("the scheme must be Bearer")
        }
        let secret = String(field.dropFirst(7))
        if secret == operatorToken { return .operator }
        guard let token = try tokens.authenticate(secret, at: now, in: snapshot) else {
            throw Self.refusal("the token is unknown, expired or revoked")
        }
        note(token, now)
        return Principal(tokenID: token.id.rawValue, name: token.name, scopes: token.scopes)
    }

    private func note(_ token: Token, _ now: Instant) {
        let last = touched[token.id] ?? token.lastUsedAt
        guard last.map({ now.milliseconds(since: $0) >= Self.touchInterval }) ?? true else {
            return
        }
        touched[token.id] = now
        touch(token.id, now)
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
