// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The one path of a database file, by whatever symbolic link it is named.
///
/// SQLite names -wal and -shm after the file that a link leads to; what else stands beside the file
/// has to be named after the same.
package enum DatabasePath {
    /// More links than that lead in a circle (path_resolution(7)).
    private static let linkLimit = 40

    /// What the names of the files beside a database end with.
    package static let sideSuffixes = [
        "-wal", "-shm", "-journal", "-lock", "-operator", "-ballast",
    ]

    /// The file that a path leads to, which need not exist; the path itself if it leads nowhere.
    package static func resolved(_ path: String) -> String {
        var target = path
        for _ in 0..<linkLimit {
            guard let link = link(at: target) else { return inRealFolder(target) ?? path }
            target = link.hasPrefix("/") ? link : folder(of: target) + link
        }
        return path
    }

    private static func inRealFolder(_ path: String) -> String? {
        let folder = folder(of: path)
        guard let real = unsafe realpath(folder.isEmpty ? "." : folder, nil) else { return nil }
        defer { unsafe free(real) }
        let name = path.dropFirst(folder.count)
        let parent = unsafe String(cString: real)
        return (parent == "/" ? "" : parent) + "/" + name
    }

    /// The folder with its last slash; empty for a bare name.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    private static func link(at path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                guard let start = bytes.baseAddress else { return 0 }
                return unsafe readlink(path, start, bytes.count)
            }
        }
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
