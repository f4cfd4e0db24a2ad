// SPDX-License-Identifier: Apache-2.0

extension Transaction {
    /// Does the body's work while an index is away, and builds it anew from what is there then.
    ///
    /// A million keys that are sorted once take a quarter of the time that as many insertions at
    /// random places take. It is all in this transaction: nobody else sees the index missing.
    package func rebuilding<Value>(
        index name: String,
        _ body: () throws -> Value
    ) throws -> Value {
        let definition: String? = try first(
            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = $1",
            name
        ) { row throws(SQLiteError) in try row[0] }
        guard let definition else { throw SQLiteError.misuse("there is no index \(name)") }
        try willWrite()
        try connection.execute(script: "DROP INDEX \(name)")
        let value = try body()
        try connection.execute(script: definition)
        return value
    }
}
