// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// When customers are not to be disturbed (M49).
@Suite struct QuietHoursTests {
    private static let policy = "/v1/contact-policy"

    private typealias Moment = (zone: String, at: String, rule: String?, next: String?)

    private static func check(_ client: TestClient, _ moments: [Moment]) throws {
        for moment in moments {
            let id = try client.customer("李雷", #""timeZone": "\#(moment.zone)""#)
            let at = moment.at.replacing("+", with: "%2B")
            let advice = try client.as(.agent).get("/v1/customers/\(id)/contact-advice?at=\(at)")
            let comment = Comment(rawValue: "\(moment.zone) \(moment.at): \(advice)")
            #expect(advice.status == 200, comment)
            #expect(advice.json["allowed"] == (moment.rule == nil ? true : false), comment)
            #expect(advice.json["rule"]?.string == moment.rule, comment)
            #expect(advice.json["nextAllowedAt"]?.string == moment.next, comment)
            #expect(advice.json["timeZone"]?.string == moment.zone, comment)
            #expect(advice.json["answerRates"] == nil, comment)
        }
    }

    private static let china: [Moment] = [
        ("Asia/Shanghai", "2026-07-01T11:59:59.999+08:00", nil, nil),
        (
            "Asia/Shanghai", "2026-07-01T12:00:00+08:00", "summer-midday",
            "2026-07-01T06:30:00.000Z"
        ),
        (
            "Asia/Shanghai", "2026-07-01T14:29:59.999+08:00", "summer-midday",
            "2026-07-01T06:30:00.000Z"
        ),
        ("Asia/Shanghai", "2026-07-01T14:30:00+08:00", nil, nil),
        ("Asia/Shanghai", "2026-05-31T12:00:00+08:00", nil, nil),
        (
            "Asia/Shanghai", "2026-09-30T13:00:00+08:00", "summer-midday",
            "2026-09-30T06:30:00.000Z"
        ),
        ("Asia/Shanghai", "2026-10-01T13:00:00+08:00", nil, nil),
        (
            "Asia/Shanghai", "2026-11-02T07:00:00+08:00", "winter-morning",
            "2026-11-02T00:00:00.000Z"
        ),
        (
            "Asia/Shanghai", "2028-02-29T07:00:00+08:00", "winter-morning",
            "2028-02-29T00:00:00.000Z"
        ),
        ("Asia/Shanghai", "2026-03-02T07:00:00+08:00", "night", "2026-03-02T00:00:00.000Z"),
        ("Asia/Shanghai", "2026-03-02T08:00:00+08:00", nil, nil),
        ("Asia/Shanghai", "2026-03-02T20:59:59.999+08:00", nil, nil),
        ("Asia/Shanghai", "2026-03-02T21:00:00+08:00", "night", "2026-03-03T00:00:00.000Z"),
        // One rule after the other: the night of Friday, then the morning of Saturday.
        ("Asia/Shanghai", "2026-07-03T22:00:00+08:00", "night", "2026-07-04T01:00:00.000Z"),
        (
            "Asia/Shanghai", "2027-02-28T07:59:00+08:00", "winter-morning",
            "2027-02-28T01:00:00.000Z"
        ),
        (
            "Asia/Shanghai", "2026-07-04T08:30:00+08:00", "day-off-morning",
            "2026-07-04T01:00:00.000Z"
        ),
        ("Asia/Shanghai", "2026-07-04T09:00:00+08:00", nil, nil),
        // A calendar's ends.
        ("Asia/Shanghai", "0001-01-01T00:00:00Z", nil, nil),
        ("UTC", "9999-12-31T23:59:59.999Z", "night", nil),
    ]

    @Test func `where the calendar ends nothing comes before what was asked about`() throws {
        try withServer { client in
            for zone in ["Asia/Shanghai", "UTC", "America/New_York"] {
                let id = try client.customer("x", #""timeZone": "\#(zone)""#)
                for hour in 0..<24 {
                    let at = "9999-12-31T\(hour < 10 ? "0" : "")\(hour):30:00.000Z"
                    let advice = try client.get("/v1/customers/\(id)/contact-advice?at=\(at)")
                    #expect(advice.status == 200)
                    guard let next = advice.json["nextAllowedAt"]?.string else { continue }
                    #expect(next > at, "\(zone): \(advice)")
                }
            }
        }
    }

    @Test func `the method's hours count until others are put`() throws {
        try withServer { client in
            try Self.check(client, Self.china)
            let now = try client.get("/v1/customers/1/contact-advice").json
            #expect(
                now == [
                    "allowed": true, "at": "2026-11-23T02:00:00.000Z",
                    "timeZone": "Asia/Shanghai",
                ]
            )
            let method = try client.as(.agent).get(Self.policy).json
            #expect(method["version"] == 1)
            #expect(method["rules"]?.elements?.count == 4)
            #expect(
                method["rules"]?.elements?[1] == [
                    "name": "winter-morning", "season": ["from": "11-01", "until": "02-29"],
                    "days": [], "from": "00:00", "until": "08:00",
                ]
            )
        }
    }

