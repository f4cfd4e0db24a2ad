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
}

/// Keeps a second process out of a database, until it is closed or dropped.
///
/// The lock is the kernel's (flock(2)) and ends with the process, however that ends. The file
/// `<path>-lock` stays: removing it would let two processes lock two files of one name. It is not
/// the database file, whose locks SQLite would lose when any descriptor of it is closed.
package struct DatabaseLock: ~Copyable, Sendable {
    private let name: String
    /// None where no lock file can be made: nothing may be written then.
    private let file: Int32?

    package init(path: String) throws(DatabaseLockError) {
        let name = DatabasePath.resolved(path) + "-lock"
        self.name = name
        guard !DurableFile.isNoFile(path) else { throw .noFile(SQLiteError.noFile.message) }
        repeat {
            guard let file = try Self.open(name) else {
                self.file = nil
                return
            }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                let reason = errno
                let owner = Self.owner(in: file)
                close(file)
                throw reason == EWOULDBLOCK
                    ? .held(by: owner) : .cannotOpen(path: name, errno: reason)
            }
            // Whoever removed it meanwhile made room for another one of its name.
            guard Self.isStill(file, at: name) else {
                close(file)
                continue
            }
            self.file = file
            Self.write(owner: getpid(), to: file)
            return
        } while true
    }

    deinit {
        guard let file else { return }
        // Closing alone would leave the lock to a child that was forked but has not yet started its
        // program: it has the descriptor until then (flock(2)).
        flock(file, LOCK_UN)
        close(file)
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
