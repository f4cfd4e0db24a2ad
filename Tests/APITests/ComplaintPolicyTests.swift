// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// How long the desk has, and what the public is told of it (M57, M60).
@Suite struct ComplaintPolicyTests {
    private static let path = "/v1/complaint-policy"
    private static let terms = """
        {"answerHours": 12, "keyAnswerHours": 2, "remedyDays": 3, "keyRemedyDays": 1,
         "holidays": ["2026-11-25", "2026-11-24", "2026-11-24"], "leaderId": 9,
         "department": "客户关系部", "phone": "400-800-1234"}
        """

    @Test func `is the method's until another is put`() throws {
        try withServer { client in
            let policy = try client.as(.agent).get(Self.path)
            #expect(policy.json["answerHours"] == 24)
            #expect(policy.json["keyAnswerHours"] == 4)
            #expect(policy.json["remedyDays"] == 5)
            #expect(policy.json["keyRemedyDays"] == 2)
            #expect(policy.json["holidays"] == [])
            #expect(policy.json["version"] == 1)
            #expect(policy.etag != nil)
        }
    }

    @Test func `counts for the complaints to come`() throws {
        try withServer { client in
            _ = try client.customer()
            try client.staff(9)
            let put = try client.as(.manager).put(Self.path, Self.terms)
            #expect(put.status == 200)
            #expect(put.json["version"] == 2)
            #expect(put.json["holidays"] == ["2026-11-24", "2026-11-25"])
            let event = try client.lastEvent()
            #expect(event?["action"] == "complaint-policy.changed")
            #expect(event?["changes"]?["answerHours"] == 12)
            _ = try client.create("/v1/complaints", Self.complaint)
            let new = try client.get("/v1/complaints/1").json
            #expect(new["answerDueAt"] == "2026-11-23T14:00:00.000Z")
            // Monday; Tuesday and Wednesday are holidays, then Thursday, Friday and Monday.
            #expect(new["remedyDueAt"] == "2026-11-30T02:00:00.000Z")
            #expect(new["leaderId"] == 9)
            #expect(new["deadlinesBy"] == ["policyVersion": 2])
            // The same terms are no new policy.
            let again = try client.put(Self.path, Self.terms)
            #expect(again.json["version"] == 2)
        }
    }

    private static let complaint = #"{"customerId": 1, "channel": "web", "subject": "late"}"#

    /// The event of other deadlines for a complaint, once it is there.
    private static func renewal(_ client: TestClient) throws -> TestAnswer.Row? {
        var after = 0
        while let events = Optional(try client.get("/v1/events?after=\(after)&wait=5").items),
            let last = events.last?["seq"]?.integer
        {
            if let found = events.first(where: { $0["action"] == "complaint.deadlines-changed" }) {
                return found
            }
            after = last
        }
        return nil
    }

