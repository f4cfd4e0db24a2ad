// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Looks for values that the program does not know, in columns whose tables take any text.
struct KnownValueStore: Sendable {
    struct Column: Sendable, CustomStringConvertible {
        let table: String
        let name: String
        /// The column that names a row.
        let key: String
        let values: [String]

        init<Value: CaseIterable & RawRepresentable>(
            _ table: String,
            _ name: String,
            key: String = "id",
            _ values: Value.Type
        ) where Value.RawValue == String {
            self.table = table
            self.name = name
            self.key = key
            self.values = values.allCases.map(\.rawValue)
        }

        var description: String { "\(table).\(name)" }
    }

    static let columns = [
        Column("customer", "source_channel", CustomerSource.Channel.self),
        Column("interaction", "channel", Interaction.Channel.self),
        Column("complaint", "channel", Complaint.Channel.self),
        Column("complaint", "cause", Complaint.Cause.self),
        Column("planned_contact", "channel", Interaction.Channel.self),
        Column("task", "subject_type", Subject.Kind.self),
        Column("deadline", "subject_type", key: "subject_id", Subject.Kind.self),
        Column("event", "subject_type", key: "seq", Subject.Kind.self),
    ]

    /// The rows with another value, at most so many.
    func unknown(
        in column: Column,
        _ limit: Int,
        _ snapshot: Snapshot
    ) throws(SQLiteError) -> [Int64] {
        // Each is a literal of the program's own.
        let values = column.values.map { "'\($0)'" }.joined(separator: ", ")
        return try snapshot.all(
            """
            SELECT \(column.key) FROM \(column.table) WHERE \(column.name) NOT IN (\(values))
            ORDER BY \(column.key) LIMIT \(limit)
            """
        ) { row throws(SQLiteError) in try row[0] }
    }
}
