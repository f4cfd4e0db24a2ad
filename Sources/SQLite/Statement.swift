// SPDX-License-Identifier: Apache-2.0
import CSQLite

/// A prepared statement of one connection.
///
/// Its parameters are `$1` to `$n`, each at least once.
///
/// `@safe`: the handle is private, set at the end of init and finalized in deinit.
@safe @usableFromInline package final class Statement {
    let sql: String
    /// Tells whether it changes nothing (https://sqlite.org/c3ref/stmt_readonly.html).
    @usableFromInline let isReadOnly: Bool
    /// Tells whether it begins or ends a transaction or a savepoint.
    let controlsTransaction: Bool
    let columnCount: Int
    /// When it was last taken from the cache, in uses.
    var lastUse = 0
    private(set) var isRunning = false

    private static let controlWords: Set = [
        "BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
    ]

    private let handle: OpaquePointer
    /// SQLite's index of `$1`, `$2`, …: it numbers named parameters as they appear in the text
    /// (https://sqlite.org/lang_expr.html#varparam).
    private let parameterIndexes: [Int32]
    /// Where short texts lie while they are bound, a place for each parameter; made for the first one.
    ///
    /// SQLite would allocate and free memory for a copy of each.
    private var shortTexts: UnsafeMutablePointer<CChar>?
    private static let shortTextLimit = 16

    init(_ sql: String, on database: OpaquePointer, kept: Bool) throws(SQLiteError) {
        let prepared = unsafe Self.prepare(sql, on: database, kept: kept)
        guard prepared.code == SQLITE_OK else {
            // The message of a statement that did not compile quotes its text, never a value.
            let message = unsafe String(cString: sqlite3_errmsg(database))
            throw SQLiteError(code: prepared.code, message: message, sql: sql)
        }
        guard let handle = unsafe prepared.handle else { throw .misuse("no statement", sql: sql) }
        guard !prepared.hasTail, let indexes = unsafe Self.parameterIndexes(of: handle)
        else {
            unsafe sqlite3_finalize(handle)
            throw .misuse(
                prepared.hasTail ? "more than one statement" : "parameters other than $1 to $n",
                sql: sql
            )
        }
        self.sql = sql
        unsafe self.handle = handle
        parameterIndexes = indexes
        isReadOnly = unsafe sqlite3_stmt_readonly(handle) != 0
        controlsTransaction = Self.controlWords.contains(
            String(sql.drop(while: \.isWhitespace).prefix(while: \.isLetter)).uppercased()
        )
        columnCount = unsafe Int(sqlite3_column_count(handle))
    }

    deinit {
        unsafe sqlite3_finalize(handle)
        unsafe shortTexts?.deallocate()
    }
}

// MARK: - Running

