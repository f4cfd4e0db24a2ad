// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import SQLite

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copies the database to a file, also while it is served."
    )

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "The file to write; it must not exist.")
    var file: String

    func run() throws {
        try database.read { _ in }
        let bar = ProgressBar("backup")
        do {
            try Backup.copy(from: database.database, to: file) { bar.show($0) }
        } catch let error as BackupError {
            bar.end()
            throw Failure(Failure.cannotOpen, "\(error)")
        }
        bar.end()
        Console.print(file)
    }
}
