// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// How complaints were handled (M62, M63).
@Suite struct ComplaintReportTests {
    private static let path = "/v1/reports/complaints"

    @Test func `of no complaints there is nothing to tell`() throws {
        try withServer { client in
            for query in ["", "?groupBy=month", "?groupBy=tier"] {
                let rows = try client.get(Self.path + query).items
                #expect(rows.isEmpty)
            }
        }
    }

    @Test func `rates are held against the orders of the same time and group`() throws {
        try withServer { client in
            _ = try client.customer()
            for (sku, day) in [("A", 1), ("A", 2), ("B", 3)] {
                _ = try client.create(
                    "/v1/orders",
                    """
                    {"customerId": 1, "terms": "prepaid", "placedAt": "2026-11-0\(day)T10:00:00+08:00",
                     "lines": [{"sku": "\(sku)", "quantity": 1, "unitPrice": "5.00"},
                               {"sku": "\(sku)", "quantity": 2, "unitPrice": "4.00"}]}
                    """
                )
            }
            for order in [1, 3, 3] {
                _ = try client.create(
                    "/v1/complaints",
                    #"{"customerId": 1, "channel": "web", "subject": "broken", "orderId": \#(order)}"#
                )
            }
            _ = try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "broken"}"#
            )
            let byProduct = try client.get(Self.path + "?groupBy=product").items
            #expect(byProduct.map { $0["key"]?.string } == ["", "A", "B"])
            #expect(byProduct.map { $0["complaints"]?.integer } == [1, 1, 2])
            #expect(byProduct.map { $0["orders"]?.integer } == [0, 2, 1])
            #expect(byProduct.map { $0["rate"]?.double } == [nil, 0.5, 2])
            let byMonth = try client.get(Self.path + "?groupBy=month").items
            #expect(byMonth.map { $0["key"]?.string } == ["2026-11"])
            #expect(byMonth[0]["orders"]?.integer == 3)
            let all = try client.get(Self.path + "?since=2026-11-23&until=2026-11-24").items
            #expect(all.map { $0["orders"]?.integer } == [0])
            #expect(all.map { $0["repeats"]?.integer } == [3])
            let none = try client.get(Self.path + "?until=2026-11-23").items
            #expect(none.isEmpty)
        }
    }

    @Test func `is read page by page, as CSV too, by managers`() throws {
        try withServer { client in
            _ = try client.customer()
            for channel in ["web", "letter", "email"] {
                _ = try client.create(
                    "/v1/complaints",
                    #"{"customerId": 1, "channel": "\#(channel)", "subject": "late"}"#
                )
            }
            let manager = client.as(.manager)
            let first = try manager.get(Self.path + "?groupBy=channel&limit=2&count=exact")
            #expect(first.items.map { $0["key"]?.string } == ["email", "letter"])
            #expect(first.json["count"]?.integer == 3)
            let next = try #require(first.next)
            let second = try manager.get(Self.path + "?groupBy=channel&limit=2&after=\(next)")
            #expect(second.items.map { $0["key"]?.string } == ["web"])
            let turned = try manager.get(Self.path + "?groupBy=channel&sort=-key")
            #expect(turned.items.map { $0["key"]?.string } == ["web", "letter", "email"])
            let table = try manager.get(Self.path + "?groupBy=channel&format=csv")
            #expect(table.lines.count == 4)
            #expect(
                table.lines[0].hasPrefix("key,complaints,closed,orders,rate,replySeconds.median,")
            )
            #expect(try client.as(.agent).get(Self.path).status == 403)
            #expect(try manager.get(Self.path + "?groupBy=weather").status == 400)
        }
    }

    // MARK: - Against the event feed

    /// Complaints that go their ways by chance; every figure is recomputed from the journal.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `every figure is what the event feed tells`(_ seed: UInt64) throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            var random = SeededGenerator(seed: seed)
            try client.staff(7)
            try client.addCustomers(10)
            for _ in 0..<30 {
                let channel = ["web", "letter", "hotline"].randomElement(using: &random) ?? "web"
                let customer = Int.random(in: 1...10, using: &random)
                _ = try client.create(
                    "/v1/complaints",
                    #"{"customerId": \#(customer), "channel": "\#(channel)", "subject": "late"}"#
                )
                clock.advance(minutes: Int64.random(in: 1...300, using: &random))
            }
            for _ in 0..<250 {
                try Self.move(Int.random(in: 1...30, using: &random), client, &random)
                clock.advance(minutes: Int64.random(in: 1...90, using: &random))
            }
            let expected = try Recount(client.all("/v1/events"), at: clock.now)
            for group in ["channel", "month"] {
                let rows = try client.get("\(Self.path)?groupBy=\(group)").items
                for row in rows {
                    let key = row["key"]?.string ?? ""
                    #expect(Figures(row) == expected.figures(group, key), "\(group) \(key)")
                }
                #expect(rows.compactMap { $0["complaints"]?.integer }.reduce(0, +) == 30)
            }
        }
    }

    /// Makes a move that the complaint allows.
    private static func move(
        _ id: Int,
        _ client: TestClient,
        _ random: inout SeededGenerator
    ) throws {
        let refused = try client.post("/v1/complaints/\(id)/reopen", #"{"reason": "again"}"#)
        guard refused.status == 409 else { return }
        let allowed = refused.json["allowed"]?.elements?.compactMap(\.string) ?? []
        let move = allowed.randomElement(using: &random) ?? "reply"
        let score = Int.random(in: 1...10, using: &random)
        let bodies = [
            "reply": #"{"text": "sorry", "channel": "phone"}"#,
            "listen": #"{"statement": "late"}"#,
            "assess": #"{"verdict": "partly", "cause": "delivery", "reason": "so it was"}"#,
            "remedy": #"{"proposal": "a voucher"}"#,
            "remedy/decline": #"{"reason": "too little"}"#,
            "follow-up": #"{"helped": true, "score": \#(score)}"#,
            "pause": #"{"reason": "on holiday"}"#,
            "assign": #"{"assigneeId": 7}"#,
            "reward": #"{"kind": "prize"}"#,
        ]
        let target = "/v1/complaints/\(id)/\(move)"
        let answer =
            try bodies[move].map { try client.post(target, $0) } ?? client.send("POST", target)
        guard answer.status == 200 else { throw TestFailure("\(move): \(answer)") }
    }
}

