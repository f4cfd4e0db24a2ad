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
        discussion: """
            Each fault is a line of output, as it is found. A backup is held against its manifest \
            as well. What is sound ends with the journal's head; kept elsewhere and given back by \
            --head, it proves later that nothing before it was changed or cut off.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @Option(help: "An entry of the journal that must be in it, as SEQ:HASH of an earlier check.")
    var head: JournalHead?

    func run() throws {
        let path = DatabasePath.resolved(database.database)
        let manifest = try BackupManifest(at: path + BackupManifest.suffix)
        try manifest?.demandNoLog(beside: path)
        let findings = Findings { try Console.print($0) }
        var verdict: JournalVerdict?
        do {
            try findings.collect { try manifest?.verifyBytes(of: path) }
            let connection = try Connection(path: path, mode: .reading(path))
            defer { connection.close() }
            try findings.step("the schema") { try checkSchema(connection, findings) }
            verdict = try connection.read { try check($0, manifest, findings) }
        } catch let error as SQLiteError where error.isCorrupt && error != .noFile {
            // Not even the file's first page can be read.
            try findings.add("the file cannot be read: \(error.message)")
        }
        guard let verdict, findings.all.isEmpty else {
            throw Failure(Failure.badData, "the database is damaged")
        }
        try Console.print("sound: \(verdict.entries) journal entries")
        let head = JournalHead(seq: verdict.last, hash: verdict.head)
        if verdict.last > 0 { try Console.print("head: \(head)") }
    }

    private func checkSchema(_ connection: Connection, _ findings: Findings) throws {
        do {
            try Migrator(Migrations.all).verifyOlder(connection)
        } catch let error as MigrationError where error.isOfRecord {
            try findings.add(error.description)
        }
    }

    /// Answers what the journal's chain says, if that can be told.
    private func check(
        _ snapshot: Snapshot,
        _ manifest: BackupManifest?,
        _ findings: Findings
    ) throws -> JournalVerdict? {
        var verdict: JournalVerdict?
        try findings.step("the schema") {
            let differences = try Migrator(Migrations.all).differences(in: snapshot)
            for difference in differences { try findings.add(difference) }
        }
        try IntegrityCheck.run(snapshot, findings)
        // What this program derives is not in a database that waits for its migrations.
        if try TableCounts.schemaVersion(in: snapshot) == Migrations.all.count {
            try DerivedCheck.run(snapshot, findings)
            try JournalCoverage.run(snapshot, findings)
        }
        if findings.all.isEmpty, let manifest {
            try findings.collect { try manifest.verify(BackupContents(of: snapshot)) }
        }
        try findings.step("the journal") {
            let found = try Journal().verify(in: snapshot)
            if let seq = found.firstBadSeq {
                try findings.add("the journal does not hold from entry \(seq) on")
            }
            verdict = found
        }
        try findings.step("the head of the journal") {
            guard let head else { return }
            switch try Journal().hash(of: head.seq, in: snapshot) {
            case nil:
                try findings.add(
                    "entry \(head.seq) is missing: the journal ends at \(verdict?.last ?? 0)"
                )
            case head.hash: break
            default: try findings.add("entry \(head.seq) of the journal is not the one of --head")
            }
        }
        return verdict
    }
}

/// An entry of the journal with its hash, which covers all before it.
struct JournalHead: ExpressibleByArgument, CustomStringConvertible {
    let seq: Int64
    let hash: [UInt8]

    init(seq: Int64, hash: [UInt8]) {
        self.seq = seq
        self.hash = hash
    }

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let seq = Int64(parts[0]), seq > 0,
            let hash = Base16.decode(String(parts[1])), hash.count == 32
        else { return nil }
        self.init(seq: seq, hash: hash)
    }

    var description: String { "\(seq):\(Base16.encode(hash))" }
}

extension Findings {
    /// What is wrong with a backup is a finding like others.
    fileprivate func collect(_ body: () throws -> Void) throws {
        do { try body() } catch let fault as BackupFault { try add(fault.description) }
    }
}
