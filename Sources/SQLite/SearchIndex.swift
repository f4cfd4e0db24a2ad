// SPDX-License-Identifier: Apache-2.0

/// What is looked for in an index: texts that contain all parts of one of the alternatives.
package struct SearchExpression: Sendable, Equatable {
    /// The terms of each alternative.
    let alternatives: [[String]]

    /// Takes folded parts; nil if there is nothing in an alternative to find.
    package init?(anyOf alternatives: [[String]]) {
        let terms = alternatives.map(SearchTerms.narrowing)
        guard !terms.isEmpty, terms.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(terms: terms)
    }

    init(terms: [[String]]) {
        alternatives = terms
    }

    /// The words of FTS5 for it (https://sqlite.org/fts5.html, 3).
    ///
    /// They are put together from terms alone, in which no character has a meaning of its own.
    package var text: String {
        alternatives.map { "(" + $0.map { "\"\($0)\"" }.joined(separator: " ") + ")" }
            .joined(separator: " OR ")
    }
}

/// The index in which the folded texts of a table are found by any part of them.
///
/// The table has its text in the column `search_text`; its index is the FTS5 table
/// `<table>_search`, which holds for each term the rows that have it and nothing else: no text, no
/// places, no lengths. So it takes a third of a text's room, it names candidates, and the text
/// decides. It changes in the transaction of the row.
///
/// Rows that were there before their index are its backlog until `catchUp` has been at them, and
/// while it has one nobody asks it.
package struct SearchIndex: Sendable {
    /// Terms are counted up to so many rows, of which those that are less are the rare ones.
    private static let rarities = [256, 8_000]
    /// So many rare terms of an alternative name the rows.
    private static let mostRare = 4

    package let table: String
    private let insertion: String
    private let deletion: String
    private let counting: String
    private let listing: String
    private let newest: String

    /// The index of this table.
    package init(of table: String) {
        self.table = table
        let index = "\(table)_search"
        insertion = "INSERT INTO \(index) (rowid, terms) VALUES ($1, $2)"
        deletion = "INSERT INTO \(index) (\(index), rowid, terms) VALUES ('delete', $1, $2)"
        counting = """
            SELECT count(*) FROM (SELECT rowid FROM \(index) WHERE \(index) MATCH $1 LIMIT $2)
            """
        listing = "SELECT rowid FROM \(index) WHERE \(index) MATCH $1 ORDER BY rowid LIMIT $2"
        newest = """
            SELECT rowid FROM \(index) WHERE \(index) MATCH $1 AND rowid < $2
            ORDER BY rowid DESC LIMIT $3
            """
    }
}

// MARK: - Changing

extension SearchIndex {
    /// Adds a new row's text.
    package func insert(
        _ text: String,
        of id: Int64,
        in transaction: Transaction
    ) throws(SQLiteError) {
        try transaction.run(insertion, id, SearchTerms.all(of: text))
    }

    /// Takes another text for a row that still has its old one, by which that is taken out.
    package func replace(
        of id: Int64,
        by text: String,
        in transaction: Transaction
    ) throws(SQLiteError) {
        let old: String? = try transaction.first(
            "SELECT search_text FROM \(table) WHERE id = $1",
            id
        ) { row throws(SQLiteError) in try row[0] }
        guard let old, old != text else { return }
        if let backlog = try backlog(in: transaction), backlog.contains(id) { return }
        // Contentless: it has to be told what it holds
        // (https://sqlite.org/fts5.html#the_delete_command).
        try transaction.run(deletion, id, SearchTerms.all(of: old))
        try insert(text, of: id, in: transaction)
    }
}

// MARK: - Asking

