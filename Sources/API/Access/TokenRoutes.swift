// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on tokens.
package struct TokenRoutes {
    private let tokens: TokenService
    private let changed: @Sendable () -> Void

    /// `changed` is called when a token has been made or revoked, before the answer goes out.
    package init(tokens: TokenService, changed: @escaping @Sendable () -> Void) {
        self.tokens = tokens
        self.changed = changed
    }

    package var all: [APIRoute] {
        [create, list, revoke]
    }

    private var create: APIRoute {
        .write(
            .post,
            "/v1/tokens",
            name: "createToken",
            summary: "Makes a token and shows its secret this once",
            tag: "Access",
            scope: Scope.tokensWrite.rawValue,
            takes: .body(NewToken.fields),
            returns: .created(CreatedToken.fields) { Subject(.token, $0.token.id).path },
            secrets: ["token"],
            committed: changed
        ) { [tokens] new, call, transaction in
            let (token, secret) = try tokens.create(new, by: call.occasion, in: transaction)
            return CreatedToken(token: token, secret: secret)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/tokens",
            name: "listTokens",
            summary: "Lists the tokens, without their secrets",
            tag: "Access",
            scope: Scope.tokensWrite.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: Token.fields,
                sorts: TokenSorting.allCases.map(\.rawValue)
            )
        ) { [tokens] query, _, snapshot in
            try tokens.list(query.1.request(), in: snapshot).slice
        }
    }

    private var revoke: APIRoute {
        .write(
            .delete,
            "/v1/tokens/{token}",
            ID<Token>.self,
            name: "revokeToken",
            summary: "Revokes a token; its next request is refused",
            tag: "Access",
            scope: Scope.tokensWrite.rawValue,
            takes: .nothing,
            returns: .noContent,
            committed: changed
        ) { [tokens] _, call, transaction, id in
            _ = try tokens.revoke(id, by: call.occasion, in: transaction)
        }
    }
}
