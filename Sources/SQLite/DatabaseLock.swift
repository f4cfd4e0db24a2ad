// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

package enum DatabaseLockError: Error, Equatable {
    /// Another process has the database; its process id, if that can be told.
    case held(by: Int32?)
    /// The lock file cannot be used; the error number of the system.
    case cannotOpen(path: String, errno: Int32)
    /// There is something at the path that is no file: the message.
    case noFile(String)
    /// A file of that name would be taken for one that belongs to another.
    case reserved(String)
}

/// Keeps a second process out of a database, until it is closed or dropped.
///
/// The lock is the kernel's (flock(2)) and ends with the process, however that ends. The file
/// `<path>-lock` stays: removing it would let two processes lock two files of one name. The database
/// file is locked, too, for a hard link to it, or a mount of it alone, has another name. Its
/// descriptor is closed with the lock, not before: SQLite would lose its own locks on the file.
package struct DatabaseLock: ~Copyable, Sendable {
    private let path: String
    private let name: String
    /// None where no lock file can be made: nothing may be written then.
    private let file: Int32?
    /// The database file; none until it is there.
    private var database: Int32?

    package init(path: String) throws(DatabaseLockError) {
        let resolved = DatabasePath.resolved(path)
        guard !DatabasePath.sideSuffixes.contains(where: resolved.hasSuffix) else {
            throw .reserved(resolved)
        }
        guard !DurableFile.isNoFile(path) else { throw .noFile(SQLiteError.noFile.message) }
        let lockName = resolved + "-lock"
        let lockFile = try Self.lock(lockName)
        let claimed: Int32?
        do throws(DatabaseLockError) { claimed = try Self.claim(path) } catch {
            if let lockFile { close(lockFile) }
            throw error
        }
        self.path = path
        name = lockName
        file = lockFile
        database = claimed
    }

    /// Makes the lock file and locks it; nil where it can neither be made nor be there.
    private static func lock(_ name: String) throws(DatabaseLockError) -> Int32? {
        repeat {
            guard let file = try open(name) else { return nil }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                let owner = owner(in: file)
                close(file)
                throw reason == EWOULDBLOCK
                    ? .held(by: owner) : .cannotOpen(path: name, errno: reason)
            }
            // Whoever removed it meanwhile made room for another one of its name.
            guard isStill(file, at: name) else {
                close(file)
                continue
            }
            write(owner: getpid(), to: file)
            return file
        } while true
    }

    deinit {
        for file in [database, file] {
            guard let file else { continue }
            // Closing alone would leave the lock to a child that was forked but has not yet started
            // its program: it has the descriptor until then (flock(2)).
            flock(file, LOCK_UN)
            close(file)
        }
    }

    /// Locks the database file itself, if it was not there before.
    package mutating func claim() throws(DatabaseLockError) {
        if database == nil { database = try Self.claim(path) }
    }

    /// Locks the database file; nil if it is not there.
    ///
    /// Where the volume knows no lock of a file that is open for reading, as over a network, the lock
    /// file has to do.
    private static func claim(_ path: String) throws(DatabaseLockError) -> Int32? {
        let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            let owner = owner(in: file)
            close(file)
            throw .held(by: owner)
        }
        return file
    }

    /// Tells whether no other process can have a lock of this name; false also where there is none.
    var isHeld: Bool { file.map { Self.isStill($0, at: name) } ?? false }

    /// Throws where the lock file could not be made, though the database can be written.
    func demand() throws(DatabaseLockError) {
        guard file == nil else { return }
        throw .cannotOpen(path: name, errno: EACCES)
    }

    /// Lets the next process in.
    package consuming func release() {}

    /// Opens the file, for reading alone where it cannot be written; nil where it can neither be
    /// made nor be there.
    private static func open(_ name: String) throws(DatabaseLockError) -> Int32? {
        let file = unsafe Glibc.open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file >= 0 { return file }
        let reason = errno
        guard reason == EROFS || reason == EACCES else {
            throw .cannotOpen(path: name, errno: reason)
        }
        let readable = unsafe Glibc.open(name, O_RDONLY | O_CLOEXEC)
        if readable >= 0 { return readable }
        guard errno == ENOENT else { throw .cannotOpen(path: name, errno: reason) }
        return nil
    }

    private static func isStill(_ file: Int32, at name: String) -> Bool {
        var (ours, theirs) = (stat(), stat())
        guard unsafe fstat(file, &ours) == 0, unsafe stat(name, &theirs) == 0 else { return false }
        return ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev
    }
}

// MARK: - The owner's name

extension DatabaseLock {
    /// The process that has the lock: one that lives.
    ///
    /// The kernel knows it, but not by this file where a volume has several layers, as in containers;
    /// the file tells it there. An owner writes its number a moment after it has the lock; until then,
    /// and on a medium that can only be read, the file names the one before.
    private static func owner(in file: Int32) -> Int32? {
        let listed = csqlite_lock_owner(file)
        if listed > 0 { return listed }
        for _ in 0..<50 {
            if let owner = written(in: file), isAlive(owner) { return owner }
            usleep(2000)
        }
        return nil
    }

    private static func isAlive(_ process: Int32) -> Bool {
        kill(process, 0) == 0 || errno == EPERM
    }

    private static func written(in file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let digits = bytes[..<count].prefix { (0x30...0x39).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// Writes what only tells people who holds the lock.
    ///
    /// It is written over what was there, and the rest cut off, which takes no room on a full disk.
    private static func write(owner: Int32, to file: Int32) {
        var bytes = Array("\(owner)\n".utf8)
        let count = unsafe pwrite(file, &bytes, bytes.count, 0)
        if count > 0 { ftruncate(file, off_t(count)) }
    }
}
