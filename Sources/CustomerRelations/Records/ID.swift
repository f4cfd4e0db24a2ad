// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The identifier of a record, which cannot be taken for that of another kind.
package struct ID<Record>: RawRepresentable, Hashable, Comparable, Sendable, ColumnValue {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    // By itself: by way of its raw value the types are looked up at each use.
    package var stored: StoredValue { .integer(rawValue) }

    package init?(stored: StoredValue) {
        guard case .integer(let value) = stored else { return nil }
        rawValue = value
    }

    package static func < (one: ID, other: ID) -> Bool {
        one.rawValue < other.rawValue
    }
}

extension Instant: ColumnValue {}

/// A day is stored as the number of days since 1970-01-01.
extension CalendarDay: ColumnValue {
    package var stored: StoredValue { daysSinceEpoch.stored }

    package init?(stored: StoredValue) {
        guard let days = Int(stored: stored) else { return nil }
        self.init(daysSinceEpoch: days)
    }
}

extension Money: ColumnValue {}
