// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import SQLite
import Testing

/// The same file again changes nothing, and a changed row changes its own record only.
@Suite struct ImportKeyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let kind: Import.Kind
        var customers = ""
        let text: String
        var format = ExchangeFormat.csv
        /// Created, updated, unchanged, prospects, rejected.
        let first: [Int]
        let again: [Int]

        var testDescription: String { name }
    }

    private static let people = "kind,name,externalId\nindividual,李雷,A-1\nindividual,韩梅,A-2\n"

    static let cases = [
        Case(
            name: "customers by external id",
            kind: .customers,
            text: people,
            first: [2, 0, 0, 0, 0],
            again: [0, 0, 2, 0, 0]
        ),
        Case(
            name: "customers by name and phones, typed otherwise",
            kind: .customers,
            text: """
                kind,name,phones.0.number,phones.1.number
                individual,王伟,13800138000,021-62345678
                individual,王伟,,
                individual,王伟,,
                individual,王伟,13900139000,
                """,
            first: [4, 0, 0, 0, 0],
            again: [0, 0, 4, 0, 0]
        ),
        Case(
            name: "orders by external id",
            kind: .orders,
            customers: people,
            text: """
                customerExternalId,externalId,placedAt,total
                A-1,O-1,2026-01-01,10.00
                A-2,O-2,2026-01-02T08:00:00Z,20.00
                """,
            first: [2, 0, 0, 0, 0],
            again: [0, 0, 2, 0, 0]
        ),
        Case(
            name: "twins among orders",
            kind: .orders,
            customers: people,
            text: """
                customerExternalId,customerId,placedAt,total
                A-1,,2026-01-01,10.00
                A-1,,2026-01-01,10.00
                ,1,2026-01-01,10.00
                A-2,,2026-01-01,10.00
                A-1,,2026-01-01,10.01
                """,
            first: [5, 0, 0, 0, 0],
            again: [0, 0, 5, 0, 0]
        ),
        Case(
            name: "orders of unknown customers",
            kind: .orders,
            text: """
                customerExternalId,placedAt,total
                N-1,2026-01-01,10
                N-1,2026-01-01,10
                N-2,2026-01-01,10
                """,
            first: [3, 0, 0, 2, 0],
            again: [0, 0, 3, 0, 0]
        ),
        Case(
            name: "orders with lines",
            kind: .orders,
            customers: people,
            text: """
                customerExternalId,placedAt,lines.0.sku,lines.0.quantity,lines.0.unitPrice,\
                lines.1.sku,lines.1.quantity,lines.1.unitPrice,paidAt
                A-1,2026-01-01,tea,2,10.50,cup,1,3,2026-01-05
                A-1,2026-01-01,tea,2,10.50,,,,
                """,
            first: [2, 0, 0, 0, 0],
            again: [0, 0, 2, 0, 0]
        ),
        Case(
            name: "interactions",
            kind: .interactions,
            customers: people,
            text: """
                {"customerExternalId": "A-1", "direction": "inbound", "content": "opinion", \
                "channel": "phone", "occurredAt": "2026-01-01", "summary": "x", "externalId": "I-1"}
                {"customerExternalId": "A-1", "direction": "inbound", "content": "opinion", \
                "channel": "phone", "occurredAt": "2026-01-01", "summary": "x"}
                {"customerId": 1, "direction": "inbound", "content": "opinion", \
                "channel": "phone", "occurredAt": "2026-01-01", "summary": "x", \
                "promises": [{"text": "call", "dueAt": "2026-02-01"}]}
                """,
            format: .ndjson,
            first: [3, 0, 0, 0, 0],
            again: [0, 0, 3, 0, 0]
        ),
        Case(
            name: "complaints",
            kind: .complaints,
            customers: people,
            text: """
                customerExternalId,phone,channel,subject,receivedAt,externalId,answeredAt,closedAt
                A-1,,hotline,late,2026-01-05,K-1,2026-01-06,2026-01-07
                A-1,,hotline,late,2026-01-05,,,
                A-1,,hotline,late,2026-01-05,,,
                ,13800138000,hotline,late,2026-01-05,,,
                ,138 0013 8000,hotline,later,2026-01-05,,,
                """,
            first: [5, 0, 0, 1, 0],
            again: [0, 0, 5, 0, 0]
        ),
    ]

    @Test(arguments: cases)
    func `the same file again changes nothing`(_ one: Case) throws {
        try withImportBase { base throws in
            if !one.customers.isEmpty { try base.take(.customers, one.customers) }
            #expect(try base.take(one.kind, one.text, one.format).figures == one.first)
            let before = try base.number("SELECT count(*) FROM event")
            #expect(try base.take(one.kind, one.text, one.format).figures == one.again)
            // That it was made is all there is to say.
            let after = try base.number("SELECT count(*) FROM event")
            #expect(after == before.map { $0 + 2 })
        }
    }

    /// Among all without external id there may be millions.
    @Test func `twins are looked for by what they say`() throws {
        try withImportBase { base throws in
            for one in Self.cases {
                if !one.customers.isEmpty { try base.take(.customers, one.customers) }
                try base.take(one.kind, one.text, one.format)
            }
            let statements = try base.writer.write { $0.preparedStatements }
            let looking = statements.filter {
                $0.contains("coalesce(external_id") || $0.contains("coalesce(c.external_id")
                    || $0.contains("external_id IS NULL")
            }
            #expect(looking.count == 5)
            for sql in looking {
                let plan = try base.reader.queryPlan(of: sql)
                #expect(!plan.contains { $0.contains("_external_id") }, "\(plan) \(sql)")
            }
        }
    }

    @Test(arguments: [1, 2, 3, 8_000])
    func `twins are counted across chunks`(_ chunkSize: Int) throws {
        try withImportBase { base throws in
            let row = "N-1,2026-01-01,10\n"
            let header = "customerExternalId,placedAt,total\n"
            let three = header + row + row + row
            let first = try base.take(.orders, three, chunkSize: chunkSize)
            #expect(first.figures == [3, 0, 0, 1, 0])
            let more = try base.take(.orders, three + row + row, chunkSize: chunkSize)
            #expect(more.figures == [2, 0, 3, 0, 0])
        }
    }

    @Test(arguments: [1, 8_000])
    func `one payment of an order that is named in two ways is one`(_ chunkSize: Int) throws {
        try withImportBase { base throws in
            try base.take(
                .orders,
                "customerExternalId,externalId,placedAt,total\nA,O-1,2026-01-01,9\n"
            )
            let text = """
                orderExternalId,orderId,paidAt,amount
                O-1,,2026-01-02,1
                ,1,2026-01-02,1
                O-1,,2026-01-02,1
                ,1,2026-01-02,1
                """
            let first = try base.take(.payments, text, chunkSize: chunkSize)
            #expect(first.figures == [2, 0, 2, 0, 0])
            let again = try base.take(.payments, text, chunkSize: chunkSize)
            #expect(again.figures == [0, 0, 4, 0, 0])
        }
    }

    @Test func `a row changes what it gives, and keeps what it leaves out`() throws {
        try withImportBase { base throws in
            try base.take(
                .customers,
                """
                kind,name,externalId,role,lifecycle,tags.0,creditLimit
                enterprise,明珠,A-1,intermediary,active,east,5
                """
            )
            let text = "kind,name,externalId,emails.0\nenterprise,明珠贸易,A-1,a@example.com\n"
            #expect(try base.take(.customers, text).figures == [0, 1, 0, 0, 0])
            let csv = try base.export(.customers)
            #expect(csv.contains("enterprise,intermediary,明珠贸易,A-1,a@example.com"))
            #expect(csv.contains("active,,east,,5.00"))
            #expect(try base.number("SELECT version FROM customer") == 2)
        }
    }

    @Test func `an order moves, is paid, and keeps lines that come to its total`() throws {
        try withImportBase { base throws in
            let header = "customerExternalId,externalId,placedAt"
            try base.take(
                .orders,
                header + ",lines.0.sku,lines.0.quantity,lines.0.unitPrice\n"
                    + "A-1,O-1,2026-01-01,tea,2,5\n"
            )
            let paid = header + ",total,paidAt\nA-2,O-1,2026-01-01,10,2026-02-01\n"
            #expect(try base.take(.orders, paid).figures == [0, 1, 0, 1, 0])
            #expect(try base.number("SELECT customer_id FROM customer_order") == 2)
            #expect(try base.number("SELECT count(*) FROM order_line") == 1)
            // A payment that the file does not know of stays.
            let again = header + ",total\nA-2,O-1,2026-01-01,10\n"
            #expect(try base.take(.orders, again).figures == [0, 0, 1, 0, 0])
            let dearer = header + ",total\nA-2,O-1,2026-01-01,11\n"
            #expect(try base.take(.orders, dearer).figures == [0, 1, 0, 0, 0])
            #expect(try base.number("SELECT count(*) FROM order_line") == 0)
            #expect(try base.number("SELECT paid_at > 0 FROM customer_order") == 1)
        }
    }

    @Test func `a complaint is closed by a later file, and its clocks are judged`() throws {
        try withImportBase { base throws in
            try base.take(.customers, Self.people)
            let header = "customerExternalId,channel,subject,receivedAt,externalId"
            let row = "A-1,hotline,late,2026-01-05,K-1"
            try base.take(.complaints, "\(header)\n\(row)\n")
            let closed = "\(header),answeredAt,closedAt\n\(row),2026-01-07,2026-01-08\n"
            #expect(try base.take(.complaints, closed).figures == [0, 1, 0, 0, 0])
            #expect(try base.take(.complaints, "\(header)\n\(row)\n").figures == [0, 0, 1, 0, 0])
            let complaint = try base.reader.read { snapshot in
                try base.services.complaints.find(
                    ID(rawValue: 1),
                    at: ImportBase.now,
                    in: snapshot
                )
            }
            #expect(complaint.state.status == .closed)
            #expect(complaint.state.step == .done)
            #expect(complaint.breached == [.answer])
            #expect(complaint.history.map(\.action) == ["open", "import"])
        }
    }

    @Test func `closing stops both clocks, in a file too`() throws {
        try withImportBase { base throws in
            try base.take(.customers, Self.people)
            let header = "customerExternalId,channel,subject,receivedAt,externalId"
            func row(_ name: String) -> String { "A-1,hotline,late,2026-01-05T02:00:00Z,\(name)" }
            try base.take(.complaints, "\(header)\n\(row("K-2"))\n")
            let file = """
                \(header),closedAt
                \(row("K-1")),2026-01-05T05:00:00Z
                \(row("K-2")),2026-01-05T05:00:00Z
                \(row("K-3")),2026-01-07T05:00:00Z

                """
            #expect(try base.take(.complaints, file).figures == [2, 1, 0, 0, 0])
            // Each was answered when it was closed, at the latest.
            let complaints = try base.reader.read { snapshot in
                try (1...3).map { id in
                    try base.services.complaints.find(
                        ID(rawValue: id),
                        at: ImportBase.now,
                        in: snapshot
                    )
                }
            }
            #expect(complaints.allSatisfy { $0.state.answeredAt == $0.state.closedAt })
            #expect(complaints.map { $0.details.externalID } == ["K-2", "K-1", "K-3"])
            #expect(complaints.map(\.breached) == [[], [], [.answer]])
            #expect(try base.take(.complaints, file).figures == [0, 0, 3, 0, 0])
        }
    }

    @Test func `the last of two rows with one external id stays`() throws {
        try withImportBase { base throws in
            let text = """
                customerExternalId,externalId,placedAt,total
                A-1,O-1,2026-01-01,1
                A-2,O-2,2026-01-01,1
                A-2,O-1,2026-01-01,2
                A-1,O-1,2026-01-01,3
                """
            #expect(try base.take(.orders, text, chunkSize: 1).figures == [2, 2, 0, 2, 0])
            let total = "SELECT total FROM customer_order WHERE external_id = 'O-1'"
            #expect(try base.number(total) == 300)
        }
    }
}
