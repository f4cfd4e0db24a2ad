// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import CustomerRelations
import Migrations
import SQLite

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Verifies the file, what is derived in it and the journal; names what is wrong.",
        discussion: "A backup is held against its manifest as well."
    )

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let path = DatabasePath.resolved(database.database)
        let manifest = try BackupManifest(at: path + BackupManifest.suffix)
        try manifest?.verifyBytes(of: path)
        let (faults, verdict) = try database.read(takesOlder: true) { snapshot in
            var faults = try IntegrityCheck.run(snapshot)
            // What this program derives is not in a database that waits for its migrations.
            if try TableCounts.schemaVersion(in: snapshot) == Migrations.all.count {
                faults += try DerivedCheck.run(snapshot)
            }
            if faults.isEmpty { try manifest?.verify(BackupContents(of: snapshot)) }
            return (faults, try Journal().verify(in: snapshot))
        }
        for fault in faults { try Console.print(fault) }
        if let seq = verdict.firstBadSeq {
            try Console.print("the journal does not hold from entry \(seq) on")
        }
        guard faults.isEmpty, verdict.isValid else {
            throw Failure(Failure.badData, "the database is damaged")
        }
        try Console.print("sound: \(verdict.entries) journal entries")
    }
}
