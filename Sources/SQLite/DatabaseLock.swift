// SPDX-License-Identifier: Apache-2.0
import Glibc

package enum DatabaseLockError: Error, Equatable {
    /// Another process has the database; its process id, if the file tells.
    case held(by: Int32?)
    /// The lock file cannot be used; the error number of the system.
    case cannotOpen(path: String, errno: Int32)
}

/// Keeps a second process out of a database, until it is closed or dropped.
///
/// The lock is the kernel's (flock(2)) and ends with the process, however that ends. The file
/// `<path>-lock` stays: removing it would let two processes lock two files of one name. It is not
/// the database file, whose locks SQLite would lose when any descriptor of it is closed.
package struct DatabaseLock: ~Copyable, Sendable {
    private let file: Int32

    package init(path: String) throws(DatabaseLockError) {
        let name = path + "-lock"
        let file = unsafe open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .cannotOpen(path: name, errno: errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            let owner = Self.owner(in: file)
            close(file)
            throw reason == EWOULDBLOCK
                ? .held(by: owner) : .cannotOpen(path: name, errno: reason)
        }
        self.file = file
        Self.write(owner: getpid(), to: file)
    }

    deinit { close(file) }

    /// Lets the next process in.
    package consuming func release() {}

    private static func owner(in file: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe pread(file, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        let digits = bytes[..<count].prefix { (0x30...0x39).contains($0) }
        return Int32(String(decoding: digits, as: UTF8.self))
    }

    /// What is written only tells people who holds the lock; a full disk may lose it.
    private static func write(owner: Int32, to file: Int32) {
        var bytes = Array("\(owner)\n".utf8)
        guard ftruncate(file, 0) == 0 else { return }
        _ = unsafe pwrite(file, &bytes, bytes.count, 0)
    }
}
