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

    /// Adds a condition that the text, folded, is part of the folded column; or that the digits
    /// are, which a text that looks like part of a phone number comes down to.
    mutating func filter(_ column: String, contains text: String?, orDigits digits: String? = nil) {
        guard let text else { return }
        let folded = TextFolding.fold(text)
            .replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
        let condition = "\(column) LIKE $? ESCAPE '\\'"
        guard let digits, digits.utf8.count >= Self.fewestDigits else {
            return filter(condition, "%\(folded)%")
        }
        values.append("%\(folded)%".stored)
        values.append("%\(digits)%".stored)
        let places = (values.count - 1, values.count)
        conditions.append(
            "(\(column) LIKE $\(places.0) ESCAPE '\\' OR \(column) LIKE $\(places.1))"
        )
    }

    /// Fewer digits than these stand in every other phone number.
    private static let fewestDigits = 3

    /// Reads a page in the order of the key's columns, the last of which is unique.
    func page<Sorting, Row>(
        _ request: PageRequest<Sorting>,
        key: [String],
        in snapshot: Snapshot,
        read: (borrowing SQLite.Row) throws(SQLiteError) -> Row,
        keyOf: (Row) -> [StoredValue]
    ) throws(SQLiteError) -> Page<Row> {
        let count = request.counts ? try count(in: snapshot) : nil
        var conditions = conditions
        var values = values
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
