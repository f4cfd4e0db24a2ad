// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import Foundation
import SQLite

/// A folder in which backups of a database lie, among whatever else.
package struct BackupFolder: Sendable {
    private static let ending = ".sqlite"
    /// How many backups of a database a folder may be told to keep.
    package static let keepRange = 1...100_000

    package let path: String
    /// What the names that are chosen begin with.
    private let stem: String

    /// `database` is the path of the database whose backups lie there.
    package init(_ path: String, for database: String) {
        self.path = path
        let name = URL(filePath: database).deletingPathExtension().lastPathComponent
        stem = name.isEmpty ? "guanxi" : name
    }

    package func file(_ name: String) -> String {
        path.hasSuffix("/") ? path + name : path + "/" + name
    }

    /// The path for a backup that is made now: `guanxi-20261121T083000.123Z.sqlite`.
    package func newFile(at now: Instant) -> String {
        file(stem + "-" + now.rfc3339.filter { $0 != "-" && $0 != ":" } + Self.ending)
    }

    /// The backups that lie there whole, by their manifests, the newest first.
    ///
    /// Only the length is compared: what else may be wrong shows when they are checked.
    package func backups() throws -> [BackupManifest] {
        try names(ending: BackupManifest.suffix)
            .compactMap { name in
                let file = name.dropLast(BackupManifest.suffix.count)
                guard let manifest = try? BackupManifest(at: self.file(name)),
                    manifest.file == file,
                    DurableFile.size(of: self.file(manifest.file)) == manifest.bytes
                else { return nil }
                return manifest
            }
            .sorted { ($1.createdAt, $1.file) < ($0.createdAt, $0.file) }
    }

    /// Deletes what was left of backups that were broken off; to be called with the folder locked.
    func removeParts() throws {
        let form = /-[0-9]{8}T[0-9]{6}\.[0-9]{3}Z\.sqlite(\.manifest\.json)?\.part/
        for name in try names(ending: Backup.partSuffix)
        where name.hasPrefix(stem) && name.dropFirst(stem.count).wholeMatch(of: form) != nil {
            Backup.removePart(file(name))
        }
    }

    /// Deletes backups of the database of the newest one beyond as many, that one among them.
    ///
    /// Only whole backups count, and only what has a manifest is ever deleted. One that is dated
    /// after the newest was made when the clock was wrong: it neither counts nor is it deleted until
    /// its date has come. Answers the names.
    package func rotate(keeping count: Int, newest: BackupManifest) throws -> [String] {
        guard newest.contents.journal != nil else { return [] }
        let others = try backups().filter {
            $0.file != newest.file && !$0.isAhead(of: newest.createdAt)
                && $0.isOfDatabase(with: newest.contents.journal)
        }
        let old = others.dropFirst(max(count, 1) - 1).map(\.file)
        for name in old {
            // The manifest last: without it nobody would know whose the file is.
            DurableFile.remove(file(name))
            DurableFile.remove(file(name + BackupManifest.suffix))
        }
        if !old.isEmpty { try DurableFile.syncFolder(of: file("x")) }
        return old
    }

    private func names(ending: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(ending) }
    }
}
