// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// What stays of a complaint when it goes another round (M59–M62).
@Suite struct ComplaintRoundTests {
    private static let path = "/v1/complaints/1"

    private static func open(_ client: TestClient) throws {
        try client.customer()
        try client.create(
            "/v1/complaints",
            #"{"customerId": 1, "channel": "hotline", "subject": "late"}"#
        )
    }

    @discardableResult
    private static func make(
        _ move: String,
        _ client: TestClient,
        _ body: String = ""
    ) throws -> TestAnswer {
        let path = "\(path)/\(move)"
        return body.isEmpty ? try client.send("POST", path) : try client.post(path, body)
    }

    private static func assess(
        _ client: TestClient,
        _ verdict: String = "justified",
        _ more: String = ""
    ) throws -> TestAnswer {
        try make(
            "assess",
            client,
            #"{"verdict": "\#(verdict)", "cause": "delivery", "reason": "late it was"\#(more)}"#
        )
    }

    /// Goes on from the assessment to the end.
    private static func finish(_ client: TestClient, _ followUp: String) throws {
        for (move, body) in [
            ("remedy", #"{"proposal": "a voucher"}"#), ("remedy/accept", ""), ("remedy/done", ""),
            ("follow-up", followUp),
        ] {
            let answer = try make(move, client, body)
            try #require(answer.status == 200, "\(move): \(answer)")
        }
    }

    private static func listen(_ client: TestClient) throws {
        try #require(
            try make("listen", client, #"{"statement": "它迟到了"}"#).status == 200
        )
    }

    private static func row(_ client: TestClient) throws -> TestAnswer.Row {
        try #require(try client.get("/v1/reports/complaints").items.first)
    }

    @Test func `reopening keeps the breach, the score and the time that the customer waited`()
        throws
    {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.open(client)
            try client.create("/v1/articles", #"{"problem": "late parcels", "fix": "a voucher"}"#)
            _ = try client.post(Self.path + "/articles", #"{"articleId": 1}"#)
            try Self.listen(client)
            _ = try Self.make("pause", client, #"{"reason": "on holiday"}"#)
            clock.advance(hours: 24)
            _ = try Self.make("resume", client)
            clock.advance(hours: 29 * 24)
            _ = try Self.assess(client)
            try Self.finish(client, #"{"helped": true, "score": 1}"#)
            let before = try Self.row(client)
            #expect(before["remedyBreached"] == 1 && before["scored"] == 1)
            #expect(before["remedySeconds"]?["worst"]?.double == 2_505_600)
            #expect(try client.get("/v1/articles/1").json["successRate"]?.double == 1)

            clock.advance(hours: 24)
            let reopened = try Self.make("reopen", client, #"{"reason": "late again"}"#).json
            #expect(reopened["breached"] == ["answer", "remedy"])
            #expect(reopened["followUp"]?["score"] == 1)
            #expect(reopened["remediedAt"] == nil && reopened["verdict"] == nil)
            #expect(try client.get("/v1/complaints?breached=remedy").ids == [1])
            let meanwhile = try Self.row(client)
            for member in ["remedyBreached", "breachRate", "remedySeconds", "scored", "score"] {
                #expect(meanwhile[member] == before[member], "\(member)")
            }
            // What has helped has not lasted.
            let article = try client.get("/v1/articles/1").json
            #expect(article["tried"] == 1 && article["helped"] == 0)
            #expect(article["successRate"]?.double == 0)

            // The second round is in time, and its customer gives no score.
            _ = try Self.make("pause", client, #"{"reason": "on holiday"}"#)
            clock.advance(hours: 24)
            _ = try Self.make("resume", client)
            clock.advance(hours: 24)
            _ = try Self.assess(client)
            try Self.finish(client, #"{"helped": true}"#)
            let closed = try client.get(Self.path).json
            #expect(closed["breached"] == ["answer", "remedy"])
            #expect(closed["followUp"] == ["helped": true, "score": 1])
            let after = try Self.row(client)
            #expect(after["remedyBreached"] == 1 && after["score"]?.double == 1)
            #expect(after["remedySeconds"]?["worst"]?.double == 2_678_400)
            #expect(try client.get("/v1/articles/1").json["helped"] == 0)
        }
    }

    @Test func `a complaint that was remedied in time has no breach when it is reopened`() throws {
        try withServer { client in
            try Self.open(client)
            try Self.listen(client)
            _ = try Self.assess(client)
            try Self.finish(client, #"{"helped": true, "score": 9}"#)
            client.clock.advance(hours: 24 * 30)
            let reopened = try Self.make("reopen", client, #"{"reason": "late again"}"#).json
            #expect(reopened["breached"] == [])
            #expect(try client.get("/v1/complaints?breached=remedy").ids == [])
            _ = try Self.assess(client)
            try Self.finish(client, #"{"helped": false, "score": 2}"#)
            #expect(try client.get(Self.path).json["followUp"] == ["helped": false, "score": 2])
        }
    }

    @Test func `what was assessed keeps a cause, and before that it may lose it`() throws {
        try withServer { client in
            try Self.open(client)
            let agent = client.as(.agent)
            for cause in [#""other""#, "null"] {
                #expect(try agent.patch(Self.path, #"{"cause": \#(cause)}"#).status == 200)
            }
            try Self.listen(client)
            _ = try Self.assess(client)
            let refused = try agent.patch(Self.path, #"{"cause": null}"#)
            #expect(refused.status == 422 && refused.problem == "cause-missing")
            #expect(refused.json["allowed"]?.elements?.contains("delivery") == true)
            #expect(try client.get(Self.path).json["cause"] == "delivery")
            #expect(try agent.patch(Self.path, #"{"cause": "other"}"#).status == 200)
        }
    }

    @Test func `a useful complaint is rewarded, justified or not`() throws {
        try withServer { client in
            try Self.open(client)
            try Self.listen(client)
            let plain = try Self.assess(client, "not").json
            #expect(plain["useful"] == false)
            let reward = #"{"kind": "prize", "amount": "5.00"}"#
            let refused = try Self.make("reward", client, reward)
            #expect(refused.problem == "not-allowed-now")
            #expect(refused.json["detail"]?.string?.contains("justified or useful") == true)
            try Self.finish(client, #"{"helped": true}"#)
            _ = try Self.make("reopen", client, #"{"reason": "a good idea"}"#)
            let useful = try Self.assess(client, "not", #", "useful": true"#)
            #expect(useful.json["verdict"] == "not" && useful.json["useful"] == true)
            #expect(useful.json["history"]?.elements?.last?["useful"] == true)
            #expect(try Self.make("reward", client, reward).status == 200)
            #expect(try Self.make("reward", client, reward).problem == "already-rewarded")
        }
    }

    @Test func `no remedy is asked for of a closed complaint, a reward is`() throws {
        try withServer { client in
            try Self.open(client)
            try Self.listen(client)
            _ = try Self.assess(client)
            try Self.finish(client, #"{"helped": true}"#)
            func ask(_ kind: String) throws -> TestAnswer {
                try client.post(
                    "/v1/approvals",
                    #"{"kind": "\#(kind)", "complaintId": 1, "amount": "500.00"}"#
                )
            }
            let refused = try ask("remedy")
            #expect(refused.status == 409 && refused.problem == "complaint-closed")
            #expect(refused.json["allowed"] == ["reopen", "reward"])
            #expect(try ask("reward").status == 201)
            _ = try Self.make("reopen", client, #"{"reason": "late again"}"#)
            #expect(try ask("remedy").status == 201)
        }
    }

    @Test func `q finds nothing across subject and description`() throws {
        try withServer { client in
            try client.customer()
            try client.create(
                "/v1/complaints",
                #"""
                {"customerId": 1, "channel": "web", "subject": "订单末",
                 "description": "乙描述\n第二行"}
                """#
            )
            for (query, ids) in [("订单末", [1]), ("乙描述", [1]), ("述 第", [1]), ("末 乙", [])] {
                let found = try client.get("/v1/complaints?q=\(PercentEncoding.encode(query))")
                #expect(found.ids == ids, "\(query)")
            }
        }
    }
}
