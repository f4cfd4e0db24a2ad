// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import SQLite
import Testing

/// The people of customers, brought in from files.
@Suite struct ImportContactTests {
    private static let customers = """
        kind,name,externalId
        enterprise,a,A-1
        enterprise,b,A-2

        """

    private static let header =
        "customerExternalId,externalId,name,title,reportsToExternalId,phones.0.number,emails.0\n"

    /// Imports contacts, and tells what became of them.
    private static func take(
        _ base: ImportBase,
        _ rows: String,
        chunkSize: Int = 8_000
    ) throws -> ImportResult {
        try base.take(.contacts, header + rows + "\n", chunkSize: chunkSize)
    }

    @Test(arguments: [1, 8_000])
    func `adds people, changes them, and knows them again`(_ chunkSize: Int) throws {
        try withImportBase { base throws in
            try base.take(.customers, Self.customers)
            let rows = """
                A-1,P-1,李总,总经理,,13900139000,li@example.com
                A-1,P-2,王经理,经理,P-1,,
                A-2,,x,,,13700137000,
                A-2,,x,,,137-0013-7000,
                A-2,,x,,,,
                """
            let first = try Self.take(base, rows, chunkSize: chunkSize)
            #expect(first.figures == [5, 0, 0, 0, 0])
            #expect(try base.number("SELECT reports_to_id FROM contact WHERE id = 2") == 1)
            #expect(try Self.take(base, rows, chunkSize: chunkSize).figures == [0, 0, 5, 0, 0])
            // What a row leaves out stays.
            let changed = try Self.take(base, "A-1,P-2,王总,,,,wang@example.com")
            #expect(changed.figures == [0, 1, 0, 0, 0])
            #expect(try base.text("SELECT title FROM contact WHERE id = 2") == "经理")
            #expect(try base.number("SELECT reports_to_id FROM contact WHERE id = 2") == 1)
            #expect(try base.number("SELECT version FROM contact WHERE id = 2") == 2)
            // Their customers are found by them.
            let text = try base.text("SELECT search_text FROM customer WHERE id = 1")
            #expect(
                text == "a\na-1\n李总\n王总\nli@example.com\nwang@example.com\n8613900139000"
            )
            let findings = try base.reader.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    @Test func `names what is wrong with a row, and keeps the others`() throws {
        try withImportBase { base throws in
            try base.take(.customers, Self.customers)
            let result = try Self.take(
                base,
                """
                A-1,P-1,李总,,,,
                A-2,P-1,李总,,,,
                A-2,P-3,x,,P-1,,
                A-2,P-4,x,,P-9,,
                A-9,,x,,,,
                A-1,,,,,,
                A-1,P-2,王,,P-1,12,x
                A-1,P-1,李总,,P-1,,
                """
            )
            #expect(
                result.faults == [
                    "3 /externalId", "4 /reportsToId", "5 /reportsToExternalId",
                    "6 /customerExternalId", "7 /name", "8 /phones/0/number", "8 /emails/0",
                    "9 /reportsToId",
                ]
            )
            #expect(result.figures == [1, 0, 0, 0, 7])
            try base.run("UPDATE contact SET archived_at = 1")
            #expect(try Self.take(base, "A-1,P-1,李总,,,,").figures == [0, 0, 1, 0, 0])
            #expect(try Self.take(base, "A-1,P-1,李,,,,").faults == ["2 /externalId"])
            try base.run("UPDATE customer SET archived_at = 1")
            #expect(try Self.take(base, "A-2,,y,,,,").faults == ["2 /customerExternalId"])
        }
    }

    @Test func `a customer has a thousand people at most`() throws {
        try withImportBase { base throws in
            try base.take(.customers, Self.customers)
            let rows = (1...1_001).map { "A-1,,c\($0),,,," }.joined(separator: "\n")
            let result = try Self.take(base, rows)
            #expect(result.figures == [1_000, 0, 0, 0, 1])
            #expect(result.faults == ["1002 "])
        }
    }
}
