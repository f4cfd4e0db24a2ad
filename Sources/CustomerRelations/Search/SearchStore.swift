// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Reads of a record what a search ranks it by.
struct SearchStore: Sendable {
    /// A record that an index names.
    struct Candidate {
        let id: Int64
        let at: Instant
        let texts: SearchScore
    }

    func customer(_ id: Int64, in snapshot: Snapshot) throws(SQLiteError) -> Candidate? {
        try snapshot.first(
            "SELECT search_text, updated_at FROM customer WHERE id = $1 AND archived_at IS NULL",
            id
        ) { row throws(SQLiteError) in
            let text: String = try row[0]
            let texts = text.split(separator: "\n").map { SearchScore.Text($0, isName: true) }
            return Candidate(id: id, at: try row[1], texts: SearchScore(texts))
        }
    }

    func interaction(_ id: Int64, in snapshot: Snapshot) throws(SQLiteError) -> Candidate? {
        try snapshot.first(
            "SELECT search_text, occurred_at FROM interaction WHERE id = $1",
            id
        ) { row throws(SQLiteError) in
            let text = SearchScore.Text(try row[0] as String, isName: false)
            return Candidate(id: id, at: try row[1], texts: SearchScore([text]))
        }
    }

    func complaint(_ id: Int64, in snapshot: Snapshot) throws(SQLiteError) -> Candidate? {
        try snapshot.first(
            "SELECT search_text, received_at, subject FROM complaint WHERE id = $1",
            id
        ) { row throws(SQLiteError) in
            let texts = [
                SearchScore.Text(TextFolding.fold(try row[2]), isName: true),
                SearchScore.Text(try row[0] as String, isName: false),
            ]
            return Candidate(id: id, at: try row[1], texts: SearchScore(texts))
        }
    }

    func article(_ id: Int64, in snapshot: Snapshot) throws(SQLiteError) -> Candidate? {
        try snapshot.first(
            "SELECT search_text, updated_at FROM article WHERE id = $1 AND archived_at IS NULL",
            id
        ) { row throws(SQLiteError) in
            let text: String = try row[0]
            let lines = text.split(separator: "\n")
            let texts = lines.indices.map { SearchScore.Text(lines[$0], isName: $0 == 0) }
            return Candidate(id: id, at: try row[1], texts: SearchScore(texts))
        }
    }

    /// Customers whose names begin so, who come first however many others there are.
    func customers(
        named start: String,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(
            "SELECT id FROM customer WHERE name >= $1 AND name < $2 ORDER BY name, id LIMIT $3",
            start,
            // The last scalar of all.
            start + "\u{10FFFF}",
            limit
        ) { row throws(SQLiteError) in try row[0] }
    }
}
