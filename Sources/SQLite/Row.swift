// SPDX-License-Identifier: Apache-2.0

/// The current row of a statement.
///
/// It cannot be kept: a reading closure only borrows it.
@usableFromInline package struct Row: ~Copyable {
    @usableFromInline let statement: Statement

    @usableFromInline init(_ statement: Statement) { self.statement = statement }

    /// The value in a column, counted from 0.
    @inlinable package subscript<Value: ColumnValue>(_ column: Int) -> Value {
        get throws(SQLiteError) {
            let stored = try statement.value(at: column)
            guard let value = Value(stored: stored) else {
                throw statement.mismatch(column, stored, as: "\(Value.self)")
            }
            return value
        }
    }
}
