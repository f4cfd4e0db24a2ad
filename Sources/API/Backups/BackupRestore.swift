// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import Foundation
package import SQLite

/// The making of a database from a backup, by a process that has the database's lock.
package struct BackupRestore: Sendable {
    private static let copyShare = 0.5

    private let backup: String
    private let manifest: BackupManifest?
    private let accepts: @Sendable (Connection) throws -> Void

    /// Whether a manifest stands beside the backup.
    package var hasManifest: Bool { manifest != nil }

    /// `accepts` throws where this program cannot use a database of that schema.
    package init(
        _ backup: String,
        accepts: @escaping @Sendable (Connection) throws -> Void
    ) throws {
        self.backup = DatabasePath.resolved(backup)
        self.accepts = accepts
        guard DurableFile.size(of: self.backup) != nil else {
            throw BackupFault("there is no file \(backup)")
        }
        manifest = try BackupManifest(at: self.backup + BackupManifest.suffix)
    }

    /// Puts a verified copy of the backup in the place of the database, and in that of the files
    /// beside one that was there.
    ///
    /// It is all there or not at all, also after a loss of power. As root it gives the file the owner
    /// and the mode of the one that was there, or else the owner of the folder: whoever serves it is
    /// to be able to open it.
    package func run(to path: String, progress: (Double) -> Void) throws -> JournalVerdict {
        guard DatabasePath.resolved(path) != backup else {
            throw BackupFault("\(path) is the backup itself")
        }
        let part = path + ".restore" + Backup.partSuffix
        Backup.removePart(part)
        do {
            if let manifest {
                try manifest.verifyBytes(of: backup) { progress($0 * Self.copyShare) }
            }
            // Through SQLite, since a file without manifest may have a log beside it.
            try Backup.copy(from: backup, to: part) {
                progress(Self.copyShare + $0 * (0.9 - Self.copyShare))
            }
            let verdict = try verify(part)
            try settle(path)
            let isThere = DurableFile.size(of: path) != nil
            let old = isThere ? path : DurableFile.folder(of: path)
            try DurableFile.give(part, likeThatOf: old)
            // The lock that this process made, too.
            if DurableFile.size(of: path + "-lock") != nil {
                try DurableFile.give(path + "-lock", likeThatOf: old)
            }
            for suffix in ["-wal", "-shm", "-journal"] { DurableFile.remove(path + suffix) }
            try DurableFile.syncFolder(of: path)
            try DurableFile.replace(path, with: part)
            progress(1)
            return verdict
        } catch {
            Backup.removePart(part)
            guard let error = error as? SQLiteError, error.isDamage else { throw error }
            throw BackupFault("the backup is damaged: \(error.message)")
        }
    }

    /// Everything that can be found out about a database without its past.
    private func verify(_ part: String) throws -> JournalVerdict {
        let connection = try Connection(path: part, mode: .readOnly)
        defer { connection.close() }
        try accepts(connection)
        return try connection.read { snapshot in
            let faults = try IntegrityCheck.run(snapshot)
            guard faults.isEmpty else {
                throw BackupFault("the backup is damaged: " + faults.joined(separator: "; "))
            }
            let verdict = try Journal().verify(in: snapshot)
            if let seq = verdict.firstBadSeq {
                throw BackupFault("the backup's journal does not hold from entry \(seq) on")
            }
            try manifest?.verify(BackupContents(of: snapshot))
            return verdict
        }
    }

    /// Brings all that a database holds into its one file, so that the files beside it can go
    /// before it is replaced, and a crash in between leaves it whole.
    private func settle(_ path: String) throws {
        guard DurableFile.size(of: path) != nil else { return }
        do throws(SQLiteError) { try Connection.settle(path) } catch {
            // A broken one cannot be settled, and is what restores are for.
            guard error.isDamage else { throw error }
        }
    }
}
