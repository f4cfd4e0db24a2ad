// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// Products, payments, refunds, expenses, plans and category spend from files.
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
            kind: "products",
            text: """
                sku,name,category,unitPrice,unitCost,launchedOn,expectedLifeDays
                T-1,茉莉花茶,茶叶,20.00,8.00,2026-10-20,365
                T-2,cup,,,,,
                T-1,茉莉花茶,,,9.00,,
                ,x,,,,,
                T-3,,,,,,
                T-3,x,,-1,,,
                T-3,x,,,1.001,yesterday,0

                """,
            first: [2, 1, 0, 4],
            // The first row of T-1 takes the third back, which comes again.
            second: [0, 2, 1, 4],
            fields: ["sku", "name", "unitPrice", "unitCost", "launchedOn", "expectedLifeDays"]
        ),
        File(
            kind: "refunds",
            text: """
                orderExternalId,orderId,externalId,kind,amount,lines.0.sku,lines.0.quantity,reason,\
                refundedAt
                O-2,,R-1,,,tea,2,broken,2026-11-02
                O-2,,,,,tea,1,broken,2026-11-03
                O-2,,,,,tea,1,broken,2026-11-03
                ,2,,,5,,,late,2026-11-04
                O-3,,C-1,cancellation,,,,changed their mind,2026-11-05
                O-2,,R-1,,,tea,3,broken,2026-11-02
                O-2,,,,,tea,7,broken,2026-11-06
                O-2,,,,55.01,,,broken,2026-11-06
                O-2,,,,,cup,1,broken,2026-11-06
                O-2,,,cancellation,,,,late,2026-11-06
                O-3,,,,1,,,late,2026-11-06
                O-1,,,cancellation,5,,,late,2026-11-06
                O-9,,,,5,,,late,2026-11-06
                O-1,1,,,5,,,late,2026-11-06
                O-1,,,,5,,,late,
                O-1,,,,5,,,late,2026-10-06
                O-1,,,,5,tea,,,2026-11-06

                """,
            first: [5, 0, 0, 12],
            second: [0, 0, 5, 12],
            fields: [
                "externalId", "lines.0.quantity", "amount", "lines.0.sku", "", "", "amount",
                "orderExternalId", "orderId", "orderExternalId", "refundedAt", "refundedAt",
                "lines.0.quantity", "reason",
            ]
        ),
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
            for (name, members) in [
                ("O-1", #""total": "100""#),
                ("O-2", #""lines": [{"sku": "tea", "quantity": 10, "unitPrice": "10"}]"#),
                ("O-3", #""lines": [{"sku": "tea", "quantity": 1, "unitPrice": "10"}]"#),
            ] {
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", \#(members),
                     "externalId": "\#(name)"}
                    """#
                )
            }
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

    @Test func `an order is not moved past what was given back for it`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            func bring(placedAt: String) throws -> JSON {
                let text = """
                    customerExternalId,externalId,placedAt,total
                    A,O-1,\(placedAt),100

                    """
                let body = Array(text.utf8)
                return try client.send("POST", "/v1/imports/orders", [:], body, type: "text/csv")
                    .json
            }
            #expect(try bring(placedAt: "2026-10-01T00:00:00Z")["created"] == 1)
            try client.create(
                "/v1/orders/1/refunds",
                #"{"amount": "100", "reason": "x", "refundedAt": "2026-10-05T00:00:00Z"}"#
            )
            let late = try bring(placedAt: "2026-10-05T00:00:01Z")["rejectedRows"]?.elements?.first
            let error = late?["errors"]?.elements?.first
            #expect(error?["field"] == "placedAt")
            #expect(
                error?["detail"]
                    == "lies after a refund of the order, 2026-10-05T00:00:00.000Z"
            )
            #expect(try bring(placedAt: "2026-10-05T00:00:00Z")["updated"] == 1)
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
            _ = try Self.bring(Self.files[2], to: client)
            #expect(try client.get("/v1/orders/1").json["outstanding"] == "40.00")
        }
    }

    @Test func `refunds from a file count like those that are made one by one`() throws {
        try withServer { one in
            try withServer { other in
                let details = #"""
                    "placedAt": "2026-11-01T00:00:00Z", "lines": [
                     {"sku": "A", "quantity": 10, "unitPrice": "3", "unitCost": "1.01",
                      "discount": "1"},
                     {"sku": "A", "quantity": 1, "unitPrice": "5", "unitCost": "2"}]
                    """#
                for client in [one, other] {
                    try client.customer()
                    for number in 1...3 {
                        try client.create(
                            "/v1/orders",
                            #"{"customerId": 1, "externalId": "O-\#(number)", \#(details)}"#
                        )
                    }
                    try client.create("/v1/payments", #"{"orderId": 2, "amount": "30"}"#)
                }
                let file = File(
                    kind: "refunds",
                    text: """
                        orderExternalId,kind,amount,lines.0.sku,lines.0.quantity,reason,refundedAt
                        O-1,refund,,A,3,broken,2026-11-02T00:00:00Z
                        O-1,,,A,8,broken,2026-11-03T00:00:00Z
                        O-2,,4,,,late,2026-11-04T00:00:00Z
                        O-3,cancellation,,,,late,2026-11-23T02:00:00Z

                        """,
                    first: [4, 0, 0, 0],
                    second: [],
                    fields: []
                )
                #expect(Self.counts(try Self.bring(file, to: one)) == file.first)
                for (order, members) in [
                    (1, #""lines": [{"sku": "A", "quantity": 3}], "reason": "broken""#),
                    (1, #""lines": [{"sku": "A", "quantity": 8}], "reason": "broken""#),
                    (2, #""amount": "4", "reason": "late""#),
                ] {
                    let day = try other.all("/v1/refunds").count + 2
                    try other.create(
                        "/v1/orders/\(order)/refunds",
                        #"{\#(members), "refundedAt": "2026-11-0\#(day)T00:00:00Z"}"#
                    )
                }
                _ = try other.post("/v1/orders/3/cancel", #"{"reason": "late"}"#)
                for list in ["/v1/refunds?sort=id", "/v1/orders?sort=id"] {
                    #expect(try one.all(list) == other.all(list), "\(list)")
                }
                #expect(try one.get("/v1/orders/2").json["outstanding"] == "0.00")
                for client in [one, other] {
                    let findings = try client.service.database.read { try DerivedCheck.run($0) }
                    #expect(findings == [])
                }
            }
        }
    }

    struct Refused: CustomTestStringConvertible {
        let columns: String
        let row: String
        /// The same as members of a body.
        let members: String

        var testDescription: String { "\(columns): \(row)" }
    }

    static let refused = [
        Refused(
            columns: "lines.0.sku,lines.0.quantity",
            row: "A,5",
            members: #", "lines": [{"sku": "A", "quantity": 5}]"#
        ),
        Refused(
            columns: "lines.0.sku,lines.0.quantity",
            row: "B,1",
            members: #", "lines": [{"sku": "B", "quantity": 1}]"#
        ),
        Refused(columns: "amount", row: "12.01", members: #", "amount": "12.01""#),
        Refused(columns: "amount", row: "0", members: #", "amount": "0""#),
        Refused(columns: "amount", row: "", members: ""),
    ]

    @Test(arguments: refused)
    func `a file is refused what a request is refused, in the same words`(
        _ one: Refused
    ) throws {
        try withServer { client in
            try client.customer()
            try client.create(
                "/v1/orders",
                #"""
                {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z",
                 "lines": [{"sku": "A", "quantity": 4, "unitPrice": "3"}]}
                """#
            )
            let file = File(
                kind: "refunds",
                text: """
                    orderId,reason,refundedAt,\(one.columns)
                    1,x,2026-11-02T00:00:00Z,\(one.row)
                    """,
                first: [],
                second: [],
                fields: []
            )
            let answer = try client.post(
                "/v1/orders/1/refunds",
                #"{"reason": "x", "refundedAt": "2026-11-02T00:00:00Z"\#(one.members)}"#
            )
            #expect(answer.status >= 400)
            let rows = try Self.bring(file, to: client).json["rejectedRows"]?.elements ?? []
            #expect(rows.count == 1)
            #expect(rows.first?["line"] == 2)
            let told = (rows.first?["errors"]?.elements ?? []).map {
                [$0["pointer"]?.string, $0["detail"]?.string]
            }
            let asked = (answer.json["errors"]?.elements ?? []).map {
                [$0["pointer"]?.string, $0["detail"]?.string]
            }
            #expect(!told.isEmpty)
            #expect(told == asked)
        }
    }

    @Test func `products from a file keep what a row leaves out`() throws {
        try withServer { client in
            _ = try Self.bring(Self.files[0], to: client)
            #expect(
                try client.get("/v1/products/1").json == [
                    "id": 1, "sku": "T-1", "name": "茉莉花茶", "category": "茶叶",
                    "unitPrice": "20.00", "unitCost": "9.00", "launchedOn": "2026-10-20",
                    "expectedLifeDays": 365, "version": 2,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.all("/v1/products").count == 2)
        }
    }

    @Test func `orders from a file have lines, costs, discounts and terms`() throws {
        try withServer { client in
            let file = File(
                kind: "orders",
                text: """
                    customerExternalId,externalId,placedAt,terms,dueAt,channel,lines.0.sku,\
                    lines.0.quantity,lines.0.unitPrice,lines.0.unitCost,lines.0.discount,\
                    lines.1.sku,lines.1.quantity,lines.1.unitPrice,lines.1.unitCost,lines.1.discount
                    A,O-1,2026-11-01,credit,2026-12-01,shop,tea,2,10.00,4.00,1.00,cup,1,5,2,
                    A,O-2,2026-11-01,credit,2026-12-01,shop,tea,2,10.00,4.00,20.01,,,,,

                    """,
                first: [1, 0, 0, 1],
                second: [],
                fields: []
            )
            let answer = try Self.bring(file, to: client)
            #expect(Self.counts(answer) == file.first)
            let error = answer.json["rejectedRows"]?[0]?["errors"]?[0]
            #expect(error?["field"] == "lines.0.discount")
            let order = try client.get("/v1/orders/1").json
            #expect(order["total"] == "24.00")
            #expect(order["cost"] == "10.00")
            #expect(order["terms"] == "credit")
            #expect(order["dueAt"] == "2026-11-30T16:00:00.000Z")
            #expect(order["lines"]?[0]?["discount"] == "1.00")
            #expect(order["lines"]?[1]?["unitCost"] == "2.00")
        }
    }

    @Test func `customers from a file have a credit limit`() throws {
        try withServer { client in
            let file = File(
                kind: "customers",
                text: "kind,name,externalId,creditLimit\nenterprise,x,A,5000\nenterprise,y,B,-1\n",
                first: [1, 0, 0, 1],
                second: [],
                fields: []
            )
            let answer = try Self.bring(file, to: client)
            #expect(Self.counts(answer) == file.first)
            let error = answer.json["rejectedRows"]?[0]?["errors"]?[0]
            #expect(error?["field"] == "creditLimit")
            #expect(try client.get("/v1/customers/1").json["creditLimit"] == "5000.00")
        }
    }

    @Test func `products and refunds come as lines of JSON, too`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let order = #"""
                {"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "externalId": "O-1",
                 "lines": [{"sku": "tea", "quantity": 10, "unitPrice": "10"}]}
                """#
            try client.create("/v1/orders", order)
            for (kind, lines, counts) in [
                ("products", [#"{"sku": "tea", "name": "x"}"#, #"{"sku": "tea"}"#], [1, 0, 0, 1]),
                (
                    "refunds",
                    [
                        #"{"orderExternalId": "O-1", "lines": [{"sku": "tea", "quantity": 2}], "#
                            + #""reason": "x", "refundedAt": "2026-11-02", "externalId": "R-1"}"#,
                        #"{"orderId": 1, "amount": 5, "reason": "x", "refundedAt": "2026-11-02"}"#,
                        #"{"orderId": 1, "amount": "5", "reason": "x", "refundedAt": "2026-11-02"}"#,
                    ],
                    [2, 0, 0, 1]
                ),
            ] as [(String, [String], [Int])] {
                let answer = try client.send(
                    "POST",
                    "/v1/imports/\(kind)",
                    [:],
                    Array(lines.joined(separator: "\n").utf8),
                    type: "application/x-ndjson"
                )
                #expect(Self.counts(answer) == counts, "\(answer)")
            }
            #expect(try client.get("/v1/orders/1").json["refunded"] == "25.00")
        }
    }
}