    /// The nights in which clocks are set, all of them on the way to a Sunday.
    private static let changes: [Moment] = [
        ("America/New_York", "2026-03-07T22:00:00-05:00", "night", "2026-03-08T13:00:00.000Z"),
        ("America/New_York", "2026-10-31T22:00:00-04:00", "night", "2026-11-01T14:00:00.000Z"),
        ("Europe/Berlin", "2026-03-28T22:00:00+01:00", "night", "2026-03-29T07:00:00.000Z"),
        ("Europe/Berlin", "2026-10-24T22:00:00+02:00", "night", "2026-10-25T08:00:00.000Z"),
        ("Australia/Sydney", "2026-10-03T22:00:00+10:00", "night", "2026-10-03T22:00:00.000Z"),
        ("Australia/Sydney", "2026-04-04T22:00:00+11:00", "night", "2026-04-04T23:00:00.000Z"),
        ("America/Santiago", "2026-09-05T22:00:00-04:00", "night", "2026-09-06T12:00:00.000Z"),
        // Half an hour is set on Lord Howe Island.
        ("Australia/Lord_Howe", "2026-10-03T22:00:00+10:30", "night", "2026-10-03T22:00:00.000Z"),
    ]

    @Test func `the customer's own clocks count, however they are set`() throws {
        try withServer { client in try Self.check(client, Self.changes) }
    }

