// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Keys that the service makes for itself and that stay the same for the life of a database.
package struct SecretStore: Sendable {
    package init() {}

    /// The secret of that name, made with these bytes if there is none.
    package func secret(
        _ name: String,
        orStore new: [UInt8],
        in transaction: Transaction
    ) throws -> [UInt8] {
        let known: [UInt8]? = try transaction.first(
            "SELECT value FROM secret WHERE name = $1",
            name
        ) { row throws(SQLiteError) in try row[0] }
        if let known { return known }
        try transaction.run("INSERT INTO secret (name, value) VALUES ($1, $2)", name, new)
        return new
    }
}
