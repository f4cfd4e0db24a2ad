// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// The four steps of a complaint, and what else is done about it (M59–M61).
@Suite struct ComplaintDeskTests {
    private static let path = "/v1/complaints/1"

    /// A move, its body and the step it leads to.
    private static let steps = [
        ("listen", #"{"statement": "它两次迟到了"}"#, "assess"),
        (
            "assess",
            #"{"verdict": "justified", "cause": "delivery", "reason": "two late parcels"}"#,
            "remedy"
        ),
        ("remedy", #"{"proposal": "a voucher", "cost": "20.00"}"#, "remedy"),
        ("remedy/decline", #"{"reason": "too little"}"#, "remedy"),
        ("remedy", #"{"proposal": "the money back", "cost": "99.00"}"#, "remedy"),
        ("remedy/accept", "", "remedy"),
        ("remedy/done", "", "follow-up"),
        ("follow-up", #"{"helped": true, "score": 9, "note": "friendly"}"#, "done"),
    ]

    private static let bodies: [String: String] = [
        "reply": #"{"text": "we are looking into it", "channel": "phone"}"#,
        "listen": steps[0].1,
        "assess": steps[1].1,
        "remedy": steps[2].1,
        "remedy/accept": "",
        "remedy/decline": steps[3].1,
        "remedy/done": "",
        "follow-up": steps[7].1,
        "pause": #"{"reason": "waits for photographs"}"#,
        "resume": "",
        "reopen": #"{"reason": "it broke again"}"#,
        "assign": #"{"assigneeId": 7}"#,
        "reward": #"{"kind": "prize", "amount": "50.00"}"#,
    ]

    private static func open(_ client: TestClient) throws {
        _ = try client.customer()
        _ = try client.create(
            "/v1/complaints",
            #"{"customerId": 1, "channel": "hotline", "subject": "late"}"#
        )
    }

    @discardableResult
    private static func make(
        _ move: String,
        _ client: TestClient,
        _ body: String? = nil,
        _ fields: HeaderFields = [:]
    ) throws -> TestAnswer {
        let body = body ?? bodies[move] ?? ""
        guard !body.isEmpty else { return try client.send("POST", "\(path)/\(move)", fields) }
        return try client.post("\(path)/\(move)", body, fields)
    }

    /// Goes through the first steps.
    private static func take(_ count: Int, _ client: TestClient) throws {
        for (move, body, _) in steps.prefix(count) {
            let answer = try make(move, client, body)
            guard answer.status == 200 else { throw TestFailure("\(move): \(answer)") }
        }
    }

    @Test func `goes through its steps, and each is timed and signed`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.open(client)
            for (move, body, step) in Self.steps {
                clock.advance(minutes: 10)
                let answer = try Self.make(move, client, body)
                #expect(answer.status == 200, "\(move): \(answer)")
                #expect(answer.json["step"]?.string == step, "\(move)")
            }
            let complaint = try client.get(Self.path).json
            #expect(complaint["status"]?.string == "closed")
            #expect(complaint["cause"]?.string == "delivery")
            #expect(complaint["verdict"]?.string == "justified")
            #expect(complaint["remedy"]?["proposal"]?.string == "the money back")
            #expect(complaint["remedy"]?["standing"]?.string == "done")
            #expect(complaint["followUp"]?["score"]?.integer == 9)
            #expect(complaint["remediedAt"]?.string == "2026-11-23T03:10:00.000Z")
            #expect(complaint["closedAt"]?.string == "2026-11-23T03:20:00.000Z")
            #expect(complaint["answeredAt"]?.string == "2026-11-23T03:20:00.000Z")
            let history = complaint["history"]?.elements ?? []
            #expect(history.map { $0["action"]?.string } == ["open"] + Self.steps.map(\.0))
            #expect(history[1]["statement"]?.string == "它两次迟到了")
            #expect(history[1]["at"]?.string == "2026-11-23T02:10:00.000Z")
            #expect(history.allSatisfy { $0["actor"]?.string?.isEmpty == false })
            let actions = try client.all("/v1/events").compactMap { $0["action"]?.string }
            #expect(
                actions.suffix(9) == [
                    "complaint.opened", "complaint.listened", "complaint.assessed",
                    "complaint.remedy-proposed", "complaint.remedy-declined",
                    "complaint.remedy-proposed", "complaint.remedy-accepted",
                    "complaint.remedied", "complaint.closed",
                ]
            )
        }
    }

    /// How many steps were taken, and the moves that are allowed then.
    private static let allowed: [(Int, [String])] = [
        (0, ["listen", "reply", "pause", "assign"]),
        (1, ["assess", "reply", "pause", "assign"]),
        (2, ["remedy", "reply", "pause", "assign", "reward"]),
        (3, ["remedy", "remedy/accept", "remedy/decline", "reply", "pause", "assign", "reward"]),
        (4, ["remedy", "reply", "pause", "assign", "reward"]),
        (6, ["remedy/done", "reply", "pause", "assign", "reward"]),
        (7, ["follow-up", "reply", "pause", "assign", "reward"]),
        (8, ["reopen", "reward"]),
    ]

    @Test(arguments: allowed)
    func `what is not allowed is refused with what is, and changes nothing`(
        _ taken: Int,
        _ allowed: [String]
    ) throws {
        try withServer { client in
            try Self.open(client)
            try Self.take(taken, client)
            let before = try client.get(Self.path)
            for move in ComplaintMove.Kind.allCases.map(\.rawValue) where !allowed.contains(move) {
                let answer = try Self.make(move, client)
                #expect(answer.status == 409, "\(move): \(answer)")
                #expect(answer.json["allowed"]?.elements?.compactMap(\.string) == allowed)
                let isLater = [
                    "assess", "remedy", "remedy/accept", "remedy/decline", "remedy/done",
                    "follow-up",
                ].contains(move)
                let expected =
                    taken == 8
                    ? "complaint-closed"
                    : taken < 1 && isLater || taken == 1 && isLater
                        || move == "follow-up" ? "step-skipped" : "not-allowed-now"
                #expect(answer.problem == expected, "\(taken), \(move): \(answer)")
            }
            #expect(try client.get(Self.path).body == before.body)
        }
    }

    private static let refusedBodies = [
        ("listen", "{}", ["/statement"]),
        ("assess", "{}", ["/verdict", "/cause", "/reason"]),
        ("assess", #"{"verdict": "maybe", "cause": null}"#, ["/verdict", "/cause", "/reason"]),
        ("assess", #"{"verdict": "not", "reason": "x", "blame": 1}"#, ["/blame", "/cause"]),
        (
            "assess", #"{"verdict": "maybe", "cause": "luck", "reason": "x"}"#,
            ["/verdict", "/cause"]
        ),
        ("assess", #"{"verdict": "not", "cause": "delivery"}"#, ["/reason"]),
        ("remedy", #"{"cost": "-1.00"}"#, ["/proposal", "/cost"]),
        ("remedy/decline", "{}", ["/reason"]),
        ("follow-up", #"{"score": 11}"#, ["/helped", "/score"]),
        ("pause", #"{"reason": "x", "until": "later"}"#, ["/until"]),
        ("assign", #"{"assigneeId": 0}"#, ["/assigneeId"]),
        ("reward", #"{"amount": 5}"#, ["/kind", "/amount"]),
    ]

    @Test func `no assessment is made without a cause`() throws {
        try withServer { client in
            try Self.open(client)
            _ = try Self.make("listen", client, #"{"statement": "it was late"}"#)
            let answer = try Self.make("assess", client, #"{"verdict": "not", "reason": "x"}"#)
            #expect(answer.status == 422)
            #expect(answer.problem == "cause-missing")
            #expect(answer.pointers == ["/cause"])
            #expect(answer.json["allowed"]?.elements?.contains("delivery") == true)
            #expect(try client.get(Self.path).json["step"] == "assess")
        }
    }

    @Test func `a body that breaks rules is refused with all of them`() throws {
        try withServer { client in
            try Self.open(client)
            for (move, body, pointers) in Self.refusedBodies {
                let answer = try Self.make(move, client, body)
                #expect(answer.status == 422, "\(move) \(body)")
                #expect(Set(answer.pointers) == Set(pointers), "\(move) \(body): \(answer)")
            }
            #expect(try client.get("/v1/complaints/2/listen").status == 405)
            let missing = try client.post("/v1/complaints/2/listen", #"{"statement": "x"}"#)
            #expect(missing.status == 404)
            let reader = client.as(.reader)
            #expect(try Self.make("listen", reader).status == 403)
            let stale = try Self.make("listen", client, nil, ["if-match": "\"9.x\""])
            #expect(stale.status == 412)
        }
    }

    @Test func `a pause moves the deadlines of the clocks that run`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.open(client)
            clock.advance(hours: 10)
            #expect(try Self.make("pause", client).json["status"]?.string == "waiting-customer")
            clock.advance(hours: 100)
            let waiting = try client.get(Self.path).json
            #expect(waiting["breached"]?.elements?.isEmpty == true)
            #expect(try client.get("/v1/complaints?breached=answer").json["items"]?.elements == [])
            let refused = try Self.make("listen", client)
            #expect(refused.problem == "not-allowed-now")
            let resumed = try Self.make("resume", client).json
            #expect(resumed["status"]?.string == "open")
            #expect(resumed["pausedAt"] == nil)
            // 24 hours and five business days, and a hundred hours more.
            #expect(resumed["answerDueAt"]?.string == "2026-11-28T06:00:00.000Z")
            #expect(resumed["remedyDueAt"]?.string == "2026-12-04T06:00:00.000Z")
            try Self.make("reply", client)
            try Self.make("pause", client)
            clock.advance(hours: 1)
            let again = try Self.make("resume", client).json
            #expect(again["answerDueAt"]?.string == "2026-11-28T06:00:00.000Z")
            #expect(again["remedyDueAt"]?.string == "2026-12-04T07:00:00.000Z")
        }
    }

    @Test func `a reply in a pause is in time, and the pause is not counted`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.open(client)
            clock.advance(hours: 2)
            try Self.make("pause", client)
            clock.advance(hours: 30)
            let replied = try Self.make("reply", client).json
            #expect(replied["answerDueAt"]?.string == "2026-11-25T08:00:00.000Z")
            #expect(replied["breached"] == [])
            clock.advance(hours: 30)
            let resumed = try Self.make("resume", client).json
            #expect(resumed["answerDueAt"]?.string == "2026-11-25T08:00:00.000Z")
            #expect(resumed["remedyDueAt"]?.string == "2026-12-02T14:00:00.000Z")
            #expect(resumed["breached"] == [])
            let report = try client.get("/v1/reports/complaints").items
            #expect(report[0]["replySeconds"]?["worst"]?.double == 7200)
            #expect(report[0]["breachRate"]?.double == 0)
        }
    }

    @Test func `alarms stand still in a pause and go off once, as much later`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        func alarms(_ count: Int) throws -> [String] {
            try withServer(clock: clock, database: folder.database) { client in
                try DeadlineTests.alarms(client, count)
            }
        }
        try withServer(clock: clock, database: folder.database) { client in
            try Self.open(client)
            clock.advance(hours: 19)
            // The warning after 18 hours is due, and is raised before the clocks stop.
            try Self.make("pause", client)
        }
        clock.advance(hours: 200)
        #expect(try alarms(1) == ["complaint.answer-due-soon 1"])
        try withServer(clock: clock, database: folder.database) { client in
            _ = try Self.make("resume", client)
            clock.advance(hours: 5)
        }
        let early = ["complaint.answer-due-soon 1", "complaint.answer-escalated 1"]
        #expect(try alarms(2) == early)
        clock.advance(milliseconds: 1)
        #expect(try alarms(3) == early + ["complaint.answer-overdue 1"])
        clock.advance(hours: 30 * 24)
        #expect(
            try alarms(6).suffix(3) == [
                "complaint.remedy-due-soon 1", "complaint.remedy-escalated 1",
                "complaint.remedy-overdue 1",
            ]
        )
    }

    @Test func `an import that closes a complaint that waits ends its pause and its alarm`() throws
    {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            _ = try client.customer("李雷", #""externalId": "C""#)
            let complaint = """
                {"customerExternalId": "C", "channel": "hotline", "subject": "late",
                 "externalId": "K"}
                """
            _ = try client.create("/v1/complaints", complaint)
            try Self.make("pause", client)
            clock.advance(hours: 1)
            let row = """
                {"customerExternalId": "C", "channel": "hotline", "subject": "late",
                 "externalId": "K", "answeredAt": "2026-11-23T02:30:00Z",
                 "closedAt": "2026-11-23T02:40:00Z"}
                """
            let answer = try client.send(
                "POST",
                "/v1/imports/complaints",
                [:],
                Array(row.replacing("\n", with: " ").utf8),
                type: "application/x-ndjson"
            )
            #expect(answer.json["updated"]?.integer == 1)
            let closed = try client.get(Self.path).json
            #expect(closed["status"] == "closed")
            #expect(closed["pausedAt"] == nil)
            #expect(try client.service.number("SELECT count(*) FROM deadline") == 0)
            #expect(try Self.make("reopen", client).status == 200)
            #expect(try client.service.number("SELECT count(*) FROM deadline") == 1)
        }
    }

    private static func isAlarm(_ event: TestAnswer.Row) -> Bool {
        event["changes"]?["addressee"] != nil
    }

    @Test func `alarms go up the ladder as the time runs out`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            let terms = """
                {"answerHours": 10, "keyAnswerHours": 10, "remedyDays": 90, "keyRemedyDays": 90,
                 "leaderId": 9}
                """
            try client.staff(9)
            _ = try client.put("/v1/complaint-policy", terms)
            _ = try client.customer("李雷", #""ownerId": 3"#)
            _ = try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "hotline", "subject": "late"}"#
            )
            try Self.make("assign", client)
        }
        for (minutes, count) in [(450, 1), (90, 2), (60, 2)] as [(Int64, Int)] {
            clock.advance(minutes: minutes)
            try withServer(clock: clock, database: folder.database) { client in
                let alarms = try DeadlineTests.alarms(client, count)
                #expect(alarms.count == count)
            }
        }
        clock.advance(milliseconds: 1)
        try withServer(clock: clock, database: folder.database) { client in
            _ = try DeadlineTests.alarms(client, 3)
            let changes = try client.all("/v1/events").filter(Self.isAlarm).map { $0["changes"] }
            #expect(
                changes.map { $0?["addressee"]?.string } == ["owner", "manager", "leader"]
            )
            #expect(changes.map { $0?["addresseeId"]?.integer } == [7, 3, 9])
            #expect(changes.map { $0?["clock"]?.string } == ["answer", "answer", "answer"])
        }
    }

    @Test func `a reopened complaint starts again at the assessment, with a new clock`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.open(client)
            try Self.take(8, client)
            clock.advance(hours: 24)
            let reopened = try Self.make("reopen", client).json
            #expect(reopened["status"]?.string == "open")
            #expect(reopened["step"]?.string == "assess")
            #expect(reopened["reopened"]?.integer == 1)
            #expect(reopened["closedAt"] == nil && reopened["remediedAt"] == nil)
            #expect(reopened["verdict"] == nil && reopened["remedy"] == nil)
            // Five business days from Tuesday.
            #expect(reopened["remedyDueAt"]?.string == "2026-12-01T02:00:00.000Z")
            #expect(reopened["history"]?.elements?.count == 10)
            #expect(try Self.make("reopen", client).problem == "not-allowed-now")
        }
        clock.advance(hours: 30 * 24)
        try withServer(clock: clock, database: folder.database) { client in
            let alarms = try DeadlineTests.alarms(client, 3)
            #expect(
                alarms == [
                    "complaint.remedy-due-soon 1", "complaint.remedy-escalated 1",
                    "complaint.remedy-overdue 1",
                ]
            )
            for (move, body, _) in Self.steps.dropFirst() {
                #expect(try Self.make(move, client, body).status == 200)
            }
            #expect(try client.get(Self.path).json["status"]?.string == "closed")
        }
    }

