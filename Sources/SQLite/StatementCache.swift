// SPDX-License-Identifier: Apache-2.0

/// The prepared statements of a connection by their text, the least recently used dropped first.
struct StatementCache {
    /// More than the statements of the program; only those composed of filters can exceed it.
    static let limit = 512

    private var statements: [String: Statement] = [:]
    /// Statements by the address of their text, for most texts are literals.
    ///
    /// An entry only proposes; the texts are compared, and equal storage compares at once.
    private var byAddress = [Statement?](repeating: nil, count: 1024)
    private var uses = 0

    var texts: [String] { statements.keys.sorted() }

    mutating func statement(
        _ sql: String,
        preparing prepare: (_ kept: Bool) throws(SQLiteError) -> Statement
    ) throws(SQLiteError) -> Statement {
        let slot = Self.slot(of: sql)
        if let statement = byAddress[slot], statement.sql == sql, !statement.isRunning {
            uses += 1
            statement.lastUse = uses
            return statement
        }
        if let statement = statements[sql] {
            // It is stepping further up the stack: a second copy leaves its rows alone.
            guard !statement.isRunning else { return try prepare(false) }
            uses += 1
            statement.lastUse = uses
            byAddress[slot] = statement
            return statement
        }
        let statement = try prepare(true)
        if statements.count >= Self.limit { dropOldest() }
        uses += 1
        statement.lastUse = uses
        statements[sql] = statement
        byAddress[slot] = statement
        return statement
    }

    mutating func removeAll() { self = StatementCache() }

    private mutating func dropOldest() {
        guard
            let oldest = statements.values.filter({ !$0.isRunning })
                .min(by: { $0.lastUse < $1.lastUse })
        else { return }
        statements[oldest.sql] = nil
        for slot in byAddress.indices where byAddress[slot] === oldest { byAddress[slot] = nil }
    }

    private static func slot(of sql: String) -> Int {
        let address = unsafe sql.utf8.withContiguousStorageIfAvailable { bytes in
            UInt(bitPattern: bytes.baseAddress)
        }
        // Fibonacci hashing: the ten highest bits of the product name one of 1024 slots.
        return Int(((address ?? 0) &* 0x9E37_79B9_7F4A_7C15) >> 54)
    }
}
