// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import SQLite

/// The token with which a demo is asked; each start has its own.
enum DemoToken {
    /// Makes a token, revokes those of earlier starts, and answers the secret.
    static func create(_ tokens: TokenService, in database: Database) throws -> String {
        let now = SystemClock.instant
        let occasion = Occasion(at: now, actor: "operator", requestID: DemoBase.requestID)
        return try database.write { transaction in
            for old in try TokenService.list(in: transaction) where old.isOfDemo {
                _ = try tokens.revoke(old.id, by: occasion, in: transaction)
            }
            let new = NewToken(
                name: DemoDatabase.tokenName,
                role: .admin,
                owner: DemoDatabase.tokenName
            )
            return try tokens.create(new, by: occasion, in: transaction).secret
        }
    }
}
