// SPDX-License-Identifier: Apache-2.0

/// Looks for damage that SQLite can see.
///
/// A flipped bit inside a text is none: the journal's chain shows it.
package enum IntegrityCheck {
    /// The findings of integrity_check and foreign_key_check; none when the database is sound.
    package static func run(_ snapshot: Snapshot) throws(SQLiteError) -> [String] {
        try damage(snapshot, "PRAGMA integrity_check") + danglingReferences(snapshot)
    }

    /// The findings of quick_check, which skips what indexes say of tables.
    static func quick(_ snapshot: Snapshot) throws(SQLiteError) -> [String] {
        try damage(snapshot, "PRAGMA quick_check")
    }

    /// The rows whose reference leads nowhere.
    static func danglingReferences(_ snapshot: Snapshot) throws(SQLiteError) -> [String] {
        try snapshot.all("PRAGMA foreign_key_check") { row in
            let table: String = try row[0]
            // Without a rowid the row has no number.
            let number: Int? = try row[1]
            let parent: String = try row[2]
            return "\(table) \(number.map(String.init) ?? "?") refers to a missing \(parent)"
        }
    }

    private static func damage(
        _ snapshot: Snapshot,
        _ sql: String
    ) throws(SQLiteError) -> [String] {
        var findings: [String] = []
        do throws(SQLiteError) {
            try snapshot.forEach(sql) { row in findings.append(try row[0]) }
        } catch  where error.isCorrupt {
            // Some damage ends the check itself.
            findings.append(error.message)
        }
        return findings.filter { $0 != "ok" }
    }
}
