// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// A day of a complaint desk, and the days until its complaints are closed, as its people and tools
/// see it: through the API alone, by a clock that the test moves.
@Suite struct DayAtTheDeskTests {
    private static let start = TestClock.start.adding(
        milliseconds: -2 * Instant.millisecondsPerHour
    )

    @Test(arguments: [1, 2] as [UInt64])
    func `every call is on record, every complaint closed, and every figure what the feed tells`(
        _ seed: UInt64
    ) throws {
        let folder = try TemporaryFolder()
        let clock = TestClock(Self.start)
        var day = Day(clock: clock, seed: seed)
        try withServer(clock: clock, database: folder.database) { client in
            try day.prepare(client)
            try day.work(client)
        }
        // What ran out while nobody asked is raised when the service comes back.
        while day.isOpen {
            clock.advance(hours: 11)
            try withServer(clock: clock, database: folder.database) { client in
                try day.clear(client)
            }
        }
        clock.advance(hours: 24 * 10)
        try withServer(clock: clock, database: folder.database) { client in
            try day.reopen(client)
            try day.hold(client)
        }
    }
}

/// What happens at the desk, by chance and the same for each seed.
private struct Day {
    private static let customers = 40
    private static let calls = 200
    /// What is complained of without a call, by turns as JSON and as a form.
    private static let written = 20
    private static let products = ["kettle", "lamp", "radio"]
    private static let agents = 3...8

    private let clock: TestClock
    private var random: SeededGenerator
    private var open: Set<Int> = []

    init(clock: TestClock, seed: UInt64) {
        self.clock = clock
        random = SeededGenerator(seed: seed)
    }

    var isOpen: Bool { !open.isEmpty }
}

// MARK: - Before the doors open

extension Day {
    mutating func prepare(_ client: TestClient) throws {
        try client.staff(Self.agents.upperBound)
        try client.create("/v1/products", #"{"sku": "spare", "name": "spare"}"#)
        for number in 1...Self.customers {
            try client.customer(
                "客户\(number)",
                #""phones": [{"number": "\#(Self.phone(number))"}], "ownerId": 3"#
            )
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                try order(of: number, client)
            }
        }
        let run = try client.runTiers()
        #expect(run["status"] == "finished")
        for number in 1...4 {
            let care = #"{"managerId": 3, "deputyId": 4, "reason": "a key customer"}"#
            #expect(try client.put("/v1/customers/\(number)/manager", care).status == 200)
        }
        let policy = try client.get("/v1/complaint-policy").json
        let led = try client.put(
            "/v1/complaint-policy",
            """
            {"answerHours": \(policy["answerHours"]?.integer ?? 24), "keyAnswerHours": 4,
             "remedyDays": 5, "keyRemedyDays": 2, "leaderId": 1}
            """
        )
        #expect(led.status == 200)
    }

    /// An order of the weeks before, of one or two products.
    private mutating func order(of customer: Int, _ client: TestClient) throws {
        let skus = Self.products.shuffled(using: &random).prefix(
            Int.random(in: 1...2, using: &random)
        )
        let price = Int.random(in: 1...900, using: &random)
        let lines = skus.map { #"{"sku": "\#($0)", "quantity": 1, "unitPrice": "\#(price).00"}"# }
        let date = Int.random(in: 1...20, using: &random)
        let placed = "2026-\(Bool.random(using: &random) ? 10 : 11)-\(date < 10 ? "0" : "")\(date)"
        try client.create(
            "/v1/orders",
            """
            {"customerId": \(customer), "terms": "prepaid", "placedAt": "\(placed)T09:00:00+08:00",
             "lines": [\(lines.joined(separator: ", "))]}
            """
        )
    }

    private static func phone(_ number: Int) -> String {
        "1390000" + String(1000 + number)
    }

    /// The number as one or another telephone system writes it.
    private mutating func typed(_ number: Int) -> String {
        let digits = Self.phone(number)
        let spaced = "\(digits.prefix(3)) \(digits.dropFirst(3).prefix(4)) \(digits.suffix(4))"
        let forms = [digits, "+86" + digits, "0086 " + digits, spaced, "(+86) " + spaced]
        return forms.randomElement(using: &random) ?? digits
    }
}

// MARK: - The day

extension Day {
    mutating func work(_ client: TestClient) throws {
        for call in 1...Self.calls {
            // Two callers of the day are strangers at first.
            let caller = Int.random(in: 1...Self.customers + 2, using: &random)
            try take(call, from: caller, complains: call.isMultiple(of: 5), client)
            if call.isMultiple(of: Self.calls / Self.written) {
                try write(call, of: Int.random(in: 1...Self.customers, using: &random), client)
            }
            if let one = open.sorted().randomElement(using: &random) { try move(one, client) }
            switch call {
            case Self.calls / 2: try merge(client)
            case Self.calls * 3 / 4: try handOver(client)
            default: break
            }
        }
        #expect(try client.all("/v1/complaints").count == 60)
    }

