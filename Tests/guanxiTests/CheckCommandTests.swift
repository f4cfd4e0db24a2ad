// SPDX-License-Identifier: Apache-2.0
import API
import Foundation
import Glibc
import SQLite
import Testing

/// `guanxi check` and `restore` of damaged files, as scripts see them.
@Suite struct CheckCommandTests {
    private static let pageSize = 4096

    private let folder: TemporaryFolder
    private let database: String
    /// A copy to be damaged, without manifest.
    private let copy: String

    init() throws {
        folder = try TemporaryFolder()
        database = folder.path("test.db")
        copy = folder.path("copy.db")
        let customers = folder.path("customers.csv")
        try Data("kind,name\nindividual,a\nenterprise,b\n".utf8)
            .write(to: URL(filePath: customers))
        let orders = folder.path("orders.csv")
        try Data("customerExternalId,placedAt,total\nC-3,2026-01-05T00:00:00Z,3.00\n".utf8)
            .write(to: URL(filePath: orders))
        let commands = [
            ["import", "customers", customers], ["import", "orders", orders], ["backup", copy],
        ]
        for arguments in commands {
            let end = try Program.run(arguments + ["--database", database])
            try #require(end.code == 0, "\(end.complaint)")
        }
        DurableFile.remove(copy + BackupManifest.suffix)
    }

    private func check(_ arguments: String...) throws -> Program.End {
        try Program.run(["check", "--database", copy] + arguments)
    }

    private func tamper(_ statements: String...) throws {
        let connection = try Connection(path: copy, mode: .readWrite)
        defer { connection.close() }
        try connection.write { transaction in
            for sql in statements { try transaction.run(sql) }
        }
    }

