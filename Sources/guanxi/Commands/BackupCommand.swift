// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import SQLite

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the database to a file, also while it is served, and verifies the copy.",
        discussion: """
            Beside the file a manifest, FILE.manifest.json, says what it holds: the rows of each \
            table, the head of the journal, the digest of the file. Prints the file's path.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The file to write, which must not exist; or a folder, for a name by the time.")
    var file: String
    @Option(help: "How many backups of this database may be in the folder afterwards.")
    var keep: Int?

    func validate() throws {
        guard BackupFolder.keepRange.contains(keep ?? 1) else {
            throw ValidationError("--keep must be from 1 to \(BackupFolder.keepRange.upperBound)")
        }
    }

    func run() throws {
        try database.read(takesOlder: true) { _ in }
        let now = SystemClock.instant
        let folder = BackupFolder(file, for: database.database)
        let path = DurableFile.isFolder(file) ? folder.newFile(at: now) : file
        let bar = ProgressBar("backup")
        let outcome: BackupWork.Outcome
        do {
            outcome = try BackupWork(of: database.database, keep: keep)
                .run(to: path, at: now) { bar.show($0) }
        } catch {
            bar.end()
            throw error
        }
        bar.end()
        for name in outcome.deleted { Console.say("deleted \(name)") }
        if let error = outcome.rotationError {
            Console.complain("older backups are not deleted: \(error)")
        }
        try Console.print(path)
    }
}
