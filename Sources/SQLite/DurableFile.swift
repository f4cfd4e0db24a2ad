// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

/// Files that are on the disk once a call returns.
///
/// None of them is a database that is open: closing a descriptor of one drops the locks on it
/// (https://sqlite.org/howtocorrupt.html, 2.2).
package enum DurableFile {
    /// Writes a file for its owner alone, over one that is there.
    package static func write(_ bytes: [UInt8], to path: String) throws(BackupError) {
        remove(path)
        let file = try NewFile(path)
        try file.write(bytes)
        try file.keep()
    }

    /// Gives a file another name, unless a file has it.
    package static func rename(_ path: String, to name: String) throws(BackupError) {
        let code = unsafe csqlite_rename_new(path, name)
        guard code != EEXIST else { throw .exists(name) }
        guard code == 0 else { throw .file(path: name, errno: code) }
        try syncFolder(of: name)
    }

    /// Gives a file another name, and takes it from the file that has it.
    package static func replace(_ name: String, with path: String) throws(BackupError) {
        guard unsafe Glibc.rename(path, name) == 0 else {
            throw .file(path: name, errno: errno)
        }
        try syncFolder(of: name)
    }

    /// Gives a file, as root, to the owner of what lies at another path, with its mode where that is
    /// a file, too; does nothing as another user.
    package static func give(_ path: String, likeThatOf other: String) throws(BackupError) {
        guard geteuid() == 0 else { return }
        var status = stat()
        guard unsafe stat(other, &status) == 0 else { return }
        guard unsafe chown(path, status.st_uid, status.st_gid) == 0 else {
            throw .file(path: path, errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return }
        guard unsafe chmod(path, status.st_mode & 0o777) == 0 else {
            throw .file(path: path, errno: errno)
        }
    }

    /// Removes a file, if it is there.
    package static func remove(_ path: String) {
        unsafe unlink(path)
    }

    package static func sync(_ path: String) throws(BackupError) {
        try sync(path, O_RDWR)
    }

    /// Makes what was named or removed beside a file last.
    package static func syncFolder(of path: String) throws(BackupError) {
        try sync(folder(of: path), O_RDONLY | O_DIRECTORY)
    }

    /// The bytes of a regular file; nil of anything else, also of a link to one.
    package static func size(of path: String) -> Int? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        return Int(status.st_size)
    }

    /// Whether a folder lies there, or a link to one.
    package static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    /// Whether something lies there, or behind a link, that is no regular file.
    static func isNoFile(_ path: String) -> Bool { kind(of: path).map { $0 != S_IFREG } ?? false }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// The bytes that may still be written to the file system of a folder; nil if it does not tell.
    static func freeBytes(in folder: String) -> Int? {
        var status = statvfs()
        guard unsafe statvfs(folder, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// The path of the folder in which a file lies.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }

    private static func sync(_ path: String, _ flags: Int32) throws(BackupError) {
        let descriptor = unsafe open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, errno: errno) }
    }
}

/// A file that was not there before, for its owner alone; it goes again unless it is kept.
package final class NewFile {
    private let path: String
    private let descriptor: Int32
    private var isKept = false

    package init(_ path: String) throws(BackupError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .exists(path) : .file(path: path, errno: errno)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        if !isKept { DurableFile.remove(path) }
    }

    package func write(_ bytes: [UInt8]) throws(BackupError) {
        let code = Self.write(bytes, to: descriptor)
        guard code == 0 else { throw .file(path: path, errno: code) }
    }

    /// Makes what was written last, under its name.
    package func keep() throws(BackupError) {
        guard fsync(descriptor) == 0 else { throw .file(path: path, errno: errno) }
        isKept = true
    }

    /// Writes all of it to whatever is open there; the error number of what prevents that, or 0.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { piece in
                unsafe Glibc.write(descriptor, piece.baseAddress, piece.count)
            }
            guard count > 0 || errno == EINTR else { return errno }
            written += max(count, 0)
        }
        return 0
    }
}

/// Keeps a second backup out of a folder, in whatever process, until it is dropped.
///
/// The lock is the kernel's (flock(2)) on the folder itself, so that nothing of it stays behind.
package struct FolderLock: ~Copyable {
    private let descriptor: Int32

    package init(_ folder: String) throws(BackupError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: folder, errno: errno) }
        // Network file systems may know no lock of a folder; nor do they keep a second writer out.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw .busy(folder)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Lets the next backup in.
    package consuming func release() {}
}