    @Test func `gives open complaints the deadlines that follow, with those before in history`()
        throws
    {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            _ = try client.customer()
            for _ in 0..<3 { _ = try client.create("/v1/complaints", Self.complaint) }
            // One is answered, one has waited for an hour.
            clock.advance(hours: 1)
            let reply = #"{"text": "sorry", "channel": "phone"}"#
            #expect(try client.post("/v1/complaints/2/reply", reply).status == 200)
            let pause = #"{"reason": "on holiday"}"#
            #expect(try client.post("/v1/complaints/3/pause", pause).status == 200)
            clock.advance(hours: 1)
            #expect(try client.send("POST", "/v1/complaints/3/resume").status == 200)
            try client.staff(9)
            _ = try client.put(Self.path, Self.terms)
            let event = try Self.renewal(client)
            #expect(event?["subject"]?["id"] == 1)
            #expect(event?["actor"] == "scheduler")
            #expect(event?["changes"]?["answerDueAt"] == "2026-11-23T14:00:00.000Z")
            #expect(event?["changes"]?["answerWasDueAt"] == "2026-11-24T02:00:00.000Z")
            #expect(event?["changes"]?["policyVersion"] == 2)
            let first = try client.get("/v1/complaints/1").json
            #expect(first["answerDueAt"] == "2026-11-23T14:00:00.000Z")
            #expect(first["history"]?.elements?.last?["action"] == "deadlines")
            let answered = try client.get("/v1/complaints/2").json
            #expect(answered["answerDueAt"] == "2026-11-24T02:00:00.000Z")
            #expect(answered["remedyDueAt"] == "2026-11-30T02:00:00.000Z")
            let waited = try client.get("/v1/complaints/3").json
            #expect(waited["answerDueAt"] == "2026-11-23T15:00:00.000Z")
            #expect(waited["remedyDueAt"] == "2026-11-30T03:00:00.000Z")
        }
    }

    @Test func `a customer who becomes key is answered sooner, and warned of sooner`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            _ = try client.customer()
            _ = try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T10:00:00+08:00", "total": "99.00"}"#
            )
            _ = try client.create("/v1/complaints", Self.complaint)
            #expect(try client.post("/v1/tier-runs", "{}").status == 202)
            let event = try Self.renewal(client)
            #expect(event?["changes"]?["tier"] == "key")
            let complaint = try client.get("/v1/complaints/1").json
            #expect(complaint["answerDueAt"] == "2026-11-23T06:00:00.000Z")
            #expect(complaint["remedyDueAt"] == "2026-11-25T02:00:00.000Z")
            #expect(complaint["deadlinesBy"]?["tier"] == "key")
        }
        clock.advance(hours: 3)
        try withServer(clock: clock, database: folder.database) { client in
            let alarms = try DeadlineTests.alarms(client, 1)
            #expect(alarms == ["complaint.answer-due-soon 1"])
        }
    }

    @Test func `refuses what cannot be promised`() throws {
        try withServer { client in
            let body = """
                {"answerHours": 0, "keyAnswerHours": 721, "remedyDays": 91, "keyRemedyDays": 1,
                 "holidays": ["yesterday"], "color": "red"}
                """
            let refused = try client.put(Self.path, body)
            #expect(refused.status == 422)
            #expect(
                Set(refused.pointers) == [
                    "/answerHours", "/keyAnswerHours", "/remedyDays", "/holidays/0", "/color",
                ]
            )
            let turned = try client.put(
                Self.path,
                #"{"answerHours": 4, "keyAnswerHours": 5, "remedyDays": 1, "keyRemedyDays": 2}"#
            )
            #expect(Set(turned.pointers) == ["/keyAnswerHours", "/keyRemedyDays"])
            #expect(try client.as(.agent).put(Self.path, Self.terms).status == 403)
            #expect(try client.put(Self.path, Self.terms, ["if-match": "\"7.x\""]).status == 412)
            #expect(try client.delete(Self.path).status == 405)
            #expect(try client.get(Self.path).json["version"] == 1)
        }
    }

    private static func hours(_ hours: String) -> String {
        """
        {"answerHours": 24, "keyAnswerHours": 4, "remedyDays": 2, "keyRemedyDays": 1,
         "holidays": ["2026-11-24"], "businessHours": \(hours)}
        """
    }

    /// The clock shows Monday, ten o'clock; Tuesday is a holiday.
    private static let closings: [(hours: Int64, minutes: Int64, due: String)] = [
        // In the hours of both days, and at the time of day at which it came.
        (0, 0, "2026-11-26T02:00:00.000Z"),
        // Noon is a break until half past one.
        (2, 30, "2026-11-26T05:30:00.000Z"),
        // In the evening the desk does not open again.
        (10, 0, "2026-11-26T10:00:00.000Z"),
        // Thursday at six in the morning: Friday and then Saturday, which begins at ten.
        (68, 0, "2026-11-28T02:00:00.000Z"),
    ]

    @Test func `the remedy is due in the hours of the desk, several a day and on Saturdays`()
        throws
    {
        let week = ["wednesday", "thursday", "friday"].flatMap { day in
            [("09:00", "12:00"), ("13:30", "18:00")].map { (day, $0.0, $0.1) }
        }
        let hours = (week + [("saturday", "10:00", "16:00")]).map { day, from, until in
            #"{"weekday": "\#(day)", "from": "\#(from)", "until": "\#(until)"}"#
        }
        let clock = TestClock()
        try withServer(clock: clock) { client in
            _ = try client.customer()
            // In whatever order they are put.
            let list = hours.reversed().joined(separator: ",")
            let put = try client.put(Self.path, Self.hours("[\(list)]"))
            #expect(put.status == 200)
            #expect(put.json["businessHours"]?.elements?.count == 7)
            #expect(try client.get(Self.path).json["businessHours"] == put.json["businessHours"])
            for (index, one) in Self.closings.enumerated() {
                clock.set(TestClock.start)
                clock.advance(hours: one.hours, minutes: one.minutes)
                _ = try client.create("/v1/complaints", Self.complaint)
                let complaint = try client.get("/v1/complaints/\(index + 1)").json
                #expect(complaint["remedyDueAt"]?.string == one.due)
            }
        }
    }

    @Test func `hours that overlap are refused with what they are joined`() throws {
        try withServer { client in
            let refused = try client.put(
                Self.path,
                Self.hours(
                    """
                    [{"weekday": "monday", "from": "09:00", "until": "12:00"},
                     {"weekday": "monday", "from": "11:00", "until": "15:00"}]
                    """
                )
            )
            #expect(refused.status == 422)
            #expect(refused.problem == "overlapping-hours")
            #expect(refused.pointers == ["/businessHours/1"])
            #expect(
                refused.json["allowed"] == [
                    ["weekday": "monday", "from": "09:00", "until": "15:00"]
                ]
            )
            #expect(try client.get(Self.path).json["version"] == 1)
        }
    }

    @Test func `the public is told who takes complaints, and by when they are answered`() throws {
        try withServer { client in
            try client.staff(9)
            _ = try client.put(Self.path, Self.terms)
            let procedure = try client.with(authorization: nil).get("/v1/complaint-procedure")
            #expect(procedure.status == 200)
            #expect(procedure.json["department"] == "客户关系部")
            #expect(procedure.json["phone"] == "400-800-1234")
            #expect(procedure.json["answerHours"] == 12)
            #expect(procedure.json["remedyDays"] == 3)
            #expect(procedure.json["channels"]?.elements?.count == 9)
            let steps = procedure.json["steps"]?.elements?.compactMap { $0["name"]?.string }
            #expect(steps == ["listen", "assess", "remedy", "follow-up"])
            // Who leads the desk is nobody's business.
            #expect(procedure.json["leaderId"] == nil)
        }
    }

    @Test func `key customers come first in the queue, then whoever has waited longest`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.staff(7)
            for name in ["small", "key", "new"] { _ = try client.customer(name) }
            for (customer, total) in [(1, "1.00"), (2, "900.00")] {
                _ = try client.create(
                    "/v1/orders",
                    """
                    {"customerId": \(customer), "placedAt": "2026-11-01T10:00:00+08:00",
                     "total": "\(total)"}
                    """
                )
            }
            _ = try client.runTiers()
            for customer in [3, 2, 1, 2] {
                _ = try client.create(
                    "/v1/complaints",
                    #"{"customerId": \#(customer), "channel": "web", "subject": "late"}"#
                )
                clock.advance(minutes: 5)
            }
            #expect(try client.get("/v1/complaint-queue").ids == [2, 4, 1, 3])
            let first = try client.get("/v1/complaint-queue?limit=3")
            #expect(first.ids == [2, 4, 1])
            let next = try #require(first.next)
            #expect(try client.get("/v1/complaint-queue?limit=3&after=\(next)").ids == [3])
            let reply = #"{"text": "sorry", "channel": "phone"}"#
            _ = try client.post("/v1/complaints/2/reply", reply)
            _ = try client.post("/v1/complaints/1/pause", #"{"reason": "on holiday"}"#)
            _ = try client.post("/v1/complaints/3/assign", #"{"assigneeId": 7}"#)
            #expect(try client.get("/v1/complaint-queue").ids == [4, 3])
            #expect(try client.get("/v1/complaint-queue?assigneeId=7").ids == [3])
            let waits = try client.get("/v1/reports/complaints?groupBy=tier").items
            #expect(waits.map { $0["key"]?.string } == ["key", "small"])
            #expect(waits[0]["replySeconds"]?["median"]?.double == 900)
        }
    }
}
