// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import JSON
import SQLite
import Testing

/// Dry runs, atomic and partial imports, and what they leave in the journal.
@Suite struct ImportModeTests {
    /// Four good rows and three bad ones.
    private static let mixed = """
        customerExternalId,customerId,placedAt,total,externalId
        A-1,,2026-01-01,10.00,O-1
        A-1,,2026-01-01,10.005,O-2
        A-2,,2026-01-01,10.00,O-3
        A-2,7,yesterday,ten,O-4
        A-1,,2026-12-31,10.00,O-5
        ,7,2026-01-01,10.00,O-6
        A-1,,2026-01-03,10.00,
        A-3,,2026-01-03,10.00,
        """

    private static let faults = [
        "3 /total", "5 /placedAt", "5 /total", "6 /placedAt", "7 /customerId",
    ]

    @Test(arguments: [1, 2, 3, 8_000])
    func `a partial import keeps the good rows and names the bad ones`(
        _ chunkSize: Int
    ) throws {
        try withImportBase { base throws in
            let result = try base.take(.orders, Self.mixed, chunkSize: chunkSize)
            #expect(result.figures == [4, 0, 0, 3, 4])
            #expect(result.faults == Self.faults)
            #expect(try base.number("SELECT count(*) FROM customer_order") == 4)
            let id = try #require(result.id)
            let found = try base.reader.read { snapshot in
                try ImportService(services: base.services).find(id, in: snapshot)
            }
            #expect(found.counts == result.counts)
            #expect(found.finishedAt != nil)
            #expect(try base.number("SELECT count(*) FROM import_rejection") == Self.faults.count)
        }
    }

