// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

@Suite struct ExpenseTests {
    private static let path = "/v1/expenses"

    private static func body(_ members: String) -> String {
        #"{"spentAt": "2026-11-20T00:00:00Z", "purpose": "dinner", \#(members)}"#
    }

    private static let refused = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        Case("no such expense", "GET", path + "/1", is: 404, "not-found"),
        .refused("nothing", "POST", path, "{}", "/amount", "/spentAt", "/purpose"),
        Case(
            "no customer",
            "POST",
            path,
            body(#""amount": "1""#),
            is: 422,
            "customer-missing",
            pointers: ["/customerId", "/customerExternalId"]
        ),
        .refused(
            "a stranger",
            "POST",
            path,
            body(#""amount": "1", "customerId": 9"#),
            "/customerId"
        ),
        .refused("a number", "POST", path, body(#""amount": 1, "customerId": 1"#), "/amount"),
        .refused(
            "a negative sum",
            "POST",
            path,
            body(#""amount": "-1", "customerId": 1"#),
            "/amount"
        ),
        .refused("no sum", "POST", path, body(#""amount": "0", "customerId": 1"#), "/amount"),
        .refused(
            "the future",
            "POST",
            path,
            #"{"customerId": 1, "amount": "1", "spentAt": "2027-01-01T00:00:00Z", "purpose": "x"}"#,
            "/spentAt"
        ),
        .refused("another order", query: path + "?sort=amount", "sort"),
    ]

    @Test func `POST refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `POST records an expense, and GET reads it`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let answer = try client.as(.manager).post(
                Self.path,
                Self.body(#""customerExternalId": "A", "amount": "20.5", "externalId": "E-1""#)
            )
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/expenses/1")
            #expect(
                answer.json == [
                    "id": 1, "customerId": 1, "externalId": "E-1", "amount": "20.50",
                    "spentAt": "2026-11-20T00:00:00.000Z", "purpose": "dinner", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/expenses/1").json == answer.json)
            #expect(try client.lastEvent()?["action"] == "expense.recorded")
            let again = try client.post(
                Self.path,
                Self.body(#""customerId": 1, "amount": "1", "externalId": "E-1""#)
            )
            #expect(again.problem == "duplicate")
            #expect(again.json["existing"] == "/v1/expenses/1")
        }
    }

    private static let reverse = path + "/1/reverse"
    private static let mistake = #"{"reason": "typed twice"}"#

    private static let irreversible = [
        Case("no token", "POST", reverse, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", reverse, mistake, by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", reverse, "", is: 400, "malformed-body"),
        Case("another method", "GET", reverse, is: 405, "method-not-allowed"),
        Case("no such expense", "POST", path + "/9/reverse", mistake, is: 404, "not-found"),
        .refused("no reason", "POST", reverse, "{}", "/reason"),
        .refused("an empty one", "POST", reverse, #"{"reason": ""}"#, "/reason"),
        .refused("a part", "POST", reverse, #"{"reason": "x", "amount": "1"}"#, "/amount"),
    ]

    @Test func `an expense by mistake is taken back once, by another`() throws {
        try withServer { client in
            try client.customer()
            try client.create(
                Self.path,
                Self.body(#""customerId": 1, "amount": "30", "externalId": "E-1""#)
            )
            try client.check(Self.irreversible)
            let first = try client.get(Self.path + "/1").json
            let answer = try client.as(.manager).post(Self.reverse, Self.mistake)
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/expenses/2")
            #expect(
                answer.json == [
                    "id": 2, "customerId": 1, "amount": "-30.00",
                    "spentAt": "2026-11-20T00:00:00.000Z", "purpose": "dinner", "reversesId": 1,
                    "reason": "typed twice", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.get(Self.path + "/2").json == answer.json)
            #expect(try client.get(Self.path + "/1").json == first)
            let event = try client.lastEvent()
            #expect(event?["action"] == "expense.reversed")
            #expect(event?["subject"] == ["type": "expense", "id": 2])
            #expect(try client.get(Self.path + "?customerId=1&sort=id").ids == [1, 2])

            let again = try client.post(Self.reverse, Self.mistake)
            #expect(again.status == 409)
            #expect(again.problem == "expense-reversed")
            #expect(again.json["existing"] == "/v1/expenses/2")
            let back = try client.post(Self.path + "/2/reverse", Self.mistake)
            #expect(back.problem == "not-allowed-now")
            // Its number stays with the first, and a file that tells of it again changes nothing.
            let file =
                "customerId,externalId,amount,spentAt,purpose\n"
                + "1,E-1,30,2026-11-20T00:00:00Z,dinner\n"
            let imported = try client.send(
                "POST",
                "/v1/imports/expenses",
                [:],
                Array(file.utf8),
                type: "text/csv"
            )
            #expect(imported.json["unchanged"] == 1)
            #expect(try client.get(Self.path + "?sort=id").ids == [1, 2])
        }
    }

    @Test func `what was taken back counts no more from then on, and as of before as it did`()
        throws
    {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for customer in 1...2 {
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": \#(customer), "placedAt": "2026-11-01T00:00:00Z", "total": "100"}
                    """#
                )
                try client.create(
                    Self.path,
                    Self.body(#""customerId": \#(customer), "amount": "30""#)
                )
            }
            func profit(_ asOf: String) throws -> String? {
                try client.get("/v1/customers/1/tier?asOf=\(asOf)").json["profit"]?.string
            }
            _ = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(try profit("2026-11-23") == "70.00")
            // Taken back on the 24th, whose start has not seen it.
            client.clock.advance(hours: 24)
            try client.create(Self.reverse, Self.mistake)
            let same = try client.runTiers(#"{"asOf": "2026-11-24"}"#)
            #expect(same["basisRunId"] == 1)
            #expect(try profit("2026-11-24") == "70.00")
            client.clock.advance(hours: 24)
            // No row is new since the run before; its end has passed over the reversal.
            let run = try client.runTiers(#"{"asOf": "2026-11-25"}"#)
            #expect(run["basisRunId"] == same["id"])
            #expect(run["customersRead"] == 1)
            #expect(try profit("2026-11-25") == "100.00")
            #expect(try client.get("/v1/customers/2/tier").json["profit"] == "70.00")
            let reasons = try client.get("/v1/customers/1/tier").json["reasons"]?.elements
            #expect(reasons?.contains { $0["code"] == "sales-expense" } == false)
            let whole = try client.runTiers(#"{"asOf": "2026-11-25", "scope": "all"}"#)
            #expect(whole["tiers"] == run["tiers"])
            #expect(try profit("2026-11-25") == "100.00")
            // As of the day before it is what it was, however late that is asked.
            _ = try client.runTiers(#"{"asOf": "2026-11-24", "scope": "all"}"#)
            #expect(try profit("2026-11-24") == "70.00")
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    @Test func `a warning of expense holds no more once the expense is taken back`() throws {
        try withServer { client in
            try client.customer()
            _ = try client.put("/v1/plans/1/2026-11", #"{"expenseBudget": "20.00"}"#)
            try client.create(Self.path, Self.body(#""customerId": 1, "amount": "30""#))
            try client.service.runJobs()
            func warning() throws -> JSON? {
                try client.get("/v1/warnings?kind=sales-expense").items.first
            }
            #expect(try warning()?["holds"] == true)
            // In another period than it was spent in.
            client.clock.advance(hours: 24 * 20)
            try client.create(Self.reverse, Self.mistake)
            try client.service.runJobs()
            let after = try warning()
            #expect(after?["holds"] == false)
            #expect(after?["status"] == "open")
        }
    }

    @Test func `what an expense took of a budget is there again`() throws {
        try withServer { client in
            try client.customer()
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "1000"}"#
            )
            _ = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            func budget() throws -> [JSON?] {
                let found = try client.get("/v1/customers/1/entitlements").json
                return ["spent", "budgetLeft"].map { found[$0] }
            }
            let before = try budget()
            try client.create(Self.path, Self.body(#""customerId": 1, "amount": "30""#))
            let less = try budget()
            #expect(less != before)
            try client.create(Self.reverse, Self.mistake)
            client.clock.advance(hours: 1)
            #expect(try budget() == before)
        }
    }

    @Test func `merged and parted, what takes back stays with what it takes back`() throws {
        try withServer { client in
            for _ in 1...3 { try client.customer() }
            for customer in 1...3 {
                try client.create(
                    Self.path,
                    Self.body(#""customerId": \#(customer), "amount": "30""#)
                )
            }
            // A chain: three into two into one.
            for (kept, duplicate) in [(2, 3), (1, 2)] {
                let merged = try client.post(
                    "/v1/customers/\(kept)/merge",
                    #"{"duplicateId": \#(duplicate)}"#
                )
                #expect(merged.status == 200)
            }
            let answer = try client.post(Self.path + "/3/reverse", Self.mistake)
            #expect(answer.json["customerId"] == 1)
            for (kept, duplicate) in [(1, 2), (2, 3)] {
                let parted = try client.post(
                    "/v1/customers/\(kept)/unmerge",
                    #"{"duplicateId": \#(duplicate)}"#
                )
                #expect(parted.status == 200)
            }
            for (customer, ids) in [(1, [1]), (2, [2]), (3, [3, 4])] {
                let list = try client.get(Self.path + "?customerId=\(customer)&sort=id")
                #expect(list.ids == ids, "\(customer)")
            }
        }
    }

    private static let filters: [(query: String, ids: [Int])] = [
        ("", [2, 3, 1]), ("sort=spentAt", [1, 3, 2]), ("sort=-id", [3, 2, 1]),
        ("customerId=1", [2, 1]), ("since=2026-11-12&until=2026-11-18", [3]),
    ]

    @Test func `GET filters and sorts`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for (customer, day) in [(1, 10), (1, 20), (2, 15)] {
                try client.create(
                    Self.path,
                    #"""
                    {"customerId": \#(customer), "amount": "1", "purpose": "x",
                     "spentAt": "2026-11-\#(day)T00:00:00Z"}
                    """#
                )
            }
            for (query, ids) in Self.filters {
                let all = try client.all("\(Self.path)?\(query)", limit: 1)
                #expect(all.compactMap { $0["id"]?.integer } == ids, "\(query)")
            }
        }
    }

    @Test func `expense is subtracted from the profit of a tier`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "100"}"#
            )
            for customer in 1...2 {
                try client.create(
                    Self.path,
                    Self.body(#""customerId": \#(customer), "amount": "30""#)
                )
            }
            _ = try client.runTiers()
            let first = try client.get("/v1/customers/1/tier").json
            #expect(first["profit"] == "70.00")
            #expect(first["amount"] == "100.00")
            #expect(
                first["reasons"]?.elements?.last == [
                    "code": "sales-expense", "text": "sales expense of 30.00 is subtracted",
                ]
            )
            let second = try client.get("/v1/customers/2/tier").json
            #expect(second["profit"] == "-30.00")
            #expect(second["tier"] == "small")
        }
    }
}
