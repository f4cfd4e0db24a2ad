// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

/// Why a backup was not made; nothing of it is left behind.
package enum BackupError: Error, Equatable {
    /// A file of that name exists: a backup overwrites nothing.
    case exists(String)
    /// A file of that name would be taken for one that belongs to another.
    case reserved(String)
    /// Another backup is being written to the folder.
    case busy(String)
    /// The copy is damaged, so the database is.
    case damaged([String])
    /// The copy does not hold what the database held.
    case differs
    /// The folder has no room for it.
    case noRoom(folder: String, bytes: Int, free: Int)
    /// A call of the system failed, with its error number.
    case file(path: String, errno: Int32)
}

extension BackupError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exists(let path): "\(path) exists; a backup overwrites nothing"
        case .reserved(let path):
            "\(path) is named like a file beside a database or a backup: give it another name"
        case .busy(let folder): "another backup is being written to \(folder)"
        case .damaged(let findings): "the database is damaged: " + findings.joined(separator: "; ")
        case .differs: "the copy does not hold what the database held"
        case .noRoom(let folder, let bytes, let free):
            "the backup takes \(bytes) bytes, of which \(free) are free in \(folder)"
        case .file(let path, let code): "cannot write \(path) (error \(code))"
        }
    }
}

/// A consistent copy of a database while it is in use.
///
/// It holds one read snapshot: until it is done the WAL cannot begin anew.
package enum Backup {
    /// What the copy is called until it has been verified.
    package static let partSuffix = ".part"

    /// Copies into `<file>.part`, checks that, syncs it and gives it its name.
    ///
    /// `proof` is read from the database and from the copy and has to be the same. `publish` is
    /// called last, with the path of the synced copy and the proof. What any of them throws,
    /// `progress` among them, ends the backup, and nothing of it is left behind.
    @discardableResult
    package static func copy<Proof: Equatable>(
        from path: String,
        to file: String,
        proof: (Snapshot) throws -> Proof,
        publish: (_ part: String, Proof) throws -> Void,
        progress: (Double) throws -> Void
    ) throws -> Proof {
        // Beside what would be taken for its log it could not be read as it was written.
        for suffix in ["", "-wal", "-journal"] where unsafe access(file + suffix, F_OK) == 0 {
            throw BackupError.exists(file + suffix)
        }
        let part = file + partSuffix
        removePart(part)
        do {
            let held = try copy(path, into: part, proof, progress)
            guard try check(part, proof) == held else { throw BackupError.differs }
            try DurableFile.sync(part)
            try publish(part, held)
            try DurableFile.rename(part, to: file)
            return held
        } catch {
            removePart(part)
            throw error
        }
    }

    /// The same with nothing to compare and to publish.
    package static func copy(
        from path: String,
        to file: String,
        progress: (Double) -> Void = { _ in }
    ) throws {
        try copy(from: path, to: file, proof: { _ in true }, publish: { _, _ in }) { progress($0) }
    }

    /// What an earlier try has left is of no use.
    package static func removePart(_ part: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { DurableFile.remove(part + suffix) }
    }

    private static func copy<Proof>(
        _ path: String,
        into part: String,
        _ proof: (Snapshot) throws -> Proof,
        _ progress: (Double) throws -> Void
    ) throws -> Proof {
        let source = try Connection(path: path, mode: .reading(path))
        defer { source.close() }
        source.givesWay = true
        return try source.read { snapshot in
            // BEGIN takes its snapshot with the first read; sqlite3_backup_step then reads in this
            // transaction and need not begin again when the writer commits
            // (https://sqlite.org/c3ref/backup_finish.html).
            _ = try snapshot.first("SELECT count(*) FROM sqlite_schema") { _ in }
            try demandRoom(for: source, in: DurableFile.folder(of: part))
            let target = try BackupFile(part)
            // Each step would sync; syncs of our own do.
            try target.execute("PRAGMA synchronous = OFF")
            try target.copy(from: source, progress)
            // One file: the copy says WAL in its header, as the source does.
            try target.execute("PRAGMA journal_mode = DELETE")
            return try proof(snapshot)
        }
    }

    private static func demandRoom(for source: Connection, in folder: String) throws {
        let pages = Int(try source.pragma("page_count")) ?? 0
        let bytes = pages * (Int(try source.pragma("page_size")) ?? 4096)
        guard let free = DurableFile.freeBytes(in: folder), free < bytes else { return }
        throw BackupError.noRoom(folder: folder, bytes: bytes, free: free)
    }

    private static func check<Proof>(
        _ part: String,
        _ proof: (Snapshot) throws -> Proof
    ) throws -> Proof {
        let copy = try Connection(path: part, mode: .readOnly)
        defer { copy.close() }
        copy.givesWay = true
        return try copy.read { snapshot in
            let findings = try IntegrityCheck.quick(snapshot)
            guard findings.isEmpty else { throw BackupError.damaged(findings) }
            return try proof(snapshot)
        }
    }
}

