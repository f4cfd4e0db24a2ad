// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A file that takes room from a volume, so that there is some to give back when it is full.
struct Ballast {
    private let path: String
    private(set) var isThere: Bool
    /// Whether the volume would not give the room: then it is not asked again.
    private(set) var hasFailed = false

    init(database path: String) {
        self.path = DatabasePath.resolved(path) + "-ballast"
        isThere = unsafe access(self.path, F_OK) == 0
    }

    /// Makes the file, with all its blocks: room that is only promised could not be given back.
    mutating func make(bytes: Int) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            hasFailed = true
            return
        }
        defer { close(file) }
        guard posix_fallocate(file, 0, off_t(bytes)) == 0 else {
            unsafe unlink(path)
            hasFailed = true
            return
        }
        isThere = true
    }

    mutating func release() {
        unsafe unlink(path)
        isThere = false
    }
}
