// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// People, their teams, and whom a token belongs to.
@Suite struct StaffTests {
    private static let path = "/v1/staff"

    private static func body(_ members: String) -> String {
        #"{"name": "王芳", \#(members)}"#
    }

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "芳", count: length))\""
    }

    private static func hours(_ intervals: (String, String, String)...) -> String {
        let items = intervals.map {
            #"{"weekday": "\#($0.0)", "from": "\#($0.1)", "until": "\#($0.2)"}"#
        }
        return #""workingHours": [\#(items.joined(separator: ", "))]"#
    }

    private static func list(_ count: Int, _ item: (Int) -> String) -> String {
        "[" + (0..<count).map(item).joined(separator: ", ") + "]"
    }

    private static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, "{}", by: .agent, is: 403, "forbidden"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "王芳", is: 400, "malformed-body"),
        Case("another method", "PUT", path + "/1", "{}", is: 405, "method-not-allowed"),
        Case("nobody", "GET", path + "/9", is: 404, "not-found"),
        Case("nobody to change", "PATCH", path + "/9", "{}", is: 404, "not-found"),
        Case("nobody's token", "GET", path + "/me", is: 404, "not-found"),
        .refused("no team", query: path + "?teamId=0", "teamId"),
        .refused("a language that is none", query: path + "?language=Chinese", "language"),
        .refused("an unknown presence", query: path + "?presence=lunch", "presence"),
    ]

    private static let refusedBodies: [Case] = [
        ("nothing", "{}", ["/name"]),
        ("a stranger", body(#""color": 1"#), ["/color"]),
        ("a presence", body(#""presence": "busy""#), ["/presence"]),
        ("a name of 201", #"{"name": \#(text(201))}"#, ["/name"]),
        (
            "no such team, no such leader", body(#""teamId": 9, "leaderId": 9"#),
            [
                "/teamId", "/leaderId",
            ]
        ),
        ("a level of 6", body(#""skills": [{"name": "x", "level": 6}]"#), ["/skills/0/level"]),
        ("a level of 0", body(#""skills": [{"name": "x", "level": 0}]"#), ["/skills/0/level"]),
        (
            "a skill twice",
            body(#""skills": [{"name": "x", "level": 1}, {"name": "x", "level": 2}]"#),
            ["/skills/1/name"]
        ),
        (
            "51 skills", body(#""skills": \#(list(51) { #"{"name": "\#($0)", "level": 1}"# })"#),
            ["/skills"]
        ),
        ("a language twice", body(#""languages": ["zh", "en", "zh"]"#), ["/languages/2"]),
        ("a language by name", body(#""languages": ["中文"]"#), ["/languages/0"]),
        ("no zone", body(#""timeZone": "Mars/Olympus""#), ["/timeZone"]),
        ("no weekday", body(hours(("holiday", "09:00", "12:00"))), ["/workingHours/0/weekday"]),
        ("an hour past 24", body(hours(("monday", "09:00", "24:01"))), ["/workingHours/0/until"]),
        ("a time of one digit", body(hours(("monday", "9:00", "12:00"))), ["/workingHours/0/from"]),
        (
            "hours that end before they begin",
            body(hours(("monday", "12:00", "12:00"), ("friday", "22:00", "06:00"))),
            ["/workingHours/0/until", "/workingHours/1/until"]
        ),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    private static let accepted: [Case] = [
        ("the least", #"{"name": "x"}"#),
        ("a name of 200", #"{"name": \#(text(200))}"#),
        (
            "50 skills", body(#""skills": \#(list(50) { #"{"name": "\#($0)", "level": 5}"# })"#)
        ),
        ("a whole day", body(hours(("sunday", "00:00", "24:00")))),
        (
            "stretches that touch",
            body(hours(("monday", "09:00", "12:00"), ("monday", "12:00", "18:00")))
        ),
        (
            "the same hours on other days",
            body(hours(("monday", "09:00", "12:00"), ("tuesday", "09:00", "12:00")))
        ),
    ]
    .map { Case($0, "POST", path, $1, by: .manager, is: 201) }

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.check(Self.refusedRequests + Self.refusedBodies)
        }
    }

    @Test func `takes everything up to its limits`() throws {
        try withServer { try $0.check(Self.accepted) }
    }

    @Test func `a person is added, read, changed and listed`() throws {
        try withServer { client in
            #expect(try client.create("/v1/teams", #"{"name": "客户服务部"}"#) == 1)
            try client.create(Self.path, #"{"name": "李强"}"#)
            let body = """
                {"name": "王芳", "teamId": 1, "leaderId": 1, "languages": ["zh", "en"],
                 "skills": [{"name": "delivery", "level": 4}], "timeZone": "Asia/Shanghai",
                 \(Self.hours(("monday", "13:00", "18:00"), ("monday", "09:00", "12:00")))}
                """
            let created = try client.post(Self.path, body)
            #expect(created.status == 201)
            #expect(created.location == "/v1/staff/2")
            #expect(created.json["presence"] == "off")
            #expect(created.json["presenceExpiresAt"] == nil)
            #expect(try client.as(.agent).get("/v1/staff/2").json == created.json)
            #expect(created.json["workingHours"]?.elements?[1]["from"] == "09:00")
            let changed = try client.patch("/v1/staff/2", #"{"languages": ["zh"], "teamId": null}"#)
            #expect(changed.status == 200)
            #expect(changed.json["version"] == 2)
            #expect(changed.json["teamId"] == nil)
            #expect(changed.json["skills"] == created.json["skills"])
            let event = try client.lastEvent()
            #expect(event?["action"] == "staff.changed")
            #expect(event?["subject"] == ["type": "staff", "id": 2])
            #expect(event?["changes"] == ["languages": ["zh"], "teamId": .null])
            // What changes nothing leaves no trace.
            #expect(try client.patch("/v1/staff/2", #"{"name": "王芳"}"#).json["version"] == 2)
            let old = try client.patch("/v1/staff/2", "{}", ["if-match": "\"1.x\""])
            #expect(old.status == 412)
            #expect(old.json["current"]?["version"] == 2)
        }
    }

    private static let lists: [(query: String, ids: [Int])] = [
        ("", [1, 2, 3]),
        ("?sort=-name", [3, 1, 2]),
        ("?teamId=1", [1, 3]),
        ("?leaderId=1", [2, 3]),
        ("?skill=delivery", [2, 3]),
        ("?language=en", [1]),
        ("?skill=delivery&teamId=1", [3]),
        ("?presence=available", [2]),
        ("?presence=busy", []),
        ("?presence=off", [1, 3]),
    ]

    @Test func `a list is narrowed by team, leader, skill, language and presence`() throws {
        try withServer { client in
            try client.create("/v1/teams", #"{"name": "desk"}"#)
            let skill = #""skills": [{"name": "delivery", "level": 1}]"#
            for body in [
                #"{"name": "b", "teamId": 1, "languages": ["en"]}"#,
                #"{"name": "a", "leaderId": 1, \#(skill)}"#,
                #"{"name": "c", "leaderId": 1, "teamId": 1, \#(skill)}"#,
            ] {
                try client.create(Self.path, body)
            }
            for (id, presence) in [(2, "available"), (3, "off")] {
                _ = try client.put("/v1/staff/\(id)/presence", #"{"presence": "\#(presence)"}"#)
            }
            for (query, ids) in Self.lists {
                #expect(try client.get(Self.path + query).ids == ids, "\(query)")
            }
            let first = try client.get(Self.path + "?sort=name&limit=2&count=exact")
            #expect(first.ids == [2, 1])
            #expect(first.json["count"] == 3)
            let next = try #require(first.next)
            #expect(try client.get(Self.path + "?sort=name&limit=2&after=\(next)").ids == [3])
        }
    }

    @Test func `working hours that overlap are told, with the same hours joined`() throws {
        try withServer { client in
            let body = Self.body(
                Self.hours(
                    ("tuesday", "10:00", "11:00"),
                    ("monday", "13:00", "18:00"),
                    ("monday", "09:00", "12:00"),
                    ("monday", "11:59", "13:00")
                )
            )
            let answer = try client.post(Self.path, body)
            #expect(answer.status == 422)
            #expect(answer.problem == "overlapping-hours")
            #expect(answer.pointers == ["/workingHours/3"])
            #expect(
                answer.json["allowed"] == [
                    ["weekday": "monday", "from": "09:00", "until": "18:00"],
                    ["weekday": "tuesday", "from": "10:00", "until": "11:00"],
                ]
            )
            let all = try client.post(
                Self.path,
                Self.body(
                    #""teamId": 9, "leaderId": 9, "#
                        + Self.hours(
                            ("monday", "09:00", "12:00"),
                            ("monday", "11:00", "13:00"),
                            ("friday", "12:00", "12:00")
                        )
                )
            )
            #expect(all.problem == "overlapping-hours")
            #expect(
                all.pointers == [
                    "/teamId", "/leaderId", "/workingHours/2/until", "/workingHours/1",
                ]
            )
            #expect(
                all.json["allowed"] == [["weekday": "monday", "from": "09:00", "until": "13:00"]]
            )
            try client.staff(1)
            let overlap = Self.hours(("sunday", "00:00", "24:00"), ("sunday", "23:00", "23:30"))
            let change = try client.patch("/v1/staff/1", "{\(overlap)}")
            #expect(change.problem == "overlapping-hours")
            #expect(try client.get("/v1/staff/1").json["version"] == 1)
        }
    }

    @Test func `nobody is led by themselves, through however many others`() throws {
        try withServer { client in
            try client.staff(1)
            for leader in 1...3 {
                try client.create(Self.path, #"{"name": "x", "leaderId": \#(leader)}"#)
            }
            let circle = try client.patch("/v1/staff/1", #"{"leaderId": 4}"#)
            #expect(circle.status == 422)
            #expect(circle.problem == "leader-cycle")
            #expect(circle.pointers == ["/leaderId"])
            #expect(circle.json["chain"] == [4, 3, 2, 1])
            #expect(try client.patch("/v1/staff/1", #"{"leaderId": 1}"#).json["chain"] == [1])
            // A branch is no circle.
            #expect(try client.patch("/v1/staff/4", #"{"leaderId": 1}"#).status == 200)
            #expect(try client.patch("/v1/staff/2", #"{"leaderId": 4}"#).status == 200)
        }
    }

    @Test func `a token may belong to a person, who is told by it`() throws {
        try withServer { client in
            try client.staff(2)
            let new = #"{"name": "t", "role": "agent", "owner": "王芳", "staffId": 2}"#
            let token = try client.post("/v1/tokens", new)
            #expect(token.status == 201)
            #expect(token.json["staffId"] == 2)
            #expect(try client.get("/v1/tokens").items.last?["staffId"] == 2)
            let secret = try #require(token.json["token"]?.string)
            let me = try client.with(token: secret).get("/v1/staff/me")
            #expect(me.status == 200)
            #expect(me.json["id"] == 2)
            let nobody = #"{"name": "t", "role": "agent", "owner": "x", "staffId": 9}"#
            #expect(try client.post("/v1/tokens", nobody).pointers == ["/staffId"])
        }
    }

    @Test func `whoever is named by a customer, a complaint or the policy has to be there`() throws
    {
        try withServer { client in
            let customer = #"{"kind": "individual", "name": "x", "ownerId": 1}"#
            #expect(try client.post("/v1/customers", customer).pointers == ["/ownerId"])
            try client.customer()
            #expect(
                try client.patch("/v1/customers/1", #"{"ownerId": 1}"#).pointers == ["/ownerId"]
            )
            try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "late"}"#
            )
            let assign = #"{"assigneeId": 1}"#
            let refused = try client.post("/v1/complaints/1/assign", assign)
            #expect(refused.pointers == ["/assigneeId"])
            #expect(refused.details == ["there is no person 1"])
            let terms = """
                {"answerHours": 24, "keyAnswerHours": 4, "remedyDays": 5, "keyRemedyDays": 2,
                 "leaderId": 1}
                """
            #expect(try client.put("/v1/complaint-policy", terms).pointers == ["/leaderId"])
            try client.staff(1)
            #expect(try client.patch("/v1/customers/1", #"{"ownerId": 1}"#).status == 200)
            #expect(try client.post("/v1/complaints/1/assign", assign).status == 200)
            #expect(try client.put("/v1/complaint-policy", terms).status == 200)
        }
    }

    @Test func `an import keeps the owner that it brings, known or not`() throws {
        try withServer { client in
            let csv = "kind,name,externalId,ownerId\nindividual,x,A,7\n"
            let done = try client.send(
                "POST",
                "/v1/imports/customers",
                [:],
                Array(csv.utf8),
                type: "text/csv"
            )
            #expect(done.json["created"] == 1)
            #expect(try client.get("/v1/customers/1").json["ownerId"] == 7)
            // Other members of it can be changed.
            let change = try client.patch("/v1/customers/1", #"{"name": "y"}"#)
            #expect(change.status == 200)
            #expect(change.json["ownerId"] == 7)
        }
    }
}

/// Teams.
@Suite struct TeamTests {
    private static let path = "/v1/teams"

    private static let refused = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("an agent", "POST", path, #"{"name": "x"}"#, by: .agent, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "x", is: 400, "malformed-body"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        Case("no such team", "GET", path + "/9", is: 404, "not-found"),
        .refused("nothing", "POST", path, "{}", "/name"),
        .refused(
            "a name of 201",
            "POST",
            path,
            #"{"name": "\#(String(repeating: "x", count: 201))"}"#,
            "/name"
        ),
        .refused("a stranger", "POST", path, #"{"name": "x", "members": []}"#, "/members"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    @Test func `a team is created, renamed and listed, each name once`() throws {
        try withServer { client in
            for name in ["b", "a"] { try client.create(Self.path, #"{"name": "\#(name)"}"#) }
            let double = try client.post(Self.path, #"{"name": "a"}"#)
            #expect(double.status == 409)
            #expect(double.json["existing"] == "/v1/teams/2")
            #expect(try client.patch("/v1/teams/1", #"{"name": "a"}"#).status == 409)
            let renamed = try client.patch("/v1/teams/1", #"{"name": "c"}"#)
            #expect(renamed.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "team.changed")
            #expect(try client.get(Self.path).ids == [1, 2])
            #expect(try client.as(.agent).get(Self.path + "?sort=name").ids == [2, 1])
            #expect(try client.get("/v1/teams/1").json["name"] == "c")
        }
    }
}

/// Whether people can be spoken to.
@Suite struct PresenceTests {
    private static let path = "/v1/staff/1/presence"

    private static func refused(_ name: String, _ body: String, _ pointer: String) -> Case {
        .refused(name, "PUT", path, body, pointer)
    }

    private static let refused = [
        Case("no token", "PUT", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a reader", "PUT", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("no JSON", "PUT", path, "busy", is: 400, "malformed-body"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        refused("nothing", "{}", "/presence"),
        refused("another word", #"{"presence": "lunch"}"#, "/presence"),
        refused(
            "this very instant",
            #"{"presence": "busy", "expiresAt": "2026-11-23T02:00:00Z"}"#,
            "/expiresAt"
        ),
        refused(
            "more than seven days",
            #"{"presence": "busy", "expiresAt": "2026-11-30T02:00:00.001Z"}"#,
            "/expiresAt"
        ),
        Case(
            "seven days",
            "PUT",
            path,
            #"{"presence": "busy", "expiresAt": "2026-11-30T02:00:00Z"}"#,
            by: .agent,
            is: 200
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.staff(1)
            try client.check(Self.refused)
        }
    }

    @Test func `presence counts until it expires, and reads as off then`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.staff(1)
            #expect(try client.get(Self.path).json == ["presence": "off"])
            let set = try client.put(
                Self.path,
                #"{"presence": "available", "expiresAt": "2026-11-23T12:00:00+08:00"}"#
            )
            let available: JSON = [
                "presence": "available", "expiresAt": "2026-11-23T04:00:00.000Z",
            ]
            #expect(set.json == available)
            #expect(try client.lastEvent()?["action"] == "staff.presence-changed")
            #expect(try client.lastEvent()?["changes"] == available)
            clock.advance(hours: 2, milliseconds: -1)
            #expect(try client.get(Self.path).json == available)
            #expect(try client.get("/v1/staff/1").json["presence"] == "available")
            #expect(try client.get("/v1/staff/1").json["version"] == 1)
            clock.advance(milliseconds: 1)
            #expect(try client.get(Self.path).json == ["presence": "off"])
            #expect(try client.get("/v1/staff?presence=off").ids == [1])
            // A shift, if nothing else is said.
            let shift = try client.put(Self.path, #"{"presence": "busy"}"#)
            #expect(shift.json["expiresAt"] == "2026-11-23T12:00:00.000Z")
        }
    }

    @Test func `a person says of themselves whether they can be spoken to, not of others`() throws {
        try withServer { client in
            try client.staff(2)
            func own(_ role: String) throws -> TestClient {
                let new = #"{"name": "x", "role": "\#(role)", "owner": "x", "staffId": 2}"#
                let token = try client.post("/v1/tokens", new).json["token"]?.string
                return client.with(token: try #require(token))
            }
            let body = #"{"presence": "busy"}"#
            let agent = try own("agent")
            #expect(try agent.put("/v1/staff/2/presence", body).status == 200)
            let other = try agent.put("/v1/staff/1/presence", body)
            #expect(other.status == 403)
            #expect(other.json["scope"] == "staff:write")
            #expect(try client.get("/v1/staff/1/presence").json == ["presence": "off"])
            #expect(try own("manager").put("/v1/staff/1/presence", body).status == 200)
            // A telephone system tells of everybody.
            let tool = client.as(.agent)
            for id in 1...2 {
                #expect(try tool.put("/v1/staff/\(id)/presence", body).status == 200)
            }
        }
    }

    @Test func `the presence of an unknown person is a problem of its own`() throws {
        try withServer { client in
            let body = #"{"presence": "busy"}"#
            for answer in [try client.put(Self.path, body), try client.get(Self.path)] {
                #expect(answer.status == 404)
                #expect(answer.problem == "unknown-person")
                #expect(answer.json["allowed"] == ["GET /v1/staff", "POST /v1/staff"])
            }
        }
    }
}
