// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Migrations
import SQLite

struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Brings a database to this program's schema, or makes a new one."
    )

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        var lock = try DatabaseLock(path: database.database)
        let connection = try Connection(path: database.database, mode: .readWriteCreate)
        defer { connection.close() }
        try lock.claim()
        try connection.takeOver()
        // Each as it is done: what is done stays, also where the next one fails.
        let applied = try Migrator(Migrations.all).migrate(
            connection,
            at: SystemClock.now
        ) { migration in try Console.print("applied \(migration.number) \(migration.name)") }
        if applied.isEmpty { try Console.print("nothing to do") }
        lock.release()
    }
}
