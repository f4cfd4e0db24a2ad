// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Calls as telephone systems report them (M84).
@Suite struct PhoneCallTests {
    private static let path = "/v1/calls"

    private static func body(_ event: String, _ members: String = "", id: String = "C-1") -> String
    {
        let rest = members.isEmpty ? "" : ", " + members
        return #"{"externalId": "\#(id)", "event": "\#(event)"\#(rest)}"#
    }

    private static let phone = #""phone": "138-0013-8000""#

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "x", count: length))\""
    }

    private static let refusedRequests = [
        Case("no token", "POST", path, "{}", by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "ring", is: 400, "malformed-body"),
        Case("another method", "DELETE", path + "/1", is: 405, "method-not-allowed"),
        Case("no such call", "GET", path + "/9", is: 404, "not-found"),
        .refused("no customer", query: path + "?customerId=x", "customerId"),
    ]

    /// Each of a call that has not been heard of.
    private static let refusedStarts: [Case] = [
        ("nothing", "{}", ["/externalId", "/event"]),
        ("a stranger", body("started", phone + #", "color": 1"#), ["/color"]),
        ("another event", body("held", phone), ["/event"]),
        ("no number and no customer", body("started"), ["/phone"]),
        ("a number that is none", body("started", #""phone": "abc""#), ["/phone"]),
        (
            "an id of 201", #"{"externalId": \#(text(201)), "event": "started", \#(phone)}"#,
            ["/externalId"]
        ),
        (
            "the future", body("started", phone + #", "at": "2026-11-23T02:00:00.001Z""#), ["/at"]
        ),
        ("nobody", body("started", phone + #", "staffId": 9"#), ["/staffId"]),
        ("no such customer", body("started", phone + #", "customerId": 9"#), ["/customerId"]),
        ("a summary too soon", body("started", phone + #", "summary": "x""#), ["/summary"]),
        (
            "a matter without subject",
            body("started", phone + #", "description": "x", "cause": "other", "severity": "low""#),
            ["/description", "/cause", "/severity"]
        ),
        ("a subject of 201", body("started", phone + #", "subject": \#(text(201))"#), ["/subject"]),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refusedRequests + Self.refusedStarts)
        }
    }

    private static let refusedEnds: [Case] = [
        ("another number", body("ended", #""phone": "13900139000""#), ["/phone"]),
        ("another direction", body("ended", #""direction": "outbound""#), ["/direction"]),
        ("another number, told again", body("started", #""phone": "110""#), ["/phone"]),
        (
            "another direction, told again",
            body("started", phone + #", "direction": "outbound", "summary": "x""#),
            ["/direction", "/summary"]
        ),
        ("before it began", body("ended", #""at": "2026-11-23T01:59:59.999Z""#), ["/at"]),
        ("a summary of 4,001", body("ended", #""summary": \#(text(4001))"#), ["/summary"]),
    ]
    .map { Case($0, "POST", path, $1, is: 422, "invalid-body", pointers: $2) }

    @Test func `refuses what does not fit the call that it knows`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            #expect(try client.post(Self.path, Self.body("started", Self.phone)).status == 201)
            clock.advance(minutes: 1)
            try client.check(Self.refusedEnds)
            clock.advance(hours: 24 * 7)
            try client.check([
                .refused("a week later", "POST", Self.path, Self.body("ended"), "/at")
            ])
        }
    }

    @Test func `a call that ends becomes an interaction of the customer with the number`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.staff(1)
            try client.customer("李雷", #""phones": [{"number": "+86 138 0013 8000"}]"#)
            let agent = client.as(.agent)
            let started = try agent.post(Self.path, Self.body("started", Self.phone))
            #expect(started.status == 201)
            #expect(started.location == "/v1/calls/1")
            #expect(started.json["status"] == "started")
            #expect(started.json["version"] == 1)
            #expect(started.json["direction"] == "inbound")
            #expect(started.json["customerId"] == 1)
            clock.advance(milliseconds: 20_000)
            let answered = try agent.post(
                Self.path,
                Self.body("answered", Self.phone + #", "staffId": 1"#)
            )
            #expect(answered.status == 200)
            #expect(answered.json["status"] == "answered")
            #expect(answered.json["staffId"] == 1)
            #expect(try client.get("/v1/interactions").items.isEmpty)
            clock.advance(minutes: 3)
            let ended = try agent.post(Self.path, Self.body("ended", #""summary": "谈价格""#))
            #expect(ended.json["status"] == "ended")
            #expect(ended.json["interactionId"] == 1)
            #expect(ended.json["version"] == 3)
            let interaction = try client.get("/v1/interactions/1").json
            #expect(interaction["customerId"] == 1)
            #expect(interaction["channel"] == "call-center")
            #expect(interaction["direction"] == "inbound")
            #expect(interaction["content"] == "information")
            #expect(interaction["occurredAt"] == "2026-11-23T02:00:00.000Z")
            #expect(interaction["durationSeconds"] == 180)
            #expect(interaction["summary"] == "谈价格")
            #expect(try agent.get("/v1/calls/1").json == ended.json)
            let events = try client.get("/v1/events?limit=500").items.compactMap {
                $0["subject"]?["type"] == "call" ? $0["action"]?.string : nil
            }
            #expect(events == ["call.started", "call.answered", "call.ended"])
        }
    }

    @Test func `each event counts once, however often it comes`() throws {
        try withServer { client in
            try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
            for event in ["started", "answered", "ended"] {
                let body = Self.body(event, Self.phone)
                let first = try client.post(Self.path, body)
                let last = try client.service.number("SELECT max(seq) FROM event")
                let again = try client.post(Self.path, body)
                #expect(again.status == 200)
                #expect(again.json == first.json)
                #expect(try client.service.number("SELECT max(seq) FROM event") == last)
            }
            #expect(try client.get("/v1/interactions").ids == [1])
            #expect(try client.get(Self.path).ids == [1])
        }
    }

    @Test func `an unknown call is a problem of its own`() throws {
        try withServer { client in
            for event in ["answered", "ended"] {
                let answer = try client.post(Self.path, Self.body(event, Self.phone))
                #expect(answer.status == 404)
                #expect(answer.problem == "unknown-call")
                #expect(answer.json["allowed"] == ["started"])
            }
        }
    }

    @Test func `nothing happens to a call after its end`() throws {
        try withServer { client in
            for event in ["started", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone))
            }
            let late = try client.post(Self.path, Self.body("answered"))
            #expect(late.status == 409)
            #expect(late.problem == "not-allowed-now")
            // It was a stranger's, of which nothing was recorded.
            #expect(late.json["allowed"] == ["POST /v1/interactions"])
            try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
            for event in ["started", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone, id: "C-2"))
            }
            let recorded = try client.post(Self.path, Self.body("answered", id: "C-2"))
            #expect(recorded.json["allowed"] == ["POST /v1/interactions/1/corrections"])
        }
    }

    @Test func `a missed call of a stranger makes nothing, an answered one a prospect`() throws {
        try withServer { client in
            for event in ["started", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone))
            }
            #expect(try client.get("/v1/calls/1").json["interactionId"] == nil)
            #expect(try client.get("/v1/customers").items.isEmpty)
            for event in ["started", "answered", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone, id: "C-2"))
            }
            let call = try client.get("/v1/calls/2").json
            #expect(call["customerId"] == 1)
            #expect(call["interactionId"] == 1)
            let prospect = try client.get("/v1/customers/1").json
            #expect(prospect["lifecycle"] == "prospect")
            #expect(prospect["phoneNumbers"] == ["+8613800138000"])
            #expect(prospect["source"] == ["channel": "website", "detail": "call"])
            // Now the number is known, so that a missed call is one of a customer.
            for event in ["started", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone, id: "C-3"))
            }
            let missed = try client.get("/v1/interactions/2").json
            #expect(missed["summary"] == "call, not answered")
            #expect(missed["durationSeconds"] == nil)
        }
    }

    @Test func `whoever answers by an own token took the call`() throws {
        try withServer { client in
            try client.staff(2)
            let new = #"{"name": "t", "role": "agent", "owner": "x", "staffId": 2}"#
            let token = try client.post("/v1/tokens", new).json["token"]?.string
            let own = client.with(token: try #require(token))
            #expect(
                try own.post(Self.path, Self.body("started", Self.phone)).json["staffId"] == nil
            )
            #expect(try own.post(Self.path, Self.body("answered")).json["staffId"] == 2)
            let ended = try own.post(Self.path, Self.body("ended", #""staffId": 1"#))
            #expect(ended.json["staffId"] == 1)
            #expect(try client.get(Self.path + "?staffId=1").ids == [1])
            #expect(try client.get(Self.path + "?staffId=2").ids == [])
        }
    }

    @Test func `whoever ends a call by an own token that nobody answered took none`() throws {
        try withServer { client in
            try client.staff(1)
            let new = #"{"name": "t", "role": "agent", "owner": "x", "staffId": 1}"#
            let token = try client.post("/v1/tokens", new).json["token"]?.string
            let own = client.with(token: try #require(token))
            for (id, event) in [("1", "answered"), ("2", "")] {
                _ = try client.post(Self.path, Self.body("started", Self.phone, id: id))
                if !event.isEmpty { _ = try client.post(Self.path, Self.body(event, id: id)) }
                _ = try own.post(Self.path, Self.body("ended", id: id))
            }
            #expect(try client.get("/v1/calls/1").json["staffId"] == 1)
            #expect(try client.get("/v1/interactions/1").json["staffIds"] == [1])
            #expect(try client.get("/v1/calls/2").json["staffId"] == nil)
            #expect(try client.get("/v1/interactions/2").json["staffIds"] == [])
        }
    }

    @Test func `a withheld number is taken where the customer is named`() throws {
        try withServer { client in
            try client.customer()
            let started = try client.post(Self.path, Self.body("started", #""customerId": 1"#))
            #expect(started.status == 201, "\(started)")
            #expect(started.json["phone"] == nil)
            #expect(try client.post(Self.path, Self.body("answered", Self.matter)).status == 200)
            let ended = try client.post(Self.path, Self.body("ended"))
            #expect(ended.json["customerId"] == 1)
            #expect(ended.json["complaintId"] == 1)
            #expect(ended.json["interactionId"] == 1)
            #expect(try client.get("/v1/customers").ids == [1])
            // It may be told later.
            _ = try client.post(Self.path, Self.body("started", #""customerId": 1"#, id: "C-2"))
            let told = try client.post(Self.path, Self.body("answered", Self.phone, id: "C-2"))
            #expect(told.json["phone"] == "138-0013-8000")
            let other = Self.body("ended", #""phone": "110""#, id: "C-2")
            #expect(try client.post(Self.path, other).pointers == ["/phone"])
        }
    }

    /// What comes after the start, with the customer and the complaint that the call has in the end.
    private static let archivals: [(events: [String], customer: Int, complaint: JSON?)] = [
        ([body("answered", matter), body("ended")], 2, 1),
        ([body("answered"), body("ended", matter)], 2, 1),
        ([body("ended", matter)], 2, 1),
        ([body("answered"), body("ended")], 2, nil),
        ([body("ended")], 1, nil),
    ]

    @Test func `a caller who is archived meanwhile is a stranger`() throws {
        for (events, customer, complaint) in Self.archivals {
            try withServer { client in
                try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
                _ = try client.post(Self.path, Self.body("started", Self.phone))
                _ = try client.delete("/v1/customers/1")
                for event in events {
                    let answer = try client.post(Self.path, event)
                    #expect(answer.status == 200, "\(answer)")
                }
                let call = try client.get("/v1/calls/1").json
                #expect(call["status"] == "ended")
                #expect(call["customerId"]?.integer == customer)
                #expect(call["complaintId"] == complaint)
                #expect(call["interactionId"] == (customer == 1 ? nil : 1))
                #expect(try client.get("/v1/customers").ids == (customer == 1 ? [] : [2]))
            }
        }
    }

    @Test func `a complaint stays of whom it is, also if they are archived before the call ends`()
        throws
    {
        try withServer { client in
            try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
            for (id, members) in [("C-1", Self.phone), ("C-2", #""customerId": 1"#)] {
                _ = try client.post(Self.path, Self.body("started", members, id: id))
            }
            _ = try client.post(Self.path, Self.body("answered", Self.matter))
            _ = try client.delete("/v1/customers/1")
            let ended = try client.post(Self.path, Self.body("ended")).json
            #expect(ended["status"] == "ended")
            #expect(ended["customerId"] == 1)
            #expect(ended["interactionId"] == nil)
            #expect(try client.get("/v1/customers").ids == [])
            // Of whom nothing is known, nothing can be made.
            let unknown = try client.post(Self.path, Self.body("ended", Self.matter, id: "C-2"))
            #expect(unknown.status == 422)
            #expect(unknown.pointers == ["/customerId"])
        }
    }

    @Test func `a call of one who is archived ends, also if several others have the number`()
        throws
    {
        try withServer { client in
            for _ in 1...3 { try client.customer("x", #""phones": [{"number": "13800138000"}]"#) }
            for id in ["C-1", "C-2"] {
                let named = Self.phone + #", "customerId": 1"#
                _ = try client.post(Self.path, Self.body("started", named, id: id))
                _ = try client.post(Self.path, Self.body("answered", id: id))
            }
            _ = try client.delete("/v1/customers/1")
            let ended = try client.post(Self.path, Self.body("ended"))
            #expect(ended.status == 200, "\(ended)")
            #expect(ended.json["status"] == "ended")
            #expect(ended.json["customerId"] == 1)
            #expect(ended.json["interactionId"] == nil)
            #expect(try client.get("/v1/interactions").items.isEmpty)
            // Somebody has to say whose a complaint is.
            for id in ["C-1", "C-2"] {
                let whose = try client.post(Self.path, Self.body("ended", Self.matter, id: id))
                #expect(whose.status == 409)
                #expect(whose.problem == "ambiguous-customer")
                let members = Self.matter + #", "customerId": 3"#
                let named = try client.post(Self.path, Self.body("ended", members, id: id))
                #expect(named.status == 200, "\(named)")
                #expect(named.json["customerId"] == 3)
                #expect(named.json["interactionId"] == named.json["complaintId"])
            }
            #expect(try client.get("/v1/interactions?customerId=3").ids.count == 2)
        }
    }

    @Test func `a call of which an interaction is recorded stays its customer's`() throws {
        try withServer { client in
            try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
            for id in ["C-1", "C-2"] {
                for event in ["started", "answered", "ended"] {
                    let call = try client.post(Self.path, Self.body(event, Self.phone, id: id))
                    #expect(call.json["customerId"] == 1)
                }
            }
            // Somebody else's complaint has the external id by now.
            try client.customer("b")
            try client.create(
                "/v1/complaints",
                #"{"customerId": 2, "channel": "web", "subject": "x", "externalId": "C-2"}"#
            )
            let other = try client.post(Self.path, Self.body("ended", Self.matter, id: "C-2"))
            #expect(other.status == 409)
            #expect(other.problem == "not-allowed-now")
            #expect(other.json["allowed"] == ["POST /v1/interactions"])
            _ = try client.delete("/v1/customers/1")
            let late = try client.post(Self.path, Self.body("ended", Self.matter))
            #expect(late.status == 409)
            #expect(late.problem == "not-allowed-now")
            #expect(late.json["detail"]?.string?.contains("customer 1") == true, "\(late)")
            #expect(late.json["allowed"] == ["POST /v1/complaints"])
            for (id, interaction) in [(1, 1), (2, 2)] {
                let call = try client.get("/v1/calls/\(id)").json
                #expect(call["customerId"] == 1)
                #expect(call["interactionId"]?.integer == interaction)
                #expect(call["complaintId"] == nil)
            }
            #expect(try client.get("/v1/customers").ids == [2])
            #expect(try client.get("/v1/complaints").ids == [1])
        }
    }

    @Test func `a number of several customers wants to know which`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer("x", #""phones": [{"number": "13800138000"}]"#) }
            for event in ["started", "answered"] {
                let call = try client.post(Self.path, Self.body(event, Self.phone))
                #expect(call.json["customerId"] == nil)
            }
            let ended = try client.post(Self.path, Self.body("ended"))
            #expect(ended.status == 409)
            #expect(ended.problem == "ambiguous-customer")
            let named = try client.post(Self.path, Self.body("ended", #""customerId": 2"#))
            #expect(named.json["customerId"] == 2)
            #expect(try client.get("/v1/interactions?customerId=2").ids == [1])
            #expect(try client.get(Self.path + "?customerId=2").ids == [1])
            #expect(try client.get(Self.path + "?until=2026-11-23").ids == [])
            #expect(try client.get(Self.path + "?since=2026-11-23").ids == [1])
        }
    }

    @Test func `tells how long those who call wait, by tier`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "99"}"#
            )
            _ = try client.runTiers()
            /// Has somebody wait, and answers if they are to be answered.
            func call(_ id: Int, _ members: String, _ seconds: Int64, _ event: String) throws {
                let started = try client.post(Self.path, Self.body("started", members, id: "\(id)"))
                #expect(started.status == 201)
                clock.advance(milliseconds: seconds * 1000)
                let next = try client.post(Self.path, Self.body(event, id: "\(id)"))
                #expect(next.status == 200)
            }
            for id in 1...10 { try call(id, Self.phone, Int64(id), "answered") }
            try call(11, Self.phone, 99, "ended")
            try call(12, #""phone": "13900139000""#, 60, "answered")
            _ = try client.post(Self.path, Self.body("started", Self.phone, id: "rings"))
            // Whom we call does not wait for us.
            try call(14, Self.phone + #", "direction": "outbound""#, 30, "answered")
            let report = "/v1/reports/calls"
            let rows = try client.as(.manager).get(report + "?groupBy=tier").items
            #expect(rows.map { $0["key"]?.string } == ["", "key"])
            for (name, figures) in [
                ("calls", [1, 12]), ("answered", [1, 10]), ("missed", [0, 1]),
            ] {
                #expect(rows.map { $0[name]?.integer } == figures, "\(name)")
            }
            for (name, seconds) in [
                ("median", [60, 5]), ("ninetieth", [60, 9]), ("worst", [60, 10]),
            ] as [(String, [Double])] {
                #expect(rows.map { $0["waitSeconds"]?[name]?.double } == seconds, "\(name)")
            }
            let all = try client.get(report).items
            #expect(all.map { $0["calls"]?.integer } == [13])
            let months = try client.get(report + "?groupBy=month&since=2026-11-23").items
            #expect(months.map { $0["key"]?.string } == ["2026-11"])
            #expect(try client.get(report + "?until=2026-11-01").items.isEmpty)
            let csv = try client.get(report + "?groupBy=tier&format=csv").lines
            #expect(csv.first?.hasPrefix("key,calls,answered,missed,waitSeconds.median") == true)
            #expect(try client.as(.agent).get(report).status == 403)
            #expect(try client.get(report + "?groupBy=color").parameters == ["groupBy"])
        }
    }

    // MARK: - Complaints

    private static let matter = #""subject": "送货迟到", "cause": "delivery", "severity": "high""#

    @Test func `a subject opens a complaint, once`() throws {
        try withServer { client in
            _ = try client.post(Self.path, Self.body("started", Self.phone))
            let answered = try client.post(Self.path, Self.body("answered", Self.matter))
            #expect(answered.json["complaintId"] == 1)
            let complaint = try client.get("/v1/complaints/1").json
            #expect(complaint["channel"] == "call-center")
            #expect(complaint["subject"] == "送货迟到")
            #expect(complaint["cause"] == "delivery")
            #expect(complaint["severity"] == "high")
            #expect(complaint["externalId"] == "C-1")
            #expect(complaint["receivedAt"] == "2026-11-23T02:00:00.000Z")
            let prospect = try client.get("/v1/customers/1").json
            #expect(prospect["source"]?["channel"] == "complaint")
            let ended = try client.post(Self.path, Self.body("ended", Self.matter))
            #expect(ended.json["interactionId"] == 1)
            #expect(try client.get("/v1/complaints").ids == [1])
            let interaction = try client.get("/v1/interactions/1").json
            #expect(interaction["summary"] == "送货迟到")
            #expect(interaction["content"] == "opinion")
            #expect(interaction["customerId"] == 1)
        }
    }

    @Test(arguments: ["started", "answered", "ended"])
    func `a subject opens a complaint also with an event that is told again`(_ event: String) throws
    {
        try withServer { client in
            for event in ["started", "answered", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone))
            }
            let body = Self.body(event, Self.matter)
            let again = try client.post(Self.path, body)
            #expect(again.status == 200)
            #expect(again.json["complaintId"] == 1)
            #expect(again.json["status"] == "ended")
            #expect(try client.lastEvent()?["action"] == "call.changed")
            let interaction = try client.get("/v1/interactions/1").json
            #expect(interaction["complaintId"] == 1)
            #expect(interaction["content"] == "opinion")
            #expect(interaction["corrections"]?.elements?.count == 1)
            #expect(try client.get("/v1/complaints/1").json["customer"]?["id"] == 1)
            let last = try client.service.number("SELECT max(seq) FROM event")
            #expect(try client.post(Self.path, body).json == again.json)
            #expect(try client.service.number("SELECT max(seq) FROM event") == last)
            #expect(try client.get("/v1/complaints").ids == [1])
            let other = Self.body(event, Self.matter + #", "customerId": 2"#)
            #expect(try client.post(Self.path, other).json == again.json)
        }
    }

    @Test func `a missed call that is told again with a subject is a complaint`() throws {
        try withServer { client in
            for event in ["started", "ended"] {
                _ = try client.post(Self.path, Self.body(event, Self.phone))
            }
            let again = try client.post(Self.path, Self.body("ended", Self.matter)).json
            #expect(again["complaintId"] == 1)
            #expect(again["customerId"] == 1)
            #expect(again["interactionId"] == 1)
            // One that is recorded already is nobody else's.
            try client.customer()
            _ = try client.post(Self.path, Self.body("started", Self.phone, id: "C-2"))
            _ = try client.post(Self.path, Self.body("ended", id: "C-2"))
            let other = Self.body("ended", Self.matter + #", "customerId": 2"#, id: "C-2")
            #expect(try client.post(Self.path, other).pointers == ["/customerId"])
        }
    }

    private static let json = #"""
        {"phone": "13800138000", "channel": "web", "subject": "送货迟到", "externalId": "C-1"}
        """#
    private static let form =
        "phone=13800138000&channel=hotline&subject=%E9%80%81%E8%B4%A7%E8%BF%9F%E5%88%B0"
        + "&externalId=C-1"

    /// Sends the complaint through one of its doors.
    private static func send(_ door: String, _ client: TestClient) throws -> TestAnswer {
        switch door {
        case "json": try client.post("/v1/complaints", json)
        case "form": try client.form("/v1/complaints", form)
        default: try client.post(path, body("started", phone + ", " + matter))
        }
    }

    @Test(
        arguments: [
            ["json", "form", "call"], ["form", "call", "json"], ["call", "json", "form"],
        ]
    )
    func `the same external id through every door is one complaint`(_ doors: [String]) throws {
        try withServer { client in
            #expect(try Self.send(doors[0], client).status == 201)
            for door in doors.dropFirst() where door != "call" {
                let answer = try Self.send(door, client)
                #expect(answer.status == 409, "\(door)")
                #expect(answer.problem == "duplicate")
                #expect(answer.json["existing"] == "/v1/complaints/1")
            }
            // A call has taken place, whatever was known of its matter.
            if doors[0] != "call" { #expect(try Self.send("call", client).status == 201) }
            let ended = try client.post(Self.path, Self.body("ended", Self.matter))
            #expect(ended.json["complaintId"] == 1)
            #expect(ended.json["interactionId"] == 1)
            #expect(try client.get("/v1/complaints").ids == [1])
            #expect(try client.get("/v1/customers").ids == [1])
            #expect(try client.get(Self.path).ids == [1])
            #expect(try client.get("/v1/interactions?complaintId=1").ids == [1])
        }
    }

    @Test func `a call about a complaint that is known is its customer's`() throws {
        try withServer { client in
            try client.customer("a", #""phones": [{"number": "13800138000"}]"#)
            try client.customer("b")
            try client.create(
                "/v1/complaints",
                #"{"customerId": 2, "channel": "web", "subject": "送货迟到", "externalId": "C-1"}"#
            )
            let started = try client.post(Self.path, Self.body("started", Self.phone))
            #expect(started.json["customerId"] == 1)
            let contradiction = #""subject": "x", "customerId": 1"#
            let refused = try client.post(Self.path, Self.body("ended", contradiction))
            #expect(refused.status == 422)
            #expect(refused.pointers == ["/customerId"])
            let body = Self.body("ended", #""subject": "又来了""#)
            let ended = try client.post(Self.path, body)
            #expect(ended.status == 200, "\(ended)")
            #expect(ended.json["complaintId"] == 1)
            #expect(ended.json["customerId"] == 2)
            let last = try client.service.number("SELECT max(seq) FROM event")
            #expect(try client.post(Self.path, body).json == ended.json)
            #expect(try client.service.number("SELECT max(seq) FROM event") == last)
            #expect(try client.get("/v1/interactions?customerId=2&complaintId=1").ids == [1])
            #expect(try client.get("/v1/interactions/1").json["summary"] == "又来了")
            let complaint = try client.get("/v1/complaints/1").json
            #expect(complaint["subject"] == "送货迟到")
            #expect(complaint["history"]?.elements?.last?["action"] == "interaction")
        }
    }

    @Test func `a call ends whatever was corrected of its complaint`() throws {
        try withServer { client in
            _ = try client.post(Self.path, Self.body("started", Self.phone + ", " + Self.matter))
            try client.customer()
            let other = try client.post(Self.path, Self.body("ended", #""customerId": 2"#))
            #expect(other.pointers == ["/customerId"])
            let corrected = #"{"subject": "包裹迟到"}"#
            #expect(try client.patch("/v1/complaints/1", corrected).status == 200)
            let ended = try client.post(Self.path, Self.body("ended", Self.matter))
            #expect(ended.json["status"] == "ended")
            #expect(ended.json["complaintId"] == 1)
            #expect(try client.get("/v1/complaints/1").json["subject"] == "包裹迟到")
        }
    }
}