/// The figures of a row that the feed can tell.
private struct Figures: Equatable {
    var counts: [String: Int]
    var times: [String: [Double]]
    var score: Double?

    init(counts: [String: Int], times: [String: [Double]], score: Double?) {
        self.counts = counts
        self.times = times
        self.score = score
    }

    init(_ row: TestAnswer.Row) {
        let names = [
            "complaints", "closed", "answerBreached", "remedyBreached", "reopened", "repeats",
            "scored",
        ]
        counts = names.reduce(into: [:]) { $0[$1] = row[$1]?.integer }
        times = [:]
        for name in ["replySeconds", "remedySeconds"] {
            guard let times = row[name] else { continue }
            self.times[name] = ["median", "ninetieth", "worst"].compactMap { times[$0]?.double }
        }
        score = row["score"]?.double
    }
}

/// The complaints as the journal has them.
private struct Recount {
    struct Complaint {
        var channel = ""
        var customer = 0
        var received = Instant(rawValue: 0)
        var answerDue = Instant(rawValue: 0)
        var remedyDue = Instant(rawValue: 0)
        var answered: Instant?
        var remedied: Instant?
        var remedyFrom = Instant(rawValue: 0)
        var isClosed = false
        var paused: Instant?
        var answerWaited: Int64 = 0
        var remedyWaited: Int64 = 0
        var reopened = 0
        var score: Int?
    }

    private var complaints: [Int: Complaint] = [:]
    private let now: Instant

    init(_ events: [TestAnswer.Row], at now: Instant) throws {
        self.now = now
        for event in events {
            guard event["subject"]?["type"]?.string == "complaint",
                let id = event["subject"]?["id"]?.integer,
                let at = event["at"]?.string.flatMap({ Instant(rfc3339: $0) })
            else { continue }
            let action = event["action"]?.string ?? ""
            read(action, at, event["changes"] ?? .null, &complaints[id, default: Complaint()])
        }
    }

