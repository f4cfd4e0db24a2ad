// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// Payments, expenses, plans and category spend from files.
@Suite struct ImportTradeTests {
    struct File: CustomTestStringConvertible {
        let kind: String
        let text: String
        /// created, updated, unchanged, rejected; first and when it is brought in again.
        let first: [Int]
        let second: [Int]
        let fields: [String]

        var testDescription: String { kind }
    }

    static let files = [
        File(
            kind: "payments",
            text: """
                orderExternalId,externalId,amount,paidAt
                O-1,B-1,40,2026-11-02
                O-1,,10,2026-11-03
                O-1,,10,2026-11-03
                O-1,,50,2026-11-04
                O-9,,50,2026-11-04
                O-1,,10,

                """,
            first: [3, 0, 0, 3],
            second: [0, 0, 3, 3],
            fields: ["amount", "orderExternalId", "paidAt"]
        ),
        File(
            kind: "expenses",
            text: """
                customerExternalId,externalId,amount,spentAt,purpose
                A,E-1,40,2026-11-02,dinner
                A,,10,2026-11-03,taxi
                A,,10,2026-11-03,taxi
                B,,10,2026-11-03,taxi
                A,E-1,41,2026-11-02,dinner
                A,,0,2026-11-03,taxi

                """,
            first: [3, 0, 0, 3],
            second: [0, 0, 3, 3],
            fields: ["customerExternalId", "externalId", "amount"]
        ),
        File(
            kind: "plans",
            text: """
                customerExternalId,period,salesTarget,expenseBudget
                A,2026-Q3,100,
                A,2026-Q4,100,10
                A,2026-11,100,
                A,soon,100,
                A,2026-Q4,200,10
                A,2025,,

                """,
            first: [2, 1, 0, 3],
            // The first row of 2026-Q4 takes the second back, which comes again.
            second: [0, 2, 1, 3],
            fields: ["period", "period", "salesTarget", "expenseBudget"]
        ),
        File(
            kind: "category-spend",
            text: """
                customerExternalId,category,amount,per,source,asOf
                A,茶叶,100,month,stated,2026-11-01
                A,coffee,5,year,estimated,2026-11-01
                A,tea,5,day,estimated,2026-11-01
                A,tea,5,year,estimated,2027-11-01

                """,
            first: [2, 0, 0, 2],
            second: [0, 0, 2, 2],
            fields: ["per", "asOf"]
        ),
    ]

    private static func bring(_ file: File, to client: TestClient, _ query: String = "") throws
        -> TestAnswer
    {
        try client.send(
            "POST",
            "/v1/imports/\(file.kind)\(query)",
            [:],
            Array(file.text.utf8),
            type: "text/csv"
        )
    }

    private static func counts(_ answer: TestAnswer) -> [Int] {
        ["created", "updated", "unchanged", "rejected"].compactMap { answer.json[$0]?.integer }
    }

    @Test(arguments: files)
    func `a file is brought in once, however often it comes`(_ file: File) throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.create(
                "/v1/orders",
                #"""
                {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "100",
                 "externalId": "O-1"}
                """#
            )
            let dry = try Self.bring(file, to: client, "?dryRun=true")
            #expect(Self.counts(dry) == file.first)
            let first = try Self.bring(file, to: client)
            #expect(Self.counts(first) == file.first, "\(first)")
            let rejected = first.json["rejectedRows"]?.elements ?? []
            let fields = rejected.flatMap { $0["errors"]?.elements ?? [] }
                .compactMap { $0["field"]?.string }
            #expect(fields == file.fields)
            let second = try Self.bring(file, to: client)
            #expect(Self.counts(second) == file.second, "\(second)")
            #expect(try Self.bring(file, to: client, "?mode=atomic").status == 422)
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings.isEmpty)
        }
    }

    @Test func `payments from a file leave the rest outstanding`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try client.create(
                "/v1/orders",
                #"""
                {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "100",
                 "externalId": "O-1"}
                """#
            )
            _ = try Self.bring(Self.files[0], to: client)
            #expect(try client.get("/v1/orders/1").json["outstanding"] == "40.00")
        }
    }
}
