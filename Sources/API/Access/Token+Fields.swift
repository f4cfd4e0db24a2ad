// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension NewToken {
    package static let fields: Fields<NewToken> = Fields(
        "NewToken",
        NewToken.init,
        Field("name", \.name, .string(maxLength: 100), "The name under which it is journalled."),
        Field("role", \.role, .enumeration()),
        Field(
            optional: "scopes",
            \.scopes,
            .array(of: .string(maxLength: 50), maxItems: 50),
            "Narrows it to some of its role's scopes."
        ),
        Field("owner", \.owner, .string(maxLength: 100), "The person or system it belongs to."),
        Field(optional: "staffId", \.staffID, .id(), "The person it belongs to."),
        Field(optional: "expiresAt", \.expiresAt, .instantOrDay)
    )
}

extension Token {
    package static let fields: Representation<Token> = Representation(
        "Token",
        [
            Member("id", \.id, .id()),
            Member("name", \.name, .string(maxLength: 100)),
            Member("role", \.role, .enumeration()),
            Member("scopes", \.scopeList, .array(of: .string(maxLength: 50))),
            Member("owner", \.owner, .string(maxLength: 100)),
            Member("staffId", \.staffID, .id(), "The person it belongs to."),
            Member("createdAt", \.createdAt, .instant),
            Member("expiresAt", \.expiresAt, .instant),
            Member("lastUsedAt", \.lastUsedAt, .instant),
            Member("revokedAt", \.revokedAt, .instant),
        ]
    )

    private var scopeList: [String] {
        scopes.sorted()
    }
}

/// A token with its secret, which is shown this once.
struct CreatedToken: Sendable {
    let token: Token
    let secret: String?

    static let fields: Representation<CreatedToken> = Representation(
        "CreatedToken",
        Token.fields.lifted(\.token) + [
            Member(
                "token",
                \.secret,
                .string(maxLength: 100),
                "The secret, shown this once; absent where a retry is answered."
            )
        ]
    )
}