    @Test(arguments: [1, 8_000])
    func `an atomic import with a bad row changes nothing`(_ chunkSize: Int) throws {
        try withImportBase { base throws in
            try base.take(.customers, "kind,name,externalId\nindividual,a,A-1\n")
            let before = try base.number("SELECT max(seq) FROM event")
            let refused = #expect(throws: ImportRefused.self) {
                try base.take(.orders, Self.mixed, mode: .atomic, chunkSize: chunkSize)
            }
            #expect(refused?.result.faults == Self.faults)
            #expect(refused?.result.id == nil)
            #expect(try base.number("SELECT max(seq) FROM event") == before)
            #expect(try base.number("SELECT count(*) FROM customer") == 1)
            #expect(try base.number("SELECT count(*) FROM customer_order") == 0)
            #expect(try base.number("SELECT count(*) FROM import") == 1)
        }
    }

    @Test func `an atomic import of good rows is one transaction`() throws {
        try withImportBase { base throws in
            let text = "customerExternalId,placedAt,total\nA-1,2026-01-01,1\nA-1,2026-01-01,1\n"
            let result = try base.take(.orders, text, mode: .atomic, chunkSize: 1)
            #expect(result.figures == [2, 0, 0, 1, 0])
            let again = try base.take(.orders, text, mode: .atomic)
            #expect(again.figures == [0, 0, 2, 0, 0])
        }
    }

    @Test func `a dry run says what would happen and leaves nothing`() throws {
        try withImportBase { base throws in
            let dry = try base.take(.orders, Self.mixed, dryRun: true, chunkSize: 2)
            #expect(dry.figures == [4, 0, 0, 3, 4])
            #expect(dry.faults == Self.faults)
            #expect(dry.id == nil)
            for table in ["event", "customer", "customer_order", "import", "import_rejection"] {
                #expect(try base.number("SELECT count(*) FROM \(table)") == 0)
            }
            #expect(throws: ImportRefused.self) {
                try base.take(.orders, Self.mixed, mode: .atomic, dryRun: true)
            }
            #expect(try base.take(.orders, Self.mixed).figures == dry.figures)
        }
    }

    @Test func `the first hundred bad rows are named in their order`() throws {
        try withImportBase { base throws in
            let rows = (0..<300).map { "A-\($0 % 7),2026-01-01,\($0 % 2 == 0 ? "x" : "1")" }
            let text = (["customerExternalId,placedAt,total"] + rows).joined(separator: "\n")
            let result = try base.take(.orders, text, chunkSize: 16)
            #expect(result.counts.rejected == 150)
            #expect(result.rejections.map(\.line) == (0..<100).map { 2 * $0 + 2 })
            #expect(try base.number("SELECT count(*) FROM import_rejection") == 150)
        }
    }

    @Test func `two customers with the phone of a complaint refuse its row`() throws {
        try withImportBase { base throws in
            let phones = "kind,name,phones.0.number\nindividual,a,13800138000\n"
            try base.take(.customers, phones + "individual,b,138-0013-8000\n")
            let text = """
                phone,customerId,channel,subject,receivedAt,orderId,answeredAt
                13800138000,,web,x,2026-01-01,,
                13900139000,,web,x,2026-01-01,5,
                ,2,web,x,2026-01-02,,2026-01-01
                ,1,web,x,,,
                13900139000,1,web,x,2026-01-01,,
                13900139000,,web,x,2026-01-01,,
                """
            let result = try base.take(.complaints, text)
            #expect(
                result.faults == [
                    "2 /phone", "3 /orderId", "4 /answeredAt", "5 /receivedAt", "6 /customerId",
                    "6 /phone",
                ]
            )
            // The prospect of a refused row is not made.
            #expect(result.figures == [1, 0, 0, 1, 5])
            #expect(try base.number("SELECT count(*) FROM customer") == 3)
        }
    }

    @Test func `a complaint names all that is wrong with its row`() throws {
        try withImportBase { base throws in
            try base.take(.customers, "kind,name\nindividual,a\n")
            let text = """
                phone,customerId,channel,subject,receivedAt,orderId,causeDetail,externalId
                ,1,web,x,9999-01-01,5,rain,
                ,7,web,x,,5,,
                13900139000,1,web,x,9999-01-01,,,
                ,,web,x,9999-01-01,,,
                ,1,web,x,2026-01-01,,,K-1
                ,7,web,x,2026-01-02,5,rain,K-1
                """
            let result = try base.take(.complaints, text)
            #expect(
                result.faults == [
                    "2 /receivedAt", "2 /orderId", "2 /causeDetail",
                    "3 /receivedAt", "3 /customerId", "3 /orderId",
                    "4 /customerId", "4 /phone", "4 /receivedAt",
                    "5 /customerId", "5 /customerExternalId", "5 /phone", "5 /receivedAt",
                    "7 /receivedAt", "7 /customerId", "7 /orderId", "7 /causeDetail",
                ]
            )
            #expect(result.figures == [1, 0, 0, 0, 5])
        }
    }

    @Test func `an archived customer stays as it is`() throws {
        try withImportBase { base throws in
            let text = "kind,name,externalId\nindividual,a,A-1\n"
            try base.take(.customers, text)
            try base.run("UPDATE customer SET archived_at = 1")
            #expect(try base.take(.customers, text).figures == [0, 0, 1, 0, 0])
            let other = text.replacing("a,A-1", with: "b,A-1")
            #expect(try base.take(.customers, other).faults == ["2 "])
        }
    }

    @Test func `of an archived customer nothing more is recorded, and what is known stays`() throws
    {
        try withImportBase { base throws in
            try base.take(.customers, "kind,name,externalId\nindividual,a,A-1\n")
            let files: [(Import.Kind, String, String)] = [
                (.orders, "customerExternalId,placedAt,total,externalId", "A-1,2026-01-01,5,O"),
                (.orders, "customerExternalId,placedAt,total", "A-1,2026-01-02,5"),
                (
                    .interactions,
                    "customerExternalId,direction,content,channel,occurredAt,summary",
                    "A-1,inbound,idea,phone,2026-01-01,x"
                ),
                (
                    .complaints, "customerExternalId,channel,subject,receivedAt",
                    "A-1,web,x,2026-01-01"
                ),
                (.expenses, "customerExternalId,amount,spentAt,purpose", "A-1,1,2026-01-01,x"),
                (.plans, "customerExternalId,period,salesTarget", "A-1,2026,1"),
            ]
            for (kind, header, row) in files {
                #expect(try base.take(kind, "\(header)\n\(row)\n").figures == [1, 0, 0, 0, 0])
            }
            try base.run("UPDATE customer SET archived_at = 1")
            for (kind, header, row) in files {
                let same = try base.take(kind, "\(header)\n\(row)\n")
                #expect(same.figures == [0, 0, 1, 0, 0], "\(kind)")
                let other = row.replacing("2026", with: "2025")
                let more = try base.take(kind, "\(header)\n\(other)\n")
                #expect(more.faults == ["2 /customerExternalId"], "\(kind)")
                #expect(more.figures == [0, 0, 0, 0, 1], "\(kind)")
            }
        }
    }

    @Test func `a row that a cancelled order refuses makes no customer`() throws {
        try withImportBase { base throws in
            let header = "customerExternalId,placedAt,total,externalId\n"
            try base.take(.orders, header + "A-1,2026-01-01,5,O\n")
            try base.run("UPDATE customer_order SET cancelled_at = 1")
            let before = try base.number("SELECT count(*) FROM customer")
            let result = try base.take(.orders, header + "A-2,2026-01-01,5,O\n")
            #expect(result.faults == ["2 /externalId"])
            #expect(result.figures == [0, 0, 0, 0, 1])
            #expect(try base.number("SELECT count(*) FROM customer") == before)
        }
    }

    @Test(arguments: [1, 3, 8_000])
    func `rows of one customer and day are told apart by what they say`(_ chunkSize: Int) throws {
        try withImportBase { base throws in
            try base.take(.customers, "kind,name,externalId\nindividual,a,A-1\n")
            let forms: [(Import.Kind, String, (Int) -> String)] = [
                (
                    .interactions,
                    "customerExternalId,direction,content,channel,occurredAt,summary",
                    { "A-1,inbound,idea,phone,2026-01-01,s\($0)" }
                ),
                (
                    .complaints, "customerExternalId,channel,subject,receivedAt",
                    { "A-1,web,s\($0),2026-01-01" }
                ),
                (
                    .expenses, "customerExternalId,amount,spentAt,purpose",
                    { "A-1,1,2026-01-01,s\($0)" }
                ),
            ]
            for (kind, header, row) in forms {
                // Each thing is said twice, one thrice.
                let said = [0, 1, 2, 0, 1, 2, 2]
                let text = ([header] + said.map(row)).joined(separator: "\n")
                let first = try base.take(kind, text, chunkSize: chunkSize)
                #expect(first.figures == [7, 0, 0, 0, 0], "\(kind)")
                let again = try base.take(kind, text, chunkSize: chunkSize)
                #expect(again.figures == [0, 0, 7, 0, 0], "\(kind)")
                let more = ([header] + [2, 2, 2, 2, 3, 0].map(row)).joined(separator: "\n")
                let third = try base.take(kind, more, chunkSize: chunkSize)
                #expect(third.figures == [2, 0, 4, 0, 0], "\(kind)")
            }
        }
    }

    @Test func `the journal has an entry for each chunk and holds`() throws {
        try withImportBase { base throws in
            let rows = (0..<5).map { "A-\($0 % 2),2026-01-01,1" }
            let text = (["customerExternalId,placedAt,total"] + rows).joined(separator: "\n")
            try base.take(.orders, text, chunkSize: 2)
            let events = try base.reader.read { snapshot in
                try base.services.journal.events(after: 0, limit: 10, in: snapshot)
            }
            #expect(
                events.map(\.action) == [
                    "import.started", "import.chunk", "import.chunk", "import.chunk",
                    "import.finished",
                ]
            )
            #expect(Set(events.map(\.subject)) == [Subject(.imports, 1)])
            #expect(
                events[1].changes
                    == #"{"kind":"orders","created":[[1,2]],"updated":[],"prospects":[[1,2]]}"#
            )
            #expect(
                events[3].changes
                    == #"{"kind":"orders","created":[[5,5]],"updated":[],"prospects":[]}"#
            )
            let verdict = try base.reader.read { try base.services.journal.verify(in: $0) }
            #expect(verdict.isValid)
        }
    }

    @Test func `other changes are made while a partial import runs`() throws {
        try withImportBase { base throws in
            let rows = (0..<400).map { "A-\($0),2026-01-01,1" }
            let text = (["customerExternalId,placedAt,total"] + rows).joined(separator: "\n")
            let counted = TestFigures()
            let order = ImportOrder(
                .orders,
                from: ImportSource(.bytes(Array(text.utf8)), .csv),
                actor: "tests",
                requestID: "r-1"
            )
            _ = try base.job(chunkSize: 10).run(order) { [writer = base.writer] progress in
                guard progress.rows == 100 else { return }
                let count = try? writer.write { transaction in
                    try transaction.first("SELECT count(*) FROM customer_order") { row in
                        try row[0] as Int
                    }
                }
                counted.note(count ?? 0)
            }
            #expect(counted.all == [[100]])
        }
    }
}
