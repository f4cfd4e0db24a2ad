// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Which part of a list is asked for, and in what order.
package struct PageRequest<Sorting: Sendable>: Sendable {
    package let limit: Int
    /// The key of the row after which the page begins.
    package let after: [StoredValue]?
    package let sorting: Sorting
    package let isDescending: Bool
    package let counts: Bool

    package init(
        limit: Int,
        after: [StoredValue]? = nil,
        sorting: Sorting,
        isDescending: Bool = false,
        counts: Bool = false
    ) {
        self.limit = limit
        self.after = after
        self.sorting = sorting
        self.isDescending = isDescending
        self.counts = counts
    }
}

/// A page of a list.
package struct Page<Row> {
    package let rows: [Row]
    /// The key of the last row, if more rows follow it.
    package let next: [StoredValue]?
    package let count: Int?
}

/// A SELECT with optional filters, read page by page by key.
///
/// The text is put together from literals only; every value is bound.
struct PagedSelect {
    private let columns: String
    private let source: String
    private var conditions: [String] = []
    private var values: [StoredValue] = []
    private var search: Search?

    /// What an index can say of the rows.
    private struct Search {
        let index: SearchIndex
        let column: String
        let expression: SearchExpression
    }

    /// `columns` without SELECT and `source` without FROM.
    init(_ columns: String, from source: String) {
        self.columns = columns
        self.source = source
    }

    mutating func filter(_ condition: String) {
        conditions.append(condition)
    }

    /// Adds a condition in which each `$?` stands for the value, if there is one.
    mutating func filter(_ condition: String, _ value: (some ColumnValue)?) {
        guard let value else { return }
        values.append(value.stored)
        conditions.append(condition.replacing("$?", with: "$\(values.count)"))
    }

    /// Adds a condition that the text, folded, is part of the row's folded text; or that the digits
    /// are, which a text that looks like part of a phone number comes down to.
    ///
    /// `source` is what the table is called in this SELECT. Where other filters leave few rows
    /// (`isNarrow`) they are looked through without the index.
    mutating func search(
        _ index: SearchIndex,
        of source: String,
        for text: String?,
        orDigits digits: String? = nil,
        isNarrow: Bool = false
    ) {
        guard let text else { return }
        let texts = SearchQuery.alternatives(TextFolding.fold(text), digits: digits)
        let tests = texts.map { text in
            values.append(text.stored)
            return "instr(\(source).search_text, $\(values.count)) > 0"
        }
        conditions.append("(\(tests.joined(separator: " OR ")))")
        guard !isNarrow, let expression = SearchExpression(anyOf: texts.map { [$0] }) else {
            return
        }
        search = Search(index: index, column: "\(source).id", expression: expression)
    }

    /// Reads a page in the order of the key's columns, the last of which is unique.
    func page<Sorting, Row>(
        _ request: PageRequest<Sorting>,
        key: [String],
        in snapshot: Snapshot,
        read: (borrowing SQLite.Row) throws(SQLiteError) -> Row,
        keyOf: (Row) -> [StoredValue]
    ) throws(SQLiteError) -> Page<Row> {
        var select = self
        var key = key
        try select.narrow(&key, in: snapshot)
        let count = request.counts ? try select.count(in: snapshot) : nil
        var conditions = select.conditions
        var values = select.values
        if let after = request.after, after.count == key.count {
            let places = after.indices.map { "$\(values.count + $0 + 1)" }
            let sign = request.isDescending ? "<" : ">"
            values += after
            conditions.append("\(Self.tuple(key)) \(sign) \(Self.tuple(places))")
        }
        let direction = request.isDescending ? "DESC NULLS LAST" : "ASC NULLS FIRST"
        values.append(.integer(Int64(request.limit) + 1))
        var rows = try snapshot.all(
            """
            SELECT \(columns) FROM \(source) \(Self.whereClause(conditions))
            ORDER BY \(key.map { "\($0) \(direction)" }.joined(separator: ", "))
            LIMIT $\(values.count)
            """,
            values: values,
            read: read
        )
        let hasMore = rows.count > request.limit
        if hasMore { rows.removeLast() }
        return Page(rows: rows, next: hasMore ? rows.last.map(keyOf) : nil, count: count)
    }

    /// Has the index name the rows, unless it would name so many that any stretch of the table has
    /// a page of them.
    ///
    /// A few are looked up and sorted, which the plus signs demand. Some are met by going along the
    /// order of the key, past all others without a look at them. Either way a page of 3,000,000
    /// rows took less than 20 ms, however many have the text.
    private mutating func narrow(
        _ key: inout [String],
        in snapshot: Snapshot
    ) throws(SQLiteError) {
        guard let search else { return }
        let (expression, reach) = try search.index.narrow(search.expression, in: snapshot)
        // They are named in the order of their ids.
        let isInOrder = key == [search.column]
        let column: String
        switch reach {
        case .few:
            column = search.column
            if !isInOrder { key = key.map { "+" + $0 } }
        case .some: column = (isInOrder ? "" : "+") + search.column
        case .many: return
        }
        values.append(expression.text.stored)
        conditions.append(search.index.condition(column, place: values.count))
    }

    private func count(in snapshot: Snapshot) throws(SQLiteError) -> Int? {
        try snapshot.first(
            "SELECT count(*) FROM \(source) \(Self.whereClause(conditions))",
            values: values
        ) { row throws(SQLiteError) in try row[0] }
    }

    private static func whereClause(_ conditions: [String]) -> String {
        conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    }

    private static func tuple(_ terms: [String]) -> String {
        terms.count == 1 ? terms[0] : "(\(terms.joined(separator: ", ")))"
    }
}
