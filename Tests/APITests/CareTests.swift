// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// What customers may become (M23), are entitled to (M25), and when to let go (M24).
@Suite struct CareTests {
    private static let policy = "/v1/care-policy"
    private static let potential = "/v1/customers/1/potential"
    private static let entitlements = "/v1/customers/1/entitlements"

    /// A policy whose six terms have these contacts, hours, budgets and prepayments.
    private static func rules(
        _ contacts: [Int] = [24, 12, 12, 6, 4, 1],
        hours: [Int] = [40, 40, 8, 8, 1, 1],
        budgets: [Int] = [900, 500, 300, 200, 9, 0],
        prepaid: [Bool] = [false, false, false, false, false, true],
        channel: String = "phone",
        leaving: Int? = nil
    ) -> String {
        let pairs = ["key", "ordinary", "small"].flatMap { tier in
            ["has", "lacks"].map { #""tier": "\#(tier)", "potential": "\#($0)""# }
        }
        let terms = pairs.indices.filter { $0 != leaving }.map { place in
            #"""
            {\#(pairs[place]), "programme": "p\#(place)", "channel": "\#(channel)",
             "serviceHours": \#(hours[place]), "contactsPerYear": \#(contacts[place]),
             "promotionBudget": "\#(budgets[place])", "prepayment": \#(prepaid[place])}
            """#
        }
        return #"""
            {"leastGap": 0.2, "leastGrowth": 0.1, "overdueDays": 30,
             "terms": [\#(terms.joined(separator: ", "))]}
            """#
    }

    private static func senseless(_ name: String, _ body: String, _ pointers: String...) -> Case {
        Case(name, "PUT", policy, body, is: 422, "inverted-policy", pointers: pointers)
    }

    private static let refused = [
        Case("no token", "GET", policy, by: nil, is: 401, "unauthorized"),
        Case("an agent's policy", "PUT", policy, rules(), by: .agent, is: 403, "forbidden"),
        .refused(
            "nothing",
            "PUT",
            policy,
            "{}",
            "/leastGap",
            "/leastGrowth",
            "/overdueDays",
            "/terms"
        ),
        senseless("terms that are missing", rules(leaving: 2), "/terms"),
        senseless(
            "more for ordinary customers than for key ones",
            rules([24, 12, 25, 6, 4, 1]),
            "/terms/2/contactsPerYear"
        ),
        senseless(
            "more without potential than with it",
            rules(budgets: [900, 901, 300, 200, 9, 10]),
            "/terms/1/promotionBudget",
            "/terms/5/promotionBudget"
        ),
        senseless(
            "longer service",
            rules(hours: [1, 1, 8, 8, 1, 1]),
            "/terms/2/serviceHours",
            "/terms/3/serviceHours"
        ),
        senseless(
            "prepayment of key customers alone",
            rules(prepaid: [true, false, false, false, false, false]),
            "/terms/2/prepayment"
        ),
        senseless(
            "nobody met face to face",
            rules([4, 3, 2, 1, 1, 0], channel: "face-to-face"),
            "/terms/5/contactsPerYear"
        ),
        Case("nobody", "GET", "/v1/customers/9/potential", is: 404, "not-found"),
        Case("nobody's", "GET", "/v1/customers/9/entitlements", is: 404, "not-found"),
        Case("no tier yet", "GET", entitlements, is: 404, "no-tier-yet"),
        .future("the future", query: potential + "?asOf=2026-11-24"),
        .future("a future's", query: entitlements + "?asOf=2026-11-24"),
        Case("no candidate", "GET", "/v1/ending-candidates/9", is: 404, "not-found"),
        Case("none to end", "POST", "/v1/ending-candidates/9/end", "{}", is: 404, "not-found"),
        Case("an agent's list", "GET", "/v1/ending-candidates", by: .agent, is: 403, "forbidden"),
        Case("another method", "POST", entitlements, "{}", is: 405, "method-not-allowed"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
            let old = try client.put(Self.policy, Self.rules(), ["if-match": "\"9.x\""])
            #expect(old.status == 412)
        }
    }

    @Test func `the policy is the method's until another is put`() throws {
        try withServer { client in
            let first = try client.as(.manager).get(Self.policy).json
            #expect(first["version"] == 1)
            #expect(first["terms"]?.elements?.count == 6)
            // What is served can be put again, and says nothing new.
            var members = first.members ?? []
            members.removeAll { $0.name == "version" }
            #expect(try client.put(Self.policy, JSON.object(members).text).json["version"] == 1)
            let put = try client.as(.manager).put(Self.policy, Self.rules())
            #expect(put.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "care-policy.changed")
            #expect(try client.put(Self.policy, Self.rules()).json["version"] == 2)
        }
    }

    @discardableResult
    private static func order(
        _ client: TestClient,
        _ total: String,
        _ at: String,
        _ members: String = "",
        of customer: Int = 1
    ) throws -> Int {
        try client.create(
            "/v1/orders",
            #"""
            {"customerId": \#(customer), "placedAt": "\#(at)T00:00:00Z", "total": "\#(total)"\#(members)}
            """#
        )
    }

    private static func signs(_ client: TestClient, _ asOf: String = "") throws -> [String?] {
        let found = try client.as(.reader).get(potential + asOf).json
        return [found["potential"]?.string]
            + (found["evidence"]?.elements ?? []).map { $0["speaks"]?.string }
    }

    @Test func `potential is need, growth and payment, with what speaks for each`() throws {
        try withServer { client in
            try client.customer()
            try client.create("/v1/products", #"{"sku": "T", "name": "t", "category": "tea"}"#)
            #expect(try Self.signs(client) == ["lacks", "unknown", "unknown", "unknown"])
            // The window of twelve months begins on 2025-11-23.
            try Self.order(client, "100", "2025-06-01")
            try Self.order(client, "109.99", "2026-01-10")
            #expect(try Self.signs(client) == ["lacks", "unknown", "against", "unknown"])
            try Self.order(client, "0.01", "2026-01-11")
            #expect(try Self.signs(client) == ["has", "unknown", "for", "unknown"])
            // A window earlier there was nothing before.
            #expect(
                try Self.signs(client, "?asOf=2026-01-11") == [
                    "lacks", "unknown", "unknown", "unknown",
                ]
            )
            let credit = #", "terms": "credit", "dueAt": "2026-10-01T00:00:00Z""#
            let invoice = try Self.order(client, "50", "2026-09-01", credit)
            #expect(try Self.signs(client) == ["lacks", "unknown", "for", "against"])
            try client.create(
                "/v1/payments",
                #"{"orderId": \#(invoice), "amount": "50", "paidAt": "2026-11-20T00:00:00Z"}"#
            )
            let paid = try client.get(Self.potential).json
            #expect(paid["potential"] == "has")
            let payment = paid["evidence"]?.elements?.last
            #expect(
                payment?["text"]?.string?.hasPrefix("of 1 invoices 1 were paid late or not yet")
                    == true
            )
            // Before it was paid it was overdue.
            #expect(try Self.signs(client, "?asOf=2026-11-19")[3] == "against")
            #expect(try Self.signs(client, "?asOf=2026-10-15")[3] == "for")
            // Of 1,000 needed 800 are enough to leave a fifth, 801 are not.
            for (amount, sign) in [("800", "for"), ("1", "against")] {
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": 1, "placedAt": "2026-11-02T00:00:00Z",
                     "lines": [{"sku": "T", "quantity": 1, "unitPrice": "\#(amount)"}]}
                    """#
                )
                _ = try client.put(
                    "/v1/customers/1/category-spend/tea",
                    #"{"amount": "1000", "per": "year", "source": "surveyed", "asOf": "2026-11-01"}"#
                )
                #expect(try Self.signs(client)[1] == sign)
            }
        }
    }

    @Test func `an invoice that is not paid speaks, however old it is`() throws {
        try withServer { client in
            try client.customer()
            let credit = #", "terms": "credit", "dueAt": "2023-02-01T00:00:00Z""#
            let first = try Self.order(client, "50", "2023-01-01", credit)
            #expect(try Self.signs(client)[3] == "against")
            try client.create(
                "/v1/payments",
                #"{"orderId": \#(first), "amount": "50", "paidAt": "2026-11-20T00:00:00Z"}"#
            )
            // Once it is paid it is past, and so is one of which nothing is left.
            #expect(try Self.signs(client)[3] == "unknown")
            #expect(try Self.signs(client, "?asOf=2026-11-19")[3] == "against")
            try client.customer()
            let second = try Self.order(client, "50", "2023-01-02", credit, of: 2)
            try client.create(
                "/v1/orders/\(second)/refunds",
                #"{"amount": "50", "reason": "x", "refundedAt": "2023-03-01T00:00:00Z"}"#
            )
            client.clock.advance(hours: 1)
            let left = try client.get("/v1/customers/2/potential").json["evidence"]?.elements
            #expect(left?.last?["speaks"] == "unknown")
        }
    }

    @Test func `growth leaves out what was cancelled, in the window before as well`() throws {
        try withServer { client in
            try client.customer()
            let before = try Self.order(client, "100", "2025-06-01")
            try Self.order(client, "60", "2025-07-01")
            try Self.order(client, "109.99", "2026-01-10")
            #expect(try Self.signs(client)[2] == "against")
            let cancelled = try client.post("/v1/orders/\(before)/cancel", #"{"reason": "x"}"#)
            #expect(cancelled.status == 200)
            client.clock.advance(hours: 1)
            #expect(try Self.signs(client)[2] == "for")
            // As of the instant at which it was cancelled it stood yet.
            #expect(try Self.signs(client, "?asOf=2026-11-23T02:00:00Z")[2] == "against")
        }
    }

    @Test func `one call tells what a customer is entitled to, and why`() throws {
        try withServer { client in
            for (total, name) in [("80", "a"), ("15", "b"), ("5", "c")] {
                let id = try client.customer(name)
                try Self.order(client, total, "2026-11-01", of: id)
            }
            try Self.order(client, "10", "2025-06-01", of: 2)
            _ = try client.runTiers()
            client.clock.advance(hours: 1)
            _ = try client.put(Self.policy, Self.rules())
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 2, "amount": "120", "purpose": "x", "spentAt": "2026-11-20T00:00:00Z"}
                """#
            )
            let second = try client.as(.reader).get("/v1/customers/2/entitlements").json
            #expect(second["tier"] == "ordinary")
            #expect(second["potential"] == "has")
            #expect(second["programme"] == "p2")
            #expect(second["contactsPerYear"] == 12)
            #expect(second["promotionBudget"] == "300.00")
            #expect(second["spent"] == "120.00")
            #expect(second["budgetLeft"] == "180.00")
            #expect(second["prepayment"] == false)
            #expect(second["policyVersion"] == 2)
            #expect(second["runId"] == 1)
            #expect(second["tierReasons"]?.elements?.first?["code"] == "middle-of-profit")
            #expect(second["evidence"]?.elements?.count == 3)
            let third = try client.get("/v1/customers/3/entitlements").json
            #expect(third["programme"] == "p5")
            #expect(third["prepayment"] == true)
            // When the run was made another policy was in force.
            let then = try client.get("/v1/customers/3/entitlements?asOf=2026-11-23T02:00:00Z").json
            #expect(then["policyVersion"] == 1)
            #expect(then["programme"]?.string?.hasPrefix("lower the cost") == true)
        }
    }

    // MARK: - Endings

    /// A customer that costs more than it brings, one that does not pay, and a small one.
    private static func withCandidates(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            try client.staff(2)
            for name in ["loss", "debtor", "small", "good"] { try client.customer(name) }
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 1, "amount": "7", "purpose": "x", "spentAt": "2026-11-20T00:00:00Z"}
                """#
            )
            let credit = #", "terms": "credit", "dueAt": "2026-10-01T00:00:00Z""#
            try order(client, "50", "2026-09-01", credit, of: 2)
            try order(client, "1", "2026-09-01", of: 3)
            try order(client, "500", "2026-09-01", of: 4)
            _ = try client.runTiers()
            try body(client)
        }
    }

    private static let list = "/v1/ending-candidates"

    @Test func `the rule proposes, and being small is no ground`() throws {
        try Self.withCandidates { client in
            let found = try client.as(.manager).get(Self.list).items
            #expect(found.map { $0["customerId"] } == [1, 2])
            #expect(found[0]["loss"] == "7.00")
            #expect(found[0]["reasons"]?.elements?.map { $0["code"] } == ["negative-profit"])
            #expect(found[1]["overdue"] == "50.00")
            #expect(found[1]["overdueSince"] == "2026-10-01T00:00:00.000Z")
            #expect(found[1]["reasons"]?.elements?.map { $0["code"] } == ["bad-credit"])
            #expect(try client.get("/v1/customers/1").json["lifecycle"] == "prospect")
            let proposed = try client.feed().filter { $0["action"] == "ending-candidate.proposed" }
            #expect(proposed.count == 2)
            // Another run finds the same, and says nothing.
            _ = try client.runTiers()
            #expect(try client.get(Self.list).items == found)
            // What was paid is no ground any more.
            try client.create("/v1/payments", #"{"orderId": 1, "amount": "50"}"#)
            _ = try client.runTiers()
            #expect(try client.get(Self.list + "?status=withdrawn").items.map { $0["id"] } == [2])
            #expect(try client.get(Self.list + "?status=proposed&customerId=1").ids == [1])
        }
    }

    @Test func `a debtor with prospects is no candidate`() throws {
        try withServer { client in
            try client.create("/v1/products", #"{"sku": "T", "name": "t", "category": "tea"}"#)
            for _ in 1...4 { try client.customer() }
            let credit = #", "terms": "credit", "dueAt": "2026-10-01T00:00:00Z""#
            // The first grows, the second needs more, the third shrinks, of the fourth none is known.
            try Self.order(client, "100", "2025-06-01", of: 1)
            try Self.order(client, "200", "2025-06-01", of: 3)
            for customer in 1...4 {
                try Self.order(client, "150", "2026-09-01", credit, of: customer)
            }
            _ = try client.put(
                "/v1/customers/2/category-spend/tea",
                #"{"amount": "1000", "per": "year", "source": "stated", "asOf": "2026-11-01"}"#
            )
            for customer in 1...2 {
                let found = try client.get("/v1/customers/\(customer)/potential").json
                #expect(found["potential"] == "lacks")
                let signs = found["evidence"]?.elements?.map { $0["speaks"] } ?? []
                #expect(signs.count == 3)
                #expect(signs.prefix(2).contains("for"))
                #expect(signs.last == "against")
            }
            _ = try client.runTiers()
            let found = try client.get(Self.list + "?status=proposed").items
            #expect(found.map { $0["customerId"] } == [3, 4])
            let text = found.first?["reasons"]?.elements?.first?["text"]?.string
            #expect(text?.hasSuffix("neither need nor growth speaks for the customer") == true)
            // Won back by growth, a proposal is taken back.
            try Self.order(client, "500", "2026-11-01", of: 3)
            _ = try client.runTiers()
            #expect(
                try client.get(Self.list + "?status=proposed").items.map { $0["customerId"] } == [4]
            )
        }
    }

    @Test func `a person decides, with a reason`() throws {
        try Self.withCandidates { client in
            let end = Self.list + "/1/end"
            let unsigned = "decision-unsigned"
            try client.check([
                Case(
                    "nothing",
                    "POST",
                    end,
                    "{}",
                    is: 422,
                    unsigned,
                    pointers: ["/deciderId", "/reason"]
                ),
                Case(
                    "no person",
                    "POST",
                    end,
                    #"{"reason": "x"}"#,
                    is: 422,
                    unsigned,
                    pointers: ["/deciderId"]
                ),
                Case(
                    "no reason",
                    "POST",
                    end,
                    #"{"deciderId": 1}"#,
                    is: 422,
                    unsigned,
                    pointers: ["/reason"]
                ),
                .refused("nobody", "POST", end, #"{"deciderId": 9, "reason": "x"}"#, "/deciderId"),
                .refused("a blank", "POST", end, #"{"deciderId": 1, "reason": " "}"#, "/reason"),
                Case("an agent", "POST", end, "{}", by: .agent, is: 403, "forbidden"),
            ])
            let ended = try client.as(.manager).post(
                end,
                #"{"deciderId": 2, "reason": "costs more than it brings"}"#
            )
            #expect(ended.json["status"] == "ended")
            #expect(ended.json["deciderId"] == 2)
            #expect(try client.get("/v1/customers/1").json["lifecycle"] == "lost")
            #expect(
                try client.post(end, #"{"deciderId": 2, "reason": "x"}"#).problem
                    == "not-allowed-now"
            )
            // Whose token belongs to a person signs by it.
            let token = try client.post(
                "/v1/tokens",
                #"{"name": "m", "role": "manager", "owner": "x", "staffId": 1}"#
            )
            let own = client.with(token: try #require(token.json["token"]?.string))
            let kept = try own.post(Self.list + "/2/keep", #"{"reason": "an old friend"}"#)
            #expect(kept.json["status"] == "kept")
            #expect(kept.json["deciderId"] == 1)
            // Neither is proposed again.
            _ = try client.runTiers()
            #expect(try client.get(Self.list + "?status=proposed").items.isEmpty)
            // Once won back, whoever costs more than it brings is.
            let back = #"{"lifecycle": "active", "reason": "came back"}"#
            #expect(try client.post("/v1/customers/1/lifecycle", back).status == 200)
            _ = try client.runTiers()
            let again = try client.get(Self.list + "?status=proposed").items
            #expect(again.map { $0["customerId"] } == [1])
            #expect(again.map { $0["loss"] } == ["7.00"])
            #expect(try client.get(Self.list + "/1").json["status"] == "ended")
        }
    }
}
