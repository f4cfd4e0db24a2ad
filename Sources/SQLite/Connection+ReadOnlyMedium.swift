// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

extension Connection.Mode {
    /// How to read a database, wherever it lies.
    ///
    /// A database in WAL mode can be read without being written if its -wal and -shm are there or
    /// can be made, "or the database is immutable" (https://sqlite.org/wal.html#readonly). That it
    /// is called only on a volume that is mounted for reading alone, and only if there is no log:
    /// SQLite would not look into one.
    package static func reading(_ path: String) throws(SQLiteError) -> Connection.Mode {
        do throws(SQLiteError) {
            try probe(path, .readOnly)
            return .readOnly
        } catch {
            guard error.isUnopened || error.isReadOnly, unsafe access(path, R_OK) == 0 else {
                throw error
            }
            let hasLog = size(of: DatabasePath.resolved(path) + "-wal") > 0
            guard VolumeSpace.isReadOnly(at: path), !hasLog else { throw .unreadable(hasLog) }
            try probe(path, .immutable)
            return .immutable
        }
    }

    private static func probe(_ path: String, _ mode: Connection.Mode) throws(SQLiteError) {
        let connection = try Connection(path: path, mode: mode)
        defer { connection.close() }
        // Opening reads nothing yet.
        _ = try connection.pragma("schema_version")
    }

    private static func size(of path: String) -> Int {
        var file = stat()
        return unsafe stat(path, &file) == 0 ? Int(file.st_size) : 0
    }
}

extension SQLiteError {
    fileprivate static func unreadable(_ hasLog: Bool) -> SQLiteError {
        let reason =
            hasLog
            ? "its -wal holds changes that can be read only together with a -shm"
            : "its -wal and -shm cannot be made, and others may write the file"
        return SQLiteError(
            code: SQLITE_CANTOPEN,
            message: reason + ": copy it, with its -wal, to a folder that can be written"
        )
    }
}
