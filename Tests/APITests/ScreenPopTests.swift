// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Who is calling, and whom to put the call through to (M84, M85).
@Suite struct ScreenPopTests {
    private static let path = "/v1/screen-pop"

    private static let refused = [
        Case("no token", "GET", path + "?phone=1", by: nil, is: 401, "unauthorized"),
        Case("a reader", "GET", path + "?phone=1", by: .reader, is: 403, "forbidden"),
        Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
        .refused("no number", query: path, "phone"),
        .refused("a number that is none", query: path + "?phone=abc", "phone"),
        .refused("no customer", query: path + "?phone=110&customerId=0", "customerId"),
        .refused("a language by name", query: path + "?phone=110&language=Chinese", "language"),
        .refused(
            "a skill of 51",
            query: path + "?phone=110&skill=" + String(repeating: "x", count: 51),
            "skill"
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    private static func interaction(_ summary: String, _ day: Int, _ more: String = "") -> String {
        """
        {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "phone",
         "occurredAt": "2026-11-\(day)T00:00:00Z", "summary": "\(summary)"\(more)}
        """
    }

    @Test func `shows customer, tier, open complaints, promises and the last interactions`() throws
    {
        try withServer { client in
            try client.customer("李雷", #""phones": [{"number": "138 0013 8000"}]"#)
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "99"}"#
            )
            _ = try client.runTiers()
            let promise = #", "promises": [{"text": "报价", "dueAt": "2026-11-24T00:00:00Z"}]"#
            try client.create("/v1/interactions", Self.interaction("first", 10, promise))
            for day in 11...20 {
                try client.create("/v1/interactions", Self.interaction("\(day)", day))
            }
            for subject in ["closed", "waiting", "open"] {
                try client.create(
                    "/v1/complaints",
                    #"{"customerId": 1, "channel": "web", "subject": "\#(subject)"}"#
                )
            }
            _ = try client.post("/v1/complaints/2/pause", #"{"reason": "on holiday"}"#)
            let closed = """
                customerId,externalId,channel,subject,receivedAt,answeredAt,closedAt
                1,K,web,old,2026-11-01,2026-11-01,2026-11-02

                """
            _ = try client.send(
                "POST",
                "/v1/imports/complaints",
                [:],
                Array(closed.utf8),
                type: "text/csv"
            )
            let pop = try client.as(.agent).get(Self.path + "?phone=13800138000")
            #expect(pop.status == 200)
            let names = pop.json.members?.map(\.name)
            #expect(
                names == [
                    "customer", "tier", "contacts", "openComplaints", "warnings", "promises",
                    "recentInteractions", "suggestedAgents",
                ]
            )
            #expect(pop.json["customer"] == (try client.get("/v1/customers/1").json))
            #expect(pop.json["tier"] == "key")
            #expect(pop.json["contacts"] == [])
            let complaints = pop.json["openComplaints"]?.elements ?? []
            #expect(complaints.map { $0["subject"] } == ["open", "waiting", "closed"])
            #expect(pop.json["warnings"] == [])
            #expect(
                pop.json["promises"] == [
                    [
                        "id": 1, "kind": "other", "text": "报价",
                        "dueAt": "2026-11-24T00:00:00.000Z",
                    ]
                ]
            )
            let interactions = pop.json["recentInteractions"]?.elements ?? []
            let days = interactions.compactMap { $0["summary"]?.string }
            #expect(days == (11...20).reversed().map(String.init))
            #expect(pop.json["suggestedAgents"] == [])
        }
    }

    @Test(
        arguments: [
            "13800138000", "138-0013-8000", "138%200013%208000", "%2B86%20138%200013%208000",
            "+86-138-0013-8000", "008613800138000", "%2B86(138)00138000", "１３８００１３８０００",
            "86%2013800138000", "021-6234%205678", "(021)62345678", "%2B86216234-5678",
        ]
    )
    func `a known number is found however it is typed`(_ typed: String) throws {
        try withServer { client in
            try client.customer(
                "李雷",
                #""phones": [{"number": "+86 138 0013 8000"}, {"number": "(021) 6234-5678"}]"#
            )
            let pop = try client.get(Self.path + "?phone=" + typed)
            #expect(pop.json["customer"]?["id"] == 1, "\(pop)")
        }
    }

    @Test func `an unknown number tells what makes a prospect of the caller`() throws {
        try withServer { client in
            let unknown = try client.get(Self.path + "?phone=139-0013-9000")
            #expect(unknown.status == 404)
            #expect(unknown.problem == "unknown-caller")
            let needed = try #require(unknown.json["needed"])
            #expect(needed["method"] == "POST")
            #expect(needed["path"] == "/v1/customers")
            let body = try #require(needed["body"]?.text)
            try client.create("/v1/customers", body)
            let pop = try client.get(Self.path + "?phone=13900139000")
            #expect(pop.json["customer"]?["lifecycle"] == "prospect")
            #expect(pop.json["customer"]?["source"] == ["channel": "website"])
            #expect(pop.json["tier"] == nil)
            // Whoever is archived is unknown.
            _ = try client.delete("/v1/customers/1")
            #expect(try client.get(Self.path + "?phone=13900139000").problem == "unknown-caller")
        }
    }