    @Test func `a complaint that is reopened passes over who has left, and so do its alarms`()
        throws
    {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.staff(3)
            func lead(_ id: Int) throws {
                let terms = """
                    {"answerHours": 24, "keyAnswerHours": 4, "remedyDays": 5, "keyRemedyDays": 2,
                     "leaderId": \(id)}
                    """
                #expect(try client.put("/v1/complaint-policy", terms).status == 200)
            }
            try lead(2)
            try Self.open(client)
            try Self.make("assign", client, #"{"assigneeId": 1}"#)
            try Self.take(8, client)
            try lead(3)
            for id in 1...2 { #expect(try client.delete("/v1/staff/\(id)").status == 204) }
            // What is closed says who handled it.
            #expect(try client.get(Self.path).json["assigneeId"] == 1)
            let reopened = try Self.make("reopen", client).json
            #expect(reopened["assigneeId"] == nil)
            #expect(reopened["leaderId"] == 3)
            #expect(try client.get("/v1/complaints?assigneeId=1").ids == [])
            let history = reopened["history"]?.elements ?? []
            #expect(history.suffix(2).map { $0["action"] } == ["reopen", "assign"])
            #expect(history.last?["leaderId"] == 3)
            #expect(try client.lastEvent()?["action"] == "complaint.assigned")
            let people: JSON = ["leaderId": 3, "assigneeId": .null]
            #expect(try client.lastEvent()?["changes"] == people)
        }
        clock.advance(hours: 30 * 24)
        try withServer(clock: clock, database: folder.database) { client in
            #expect(try DeadlineTests.alarms(client, 3).count == 3)
            let changes = try client.all("/v1/events").filter(Self.isAlarm).map { $0["changes"] }
            #expect(changes.map { $0?["addressee"]?.string } == ["leader", "leader", "leader"])
            #expect(changes.map { $0?["addresseeId"]?.integer } == [3, 3, 3])
        }
    }

    @Test func `an alarm goes to the next one up while nobody is there, and else to nobody`() throws
    {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.staff(1)
            _ = try client.customer("李雷", #""ownerId": 1"#)
            _ = try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "hotline", "subject": "late"}"#
            )
        }
        clock.advance(hours: 25)
        try withServer(clock: clock, database: folder.database) { client in
            #expect(try DeadlineTests.alarms(client, 3).count == 3)
            let changes = try client.all("/v1/events").filter(Self.isAlarm).map { $0["changes"] }
            #expect(changes.map { $0?["addressee"]?.string } == ["manager", "manager", "leader"])
            #expect(changes.map { $0?["addresseeId"]?.integer } == [1, 1, nil])
        }
    }

    @Test func `what is recorded of a closed complaint stays`() throws {
        try withServer { client in
            try Self.open(client)
            try Self.take(8, client)
            let before = try client.get(Self.path)
            let refused = try client.patch(Self.path, #"{"subject": "early"}"#)
            #expect(refused.status == 409)
            #expect(refused.problem == "complaint-closed")
            #expect(refused.json["allowed"] == ["reopen", "reward"])
            // What changes nothing is no change.
            #expect(try client.patch(Self.path, #"{"subject": "late"}"#).json == before.json)
            try Self.make("reopen", client)
            let changed = try client.patch(Self.path, #"{"subject": "early"}"#)
            #expect(changed.status == 200)
            let entry = changed.json["history"]?.elements?.last?.members?.map(\.name) ?? []
            #expect(entry == ["at", "actor", "action", "subject"])
            #expect(try client.lastEvent()?["changes"] == ["subject": "early"])
        }
    }

    @Test func `is assigned, and found by who handles it`() throws {
        try withServer { client in
            try client.staff(7)
            try Self.open(client)
            #expect(try Self.make("assign", client).json["assigneeId"]?.integer == 7)
            let found = try client.get("/v1/complaints?assigneeId=7").json["items"]?.elements
            #expect(found?.count == 1)
        }
    }

    @Test func `a justified complaint is rewarded once, and no other`() throws {
        try withServer { client in
            try Self.open(client)
            try Self.take(1, client)
            let unjudged = try Self.make("reward", client)
            #expect(unjudged.problem == "not-allowed-now")
            try Self.make(
                "assess",
                client,
                #"{"verdict": "not", "cause": "other", "reason": "it was on time"}"#
            )
            #expect(try Self.make("reward", client).problem == "not-allowed-now")
            for (move, body, _) in Self.steps.dropFirst(4) {
                #expect(try Self.make(move, client, body).status == 200)
            }
            try Self.make("reopen", client)
            try Self.make("assess", client)
            let rewarded = try Self.make("reward", client).json
            #expect(rewarded["reward"]?["amount"]?.string == "50.00")
            let twice = try Self.make("reward", client)
            #expect(twice.status == 409)
            #expect(twice.problem == "already-rewarded")
        }
    }
}
