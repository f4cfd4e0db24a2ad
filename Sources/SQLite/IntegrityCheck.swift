// SPDX-License-Identifier: Apache-2.0

/// Looks for damage that SQLite can see.
///
/// A flipped bit inside a text is none: the journal's chain shows it.
package enum IntegrityCheck {
    /// The most rows of each kind that are named.
    private static let limit = 10

    /// The findings of integrity_check and foreign_key_check; none when the database is sound.
    package static func run(_ snapshot: Snapshot) throws -> [String] {
        let findings = Findings()
        try run(snapshot, findings)
        return findings.all
    }

    /// The same, told as they are found.
    package static func run(_ snapshot: Snapshot, _ findings: Findings) throws {
        for finding in try damage(snapshot, "PRAGMA integrity_check") {
            try findings.add(finding)
            guard let broken = BrokenRule(finding) else { continue }
            try findings.step("rows of \(broken.table)") {
                for row in try broken.rows(limit, in: snapshot) { try findings.add(row) }
            }
        }
        try findings.step("the schema") {
            for table in try CheckedTable.all(in: snapshot) {
                try findings.step("values of \(table.name)") {
                    for row in try table.rows(limit, in: snapshot) { try findings.add(row) }
                }
            }
        }
        try findings.step("references between tables") {
            for finding in try danglingReferences(snapshot) { try findings.add(finding) }
        }
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

    /// What SQLite says, each once: it says a broken rule of a table for each row.
    private static func damage(
        _ snapshot: Snapshot,
        _ sql: String
    ) throws(SQLiteError) -> [String] {
        var findings: [String] = []
        var known: Set<String> = ["ok"]
        do throws(SQLiteError) {
            try snapshot.forEach(sql) { row in
                let finding: String = try row[0]
                if known.insert(finding).inserted { findings.append(finding) }
            }
        } catch  where error.isDamage {
            // Some damage ends the check itself.
            findings.append("the structure of the file cannot be checked: \(error.message)")
        }
        return findings
    }
}

/// A rule of a table's columns that is broken, of which SQLite's check tells no row
/// (https://sqlite.org/pragma.html#pragma_integrity_check).
private struct BrokenRule {
    let table: String
    private let rule: String
    /// What holds for a row that keeps it.
    private let condition: String

    /// Nil of a finding that is about something else.
    init?(_ finding: String) {
        if let match = finding.wholeMatch(of: /NULL value in (\w+)\.(\w+)/) {
            table = String(match.1)
            rule = "\(match.2) NOT NULL"
            condition = "\"\(match.2)\" IS NOT NULL"
        } else if let match = finding.wholeMatch(of: /non-(\w+) value in (\w+)\.(\w+)/) {
            table = String(match.2)
            let type = match.1 == "INT" ? "INTEGER" : String(match.1)
            rule = "\(match.3) \(type)"
            condition = "typeof(\"\(match.3)\") IN ('\(type.lowercased())', 'null')"
        } else {
            return nil
        }
    }

    func rows(_ limit: Int, in snapshot: Snapshot) throws(SQLiteError) -> [String] {
        try snapshot.rows(of: table, breaking: condition, rule, limit)
    }
}

/// A table with rules for its values.
///
/// SQLite checks none of them on a connection that only reads: it does not even keep them.
private struct CheckedTable {
    let name: String
    /// What stands in the parentheses of each CHECK.
    private let conditions: [String]

    /// By name.
    static func all(in snapshot: Snapshot) throws(SQLiteError) -> [CheckedTable] {
        try snapshot.all(
            """
            SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%CHECK%'
                AND sql NOT LIKE 'CREATE VIRTUAL%'
            ORDER BY name
            """
        ) { row in CheckedTable(name: try row[0], conditions: Self.conditions(in: try row[1])) }
    }

    /// Each broken rule with rows that break it.
    func rows(_ limit: Int, in snapshot: Snapshot) throws(SQLiteError) -> [String] {
        let all = conditions.map { "(\($0)) IS NOT 0" }.joined(separator: " AND ")
        guard !conditions.isEmpty,
            try !snapshot.rows(of: name, breaking: all, "", 1).isEmpty
        else { return [] }
        var rows: [String] = []
        for condition in conditions {
            rows += try snapshot.rows(
                of: name,
                breaking: "(\(condition)) IS NOT 0",
                "CHECK (\(condition))",
                limit
            )
        }
        return rows
    }

    private static func conditions(in sql: String) -> [String] {
        var rest = sql[...]
        var conditions: [String] = []
        while let match = rest.firstMatch(of: /\bCHECK\s*\(/) {
            let (inside, behind) = inside(rest[match.range.upperBound...])
            conditions.append(inside.split(whereSeparator: \.isWhitespace).joined(separator: " "))
            rest = behind
        }
        return conditions
    }

    /// What stands before the parenthesis that closes, and what behind it.
    private static func inside(_ text: Substring) -> (Substring, Substring) {
        var depth = 1
        var isQuoted = false
        for index in text.indices {
            switch text[index] {
            case "'": isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted: depth -= 1
            default: break
            }
            if depth == 0 { return (text[..<index], text[text.index(after: index)...]) }
        }
        return (text, "")
    }
}

extension Snapshot {
    /// The rows for which a condition does not hold, by their keys, at most so many; no values.
    fileprivate func rows(
        of table: String,
        breaking condition: String,
        _ rule: String,
        _ limit: Int
    ) throws(SQLiteError) -> [String] {
        var key: [String] = try all(
            "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk",
            table
        ) { row in try row[0] }
        if key.isEmpty { key = ["rowid"] }
        let columns = key.map { "iif(typeof(\"\($0)\") = 'integer', \"\($0)\", '?')" }
        // Names and conditions are the schema's own: parameters cannot stand for them.
        return try all(
            """
            SELECT \(columns.joined(separator: " || ', ' || ")) || '' FROM "\(table)"
            WHERE NOT (\(condition)) LIMIT \(limit)
            """
        ) { row in "\(table) \(try row[0] as String) breaks \(rule)" }
    }
}
