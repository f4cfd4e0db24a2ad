// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import CustomerRelations
import Foundation
import Migrations
import SQLite

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Makes a database from a backup, after verifying it.",
        discussion: """
            The backup is held against its manifest, and its structure, references and journal are \
            checked, before anything changes. Without a manifest the check is all there is.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The backup.")
    var file: String
    @Flag(help: "Takes the place of a database that is there, which is lost.")
    var force = false

    func run() throws {
        // What a link leads to is replaced, not the link.
        let path = DatabasePath.resolved(database.database)
        let lock = try DatabaseLock(path: path)
        guard force || !FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                Failure.cannotOpen,
                "\(path) exists; a restore overwrites nothing, unless told so by --force"
            )
        }
        let restore = try BackupRestore(file) {
            // An older one is as good: it is migrated when it is opened.
            try Migrator(Migrations.all).verifyOlder($0)
        }
        if !restore.hasManifest {
            Console.complain(
                "\(file)\(BackupManifest.suffix) is missing: the backup is checked, but what it "
                    + "held when it was made is not known"
            )
        }
        let bar = ProgressBar("restore")
        do {
            let verdict = try restore.run(to: path) { bar.show($0) }
            bar.end()
            try Console.print("\(database.database): \(verdict.entries) journal entries")
        } catch {
            bar.end()
            throw error
        }
        lock.release()
    }
}