extension SearchIndex {
    /// The expression in its rarest terms, which name at least the rows that have them all; nil
    /// while there is a backlog, when the index cannot tell.
    ///
    /// To bring together the rows of all terms takes longer than to look at the texts of those that
    /// the rare ones name: a frequent one takes 1.2 µs for each, as a look does.
    package func narrow(
        _ expression: SearchExpression,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> SearchExpression? {
        guard try backlog(in: snapshot) == nil else { return nil }
        var alternatives: [[String]] = []
        for terms in expression.alternatives {
            alternatives.append(try rarest(of: terms, in: snapshot))
        }
        return SearchExpression(terms: alternatives)
    }

    private func rarest(
        of terms: [String],
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [String] {
        // Two are brought together sooner than they are counted.
        guard terms.count > 2 else { return terms }
        for limit in Self.rarities {
            var counts: [(place: Int, count: Int)] = []
            for (place, term) in terms.enumerated() {
                let single = SearchExpression(terms: [[term]])
                counts.append((place, try count(single, upTo: limit, in: snapshot)))
            }
            // Of equal ones the last: numbers begin alike.
            counts.sort { ($0.count, -$0.place) < ($1.count, -$1.place) }
            let rare = counts.prefix(Self.mostRare).prefix { $0.count < limit }
            guard let first = rare.first else { continue }
            // One that names some thousands is worth a frequent one beside it.
            let isAlone = rare.count == 1 && first.count >= Self.rarities[0]
            return (isAlone ? counts.prefix(2) : rare).map { terms[$0.place] }
        }
        return Array(terms.suffix(Self.mostRare))
    }

    /// How many rows the index names, or the limit if they are more.
    ///
    /// What was found frequent is not counted again: as texts change it may become less so, and is
    /// looked for then in a way that takes longer.
    package func count(
        _ expression: SearchExpression,
        upTo limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Int {
        let key = "\(table) \(expression.text)"
        if snapshot.connection.frequencies.isAtLeast(limit, key) { return limit }
        let count: Int? = try snapshot.first(
            counting,
            expression.text,
            limit
        ) { row throws(SQLiteError) in try row[0] }
        guard let count, count == limit else { return count ?? 0 }
        snapshot.connection.frequencies.note(limit, key)
        return limit
    }

    /// The first rows that the index names, in the order of their ids.
    package func list(
        _ expression: SearchExpression,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        try snapshot.all(listing, expression.text, limit) { row throws(SQLiteError) in try row[0] }
    }

    /// The newest rows that the index names, from the highest id below this one down; all rows
    /// where it cannot tell.
    package func newest(
        _ narrowed: SearchExpression?,
        below id: Int64 = .max,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        guard let narrowed else {
            return try snapshot.all(
                "SELECT id FROM \(table) WHERE id < $1 ORDER BY id DESC LIMIT $2",
                id,
                limit
            ) { row throws(SQLiteError) in try row[0] }
        }
        return try snapshot.all(
            newest,
            narrowed.text,
            id,
            limit
        ) { row throws(SQLiteError) in try row[0] }
    }
}

// MARK: - Parts of a SELECT

extension SearchIndex {
    /// The condition that the column is the id of a row that the index names for what is bound to
    /// the place: they are listed first, at 0.1 µs each.
    package func condition(_ column: String, place: Int) -> String {
        "\(column) IN (SELECT rowid FROM \(table)_search WHERE \(table)_search MATCH $\(place))"
    }

    /// The source with the index before it, which leads to each row that it names, in the order of
    /// their ids; with the condition for what is bound to the place.
    package func leading(
        to source: String,
        by column: String,
        place: Int
    ) -> (source: String, condition: String) {
        (
            "\(table)_search CROSS JOIN \(source)",
            "\(table)_search MATCH $\(place) AND \(column) = \(table)_search.rowid"
        )
    }

    /// What the ids are called where the index leads to the rows.
    package var leadingID: String { "\(table)_search.rowid" }

    /// The condition that the column is one of the ids that are bound to the place as `array` makes
    /// them.
    package static func condition(_ column: String, isAmong place: Int) -> String {
        "\(column) IN (SELECT value FROM json_each($\(place)))"
    }

    /// Ids as one value.
    package static func array(of ids: [Int64]) -> StoredValue {
        .text("[" + ids.map(String.init).joined(separator: ",") + "]")
    }
}

// MARK: - Sizes

extension SearchIndex {
    /// How many rows the table has, those that are gone among them.
    package func size(in snapshot: Snapshot) throws(SQLiteError) -> Int {
        try snapshot.first("SELECT max(id) FROM \(table)") { row throws(SQLiteError) in
            try row[0] as Int? ?? 0
        } ?? 0
    }

    /// Looking so many rows up, at 4 µs each, takes as long as passing as many as stand between the
    /// 50 of a page, at 0.16 µs each with the search for where to end.
    package static func few(of size: Int) -> Int { Int(Double(2 * size).squareRoot()) }

    /// Listing so many, at 0.1 µs each, takes as long as looking at the texts of those that stand
    /// between the 50 of a page, at 1.5 µs each.
    package static func some(of size: Int) -> Int { Int(Double(750 * size).squareRoot()) }
}

// MARK: - Building

extension SearchIndex {
    /// Indexes up to so many rows of the backlog, and tells whether there may be more.
    @discardableResult
    package func catchUp(limit: Int, in transaction: Transaction) throws(SQLiteError) -> Bool {
        guard let backlog = try backlog(in: transaction) else { return false }
        var rows: [(id: Int64, text: String)] = []
        try transaction.forEach(
            """
            SELECT id, search_text FROM \(table) WHERE id >= $1 AND id <= $2
            ORDER BY id LIMIT $3
            """,
            backlog.lowerBound,
            backlog.upperBound,
            limit
        ) { row throws(SQLiteError) in rows.append((try row[0], try row[1])) }
        for row in rows { try insert(row.text, of: row.id, in: transaction) }
        guard let last = rows.last?.id, last < backlog.upperBound else {
            try transaction.run("DELETE FROM search_backlog WHERE table_name = $1", table)
            return false
        }
        try transaction.run(
            "UPDATE search_backlog SET next_id = $2 WHERE table_name = $1",
            table,
            last + 1
        )
        return true
    }

    /// Whether rows wait to be indexed.
    package func hasBacklog(in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        try backlog(in: snapshot) != nil
    }

    /// The ids of the rows that are not indexed yet.
    private func backlog(in snapshot: Snapshot) throws(SQLiteError) -> ClosedRange<Int64>? {
        try snapshot.first(
            "SELECT next_id, last_id FROM search_backlog WHERE table_name = $1",
            table
        ) { row throws(SQLiteError) in
            let (next, last): (Int64, Int64) = (try row[0], try row[1])
            return next <= last ? next...last : nil
        } ?? nil
    }
}

// MARK: - Checking

extension SearchIndex {
    /// The rows whose terms in the index are not those of their text.
    package func unfit(in snapshot: Snapshot) throws(SQLiteError) -> [Int64] {
        // For each row the sum of a number for each of its terms: equal sets have equal sums, and
        // of others one pair in 2^64. The index is read by terms and the table by rows; to bring
        // them together otherwise would take all pairs in memory.
        var sums: [Int64: UInt64] = [:]
        let backlog = try backlog(in: snapshot)
        try snapshot.forEach(
            "SELECT id, search_text FROM \(table)"
        ) { row throws(SQLiteError) in
            let (id, text): (Int64, String) = (try row[0], try row[1])
            if backlog?.contains(id) == true { return }
            let terms = SearchTerms.all(of: text).utf8.split(separator: UInt8(ascii: " "))
            sums[id] = Set(terms.map(Self.number)).reduce(0, &+)
        }
        try snapshot.forEach(
            "SELECT term, doc FROM \(table)_search_term"
        ) { row throws(SQLiteError) in
            let (term, id): (String, Int64) = (try row[0], try row[1])
            sums[id, default: 0] &-= Self.number(term.utf8)
        }
        return sums.filter { $0.value != 0 }.keys.sorted()
    }

    /// FNV-1a (draft-eastlake-fnv, section 2) of a term.
    private static func number(_ term: some Sequence<UInt8>) -> UInt64 {
        term.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