/// The file that a backup is copied into.
///
/// `@safe`: the handle is private, set by init and closed in deinit.
@safe private final class BackupFile {
    /// Between steps, of 1 MiB, others come to run, and the progress is told.
    private static let pagesPerStep: Int32 = 256
    /// So much is left to the disk at once: more would keep the sync of a commit waiting behind it.
    private static let stepsPerSync = 16
    /// The bytes of a -shm and a journal, without which a disk is full.
    private static let leastFree = 1 << 16

    /// SQLITE_IOERR_READ and SQLITE_IOERR_SHORT_READ (https://sqlite.org/rescode.html), which the
    /// module does not show.
    private static let readErrors = [SQLITE_IOERR | 1 << 8, SQLITE_IOERR | 2 << 8]

    private let path: String
    private let file: Int32
    private var database: OpaquePointer?

    init(_ path: String) throws {
        self.path = path
        // For its owner alone, like the database.
        file = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw BackupError.file(path: path, errno: errno) }
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let name = Connection.Mode.readWrite.name(of: path)
        let code = unsafe sqlite3_open_v2(name, &opened, flags, nil)
        unsafe database = opened
        guard code == SQLITE_OK else { throw SQLiteError.general(code) }
    }

    deinit {
        unsafe sqlite3_close_v2(database)
        // Last, for it drops the locks of the handle.
        close(file)
    }

    func execute(_ sql: String) throws {
        let code = unsafe sqlite3_exec(database, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, sql) }
    }

    /// The error of a statement that concerns this file alone: one of its disk names the file.
    private func failure(_ code: Int32, _ sql: String) -> any Error {
        let error = SQLiteError.general(code, sql: sql)
        guard error.isFull || error.isInputOutput || error.isUnopened else { return error }
        // A full disk has other names as well: no room for the -shm is an error of input and output.
        let free = DurableFile.freeBytes(in: DurableFile.folder(of: path)) ?? .max
        if error.isFull || free < Self.leastFree {
            return BackupError.file(path: path, errno: ENOSPC)
        }
        let reason = unsafe sqlite3_system_errno(database)
        return BackupError.file(path: path, errno: reason == 0 ? EIO : reason)
    }

    func copy(from source: Connection, _ progress: (Double) throws -> Void) throws {
        guard let backup = unsafe sqlite3_backup_init(database, "main", try source.open(), "main")
        else { throw unsafe SQLiteError.general(sqlite3_extended_errcode(database)) }
        var code = SQLITE_OK
        do {
            var steps = 0
            while code == SQLITE_OK {
                code = unsafe sqlite3_backup_step(backup, Self.pagesPerStep)
                let total = unsafe Double(sqlite3_backup_pagecount(backup))
                let left = unsafe Double(sqlite3_backup_remaining(backup))
                try progress(total > 0 ? (total - left) / total : 1)
                steps += 1
                // An error that was told once is not told to the sync at the end (fsync(2)).
                if steps.isMultiple(of: Self.stepsPerSync), fdatasync(file) != 0 {
                    throw BackupError.file(path: path, errno: errno)
                }
                sched_yield()
            }
        } catch {
            unsafe sqlite3_backup_finish(backup)
            throw error
        }
        unsafe sqlite3_backup_finish(backup)
        guard code != SQLITE_DONE else { return }
        // What cannot be read is the source; all else concerns this file.
        throw Self.readErrors.contains(code) ? SQLiteError.general(code) : failure(code, "")
    }
}
