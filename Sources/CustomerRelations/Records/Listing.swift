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
    private var search: TextListing?
    /// Whether it asks for some rows by more than a text.
    private var isFiltered = false

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
        isFiltered = true
        values.append(value.stored)
        conditions.append(condition.replacing("$?", with: "$\(values.count)"))
    }

    /// Adds a condition that the text, folded, is part of the row's folded text; or that the digits
    /// are, which a text that looks like part of a phone number comes down to.
    ///
    /// `source` is what the table is called in this SELECT. Where other filters leave few rows
    /// (`isNarrow`) they are looked through without the index. `naming` is a column of which most
    /// begin with the text where it is a surname: in its order they stand together.
    mutating func search(
        _ index: SearchIndex,
        of source: String,
        for text: String?,
        orDigits digits: String? = nil,
        naming: String? = nil,
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
        search = TextListing(
            index: index,
            alias: source,
            expression: expression,
            naming: naming.map { TextListing.Naming(column: $0, start: text) }
        )
    }

    /// Reads a page in the order of the key's columns, the last of which is unique.
    func page<Sorting, Row>(
        _ request: PageRequest<Sorting>,
        key: [String],
        in snapshot: Snapshot,
        read: (borrowing SQLite.Row) throws(SQLiteError) -> Row,
        keyOf: (Row) -> [StoredValue]
    ) throws(SQLiteError) -> Page<Row> {
        let all = Stretch(
            source: source,
            key: key,
            isDescending: request.isDescending,
            conditions: conditions,
            values: values
        )
        let plan = try search?.plan(all, isFiltered: isFiltered, in: snapshot)
        let count = request.counts ? try (plan?.counted(all) ?? all).count(in: snapshot) : nil
        let size = request.limit + 1
        var stretches = [all.after(request.after)]
        if let plan {
            stretches = try plan.stretches(of: all, after: request.after, rows: size, in: snapshot)
        }
        var rows: [Row] = []
        for stretch in stretches where rows.count < size {
            rows += try stretch.read(columns, limit: size - rows.count, in: snapshot, row: read)
        }
        let hasMore = rows.count > request.limit
        if hasMore { rows.removeLast() }
        return Page(rows: rows, next: hasMore ? rows.last.map(keyOf) : nil, count: count)
    }
}