extension Statement {
    @usableFromInline func bind(_ value: StoredValue, at position: Int) throws(SQLiteError) {
        guard position <= parameterIndexes.count else { throw wrongParameterCount() }
        let index = parameterIndexes[position - 1]
        let code =
            switch value {
            // As it is: finish() has let go of what was bound before.
            case .null: SQLITE_OK
            case .integer(let value): unsafe sqlite3_bind_int64(handle, index, value)
            case .real(let value): unsafe sqlite3_bind_double(handle, index, value)
            case .text(var value):
                value.withUTF8 { bytes in
                    unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                        unsafe bind(text, at: index)
                    }
                }
            case .blob(let value):
                unsafe value.withUnsafeBytes { bytes in
                    let count = UInt64(bytes.count)
                    return unsafe csqlite_bind_blob(handle, index, bytes.baseAddress, count)
                }
            }
        guard code == SQLITE_OK else { throw .general(code, sql: sql) }
    }

    private func bind(_ text: UnsafeBufferPointer<CChar>, at index: Int32) -> Int32 {
        let (count, limit) = (text.count, Self.shortTextLimit)
        guard count <= limit else {
            return unsafe csqlite_bind_text(handle, index, text.baseAddress, UInt64(count))
        }
        let places = unsafe shortTexts ?? .allocate(capacity: parameterIndexes.count * limit)
        unsafe shortTexts = places
        let place = unsafe places + (Int(index) - 1) * limit
        if let start = text.baseAddress { unsafe place.update(from: start, count: count) }
        return unsafe csqlite_bind_lasting_text(handle, index, place, UInt64(count))
    }

    @usableFromInline func requireParameters(_ count: Int) throws(SQLiteError) {
        guard count == parameterIndexes.count else { throw wrongParameterCount() }
    }

    private func wrongParameterCount() -> SQLiteError {
        .misuse("it has \(parameterIndexes.count) parameters, another number was given", sql: sql)
    }

    /// Goes on to the next row, or tells that there is none.
    @usableFromInline func step() throws(SQLiteError) -> Bool {
        isRunning = true
        let code = unsafe sqlite3_step(handle)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case _ where code & 0xff == SQLITE_CONSTRAINT:
            // It names the table, the columns or the constraint.
            let message = unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
            throw SQLiteError(code: code, message: message, sql: sql)
        case SQLITE_ERROR:
            let message = unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(handle)))
            guard message == SQLiteError.integerOverflow else { throw .general(code, sql: sql) }
            throw SQLiteError(code: code, message: message, sql: sql)
        default:
            // SQLite's own words may quote a value here, FTS5's about a query do.
            throw .general(code, sql: sql)
        }
    }

    /// Makes it ready for the next use and lets go of the bound values.
    @usableFromInline func finish() {
        // Both report only what step() has thrown (https://sqlite.org/c3ref/reset.html).
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
        isRunning = false
    }

    @usableFromInline package func value(at column: Int) throws(SQLiteError) -> StoredValue {
        guard (0..<columnCount).contains(column) else {
            throw .misuse("there is no column \(column)", sql: sql)
        }
        let index = Int32(truncatingIfNeeded: column)
        switch unsafe sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return unsafe .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return unsafe .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            // First the pointer, then the count (https://sqlite.org/c3ref/column_blob.html).
            let start = unsafe sqlite3_column_text(handle, index)
            let count = unsafe Int(sqlite3_column_bytes(handle, index))
            let bytes = unsafe UnsafeBufferPointer(start: start, count: count)
            return unsafe .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let start = unsafe sqlite3_column_blob(handle, index)
            let count = unsafe Int(sqlite3_column_bytes(handle, index))
            return unsafe .blob([UInt8](UnsafeRawBufferPointer(start: start, count: count)))
        default: return .null
        }
    }

    /// The error of a row that does not fit what it is read as.
    @usableFromInline func mismatch(_ error: any Error) -> SQLiteError {
        .mismatch("reading a row threw \(type(of: error))", sql: sql)
    }

    /// The error of a column that holds another type than the one it is read as.
    @usableFromInline package func mismatch(_ column: Int, _ stored: StoredValue, as type: String)
        -> SQLiteError
    {
        let name = unsafe sqlite3_column_name(handle, Int32(truncatingIfNeeded: column))
        let title = unsafe name.map { name in unsafe String(cString: name) } ?? "?"
        return .mismatch(
            "column \(column) (\(title)) holds \(stored.typeName) that is no \(type)",
            sql: sql
        )
    }
}

// MARK: - Preparing

extension Statement {
    @safe private struct Prepared {
        var code: Int32
        var handle: OpaquePointer?
        var hasTail = false
    }

    private static func prepare(_ sql: String, on database: OpaquePointer, kept: Bool) -> Prepared {
        var sql = sql
        return sql.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                var handle: OpaquePointer?
                var tail: UnsafePointer<CChar>?
                let code = unsafe sqlite3_prepare_v3(
                    database,
                    text.baseAddress,
                    Int32(clamping: text.count),
                    kept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0,
                    &handle,
                    &tail
                )
                var prepared = unsafe Prepared(code: code, handle: handle)
                if let tail = unsafe tail, let start = text.baseAddress {
                    let rest = unsafe text[(tail - start)...]
                    let blank: [CChar] = [0x20, 0x0a, 0x09, 0x0d]
                    unsafe prepared.hasTail = rest.contains { !blank.contains($0) }
                }
                return prepared
            }
        }
    }

    /// The place of each of `$1` to `$n`; nil if a parameter has another name or one is missing.
    private static func parameterIndexes(of handle: OpaquePointer) -> [Int32]? {
        let count = unsafe sqlite3_bind_parameter_count(handle)
        var indexes = [Int32](repeating: 0, count: Int(count))
        for index in 0..<count {
            guard let name = unsafe sqlite3_bind_parameter_name(handle, index + 1) else {
                return nil
            }
            let text = unsafe String(cString: name)
            guard text.hasPrefix("$"), let position = Int(text.dropFirst()),
                indexes.indices.contains(position - 1)
            else { return nil }
            indexes[position - 1] = index + 1
        }
        return indexes.contains(0) ? nil : indexes
    }
}
