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
        if let known = try secret(name, in: transaction) { return known }
        try transaction.run("INSERT INTO secret (name, value) VALUES ($1, $2)", name, new)
        return new
    }

    /// The secret of that name, if there is one.
    package func secret(_ name: String, in snapshot: Snapshot) throws -> [UInt8]? {
        try snapshot.first("SELECT value FROM secret WHERE name = $1", name) { row in
            try row[0] as [UInt8]
        }
    }
}
