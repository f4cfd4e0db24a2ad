// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import Foundation
import Migrations
import SQLite

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a database from a backup, after verifying it."
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The backup.")
    var file: String

    func run() throws {
        let path = database.database
        let lock = try DatabaseLock(path: path)
        guard !FileManager.default.fileExists(atPath: path) else {
            throw Failure(Failure.cannotOpen, "\(path) exists; a restore overwrites nothing")
        }
        var backup = database
        backup.database = file
        let (faults, verdict) = try backup.read { snapshot in
            (try IntegrityCheck.run(snapshot), try Journal().verify(in: snapshot))
        }
        guard faults.isEmpty, verdict.isValid else {
            throw Failure(Failure.badData, "the backup is damaged; `guanxi check` says where")
        }
        for stale in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: path + stale) {
            try FileManager.default.removeItem(atPath: path + stale)
        }
        let bar = ProgressBar("restore")
        do {
            try Backup.copy(from: file, to: path) { bar.show($0) }
        } catch let error as BackupError {
            bar.end()
            throw Failure(Failure.cannotOpen, "\(error)")
        }
        bar.end()
        Console.print("\(path): \(verdict.entries) journal entries")
        lock.release()
    }
}