    /// Writes over a place of the file.
    private func damage(_ place: Int, bytes: Int) throws {
        let file = try FileHandle(forUpdating: URL(filePath: copy))
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data(repeating: 0xa5, count: bytes))
        try file.close()
    }

    private func rootPage(of name: String) throws -> Int {
        let connection = try Connection(path: copy, mode: .readOnly)
        defer { connection.close() }
        let page: Int? = try connection.read { snapshot in
            try snapshot.first("SELECT rootpage FROM sqlite_schema WHERE name = $1", name) { row in
                try row[0]
            }
        }
        return try #require(page)
    }

    @Test(.timeLimit(.minutes(1)))
    func `what is no file is called so at once, and by all commands`() throws {
        let (pipe, other) = (folder.path("pipe.db"), folder.path("folder.db"))
        let made = unsafe (mkfifo(pipe, 0o600), mkdir(other, 0o700))
        try #require(made.0 == 0 && made.1 == 0)
        let copying = ["backup", folder.path("x.db")]
        let commands = [
            ["check"], copying, ["migrate"], ["token", "list"],
            ["token", "create", "--name", "t", "--role", "agent"],
            ["restore", folder.path("x.db"), "--force"],
        ]
        for arguments in commands {
            for path in [pipe, other] {
                let end = try Program.run(arguments + ["--database", path])
                #expect(end.code == 65, "\(arguments)")
                #expect(end.complaint.contains("is no database"), "\(end.complaint)")
                #expect(!FileManager.default.fileExists(atPath: path + "-lock"), "\(arguments)")
            }
        }
    }

    @Test func `a sound file is sound`() throws {
        let end = try check()
        #expect(end.code == 0)
        #expect(end.output.hasPrefix("sound: 6 journal entries\nhead: 6:"), "\(end.output)")
    }

    @Test func `an end of the journal that was cut off shows by its records and by a kept head`()
        throws
    {
        let sound = try check().output
        let head = sound.split(separator: "\n").last?.dropFirst("head: ".count)
        let kept = String(try #require(head))
        #expect(try check("--head", kept).code == 0)
        for broken in ["6", "6:aa", "0:" + kept.dropFirst(2), "x:" + kept.dropFirst(2)] {
            #expect(try check("--head", broken).code == 64, "\(broken)")
        }
        let other = kept.dropLast(2) + (kept.hasSuffix("00") ? "01" : "00")
        let altered = try check("--head", String(other))
        #expect(altered.code == 65)
        #expect(altered.output == "entry 6 of the journal is not the one of --head\n")
        try tamper("DELETE FROM event WHERE seq > 3", "DELETE FROM journal_mark")
        let cut = try check("--head", kept)
        #expect(cut.code == 65)
        let lines = cut.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("entry 6 is missing: the journal ends at 3"))
        #expect(lines.contains("customer 3 is in no entry of the journal"))
        #expect(lines.contains("order 1 is in no entry of the journal"))
        #expect(try check().code == 65)
    }

    struct Fault: CustomTestStringConvertible {
        let sql: String
        let findings: [String]

        var testDescription: String { findings[0] }
    }

    static let faults = [
        Fault(
            sql: "UPDATE customer SET kind = 'individualz' WHERE id = 1",
            findings: [
                "customer 1 breaks CHECK (kind IN ('individual', 'enterprise'))"
            ]
        ),
        Fault(
            sql: "UPDATE customer SET lifecycle = 'gone (x' WHERE id = 2",
            findings: [
                "customer 2 breaks CHECK (lifecycle = 'prospect' OR lifecycle = 'target' OR "
                    + "lifecycle = 'active' OR lifecycle = 'dormant' OR lifecycle = 'lost')"
            ]
        ),
        Fault(
            sql: "UPDATE customer SET source_channel = 'rumour' WHERE id = 2",
            findings: ["customer 2 has a source_channel that is not known"]
        ),
        Fault(
            sql: "UPDATE event SET subject_type = 'nothing' WHERE seq = 2",
            findings: [
                "event 2 has a subject_type that is not known",
                "the journal cannot be checked: column 5 (subject_type) holds TEXT that is no Kind",
            ]
        ),
        Fault(
            sql: "UPDATE schema_migration SET sql = sql || '-' WHERE number = 2",
            findings: ["migration 2 customers was applied with another text than this program's"]
        ),
    ]

    @Test(arguments: faults)
    func `a row that no code can read is named`(_ fault: Fault) throws {
        try tamper("PRAGMA ignore_check_constraints = ON", fault.sql)
        let end = try check()
        #expect(end.code == 65)
        let lines = end.output.split(separator: "\n").map(String.init)
        for finding in fault.findings { #expect(lines.contains(finding), "\(end.output)") }
        #expect(!(end.output + end.complaint).contains("SELECT"))
    }

    static let schemaFaults = [
        Fault(
            sql: "DROP INDEX customer_external_id",
            findings: ["index customer_external_id is missing"]
        ),
        Fault(
            sql: "CREATE TRIGGER quiet AFTER INSERT ON event BEGIN DELETE FROM event; END",
            findings: ["trigger quiet is of no migration"]
        ),
        Fault(
            sql: "CREATE TABLE notes (text TEXT)",
            findings: ["table notes is of no migration"]
        ),
        Fault(
            sql: "ALTER TABLE article ADD COLUMN more TEXT",
            findings: ["table article is not as the migrations make it"]
        ),
    ]

    @Test(arguments: schemaFaults)
    func `a schema that no migration made is named`(_ fault: Fault) throws {
        try tamper("ANALYZE")
        #expect(try check().code == 0)
        try tamper(fault.sql)
        let end = try check()
        #expect(end.code == 65)
        let lines = end.output.split(separator: "\n").map(String.init)
        #expect(lines == fault.findings, "\(end.output)")
    }

    static let places = [
        "customer", "event", "complaint", "tier_run", "secret", "schema_migration",
        "customer_search_data", "complaint_status",
    ]

    @Test(arguments: places)
    func `a page that is damaged is a fault with a name`(_ name: String) throws {
        try damage((try rootPage(of: name) - 1) * Self.pageSize, bytes: 64)
        let end = try check()
        #expect(end.code == 65, "\(end.complaint)")
        #expect(!end.output.isEmpty)
        #expect(end.complaint.contains("the database is damaged"))
        let path = folder.path("new.db")
        let restored = try Program.run(["restore", copy, "--database", path])
        #expect(restored.code == 65, "\(restored.complaint)")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a file whose first page is damaged is not called impossible to open`() throws {
        try damage(0, bytes: 16)
        let end = try check()
        #expect(end.code == 65, "\(end.complaint)")
        #expect(end.output == "the file cannot be read: file is not a database\n")
        let missing = try Program.run(["check", "--database", folder.path("none.db")])
        #expect(missing.code == 73)
    }

    @Test func `damage in one step leaves none of the others out`() throws {
        try tamper("UPDATE customer SET name_key = 'other' WHERE id = 1")
        try damage((try rootPage(of: "interaction") - 1) * Self.pageSize, bytes: 64)
        let end = try check()
        #expect(end.code == 65)
        #expect(end.output.contains("interaction cannot be checked"), "\(end.output)")
        #expect(end.output.contains("key of the name of customer of 1 does not fit its source"))
    }
}
