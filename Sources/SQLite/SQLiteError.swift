// SPDX-License-Identifier: Apache-2.0
import CSQLite

/// What SQLite refused, and why: never with a value that was stored or bound.
@usableFromInline package struct SQLiteError: Error, Sendable, Equatable {
    /// The extended result code (https://sqlite.org/rescode.html).
    package let code: Int32
    package let message: String
    /// The text of the statement, which is a literal and holds no values.
    package let sql: String?

    package init(code: Int32, message: String, sql: String? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
    }
}

extension SQLiteError {
    /// SQLite's words for a sum that 64 bits do not hold, which has no code of its own.
    static let integerOverflow = "integer overflow"

    package var primary: Int32 { code & 0xff }

    /// Tells that a read went over its budget.
    package var isInterrupted: Bool { primary == SQLITE_INTERRUPT }
    /// Whether the same may well succeed later: with room on the disk, or after the next start.
    package var isPassing: Bool { isFull || isReadOnly || isInterrupted }
    package var isFull: Bool { primary == SQLITE_FULL }
    /// Tells that a file of the database could not be opened, as when no descriptor is left.
    package var isUnopened: Bool { primary == SQLITE_CANTOPEN }
    package var isBusy: Bool { primary == SQLITE_BUSY || primary == SQLITE_LOCKED }
    package var isReadOnly: Bool { primary == SQLITE_READONLY }
    package var isInputOutput: Bool { primary == SQLITE_IOERR }
    /// Whether SQLite has rolled back what could not be committed, and the same may succeed alone.
    var isAborted: Bool { primary == SQLITE_ABORT }
    package var isCorrupt: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB }
    /// Tells, of a statement that runs on a sound database, that the file is damaged: besides what
    /// SQLite calls corrupt, a table or a type that is not there and a value of another type.
    package var isDamage: Bool {
        isCorrupt || isMismatch
            || [SQLITE_ERROR, SQLITE_FORMAT, SQLITE_TOOBIG, SQLITE_SCHEMA].contains(primary)
    }
    package var isMisuse: Bool { primary == SQLITE_MISUSE }
    /// Tells that a column held another type than the one it was read as.
    package var isMismatch: Bool { primary == SQLITE_MISMATCH }
    package var isConstraint: Bool { primary == SQLITE_CONSTRAINT }
    package var isForeignKeyViolation: Bool { code == Constraint.foreignKey }
    package var isCheckViolation: Bool { code == Constraint.check }
    package var isNotNullViolation: Bool { code == Constraint.notNull }
    /// Tells that a row with the same key exists (a UNIQUE or a PRIMARY KEY constraint).
    package var isUniqueViolation: Bool {
        [Constraint.unique, Constraint.primaryKey, Constraint.rowID].contains(code)
    }

    /// The extended codes of SQLITE_CONSTRAINT, whose macros Swift does not import.
    private enum Constraint {
        static let check = SQLITE_CONSTRAINT | 1 << 8
        static let foreignKey = SQLITE_CONSTRAINT | 3 << 8
        static let notNull = SQLITE_CONSTRAINT | 5 << 8
        static let primaryKey = SQLITE_CONSTRAINT | 6 << 8
        static let unique = SQLITE_CONSTRAINT | 8 << 8
        static let rowID = SQLITE_CONSTRAINT | 10 << 8
    }
}

extension SQLiteError {
    /// A use that this module does not allow: a mistake in the calling code.
    static func misuse(_ message: String, sql: String? = nil) -> SQLiteError {
        SQLiteError(code: SQLITE_MISUSE, message: message, sql: sql)
    }

    static func mismatch(_ message: String, sql: String? = nil) -> SQLiteError {
        SQLiteError(code: SQLITE_MISMATCH, message: message, sql: sql)
    }

    static func interrupted(sql: String? = nil) -> SQLiteError {
        SQLiteError(code: SQLITE_INTERRUPT, message: "interrupted", sql: sql)
    }

    /// What changes are refused with before the volume is full.
    static let noRoom = SQLiteError(code: SQLITE_FULL, message: "the disk is nearly full")

    /// What changes are refused with where the file cannot be written.
    static let readOnlyMedium = SQLiteError(
        code: SQLITE_READONLY,
        message: "the database is on a medium that can only be read"
    )

    /// What opening a folder, a pipe or a device is refused with.
    package static let noFile = SQLiteError(
        code: SQLITE_NOTADB,
        message: "a folder, a pipe or a device is no database"
    )

    /// SQLite has rolled the transaction back after an earlier error.
    static func rolledBack(sql: String? = nil) -> SQLiteError {
        SQLiteError(code: SQLITE_ABORT, message: "the transaction is rolled back", sql: sql)
    }

    /// A setting that did not take.
    static func setting(_ name: String, is found: String, not wanted: String) -> SQLiteError {
        SQLiteError(code: SQLITE_ERROR, message: "\(name) is \(found), not \(wanted)")
    }

    /// The error of a call on a connection, with SQLite's general words for the code.
    static func general(_ code: Int32, sql: String? = nil) -> SQLiteError {
        SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)), sql: sql)
    }
}

extension SQLiteError: CustomStringConvertible {
    @usableFromInline package var description: String {
        guard let sql else { return "SQLite error \(code): \(message)" }
        return "SQLite error \(code): \(message), in: \(sql)"
    }
}
