// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Service
import TestSupport
import Testing

@Suite struct TierScopeTests {
    /// Forty customers with an order each, in the run in force.
    private static func withRun(_ body: (TestClient) throws -> Void) throws {
        try withServer { client in
            for number in 1...40 {
                try client.customer("\(number)", #""externalId": "C\#(number)""#)
                try order(client, number, "2026-11-01T00:00:00Z", "\(number)0.00")
            }
            let run = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(run["scope"] == "changed")
            #expect(run["basisRunId"] == nil)
            #expect(run["customersRead"] == 40)
            try body(client)
        }
    }

    private static func order(
        _ client: TestClient,
        _ customer: Int,
        _ at: String,
        _ total: String
    ) throws {
        try client.create(
            "/v1/orders",
            #"{"customerId": \#(customer), "placedAt": "\#(at)", "total": "\#(total)"}"#
        )
    }

    @Test func `reads those to whom something has happened, and ranks all`() throws {
        try Self.withRun { client in
            let again = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(again["basisRunId"] == 1)
            #expect(again["customersRead"] == 0)
            try Self.order(client, 1, "2026-11-02T00:00:00Z", "1000.00")
            try client.create(
                "/v1/expenses",
                #"""
                {"customerId": 2, "amount": "5", "spentAt": "2026-11-01T00:00:00Z", "purpose": "x"}
                """#
            )
            let run = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(run["basisRunId"] == 2)
            #expect(run["customersRead"] == 2)
            let first = try client.get("/v1/customers/1/tier").json
            #expect(first["amount"] == "1010.00")
            #expect(first["rank"] == 1)
            #expect(try client.get("/v1/customers/2/tier").json["profit"] == "15.00")
            #expect(try client.get("/v1/customers/40/tier").json["rank"] == 2)
        }
    }

    @Test func `reads those whose orders the window has left behind`() throws {
        try Self.withRun { client in
            try Self.order(client, 3, "2026-09-01T00:00:00Z", "77.00")
            let body = #"{"asOf": "2026-11-23", "windowMonths": 3}"#
            #expect(try client.runTiers(body)["customersRead"] == 1)
            let later = #"{"asOf": "2026-11-23", "windowMonths": 2}"#
            let run = try client.runTiers(later)
            #expect(run["customersRead"] == 1)
            #expect(try client.get("/v1/customers/3/tier").json["amount"] == "30.00")
        }
    }

    @Test func `reads all if it is asked to, or if a profit is another now`() throws {
        try Self.withRun { client in
            let asked = try client.runTiers(#"{"asOf": "2026-11-23", "scope": "all"}"#)
            #expect(asked["scope"] == "all")
            #expect(asked["basisRunId"] == nil)
            #expect(asked["customersRead"] == 40)
            _ = try client.put(
                "/v1/tier-policy",
                #"""
                {"windowMonths": 12, "keyShare": 0.8, "ordinaryShare": 0.95, "aShare": 0.8,
                 "bShare": 0.95, "margin": 0.5}
                """#
            )
            let run = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(run["basisRunId"] == nil)
            #expect(run["customersRead"] == 40)
            #expect(try client.get("/v1/customers/40/tier").json["profit"] == "200.00")
            let refused = try client.post("/v1/tier-runs", #"{"scope": "some"}"#)
            #expect(refused.pointers == ["/scope"])
        }
    }

    @Test func `a run of a past date is no basis`() throws {
        try Self.withRun { client in
            _ = try client.runTiers(#"{"asOf": "2026-11-10"}"#)
            try Self.order(client, 5, "2026-11-02T00:00:00Z", "1.00")
            let run = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            #expect(run["basisRunId"] == 1)
            #expect(run["customersRead"] == 1)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `whatever happened, finds what a run over all finds`(seed: UInt64) throws {
        try withServer { one in
            try withServer { other in
                var history = History(one: one, other: other, seed: seed)
                try history.begin()
                for _ in 0..<12 {
                    for _ in 0..<history.random(0...6) { try history.happen() }
                    try history.rank()
                }
                try history.compareStages()
                // It must have gone on from an earlier run, or nothing would have been shown.
                #expect(history.reused >= 5)
            }
        }
    }
}

/// The same random history in two services, of which the other reads all customers in each run.
private struct History {
    private let one: TestClient
    private let other: TestClient
    private var generator: SeededGenerator
    private var orders = 0
    private var customers = 0
    private var expenses = 0
    private var merged: [(kept: Int, duplicate: Int)] = []
    /// How many runs have taken over sums of some customers.
    private(set) var reused = 0

    init(one: TestClient, other: TestClient, seed: UInt64) {
        self.one = one
        self.other = other
        generator = SeededGenerator(seed: seed)
    }

    mutating func random(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &generator)
    }

    private mutating func customer() -> Int { random(1...customers) }

    /// An instant of the last hundred days.
    private mutating func past(days: Int = 100) -> String {
        let milliseconds = Int64(random(0...days * 24 * 60)) * 60_000
        return "\(one.clock.now.adding(milliseconds: -milliseconds))"
    }

    private mutating func money(_ most: Int = 900) -> String {
        "\(random(0...most)).\(random(10...99))"
    }

    /// Sends both the same, which they must take in the same way.
    @discardableResult
    private func send(
        _ method: String,
        _ target: String,
        _ body: String = "",
        type: String = "application/json"
    ) throws -> TestAnswer {
        let answers = try [one, other].map {
            try $0.send(method, target, [:], Array(body.utf8), type: type)
        }
        #expect(answers[0].status == answers[1].status, "\(method) \(target) \(body)")
        return answers[0]
    }

    mutating func begin() throws {
        for sku in ["tea", "cup"] {
            try send(
                "POST",
                "/v1/products",
                #"""
                {"sku": "\#(sku)", "name": "x", "category": "\#(sku)", "unitPrice": "9",
                 "launchedOn": "2026-10-20"}
                """#
            )
        }
        for _ in 1...40 { try addCustomer() }
        for _ in 1...90 { try addOrder() }
    }

    private mutating func addCustomer() throws {
        customers += 1
        try send(
            "POST",
            "/v1/customers",
            #"{"kind": "individual", "name": "x", "externalId": "C\#(customers)"}"#
        )
    }

    private mutating func addOrder() throws {
        let details =
            switch random(0...2) {
            case 0: #""total": "\#(money())""#
            case 1: #""lines": [{"sku": "tea", "quantity": 3, "unitPrice": "\#(money(90))"}]"#
            default:
                #"""
                "lines": [{"sku": "cup", "quantity": 2, "unitPrice": "\#(money(90))",
                 "unitCost": "\#(money(99))"}]
                """#
            }
        let answer = try send(
            "POST",
            "/v1/orders",
            #"""
            {"customerId": \#(customer()), "externalId": "O\#(orders + 1)",
             "placedAt": "\#(past())", \#(details)}
            """#
        )
        if answer.status == 201 { orders += 1 }
    }

    mutating func happen() throws {
        switch random(0...15) {
        case 0: try addCustomer()
        case 1, 2, 3: try addOrder()
        case 4: try send("POST", "/v1/orders/\(random(1...orders))/cancel", #"{"reason": "x"}"#)
        case 5:
            let pieces =
                switch random(0...2) {
                case 0: #""amount": "\#(random(1...30))""#
                case 1: #""lines": [{"sku": "tea", "quantity": 1}]"#
                default: #""lines": [{"sku": "cup", "quantity": 1}]"#
                }
            try send(
                "POST",
                "/v1/orders/\(random(1...orders))/refunds",
                #"{"reason": "x", \#(pieces)}"#
            )
        case 6, 7:
            if expenses > 0, random(0...2) == 0 {
                try send(
                    "POST",
                    "/v1/expenses/\(random(1...expenses))/reverse",
                    #"{"reason": "x"}"#
                )
                break
            }
            let answer = try send(
                "POST",
                "/v1/expenses",
                #"""
                {"customerId": \#(customer()), "amount": "\#(money(200))", "spentAt": "\#(past())",
                 "purpose": "x"}
                """#
            )
            if answer.status == 201 { expenses = answer.json["id"]?.integer ?? 0 }
        case 8: try importOrders()
        case 9: try merge()
        case 10: try part()
        case 11: try send("DELETE", "/v1/customers/\(customer())")
        case 12: try setPolicy()
        case 13:
            try send(
                "PUT",
                "/v1/customers/\(customer())/category-spend/\(["tea", "cup"][random(0...1)])",
                #"""
                {"amount": "\#(money())", "per": "quarter",
                 "source": "\#(["stated", "surveyed", "estimated"][random(0...2)])",
                 "asOf": "\#(past())"}
                """#
            )
        default: moveClock()
        }
    }

    /// Corrects an order that is known, hands it to another customer, or adds one.
    private mutating func importOrders() throws {
        try send(
            "POST",
            "/v1/imports/orders",
            """
            externalId,customerExternalId,placedAt,total
            O\(random(1...orders)),C\(customer()),\(past()),\(money())
            X\(random(1...9)),C\(customer()),\(past()),\(money())
            """,
            type: "text/csv"
        )
    }

    private mutating func merge() throws {
        let pair = (kept: customer(), duplicate: customer())
        let answer = try send(
            "POST",
            "/v1/customers/\(pair.kept)/merge",
            #"{"duplicateId": \#(pair.duplicate)}"#
        )
        if answer.status == 200 { merged.append(pair) }
    }

    private mutating func part() throws {
        guard let pair = merged.popLast() else { return }
        try send(
            "POST",
            "/v1/customers/\(pair.kept)/unmerge",
            #"{"duplicateId": \#(pair.duplicate)}"#
        )
    }

    private mutating func setPolicy() throws {
        try send(
            "PUT",
            "/v1/tier-policy",
            #"""
            {"windowMonths": \#(random(1...2)), "keyShare": 0.\#(random(5...7)),
             "ordinaryShare": 0.9, "aShare": 0.8, "bShare": 0.95, "margin": 0.\#(random(8...9)),
             "earlyAdopterDays": \#(random(10...40))}
            """#
        )
    }

    /// Mostly on, by up to ten days, and sometimes back.
    private mutating func moveClock() {
        let hours = random(-24...240)
        let now = one.clock.now.adding(milliseconds: Int64(hours) * 3_600_000)
        one.clock.set(now)
        other.clock.set(now)
    }

    /// Has both rank their customers, and compares what they found.
    mutating func rank() throws {
        var members = [#""asOf": "\#(past(days: random(0...3) == 0 ? 30 : 0))""#]
        if random(0...4) == 0 { members.append(#""windowMonths": \#(random(1...3))"#) }
        let shared = members.joined(separator: ", ")
        let run = try one.runTiers("{\(shared)}")
        let whole = try other.runTiers(#"{\#(shared), "scope": "all"}"#)
        #expect(run["status"] == "finished")
        #expect(whole["basisRunId"] == nil)
        if run["basisRunId"] != nil, run["customersRead"] != whole["customersRead"] { reused += 1 }
        for member in ["id", "asOf", "windowMonths", "tiers", "cutoffs"] {
            #expect(run[member] == whole[member], "\(member) of \(run)")
        }
        let asOf = run["asOf"]?.string ?? ""
        for list in [
            "/v1/tiers?asOf=\(asOf)", "/v1/tiers", "/v1/customers", "/v1/ending-candidates",
        ] {
            #expect(try one.all(list) == other.all(list), "\(list) after \(run)")
        }
    }

    /// Compares how far the relations have come, and on what way; tasks have other ids where others
    /// were made between them.
    func compareStages() throws {
        for customer in try one.all("/v1/customers").compactMap({ $0["id"]?.integer }) {
            let histories = try [one, other].map { client in
                try client.all("/v1/customers/\(customer)/stage-assessments").map { assessment in
                    [
                        "id", "asOf", "windowMonths", "runId", "stage", "pending",
                        "previousStage", "changedAt", "share",
                    ]
                    .map { assessment[$0] }
                }
            }
            #expect(histories[0] == histories[1], "customer \(customer)")
            #expect(histories[0].allSatisfy { $0[4] != nil })
        }
    }
}