    @Test func `a number of several customers wants to know which`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer("x", #""phones": [{"number": "13800138000"}]"#) }
            try client.customer()
            let pop = Self.path + "?phone=13800138000"
            let ambiguous = try client.get(pop)
            #expect(ambiguous.problem == "ambiguous-customer")
            #expect(ambiguous.json["customers"]?.elements?.count == 2)
            #expect(try client.get(pop + "&customerId=2").json["customer"]?["id"] == 2)
            #expect(try client.get(pop + "&customerId=3").status == 404)
        }
    }

    // MARK: - Agents

    /// Adds people who are available, with these members.
    private static func people(_ client: TestClient, _ members: String...) throws {
        for (place, members) in members.enumerated() {
            let rest = members.isEmpty ? "" : ", " + members
            try client.create("/v1/staff", #"{"name": "p\#(place + 1)"\#(rest)}"#)
            try Self.be("available", place + 1, client)
        }
    }

    private static func be(_ presence: String, _ id: Int, _ client: TestClient) throws {
        _ = try client.put("/v1/staff/\(id)/presence", #"{"presence": "\#(presence)"}"#)
    }

    /// Who is suggested, in order, each with the codes and points of the reasons.
    private static func agents(
        _ client: TestClient,
        _ query: String = ""
    ) throws -> [(id: Int?, reasons: [String])] {
        let pop = try client.get(Self.path + "?phone=13800138000" + query)
        return (pop.json["suggestedAgents"]?.elements ?? []).map { agent in
            let reasons = agent["reasons"]?.elements ?? []
            let sum = reasons.compactMap { $0["points"]?.integer }.reduce(0, +)
            #expect(agent["score"]?.integer == sum)
            return (
                agent["id"]?.integer,
                reasons.map { "\($0["code"]?.string ?? "") \($0["points"]?.integer ?? 0)" }
            )
        }
    }

    private static func caller(_ client: TestClient) throws {
        try client.customer("李雷", #""phones": [{"number": "13800138000"}]"#)
    }

    @Test func `only those who are there are suggested, by presence`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.caller(client)
            try Self.people(client, "", "", "", "")
            try Self.be("away", 1, client)
            try Self.be("busy", 2, client)
            try Self.be("off", 4, client)
            let agents = try Self.agents(client)
            #expect(agents.map(\.id) == [3, 2, 1])
            #expect(agents.map(\.reasons) == [["available 30"], ["busy 10"], ["away 0"]])
            clock.advance(hours: 8)
            #expect(try Self.agents(client).isEmpty)
        }
    }

    @Test func `the manager comes first, then the deputy, all the more for a key customer`() throws
    {
        try withServer { client in
            try Self.caller(client)
            try Self.people(client, "", "", "")
            let pair = #"{"managerId": 3, "deputyId": 2}"#
            _ = try client.put("/v1/customers/1/manager", pair)
            try Self.be("busy", 3, client)
            var agents = try Self.agents(client)
            #expect(agents.map(\.id) == [2, 3, 1])
            #expect(agents[1].reasons == ["relationship-manager 40", "busy 10"])
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "99"}"#
            )
            _ = try client.runTiers()
            try Self.be("available", 3, client)
            agents = try Self.agents(client)
            #expect(agents.map(\.id) == [3, 2, 1])
            #expect(agents[0].reasons == ["relationship-manager 60", "available 30"])
            #expect(agents[1].reasons == ["deputy 45", "available 30"])
            _ = try client.patch("/v1/customers/1", #"{"ownerId": 1}"#)
            #expect(try Self.agents(client)[2].reasons == ["owner 30", "available 30"])
        }
    }

    @Test func `earlier handling counts, up to three times, and so does load`() throws {
        try withServer { client in
            try Self.caller(client)
            try Self.people(client, "", "")
            for number in 1...5 {
                try client.create(
                    "/v1/complaints",
                    #"{"customerId": 1, "channel": "web", "subject": "x"}"#
                )
                _ = try client.post("/v1/complaints/\(number)/assign", #"{"assigneeId": 2}"#)
            }
            // What nobody answered was handled by nobody.
            for (call, events) in [
                ("C", ["started", "answered", "ended"]), ("missed", ["started", "ended"]),
            ] {
                for event in events {
                    let body = #"""
                        {"externalId": "\#(call)", "event": "\#(event)", "phone": "13800138000",
                         "staffId": 1}
                        """#
                    #expect(try client.post("/v1/calls", body).status < 300)
                }
            }
            let agents = try Self.agents(client)
            #expect(agents.map(\.id) == [1, 2])
            #expect(agents[0].reasons == ["handled-before 5", "available 30"])
            #expect(agents[1].reasons == ["handled-before 15", "available 30", "load -10"])
        }
    }

    @Test func `skills and language count, asked for or told by the open complaints`() throws {
        try withServer { client in
            try Self.caller(client)
            try Self.people(
                client,
                #""languages": ["en"]"#,
                #""skills": [{"name": "delivery", "level": 5}]"#,
                #""skills": [{"name": "delivery", "level": 2}, {"name": "repair", "level": 4}]"#
            )
            #expect(try Self.agents(client).map(\.id) == [1, 2, 3])
            #expect(try Self.agents(client, "&skill=repair").map(\.id) == [3, 1, 2])
            let english = try Self.agents(client, "&language=en")
            #expect(english[0].reasons == ["language 15", "available 30"])
            try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "x", "cause": "delivery"}"#
            )
            let skilled = try Self.agents(client, "&skill=repair")
            #expect(skilled.map(\.id) == [3, 2, 1])
            #expect(skilled[0].reasons == ["skill 6", "skill 12", "available 30"])
            #expect(skilled[1].reasons == ["skill 15", "available 30"])
        }
    }

    @Test func `five are suggested, and whoever has left is none of them`() throws {
        try withServer { client in
            try Self.caller(client)
            try Self.people(client, "", "", "", "", "", "", "")
            _ = try client.delete("/v1/staff/2")
            #expect(try Self.agents(client).map(\.id) == [1, 3, 4, 5, 6])
        }
    }
}