    private mutating func take(
        _ call: Int,
        from caller: Int,
        complains: Bool,
        _ client: TestClient
    ) throws {
        let agent = client.as(.agent)
        let number = typed(caller)
        let known = try agent.get("/v1/screen-pop?phone=\(PercentEncoding.encode(number))")
        #expect(known.status == 200 || caller > Self.customers && known.problem == "unknown-caller")
        func tell(_ event: String, _ members: String) throws -> TestAnswer {
            try agent.post(
                "/v1/calls",
                #"{"externalId": "T\#(call)", "event": "\#(event)", \#(members)}"#
            )
        }
        #expect(try tell("started", #""phone": "\#(number)""#).status == 201)
        let staff = Int.random(in: Self.agents, using: &random)
        #expect(try tell("answered", #""staffId": \#(staff)"#).status == 200)
        clock.advance(minutes: Int64.random(in: 1...5, using: &random))
        let matter = complains ? #", "subject": "坏了", "severity": "high""# : ""
        let ended = try tell("ended", #""summary": "谈了一会儿"\#(matter)"#)
        #expect(ended.status == 200, "\(ended)")
        if complains { open.insert(try #require(ended.json["complaintId"]?.integer)) }
        // The network of telephone systems repeats itself.
        if call.isMultiple(of: 7) {
            let again = try tell("ended", #""summary": "谈了一会儿""#)
            #expect(again.json["interactionId"] == ended.json["interactionId"])
        }
    }

    /// A complaint that comes in writing, of an order if the customer has one.
    private mutating func write(_ number: Int, of customer: Int, _ client: TestClient) throws {
        let answer: TestAnswer
        let orders = try client.get("/v1/orders?customerId=\(customer)&fields=id").items
        let order = orders.randomElement(using: &random)?["id"]?.integer
        if number.isMultiple(of: 20) {
            let about = order.map { "&orderId=\($0)" } ?? ""
            answer = try client.form(
                "/v1/complaints",
                "customerId=\(customer)&channel=hotline&subject=late&externalId=W\(number)\(about)"
            )
        } else {
            let about = order.map { #", "orderId": \#($0)"# } ?? ""
            answer = try client.post(
                "/v1/complaints",
                """
                {"customerId": \(customer), "channel": "web", "subject": "late",
                 "cause": "delivery", "externalId": "W\(number)"\(about)}
                """
            )
        }
        #expect(answer.status == 201, "\(answer)")
        open.insert(try #require(answer.json["id"]?.integer))
    }

    private func merge(_ client: TestClient) throws {
        let answer = try client.post("/v1/customers/7/merge", #"{"duplicateId": 8}"#)
        #expect(answer.status == 200, "\(answer)")
        let caller = try client.get("/v1/screen-pop?phone=\(Self.phone(8))")
        #expect(caller.json["customer"]?["id"] == 7)
        #expect(try client.get("/v1/customers/8").status == 301)
    }

    private func handOver(_ client: TestClient) throws {
        let answer = try client.post(
            "/v1/staff/3/handover",
            #"{"toId": 5, "reason": "leaves for Beijing"}"#
        )
        #expect(answer.status == 200, "\(answer)")
        #expect(answer.json["managed"] == 4)
        #expect(try client.get("/v1/customers/1/manager").json["managerId"] == 5)
        #expect(try client.get("/v1/complaints?assigneeId=3&status=open").items.isEmpty)
    }
}

// MARK: - Until all is closed

extension Day {
    /// An evening's work: most of what is open goes on.
    mutating func clear(_ client: TestClient) throws {
        for _ in 0..<3 {
            for id in open.sorted() {
                try move(id, client)
                clock.advance(minutes: 1)
            }
        }
    }

    /// Whoever was not helped for good comes back, once, and is helped.
    mutating func reopen(_ client: TestClient) throws {
        let again = try client.post("/v1/complaints/1/reopen", #"{"reason": "it broke again"}"#)
        #expect(again.status == 200)
        #expect(again.json["step"] == "assess")
        open = [1]
        while isOpen {
            try move(1, client)
            clock.advance(minutes: 30)
        }
    }

    /// Makes a move that the complaint allows, one that leads on more often than not.
    private mutating func move(_ id: Int, _ client: TestClient) throws {
        let target = "/v1/complaints/\(id)/"
        let refused = try client.post(target + "reopen", #"{"reason": "again"}"#)
        guard refused.problem == "not-allowed-now" else {
            throw TestFailure("\(id) was to be open: \(refused)")
        }
        let allowed = refused.json["allowed"]?.elements?.compactMap(\.string) ?? []
        let onward = ["follow-up", "remedy/done", "remedy/accept", "assess", "listen", "resume"]
        let goesOn = Int.random(in: 0..<4, using: &random) > 0
        let move =
            (goesOn ? onward.first(where: allowed.contains) : nil)
            ?? allowed.randomElement(using: &random) ?? "reply"
        let answer =
            try bodies(of: move).map { try client.post(target + move, $0) }
            ?? client.send("POST", target + move)
        guard answer.status == 200 else { throw TestFailure("\(id) \(move): \(answer)") }
        if answer.json["status"] == "closed" { open.remove(id) }
    }

    private mutating func bodies(of move: String) -> String? {
        let score = Int.random(in: 1...10, using: &random)
        let causes = ["delivery", "product-quality", "staff-attitude"]
        let cause = causes.randomElement(using: &random) ?? "other"
        let bodies = [
            "reply": #"{"text": "sorry", "channel": "phone"}"#,
            "listen": #"{"statement": "it broke on the second day"}"#,
            "assess": #"{"verdict": "justified", "cause": "\#(cause)", "reason": "so it was"}"#,
            "remedy": #"{"proposal": "a voucher", "cost": "5.00"}"#,
            "remedy/decline": #"{"reason": "too little"}"#,
            "follow-up": #"{"helped": true, "score": \#(score)}"#,
            "pause": #"{"reason": "on holiday"}"#,
            "assign": #"{"assigneeId": \#(Int.random(in: Self.agents, using: &random))}"#,
            "reward": #"{"kind": "prize", "amount": "10.00"}"#,
        ]
        return bodies[move]
    }
}

// MARK: - What is left of it

extension Day {
    /// Holds everything that can be read against the feed.
    func hold(_ client: TestClient) throws {
        let calls = try client.all("/v1/calls")
        #expect(calls.count == Self.calls)
        #expect(calls.allSatisfy { $0["status"] == "ended" })
        let interactions = try client.all("/v1/interactions?channel=call-center")
        #expect(interactions.count == Self.calls)
        #expect(
            Set(calls.compactMap { $0["interactionId"]?.integer })
                == Set(interactions.compactMap { $0["id"]?.integer })
        )
        let complaints = try client.all("/v1/complaints")
        #expect(complaints.count == 60)
        #expect(complaints.allSatisfy { $0["status"] == "closed" && $0["step"] == "done" })
        let tiers = try client.all("/v1/customers").reduce(into: [Int: String]()) { tiers, one in
            guard let id = one["id"]?.integer else { return }
            tiers[id] = one["tier"]?.string
        }
        let events = try client.feed()
        let recount = ComplaintRecount(events, tiers: tiers, at: clock.now)
        for group in ["cause", "product", "tier", "channel", "month"] {
            let rows = try client.get("/v1/reports/complaints?groupBy=\(group)&limit=500").items
            let told = Dictionary(
                uniqueKeysWithValues: rows.map { ($0["key"]?.string ?? "?", ComplaintFigures($0)) }
            )
            #expect(told == recount.figures(by: group), "\(group)")
        }
        try holdAlarms(events, recount, client)
    }

    /// Each clock that ran out was told of once, and no other.
    private func holdAlarms(
        _ events: [TestAnswer.Row],
        _ recount: ComplaintRecount,
        _ client: TestClient
    ) throws {
        let late = try client.all("/v1/complaints?breached=answer").compactMap {
            $0["id"]?.integer
        }
        let told = events.filter { $0["action"] == "complaint.answer-overdue" }
            .compactMap { $0["subject"]?["id"]?.integer }
        #expect(!late.isEmpty)
        #expect(told.sorted() == late.sorted())
        let closed = events.filter { $0["action"] == "complaint.closed" }
        #expect(closed.count == 61)
    }
}
