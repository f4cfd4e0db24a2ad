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
            let expected = try ComplaintRecount(client.feed(), at: clock.now)
            for group in ["channel", "cause", "month"] {
                let rows = try client.get("\(Self.path)?groupBy=\(group)").items
                let told = Dictionary(
                    uniqueKeysWithValues: rows.map {
                        ($0["key"]?.string ?? "?", ComplaintFigures($0))
                    }
                )
                #expect(told == expected.figures(by: group))
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
