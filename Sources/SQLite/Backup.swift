// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

/// Why a backup was not made; nothing of it is left behind.
package enum BackupError: Error, Equatable {
    /// A file of that name exists: a backup overwrites nothing.
    case exists(String)
    /// The copy is damaged, so the database is.
    case damaged([String])
    /// A call of the system failed, with its error number.
    case file(path: String, errno: Int32)
}

extension BackupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exists(let path): "\(path) exists; a backup overwrites nothing"
        case .damaged(let findings): "the database is damaged: " + findings.joined(separator: "; ")
        case .file(let path, let code): "cannot write \(path) (error \(code))"
        }
    }
}

/// A consistent copy of a database while it is in use.
///
/// It holds one read snapshot: until it is done the WAL cannot begin anew.
package enum Backup {
    /// Pages per step, 16 MiB: between steps the progress is told.
    private static let pagesPerStep: Int32 = 4096

    /// Copies into `<file>.part`, checks that, syncs it and gives it its name.
    package static func copy(
        from path: String,
        to file: String,
        progress: (Double) -> Void = { _ in }
    ) throws {
        guard unsafe access(file, F_OK) != 0 else { throw BackupError.exists(file) }
        let part = file + ".part"
        removePart(part)
        do {
            let source = try Connection(path: path, mode: .reading(path))
            defer { source.close() }
            try source.read { snapshot in
                // BEGIN takes its snapshot with the first read; sqlite3_backup_step then reads in
                // this transaction and need not begin again when the writer commits
                // (https://sqlite.org/c3ref/backup_finish.html).
                _ = try snapshot.first("SELECT count(*) FROM sqlite_schema") { _ in }
                try copy(source, into: part, progress)
            }
            try check(part)
            try sync(part, O_RDWR)
            try rename(part, to: file)
        } catch {
            removePart(part)
            throw error
        }
    }

    private static func copy(
        _ source: Connection,
        into part: String,
        _ progress: (Double) -> Void
    ) throws {
        let target = try BackupFile(part)
        // Each step would sync; one sync at the end does.
        try target.execute("PRAGMA synchronous = OFF")
        try target.copy(from: source, pagesPerStep: pagesPerStep, progress)
        // One file: the copy says WAL in its header, as the source does.
        try target.execute("PRAGMA journal_mode = DELETE")
    }

    private static func check(_ part: String) throws {
        let copy = try Connection(path: part, mode: .readOnly)
        defer { copy.close() }
        let findings = try copy.read { snapshot in try IntegrityCheck.quick(snapshot) }
        guard findings.isEmpty else { throw BackupError.damaged(findings) }
    }
}

// MARK: - Files

extension Backup {
    private static func rename(_ part: String, to file: String) throws(BackupError) {
        let code = unsafe csqlite_rename_new(part, file)
        guard code != EEXIST else { throw .exists(file) }
        guard code == 0 else { throw .file(path: file, errno: code) }
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? "."
        try sync(folder, O_RDONLY | O_DIRECTORY)
    }

    private static func sync(_ path: String, _ flags: Int32) throws(BackupError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, errno: errno) }
    }

    /// What an earlier try has left is of no use.
    private static func removePart(_ part: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { unsafe unlink(part + suffix) }
    }
}

/// The file that a backup is copied into.
///
/// `@safe`: the handle is private, set by init and closed in deinit.
@safe private final class BackupFile {
    private var database: OpaquePointer?

    init(_ path: String) throws {
        // For its owner alone, like the database.
        let file = unsafe open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BackupError.file(path: path, errno: errno) }
        close(file)
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        unsafe database = opened
        guard code == SQLITE_OK else { throw SQLiteError.general(code) }
    }

    deinit { unsafe sqlite3_close_v2(database) }

    func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw .general(code, sql: sql) }
    }

    func copy(
        from source: Connection,
        pagesPerStep: Int32,
        _ progress: (Double) -> Void
    ) throws(SQLiteError) {
        guard let backup = unsafe sqlite3_backup_init(database, "main", try source.open(), "main")
        else { throw unsafe .general(sqlite3_extended_errcode(database)) }
        var code = SQLITE_OK
        while code == SQLITE_OK {
            code = unsafe sqlite3_backup_step(backup, pagesPerStep)
            let total = unsafe Double(sqlite3_backup_pagecount(backup))
            let left = unsafe Double(sqlite3_backup_remaining(backup))
            progress(total > 0 ? (total - left) / total : 1)
        }
        unsafe sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else { throw .general(code) }
    }
}
