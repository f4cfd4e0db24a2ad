// SPDX-License-Identifier: Apache-2.0
import SQLite

/// The identifier of a record, which cannot be taken for that of another kind.
package struct ID<Record>: RawRepresentable, Hashable, Comparable, Sendable, ColumnValue {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (one: ID, other: ID) -> Bool {
        one.rawValue < other.rawValue
    }
}

extension Instant: ColumnValue {}
extension Money: ColumnValue {}
