// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import SQLite

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Verifies the file, what is derived in it and the journal; names what is wrong."
    )

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let (faults, verdict) = try database.read { snapshot in
            (
                try IntegrityCheck.run(snapshot) + DerivedCheck.run(snapshot),
                try Journal().verify(in: snapshot)
            )
        }
        for fault in faults { Console.print(fault) }
        if let seq = verdict.firstBadSeq {
            Console.print("the journal does not hold from entry \(seq) on")
        }
        guard faults.isEmpty, verdict.isValid else {
            throw Failure(Failure.badData, "the database is damaged")
        }
        Console.print("sound: \(verdict.entries) journal entries")
    }
}