    private func read(
        _ action: String,
        _ at: Instant,
        _ changes: JSON,
        _ complaint: inout Complaint
    ) {
        func instant(_ name: String) -> Instant {
            changes[name]?.string.flatMap { Instant(rfc3339: $0) } ?? at
        }
        switch action {
        case "complaint.opened":
            complaint.channel = changes["channel"]?.string ?? ""
            complaint.customer = changes["customer"]?["id"]?.integer ?? 0
            complaint.received = at
            complaint.remedyFrom = at
            complaint.answerDue = instant("answerDueAt")
            complaint.remedyDue = instant("remedyDueAt")
        case "complaint.replied":
            if complaint.answered == nil, let paused = complaint.paused {
                let length = at.milliseconds(since: paused)
                complaint.answerDue = complaint.answerDue.adding(milliseconds: length)
                complaint.answerWaited += length
            }
            complaint.answered = complaint.answered ?? at
        case "complaint.remedied":
            complaint.remedied = at
        case "complaint.closed":
            complaint.answered = complaint.answered ?? at
            complaint.isClosed = true
            complaint.score = changes["score"]?.integer
        case "complaint.paused":
            complaint.paused = at
        case "complaint.resumed":
            let length = at.milliseconds(since: complaint.paused ?? at)
            if complaint.answered == nil {
                complaint.answerDue = complaint.answerDue.adding(milliseconds: length)
                complaint.answerWaited += length
            }
            if complaint.remedied == nil {
                complaint.remedyDue = complaint.remedyDue.adding(milliseconds: length)
                complaint.remedyWaited += length
            }
            complaint.paused = nil
        case "complaint.reopened":
            complaint.reopened += 1
            complaint.isClosed = false
            complaint.remedied = nil
            complaint.score = nil
            complaint.remedyWaited = 0
            complaint.remedyFrom = at
            // Five business days on, in Shanghai, which sets no clocks.
            var (due, left) = (at, 5)
            while left > 0 {
                due = due.adding(milliseconds: Instant.millisecondsPerDay)
                let weekday = CivilTimeZone.shanghai.day(of: due).weekday
                if weekday != .saturday, weekday != .sunday { left -= 1 }
            }
            complaint.remedyDue = due
        default: break
        }
    }

    func figures(_ group: String, _ key: String) -> Figures {
        let all = complaints.values
        let chosen = all.filter { complaint in
            group == "channel"
                ? complaint.channel == key
                : CivilTimeZone.shanghai.day(of: complaint.received).description.hasPrefix(key)
        }
        let counts = [
            "complaints": chosen.count,
            "closed": chosen.count { $0.isClosed },
            "answerBreached": chosen.count {
                ($0.answered ?? $0.paused ?? now) > $0.answerDue
            },
            "remedyBreached": chosen.count {
                ($0.remedied ?? $0.paused ?? now) > $0.remedyDue
            },
            "reopened": chosen.count { $0.reopened > 0 },
            "repeats": chosen.count { complaint in
                all.contains {
                    $0.customer == complaint.customer && $0.received < complaint.received
                }
            },
            "scored": chosen.count { $0.score != nil },
        ]
        var times: [String: [Double]] = [:]
        times["replySeconds"] = Self.times(
            chosen.compactMap { complaint in
                complaint.answered.map {
                    $0.milliseconds(since: complaint.received) - complaint.answerWaited
                }
            }
        )
        times["remedySeconds"] = Self.times(
            chosen.compactMap { complaint in
                complaint.remedied.map {
                    $0.milliseconds(since: complaint.remedyFrom) - complaint.remedyWaited
                }
            }
        )
        let scores = chosen.compactMap(\.score)
        return Figures(
            counts: counts,
            times: times,
            score: scores.isEmpty ? nil : Double(scores.reduce(0, +)) / Double(scores.count)
        )
    }

    /// The smallest values that half, nine tenths and all are not above.
    private static func times(_ milliseconds: [Int64]) -> [Double]? {
        guard !milliseconds.isEmpty else { return nil }
        return [0.5, 0.9, 1].map { part in
            let enough = milliseconds.sorted().first { value in
                Double(milliseconds.count { $0 <= value }) >= part * Double(milliseconds.count)
            }
            return Double(enough ?? 0) / 1000
        }
    }
}
