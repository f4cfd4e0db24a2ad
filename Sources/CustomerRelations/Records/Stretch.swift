// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A part of a list that one statement reads, in the order of its key.
///
/// The text is put together from literals only; every value is bound.
struct Stretch {
    var source: String
    /// The columns whose order it is, the last of which is unique.
    var key: [String]
    let isDescending: Bool
    var conditions: [String]
    var values: [StoredValue]

    /// Binds a value and returns its place.
    mutating func bind(_ value: StoredValue) -> Int {
        values.append(value)
        return values.count
    }

    /// Only what comes after this key, if there is one.
    func after(_ last: [StoredValue]?) -> Stretch {
        guard let last, last.count == key.count else { return self }
        return comparing(isDescending ? "<" : ">", last)
    }

    /// Only what comes up to this key.
    func upTo(_ last: [StoredValue]) -> Stretch {
        comparing(isDescending ? ">=" : "<=", last)
    }

    private func comparing(_ sign: String, _ bounds: [StoredValue]) -> Stretch {
        var stretch = self
        let places = bounds.map { "$\(stretch.bind($0))" }
        stretch.conditions.append("\(Self.tuple(key)) \(sign) \(Self.tuple(places))")
        return stretch
    }

    /// Its rows are found by other means than by going along their order, and sorted.
    var sorted: Stretch {
        var stretch = self
        // The plus signs keep an index from them.
        stretch.key = key.map { "+" + $0 }
        return stretch
    }
}

// MARK: - Reading

extension Stretch {
    func read<Row>(
        _ columns: String,
        limit: Int,
        in snapshot: Snapshot,
        row: (borrowing SQLite.Row) throws(SQLiteError) -> Row
    ) throws(SQLiteError) -> [Row] {
        try snapshot.all(
            """
            SELECT \(columns) FROM \(source) \(whereClause)
            ORDER BY \(order)
            LIMIT $\(values.count + 1)
            """,
            values: values + [.integer(Int64(limit))],
            read: row
        )
    }

    func count(in snapshot: Snapshot) throws(SQLiteError) -> Int? {
        try snapshot.first(
            "SELECT count(*) FROM \(source) \(whereClause)",
            values: values
        ) { row throws(SQLiteError) in try row[0] }
    }

    /// The key of the row before which there are so many; nil if there are not.
    func key(at place: Int, in snapshot: Snapshot) throws(SQLiteError) -> [StoredValue]? {
        try snapshot.first(
            """
            SELECT \(key.joined(separator: ", ")) FROM \(source) \(whereClause)
            ORDER BY \(order)
            LIMIT 1 OFFSET $\(values.count + 1)
            """,
            values: values + [.integer(Int64(place))]
        ) { row throws(SQLiteError) in
            var found: [StoredValue] = []
            for column in key.indices { found.append(try row[column]) }
            return found
        }
    }

    private var whereClause: String {
        conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    }

    private var order: String {
        let direction = isDescending ? "DESC NULLS LAST" : "ASC NULLS FIRST"
        return key.map { "\($0) \(direction)" }.joined(separator: ", ")
    }

    private static func tuple(_ terms: [String]) -> String {
        terms.count == 1 ? terms[0] : "(\(terms.joined(separator: ", ")))"
    }
}
