// SPDX-License-Identifier: Apache-2.0

/// A value as SQLite stores it (https://sqlite.org/datatype3.html).
@usableFromInline package enum StoredValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// SQLite's name of the type: what an error may say of a value.
    var typeName: String {
        switch self {
        case .null: "NULL"
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        case .blob: "BLOB"
        }
    }
}
