// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import Foundation
import SQLite

/// The making of one backup: copied, verified, described, named, and older ones rotated out.
package struct BackupWork: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        package let manifest: BackupManifest
        /// The names of the older backups that were deleted.
        package let deleted: [String]
        /// Why older ones could not be deleted, though the backup is good.
        package let rotationError: String?
    }

    private static let copyShare = 0.7
    /// What other files beside a database, and beside a backup, are known by.
    private static let reserved =
        DatabasePath.sideSuffixes + [BackupManifest.suffix, Backup.partSuffix]

    private let database: String
    private let keep: Int?

    /// `keep` is how many backups of the database may be in the folder afterwards; nil for all.
    package init(of database: String, keep: Int?) {
        self.database = database
        self.keep = keep
    }

    /// Writes the file, on a thread that may wait; what `progress` throws ends it.
    package func run(
        to file: String,
        at now: Instant,
        progress: (Double) throws -> Void
    ) throws -> Outcome {
        guard !Self.reserved.contains(where: { file.hasSuffix($0) }) else {
            throw BackupError.reserved(file)
        }
        let folder = BackupFolder(DurableFile.folder(of: file), for: database)
        let lock = try FolderLock(folder.path)
        try folder.removeParts()
        let name = String(file.dropFirst(file.lastIndex(of: "/").map { file[...$0].count } ?? 0))
        let manifest = file + BackupManifest.suffix
        var made: BackupManifest?
        do {
            try Backup.copy(
                from: database,
                to: file,
                proof: { try BackupContents(of: $0) },
                publish: { part, contents in
                    made = try describe(part, name, contents, at: now, to: manifest, progress)
                },
                progress: { try progress($0 * Self.copyShare) }
            )
        } catch {
            DurableFile.remove(manifest + Backup.partSuffix)
            // Without its backup it says nothing; one that was there before is kept.
            if made != nil, DurableFile.size(of: file) == nil { DurableFile.remove(manifest) }
            throw error
        }
        guard let made else { throw BackupFault("the backup has no manifest") }
        let rotated = Result { try keep.map { try folder.rotate(keeping: $0, newest: made) } ?? [] }
        lock.release()
        try? progress(1)
        switch rotated {
        case .success(let deleted):
            return Outcome(manifest: made, deleted: deleted, rotationError: nil)
        case .failure(let error):
            return Outcome(manifest: made, deleted: [], rotationError: "\(error)")
        }
    }

    /// Puts the manifest in its place before the backup gets its name: a backup without one would
    /// be taken for one that nobody verified.
    private func describe(
        _ part: String,
        _ name: String,
        _ contents: BackupContents,
        at now: Instant,
        to path: String,
        _ progress: (Double) throws -> Void
    ) throws -> BackupManifest {
        let digest = try BackupManifest.digest(of: part) {
            try progress(Self.copyShare + (1 - Self.copyShare) * $0)
        }
        let manifest = BackupManifest(
            file: name,
            createdAt: now,
            bytes: DurableFile.size(of: part) ?? 0,
            digest: digest,
            contents: contents
        )
        try manifest.write(to: path + Backup.partSuffix)
        try DurableFile.replace(path, with: path + Backup.partSuffix)
        return manifest
    }
}
