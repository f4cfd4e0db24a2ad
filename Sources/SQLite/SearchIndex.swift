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
    /// How many rows may have what is looked for.
    package enum Reach: Sendable {
        /// Looking each up is quick.
        case few
        /// Knowing which they are is quick.
        case some
        /// Any stretch of the table has them; or nobody knows.
        case many
    }

    /// Up to so many are listed, at 0.2 µs each.
    private static let some = 50_000
    /// A term of more is taken for one that all rows have.
    private static let mostOfTerm = 4_000
    /// So many terms of an alternative name the rows, the rarest.
    private static let rarest = 4

    private let table: String
    private let insertion: String
    private let deletion: String
    private let counting: String
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
    /// The expression in its rarest terms, and how many rows the index names for them.
    ///
    /// To bring together the rows of all terms takes as long as the frequent ones are: the whole
    /// number of a phone took 23 ms so, and 0.2 ms by its rarest terms.
    package func narrow(
        _ expression: SearchExpression,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> (expression: SearchExpression, reach: Reach) {
        guard try backlog(in: snapshot) == nil else { return (expression, .many) }
        let rarest = try rarest(of: expression, in: snapshot)
        let count = try count(rarest, upTo: Self.some + 1, in: snapshot)
        if count > Self.some { return (rarest, .many) }
        return (rarest, try isFew(count, in: snapshot) ? .few : .some)
    }

    /// Whether looking so many rows up, at 4 µs each, takes no longer than passing as many as stand
    /// between the 50 of a page, at 0.15 µs each.
    private func isFew(_ count: Int, in snapshot: Snapshot) throws(SQLiteError) -> Bool {
        let last: Int =
            try snapshot.first("SELECT max(id) FROM \(table)") { row in
                try row[0] as Int? ?? 0
            } ?? 0
        return count <= Int(Double(2 * last).squareRoot())
    }

    private func rarest(
        of expression: SearchExpression,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> SearchExpression {
        var alternatives: [[String]] = []
        for terms in expression.alternatives {
            guard terms.count > Self.rarest else {
                alternatives.append(terms)
                continue
            }
            var counts: [(place: Int, count: Int)] = []
            for (place, term) in terms.enumerated() {
                let single = SearchExpression(terms: [[term]])
                counts.append((place, try count(single, upTo: Self.mostOfTerm, in: snapshot)))
            }
            // Of equal ones the last: numbers begin alike.
            counts.sort { ($0.count, -$0.place) < ($1.count, -$1.place) }
            alternatives.append(counts.prefix(Self.rarest).map { terms[$0.place] })
        }
        return SearchExpression(terms: alternatives)
    }

    /// How many rows the index names, or the limit if they are more.
    package func count(
        _ expression: SearchExpression,
        upTo limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> Int {
        try snapshot.first(
            counting,
            expression.text,
            limit
        ) { row throws(SQLiteError) in try row[0] } ?? 0
    }

    /// The condition that the column is the id of a row that the index names for what is bound to
    /// the place.
    package func condition(_ column: String, place: Int) -> String {
        "\(column) IN (SELECT rowid FROM \(table)_search WHERE \(table)_search MATCH $\(place))"
    }

    /// The newest rows that the index names, from the highest id below this one down; while there
    /// is a backlog, all rows are named.
    package func newest(
        _ expression: SearchExpression,
        below id: Int64 = .max,
        limit: Int,
        in snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        guard try backlog(in: snapshot) == nil else {
            return try snapshot.all(
                "SELECT id FROM \(table) WHERE id < $1 ORDER BY id DESC LIMIT $2",
                id,
                limit
            ) { row throws(SQLiteError) in try row[0] }
        }
        return try snapshot.all(
            newest,
            rarest(of: expression, in: snapshot).text,
            id,
            limit
        ) { row throws(SQLiteError) in try row[0] }
    }
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
            let sum = Set(terms.map(Self.number)).reduce(0, &+)
            if sum != 0 { sums[id] = sum }
        }
        try snapshot.forEach(
            "SELECT term, doc FROM \(table)_search_term"
        ) { row throws(SQLiteError) in
            let (term, id): (String, Int64) = (try row[0], try row[1])
            let sum = (sums[id] ?? 0) &- Self.number(term.utf8)
            sums[id] = sum == 0 ? nil : sum
        }
        return sums.keys.sorted()
    }

    /// FNV-1a (draft-eastlake-fnv, section 2) of a term.
    private static func number(_ term: some Sequence<UInt8>) -> UInt64 {
        term.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
