// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Testing

/// What is exported can be imported into another database, and nothing is lost.
@Suite struct ExportTests {
    private static let customers = """
        {"kind": "enterprise", "name": "上海明珠贸易", "externalId": "A-1", "role": "intermediary", \
        "phones": [{"number": "+86 138 0013 8000", "label": "mobile"}, {"number": "95588"}], \
        "emails": ["a@example.com"], "source": {"channel": "fair", "detail": "a, \\"b\\"\\nc"}, \
        "lifecycle": "active", "ownerId": 3, "tags": ["east", "-x"], "timeZone": "Asia/Shanghai", \
        "creditLimit": "50000.00", "profile": {"basic": {"city": "上海", "n": [1, 2]}}}
        {"kind": "individual", "name": "=1+1"}
        {"kind": "individual", "name": "'=1+1", "externalId": "+A"}
        {"kind": "individual", "name": "''@x", "tags": ["'quoted'", "'"]}
        {"kind": "individual", "name": "-5", "tags": ["\\t\\tx", "@", "'\\r\\nx"]}
        {"kind": "individual", "name": "＝1+1", "tags": ["\\n=1", "\\u200B=1", "|x", "'\\u200D@"]}
        """

    private static let contacts = """
        {"customerExternalId": "A-1", "name": "李总", "title": "总经理", "externalId": "P-1", \
        "buyingRole": "decider", "influence": 9, "emails": ["li@example.com"], \
        "phones": [{"number": "139 0013 9000", "label": "mobile"}]}
        {"customerExternalId": "A-1", "name": "=王", "department": "采购", "externalId": "P-2", \
        "reportsToExternalId": "P-1"}
        {"customerId": 2, "name": "x"}
        {"customerId": 2, "name": "x"}
        """

    private static let orders = """
        {"customerExternalId": "A-1", "externalId": "O-1", "placedAt": "2026-01-01T08:00:00Z", \
        "lines": [{"sku": "=tea", "quantity": 2, "unitPrice": "5", "unitCost": "1"}, \
        {"sku": "cup", "quantity": 1, "unitPrice": "3.50"}], "terms": "credit", \
        "dueAt": "2026-02-01T00:00:00Z", "paidAt": "2026-03-01T00:00:00Z"}
        {"customerId": 2, "placedAt": "2026-01-01T08:00:00Z", "total": "7"}
        {"customerId": 2, "placedAt": "2026-01-01T08:00:00Z", "total": "7"}
        """

    private static let interactions = """
        {"customerExternalId": "A-1", "direction": "outbound", "content": "policy", \
        "channel": "visit", "occurredAt": "2026-01-01T08:00:00.123Z", "durationSeconds": 60, \
        "summary": "@谈价格", "nextStep": "报价", "externalId": "I-1", \
        "promises": [{"text": "call", "dueAt": "2026-02-01T00:00:00Z"}]}
        {"customerId": 2, "direction": "inbound", "content": "idea", "channel": "web", \
        "occurredAt": "2026-01-01T08:00:00Z", "summary": "x"}
        """

    private static let complaints = """
        {"customerExternalId": "A-1", "channel": "free-phone", "subject": "迟到", \
        "description": "line\\nline", "cause": "delivery", "causeDetail": "晚", "severity": "critical", \
        "externalId": "K-1", "receivedAt": "2026-01-01T08:00:00Z", \
        "answeredAt": "2026-01-02T08:00:00Z", "closedAt": "2026-01-03T08:00:00Z"}
        {"customerId": 2, "channel": "web", "subject": "=x", "receivedAt": "2026-01-01T08:00:00Z"}
        """

    private static let kinds: [(Import.Kind, ExportKind)] = [
        (.customers, .customers), (.contacts, .contacts), (.orders, .orders),
        (.interactions, .interactions), (.complaints, .complaints),
    ]

    private static func fill(_ base: ImportBase) throws {
        for (kind, text) in [
            (Import.Kind.customers, customers), (.contacts, contacts), (.orders, orders),
            (.interactions, interactions), (.complaints, complaints),
        ] {
            let result = try base.take(kind, text, .ndjson)
            #expect(result.faults == [])
        }
    }

    @Test(arguments: ExchangeFormat.allCases)
    func `what is exported, imported and exported again is the same`(
        _ format: ExchangeFormat
    ) throws {
        let first = try fromImportBase { base in
            try Self.fill(base)
            return try Self.kinds.map { try base.export($0.1, format) }
        }
        try withImportBase { base throws in
            for ((kind, _), text) in zip(Self.kinds, first) {
                let rows = try base.take(kind, text, format)
                #expect(rows.faults == [])
                #expect(rows.counts.prospects == 0)
            }
            let second = try Self.kinds.map { try base.export($0.1, format) }
            #expect(second == first)
            for ((kind, _), text) in zip(Self.kinds, first) {
                let again = try base.take(kind, text, format).counts
                #expect(again.created == 0)
                #expect(again.updated == 0)
            }
        }
    }

    @Test func `no cell of a CSV begins as a formula does`() throws {
        try withImportBase { base throws in
            try Self.fill(base)
            let text = try base.export(.customers)
            #expect(text.contains(",'=1+1,"))
            #expect(text.contains(",''=1+1,'+A,"))
            #expect(text.contains(",'+86 138 0013 8000,"))
            #expect(text.contains(",'＝1+1,"))
            #expect(text.contains(",\"'\n=1\",'\u{200B}=1,'|x,''\u{200D}@"))
            #expect(try base.text("SELECT name FROM customer WHERE id = 3") == "'=1+1")
        }
    }

    @Test func `names the customer by its external id, else by its id`() throws {
        try withImportBase { base throws in
            try Self.fill(base)
            let lines = try base.export(.orders).split(separator: "\r\n")
            #expect(
                lines.first
                    == """
                    customerId,customerExternalId,externalId,placedAt,total,lines.0.sku,\
                    lines.0.quantity,lines.0.unitPrice,lines.0.unitCost,lines.0.discount,\
                    lines.1.sku,lines.1.quantity,lines.1.unitPrice,lines.1.unitCost,\
                    lines.1.discount,terms,channel,dueAt,paidAt
                    """
            )
            #expect(lines[1].hasPrefix(",A-1,O-1,2026-01-01T08:00:00.000Z,13.50,'=tea,2,5.00,1.00"))
            #expect(lines[2].hasPrefix("2,,,2026-01-01T08:00:00.000Z,7.00,,"))
        }
    }

    @Test func `reads page by page and tells how far it has come`() throws {
        try withImportBase { base throws in
            let rows = (0..<1_200).map { "individual,c\($0)" }
            try base.take(.customers, (["kind,name"] + rows).joined(separator: "\n"))
            var seen: [[Int]] = []
            var pieces = 0
            try Exporter(services: base.services).write(
                .customers,
                as: .ndjson,
                from: base.reader,
                at: ImportBase.now,
                progress: { seen.append([$0.rows, $0.totalRows]) },
                to: { _ in pieces += 1 }
            )
            #expect(seen == [[500, 1_200], [1_000, 1_200], [1_200, 1_200]])
            #expect(pieces == 3)
        }
    }

    @Test func `tiers are exported, an empty list as its header`() throws {
        try withImportBase { base throws in
            #expect(try base.export(.tiers).hasPrefix("customerId,tier,abc,profit,"))
            #expect(try base.export(.tiers, .ndjson).isEmpty)
            #expect(try base.export(.complaints).split(separator: "\r\n").count == 1)
        }
    }
}