    private static let oddHours = #"""
        {"rules": [
            {"name": "early", "from": "00:00", "until": "02:30", "days": ["sunday"]},
            {"name": "late", "from": "23:45", "until": "00:30", "days": ["saturday"]},
            {"name": "feast", "from": "00:00", "until": "24:00", "season":
                {"from": "12-30", "until": "01-02"}},
            {"name": "holiday", "from": "22:00", "until": "21:00", "days": ["holiday"]}
        ], "holidays": ["2026-10-01"]}
        """#

    private static let odd: [Moment] = [
        // From two to three nothing is shown in New York: the rule ends when the clocks are set.
        ("America/New_York", "2026-03-08T00:30:00-05:00", "early", "2026-03-08T07:00:00.000Z"),
        // From one to two is shown twice: on a Sunday, all of it is early.
        ("America/New_York", "2026-11-01T01:59:00-04:00", "early", "2026-11-01T07:30:00.000Z"),
        // Midnight itself is jumped over in Chile: from Saturday's rule into Sunday's.
        ("America/Santiago", "2026-09-05T23:50:00-04:00", "late", "2026-09-06T05:30:00.000Z"),
        ("Asia/Shanghai", "2026-03-07T23:45:00+08:00", "late", "2026-03-07T18:30:00.000Z"),
        ("Asia/Shanghai", "2026-03-07T00:15:00+08:00", nil, nil),
        ("Asia/Shanghai", "2026-12-29T23:59:00+08:00", nil, nil),
        ("Asia/Shanghai", "2026-12-30T00:00:00+08:00", "feast", "2027-01-02T18:30:00.000Z"),
        // A holiday's evening, and most of the day after; not the morning of the holiday.
        ("Asia/Shanghai", "2026-10-01T21:59:00+08:00", nil, nil),
        ("Asia/Shanghai", "2026-10-01T22:00:00+08:00", "holiday", "2026-10-02T13:00:00.000Z"),
        ("Asia/Shanghai", "2026-10-02T12:00:00+08:00", "holiday", "2026-10-02T13:00:00.000Z"),
    ]

    @Test func `rules go over midnight, New Year and the hours that clocks skip or repeat`()
        throws
    {
        try withServer { client in
            let put = try client.as(.manager).put(Self.policy, Self.oddHours)
            #expect(put.status == 200)
            #expect(put.json["version"] == 2)
            #expect(put.json["holidays"] == ["2026-10-01"])
            #expect(try client.lastEvent()?["action"] == "contact-policy.changed")
            #expect(try client.get(Self.policy).json == put.json)
            try Self.check(client, Self.odd)
            // What is put again changes nothing.
            #expect(try client.put(Self.policy, Self.oddHours).json["version"] == 2)
        }
    }

    @Test func `an hour that is shown twice is quiet twice`() throws {
        try withServer { client in
            let rules = #"""
                {"rules": [{"name": "a", "from": "01:10", "until": "01:30"},
                    {"name": "b", "from": "01:45", "until": "02:00"}]}
                """#
            #expect(try client.put(Self.policy, rules).status == 200)
            let zone = "America/New_York"
            try Self.check(
                client,
                [
                    (zone, "2026-11-01T01:15:00-04:00", "a", "2026-11-01T05:30:00.000Z"),
                    (zone, "2026-11-01T01:40:00-04:00", nil, nil),
                    // At two the clocks show one again.
                    (zone, "2026-11-01T01:50:00-04:00", "b", "2026-11-01T06:00:00.000Z"),
                    (zone, "2026-11-01T01:15:00-05:00", "a", "2026-11-01T06:30:00.000Z"),
                    (zone, "2026-11-01T01:50:00-05:00", "b", "2026-11-01T07:00:00.000Z"),
                ]
            )
        }
    }

    private static func rule(_ members: String) -> String {
        #"{"rules": [{"name": "a", "from": "09:00", "until": "10:00"}, {\#(members)}]}"#
    }

    private static let refused: [Case] = [
        Case("an agent", "PUT", policy, "{}", by: .agent, is: 403, "forbidden"),
        Case("a reader", "GET", policy, by: .reader, is: 403, "forbidden"),
        Case("another method", "DELETE", policy, is: 405, "method-not-allowed"),
        Case(
            "another version",
            "PUT",
            policy,
            #"{"rules": []}"#,
            with: ["if-match": #""7.x""#],
            is: 412,
            "precondition-failed"
        ),
        .refused("nothing", "PUT", policy, "{}", "/rules"),
        .refused(
            "no times",
            "PUT",
            policy,
            rule(#""name": "b", "days": ["sun"]"#),
            "/rules/1/days/0",
            "/rules/1/from",
            "/rules/1/until"
        ),
        .refused(
            "a name with blanks",
            "PUT",
            policy,
            rule(#""name": "B b", "from": "25:00", "until": "9:00", "season": {"from": "02-30"}"#),
            "/rules/1/name",
            "/rules/1/season/from",
            "/rules/1/season/until",
            "/rules/1/from",
            "/rules/1/until"
        ),
        .refused(
            "a name of 51",
            "PUT",
            policy,
            rule(
                #""name": "\#(String(repeating: "a", count: 51))", "from": "09:00", "until": "10:00""#
            ),
            "/rules/1/name"
        ),
        .refused(
            "the same name, day and time",
            "PUT",
            policy,
            rule(
                #""name": "a", "days": ["monday", "monday"], "from": "09:00", "until": "09:00""#
            ),
            "/rules/1/name",
            "/rules/1/days/1",
            "/rules/1/until"
        ),
        .refused(
            "the end of a day",
            "PUT",
            policy,
            rule(#""name": "b", "from": "24:00", "until": "09:00""#),
            "/rules/1/from"
        ),
        .refused(
            "no time left",
            "PUT",
            policy,
            rule(#""name": "b", "from": "00:00", "until": "24:00""#),
            "/rules",
            saying: "must leave some time within a year"
        ),
        .refused(
            "no day",
            "PUT",
            policy,
            #"{"rules": [], "holidays": ["2026-02-30"]}"#,
            "/holidays/0"
        ),
    ]

    @Test func `refuses a policy that cannot be`() throws {
        try withServer { client in
            try client.check(Self.refused)
            let rules = (1...51).map {
                #"{"name": "r\#($0)", "from": "09:00", "until": "10:00"}"#
            }
            let all = try client.put(Self.policy, #"{"rules": [\#(rules.joined(separator: ","))]}"#)
            #expect(all.pointers == ["/rules"])
            let most = rules.dropLast().joined(separator: ",")
            #expect(try client.put(Self.policy, #"{"rules": [\#(most)]}"#).status == 200)
        }
    }

    private static let refusedAdvice: [Case] = [
        Case("nobody", "GET", "/v1/customers/9/contact-advice", is: 404, "not-found"),
        Case(
            "a reader",
            "GET",
            "/v1/customers/1/contact-advice",
            by: .reader,
            is: 403,
            "forbidden"
        ),
        .refused("no instant", query: "/v1/customers/1/contact-advice?at=noon", "at"),
    ]

    /// Calls the customer, and answers whether anybody was there.
    private static func call(_ client: TestClient, _ id: Int, isAnswered: Bool) throws {
        let events = isAnswered ? ["started", "answered", "ended"] : ["started", "ended"]
        for event in events {
            let body = #"""
                {"externalId": "C\#(id)", "event": "\#(event)", "phone": "13800138000",
                 "customerId": 1, "direction": "outbound"}
                """#
            #expect(try client.post("/v1/calls", body).status < 300)
        }
    }

    @Test func `how often calls are answered is told by the hour, once there are enough`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer("a", #""timeZone": "Europe/Berlin""#)
            try client.check(Self.refusedAdvice)
            let path = "/v1/customers/1/contact-advice"
            // Ten in Shanghai is three in the morning in Berlin, and an hour later it is four.
            for id in 1...12 { try Self.call(client, id, isAnswered: id <= 3) }
            clock.advance(hours: 1)
            for id in 13...19 { try Self.call(client, id, isAnswered: true) }
            #expect(try client.get(path).json["answerRates"] == nil)
            try Self.call(client, 20, isAnswered: false)
            // What rings still, and who calls us, tells nothing.
            _ = try client.post(
                "/v1/calls",
                #"{"externalId": "X", "event": "started", "phone": "110", "customerId": 1}"#
            )
            let rates = try client.get(path).json["answerRates"]?.elements
            #expect(rates?.map { $0["hour"]?.integer } == [3, 4])
            #expect(rates?.map { $0["attempts"]?.integer } == [12, 8])
            #expect(rates?.map { $0["answered"]?.integer } == [3, 7])
            #expect(rates?.map { $0["rate"]?.double } == [0.25, 0.875])
            clock.advance(hours: 24 * 366)
            #expect(try client.get(path).json["answerRates"] == nil)
        }
    }
}
