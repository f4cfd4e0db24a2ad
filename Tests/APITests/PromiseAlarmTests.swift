// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Promises that are due, and those that are given too tight (M50).
@Suite struct PromiseAlarmTests {
    private static let path = "/v1/promises"

    /// A customer who is promised something, in the interaction that is answered.
    private static func promise(
        _ client: TestClient,
        _ dueAt: String,
        kind: String = "quote",
        at givenAt: String = "2026-11-23T02:00:00Z",
        by staff: String = "[]"
    ) throws -> TestAnswer {
        try client.post(
            "/v1/interactions",
            #"""
            {"customerId": 1, "direction": "outbound", "content": "information",
             "channel": "phone", "occurredAt": "\#(givenAt)", "summary": "x", "staffIds": \#(staff),
             "promises": [{"kind": "\#(kind)", "text": "报价", "dueAt": "\#(dueAt)"}]}
            """#
        )
    }

    @Test func `each alarm goes off once, however long the service was down`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try client.staff(1)
            try client.customer()
            for due in ["06", "06", "10"] {
                let given = try Self.promise(client, "2026-11-23T\(due):00:00Z", by: "[1]")
                #expect(given.status == 201)
            }
            #expect(try client.send("POST", Self.path + "/2/keep").status == 200)
            // What moves in overdue is not due soon.
            let late = try Self.promise(
                client,
                "2026-11-22T00:00:00Z",
                at: "2026-11-21T00:00:00Z"
            )
            #expect(late.status == 201)
        }
        clock.advance(hours: 3)
        for _ in 1...2 {
            try withServer(clock: clock, database: folder.database) { client in
                let alarms = try DeadlineTests.alarms(client, 2)
                #expect(alarms == ["promise.overdue 4", "promise.due-soon 1"])
            }
        }
        // At the very due instant it is in time.
        clock.advance(hours: 1)
        try withServer(clock: clock, database: folder.database) { client in
            #expect(try client.get(Self.path + "?due=soon").ids == [1])
            let due = try client.service.number("SELECT min(due_at) FROM deadline")
            #expect(due.map { Instant(rawValue: Int64($0)).rfc3339 } == "2026-11-23T06:00:00.001Z")
        }
        clock.advance(hours: 100)
        for _ in 1...2 {
            try withServer(clock: clock, database: folder.database) { client in
                let alarms = try DeadlineTests.alarms(client, 5)
                #expect(
                    alarms.dropFirst(2) == [
                        "promise.overdue 1", "promise.due-soon 3", "promise.overdue 3",
                    ]
                )
                let left = try client.service.number("SELECT count(*) FROM deadline")
                #expect(left == 0)
                let event = try client.all("/v1/events?after=0").last
                #expect(
                    event?["changes"] == [
                        "text": "报价", "dueAt": "2026-11-23T10:00:00.000Z", "customerId": 1,
                        "addresseeId": 1,
                    ]
                )
                #expect(event?["actor"] == "scheduler")
            }
        }
    }

    private static let filters: [(hours: Int64, soon: [Int], overdue: [Int])] = [
        (0, [], []), (3, [1], []), (1, [1], []), (1, [], [1]), (2, [2], [1]),
    ]

    @Test func `the register lists what is due soon, and what is overdue`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            for (due, kind) in [("06", "quote"), ("10", "delivery"), ("07", "delivery")] {
                let given = try Self.promise(client, "2026-11-23T\(due):00:00Z", kind: kind)
                #expect(given.status == 201)
            }
            #expect(try client.send("POST", Self.path + "/3/break").status == 200)
            for (hours, soon, overdue) in Self.filters {
                clock.advance(hours: hours)
                #expect(try client.get(Self.path + "?due=soon").ids == soon, "\(clock.now)")
                #expect(try client.get(Self.path + "?due=overdue").ids == overdue)
            }
            #expect(try client.get(Self.path + "?kind=delivery").ids == [3, 2])
            #expect(try client.get(Self.path + "?kind=delivery").json["keepingRate"]?.double == 0)
            #expect(try client.get(Self.path + "?kind=quote").json["keepingRate"] == nil)
            #expect(try client.get(Self.path + "?due=now").parameters == ["due"])
            #expect(try client.get(Self.path + "?kind=gift").parameters == ["kind"])
        }
    }

    @Test func `a promise tighter than usual is warned of, and never refused`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            // Ten quotes, which take one to ten hours.
            for _ in 1...10 {
                let given = try Self.promise(client, "2026-11-23T07:00:00Z")
                #expect(given.json["promises"]?.elements?.first?["warning"] == nil)
            }
            for id in 1...9 {
                clock.advance(hours: 1)
                #expect(try client.send("POST", "\(Self.path)/\(id)/keep").status == 200)
            }
            clock.advance(hours: 1)
            // Nine tell nothing yet, nor do repairs of quotes.
            let now = "2026-11-23T12:00:00Z"
            let early = try Self.promise(client, "2026-11-23T13:00:00Z", at: now)
            #expect(early.json["promises"]?.elements?.first?["warning"] == nil)
            #expect(try client.send("POST", Self.path + "/10/keep").status == 200)
            let repair = try Self.promise(client, "2026-11-23T13:00:00Z", kind: "repair", at: now)
            #expect(repair.json["promises"]?.elements?.first?["warning"] == nil)
            let tight = try Self.promise(client, "2026-11-23T20:59:59Z", at: now)
            #expect(tight.status == 201)
            let warning: JSON = [
                "kept": 10, "medianSeconds": .number("18000.0"),
                "ninetiethSeconds": .number("32400.0"),
            ]
            #expect(tight.json["promises"]?.elements?.first?["warning"] == warning)
            // It stays with the promise.
            #expect(try client.get(Self.path + "/13").json["warning"] == warning)
            let wide = try Self.promise(client, "2026-11-23T21:00:00Z", at: now)
            #expect(wide.json["promises"]?.elements?.first?["warning"] == nil)
            // What was kept more than a year ago counts no more.
            clock.advance(hours: 24 * 366)
            let later = try Self.promise(
                client,
                "2027-11-24T13:00:00Z",
                at: "2027-11-24T12:00:00Z"
            )
            #expect(later.json["promises"]?.elements?.first?["warning"] == nil)
        }
    }

    @Test func `a promise was given when its interaction was, if that is corrected`() throws {
        try withServer { client in
            try client.customer()
            _ = try Self.promise(client, "2026-11-23T06:00:00Z")
            _ = try client.post(
                "/v1/interactions/1/corrections",
                #"{"reason": "x", "changes": {"occurredAt": "2026-11-23T01:00:00Z"}}"#
            )
            let promise = try client.get(Self.path + "/1").json
            #expect(promise["givenAt"] == "2026-11-23T01:00:00.000Z")
            #expect(promise["version"] == 2)
        }
    }

    @Test func `nothing is promised for a time before it is`() throws {
        try withServer { client in
            try client.customer()
            let given = "2026-11-23T01:00:00Z"
            let late = try Self.promise(client, "2026-11-23T00:59:59.999Z", at: given)
            #expect(late.status == 422)
            #expect(late.pointers == ["/promises/0/dueAt"])
            // Overdue by the time it is recorded.
            #expect(try Self.promise(client, given, at: given).status == 201)
            func move(_ at: String) throws -> TestAnswer {
                try client.post(
                    "/v1/interactions/1/corrections",
                    #"{"reason": "x", "changes": {"occurredAt": "\#(at)"}}"#
                )
            }
            #expect(try move("2026-11-23T01:00:00.001Z").pointers == ["/changes/occurredAt"])
            #expect(try move("2026-11-23T00:30:00Z").status == 201)
            #expect(try move(given).status == 201)
        }
    }

    @Test func `a kind that there is not is refused`() throws {
        try withServer { client in
            try client.customer()
            let refused = try Self.promise(client, "2026-11-23T06:00:00Z", kind: "gift")
            #expect(refused.pointers == ["/promises/0/kind"])
        }
    }
}
