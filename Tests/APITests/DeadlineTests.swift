// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// What falls due while nobody is there (M60).
@Suite struct DeadlineTests {
    private static let count = 1700

    /// The alarms that the journal holds, once it holds so many: action and complaint.
    static func alarms(_ client: TestClient, _ count: Int) throws -> [String] {
        var alarms: [String] = []
        var after = 0
        while alarms.count < count {
            let page = try client.get("/v1/events?after=\(after)&limit=500&wait=5").json
            let events = page["items"]?.elements ?? []
            // A long poll that came back empty has waited long enough.
            guard let last = events.last?["seq"]?.integer else { break }
            after = last
            for event in events {
                let action = event["action"]?.string ?? ""
                guard ["due-soon", "escalated", "overdue"].contains(where: action.hasSuffix) else {
                    continue
                }
                alarms.append("\(action) \(event["subject"]?["id"]?.integer ?? 0)")
            }
        }
        return alarms
    }

    private static func open(_ client: TestClient, _ count: Int) throws {
        _ = try client.customer("李雷", #""externalId": "C""#)
        let rows = (1...count).map {
            #"{"externalId": "K\#($0)", "customerExternalId": "C", "channel": "web", "subject": "late"}"#
        }
        let body = Array(rows.joined(separator: "\n").utf8)
        let answer = try client.send(
            "POST",
            "/v1/imports/complaints",
            [:],
            body,
            type: "application/x-ndjson"
        )
        #expect(answer.json["created"]?.integer == count)
    }

    @Test func `each that passed while the service was down is raised once`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.open(client, Self.count)
        }
        clock.advance(hours: 30 * 24)
        let kinds = [
            "answer-due-soon", "answer-escalated", "answer-overdue", "remedy-due-soon",
            "remedy-escalated", "remedy-overdue",
        ]
        let expected = kinds.flatMap { kind in
            (1...Self.count).map { "complaint.\(kind) \($0)" }
        }
        try withServer(clock: clock, database: folder.database) { client in
            let alarms = try Self.alarms(client, expected.count)
            #expect(alarms.sorted() == expected.sorted())
            let left = try client.service.number("SELECT count(*) FROM deadline")
            #expect(left == 0)
        }
        // Whatever the clock says then, there is nothing left to raise.
        for hours in [-1, 2, -31 * 24] as [Int64] {
            clock.advance(hours: hours)
            try withServer(clock: clock, database: folder.database) { client in
                let alarms = try Self.alarms(client, expected.count)
                #expect(alarms.count == expected.count)
            }
        }
    }

    @Test func `none is lost to a clock that is set`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.open(client, 1)
        }
        // Forward over the first warning, back before it, and on to the end.
        for (hours, count) in [(18, 1), (-2, 1), (9, 3), (-2, 3), (30 * 24, 6)] as [(Int64, Int)] {
            clock.advance(hours: hours)
            try withServer(clock: clock, database: folder.database) { client in
                let alarms = try Self.alarms(client, count)
                #expect(alarms.count == count)
            }
        }
    }

    @Test func `what was answered in time is not warned of`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.open(client, 2)
            clock.advance(hours: 17)
            let reply = #"{"text": "we are sorry", "channel": "phone"}"#
            #expect(try client.post("/v1/complaints/1/reply", reply).status == 200)
            clock.advance(hours: 8)
            #expect(try client.post("/v1/complaints/2/reply", reply).status == 200)
        }
        try withServer(clock: clock, database: folder.database) { client in
            // Answered late: overdue, and no use to warn of it.
            let alarms = try Self.alarms(client, 1)
            #expect(alarms == ["complaint.answer-overdue 2"])
        }
    }
}
