// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import Service
import TestSupport
import Testing

/// Customers who hang on too few people (M42).
@Suite struct SingleThreadTests {
    private static let risk = "/v1/customers/1/single-thread-risk"
    private static let policy = "/v1/single-thread-policy"

    private static func terms(_ people: Int, _ days: Int, _ tiers: String = "") -> String {
        #"{"people": \#(people), "days": \#(days)\#(tiers.isEmpty ? "" : #", "tiers": \#(tiers)"#)}"#
    }

    private static let refused = [
        Case("no token", "GET", risk, by: nil, is: 401, "unauthorized"),
        Case("a reader", "GET", risk, by: .reader, is: 403, "forbidden"),
        Case("a reader's policy", "GET", policy, by: .reader, is: 403, "forbidden"),
        Case("an agent's terms", "PUT", policy, terms(1, 9), by: .agent, is: 403, "forbidden"),
        Case("nobody", "GET", "/v1/customers/9/single-thread-risk", is: 404, "not-found"),
        Case("another method", "POST", risk, "{}", is: 405, "method-not-allowed"),
        Case("no policy to remove", "DELETE", policy, is: 405, "method-not-allowed"),
        .refused("an unknown parameter", query: risk + "?days=3", "days"),
        .refused("no terms", "PUT", policy, "{}", "/people", "/days"),
        .refused("nobody wanted", "PUT", policy, terms(0, 90), "/people"),
        .refused("21 people", "PUT", policy, terms(21, 90), "/people"),
        .refused("no day", "PUT", policy, terms(2, 0), "/days"),
        .refused("more than ten years", "PUT", policy, terms(2, 3651), "/days"),
        .refused(
            "a tier twice",
            "PUT",
            policy,
            terms(2, 90, #"["key", "small", "key"]"#),
            "/tiers/2"
        ),
        .refused("an unknown tier", "PUT", policy, terms(2, 90, #"["gold"]"#), "/tiers/0"),
        .refused(
            "four tiers",
            "PUT",
            policy,
            terms(2, 90, #"["key", "key", "key", "key"]"#),
            "/tiers"
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
            let old = try client.put(Self.policy, Self.terms(1, 9), ["if-match": "\"9.x\""])
            #expect(old.status == 412)
        }
    }

    @Test func `the policy is the method's until another is put`() throws {
        try withServer { client in
            let first = try client.as(.agent).get(Self.policy).json
            #expect(first == ["people": 2, "days": 90, "tiers": ["key"], "version": 1])
            let body = Self.terms(20, 3650, #"["small", "key"]"#)
            let put = try client.as(.manager).put(Self.policy, body)
            #expect(put.json["tiers"] == ["key", "small"])
            #expect(put.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "single-thread-policy.changed")
            #expect(try client.lastEvent()?["subject"]?["type"] == "single-thread-policy")
            #expect(try client.put(Self.policy, body).json["version"] == 2)
            #expect(try client.put(Self.policy, Self.terms(1, 1)).json["tiers"] == ["key"])
        }
    }

    // MARK: - The figures

    private static func talk(
        _ client: TestClient,
        _ contacts: [Int],
        _ staff: [Int],
        on day: String = "2026-11-20",
        with customer: Int = 1
    ) throws {
        try client.create(
            "/v1/interactions",
            """
            {"customerId": \(customer), "direction": "outbound", "content": "idea",
             "channel": "visit", "occurredAt": "\(day)T00:00:00Z", "summary": "x",
             "contactIds": \(contacts), "staffIds": \(staff)}
            """
        )
    }

    @Test func `tells who was active, on which side too few were, and since when`() throws {
        try withServer { client in
            let customer = try Self.enterprise(client)
            try client.staff(2)
            for name in ["王芳", "李总"] { try Self.contact(client, name) }
            let nobody = try client.as(.agent).get(Self.risk).json
            #expect(nobody["atRisk"] == true)
            #expect(nobody["reasons"] == ["few-contacts", "few-staff"])
            #expect(nobody["watched"] == false)
            #expect(nobody["since"] == nil)
            #expect(nobody["contacts"] == [])
            try Self.talk(client, [1], [1], on: "2026-10-01")
            try Self.talk(client, [2], [1], on: "2026-10-11")
            try Self.talk(client, [1], [1], on: "2026-10-12")
            let one = try client.get(Self.risk).json
            #expect(one["customerId"]?.integer == customer)
            #expect(one["reasons"] == ["few-staff"])
            #expect(one["activeContacts"] == 2)
            #expect(one["activeStaff"] == 1)
            #expect(
                one["contacts"] == [
                    ["id": 1, "name": "王芳", "lastActiveAt": "2026-10-12T00:00:00.000Z"],
                    ["id": 2, "name": "李总", "lastActiveAt": "2026-10-11T00:00:00.000Z"],
                ]
            )
            #expect(one["people"] == 2)
            #expect(one["days"] == 90)
            try Self.talk(client, [], [2])
            let both = try client.get(Self.risk).json
            #expect(both["atRisk"] == false)
            #expect(both["since"] == nil)
            // After exactly 90 days somebody counts yet, a millisecond later no more.
            client.clock.set(try #require(Instant(rfc3339: "2027-01-09T00:00:00Z")))
            #expect(try client.get(Self.risk).json["atRisk"] == false)
            client.clock.advance(milliseconds: 1)
            let late = try client.get(Self.risk).json
            #expect(late["reasons"] == ["few-contacts"])
            #expect(late["since"] == "2027-01-09T00:00:00.001Z")
        }
    }

    @Test func `a call that nobody answers is none in which somebody was active`() throws {
        try withServer { client in
            try Self.enterprise(client)
            try client.staff(2)
            for phone in 1...2 {
                try client.create(
                    "/v1/customers/1/contacts",
                    #"{"name": "x", "phones": [{"number": "1380013800\#(phone)"}]}"#
                )
            }
            func call(_ events: String...) throws {
                for one in 1...2 {
                    for event in events {
                        let body = #"""
                            {"externalId": "\#(events.count).\#(one)", "event": "\#(event)",
                             "phone": "1380013800\#(one)", "direction": "outbound",
                             "staffId": \#(one)}
                            """#
                        #expect(try client.post("/v1/calls", body).status < 300)
                    }
                }
            }
            try call("started", "ended")
            let silent = try client.get(Self.risk).json
            #expect(silent["atRisk"] == true)
            #expect(silent["activeContacts"] == 0)
            #expect(silent["activeStaff"] == 0)
            try call("started", "answered", "ended")
            #expect(try client.get(Self.risk).json["atRisk"] == false)
        }
    }

    @Test func `a correction of who took part, or when, counts`() throws {
        try withServer { client in
            try Self.enterprise(client)
            try client.staff(2)
            for _ in 1...2 { try Self.contact(client) }
            try Self.talk(client, [1], [1])
            #expect(try client.get(Self.risk).json["atRisk"] == true)
            for (changes, isAtRisk) in [
                (#"{"contactIds": [1, 2], "staffIds": [1, 2]}"#, false),
                (#"{"occurredAt": "2026-08-01T00:00:00Z"}"#, true),
            ] {
                let corrected = try client.post(
                    "/v1/interactions/1/corrections",
                    #"{"reason": "misheard", "changes": \#(changes)}"#
                )
                #expect(corrected.status == 201, "\(corrected)")
                #expect(try client.get(Self.risk).json["atRisk"] == .bool(isAtRisk))
            }
        }
    }

    @Test func `who has left counts no more, nor what others were told`() throws {
        try withServer { client in
            try Self.enterprise(client)
            try client.customer()
            try client.staff(3)
            for _ in 1...2 { try Self.contact(client) }
            try client.create("/v1/customers/2/contacts", #"{"name": "x"}"#)
            try Self.talk(client, [1, 2], [1, 2])
            try Self.talk(client, [3], [3], with: 2)
            #expect(try client.get(Self.risk).json["atRisk"] == false)
            _ = try client.delete("/v1/contacts/2")
            #expect(try client.get(Self.risk).json["reasons"] == ["few-contacts"])
            _ = try client.delete("/v1/staff/1")
            let left = try client.get(Self.risk).json
            #expect(left["reasons"] == ["few-contacts", "few-staff"])
            #expect(left["staff"]?.elements?.map { $0["id"] } == [2])
        }
    }

    // MARK: - Warnings

    /// Does something on the database of a story, and lets the jobs do theirs to the end.
    private struct Story {
        let folder: TemporaryFolder
        let clock = TestClock()

        init() throws { folder = try TemporaryFolder() }

        func tell<Value>(_ body: (TestClient) throws -> Value) throws -> Value {
            try withServer(clock: clock, database: folder.database) { client in
                let value = try body(client)
                try client.service.runJobs()
                return value
            }
        }

        /// Lets time pass, and the jobs see it.
        func pass(days: Int64) throws {
            clock.advance(hours: days * 24)
            try tell { _ in }
        }

        /// What was raised so far: customer, action, reasons.
        func raised() throws -> [String] {
            try tell { client in
                try client.all("/v1/events?after=0").compactMap(Self.raised)
            }
        }

        private static func raised(_ event: TestAnswer.Row) -> String? {
            let prefix = "customer.single-thread-"
            guard let action = event["action"]?.string, action.hasPrefix(prefix) else { return nil }
            #expect(event["actor"] == "scheduler")
            let reasons = event["changes"]?["reasons"]?.elements?.compactMap(\.string) ?? []
            let id = event["subject"]?["id"]?.integer ?? 0
            return "\(id) \(action.dropFirst(prefix.count)) \(reasons.joined(separator: " "))"
        }
    }

    @discardableResult
    private static func enterprise(_ client: TestClient) throws -> Int {
        try client.create(
            "/v1/customers",
            """
            {"kind": "enterprise", "name": "明珠", "externalId": "A",
             "phones": [{"number": "13800138000"}]}
            """
        )
    }

    private static func contact(_ client: TestClient, _ name: String = "x") throws {
        try client.create("/v1/customers/1/contacts", #"{"name": "\#(name)"}"#)
    }

    /// A key enterprise with three contacts, of whom two and two of ours were active in November.
    private static func begin(_ story: Story) throws {
        try story.tell { client in
            try enterprise(client)
            try client.staff(3)
            for _ in 1...3 { try contact(client) }
            try client.create(
                "/v1/orders",
                #"{"customerId": 1, "placedAt": "2026-11-01T00:00:00Z", "total": "99"}"#
            )
            try talk(client, [3], [3], on: "2026-03-01")
            try talk(client, [1, 2], [1, 2])
            _ = try client.runTiers()
        }
    }

    @Test func `warns once when time has passed, and ends when people are in touch again`() throws {
        let story = try Story()
        try Self.begin(story)
        #expect(try story.raised() == [])
        story.clock.set(try #require(Instant(rfc3339: "2027-02-18T00:00:00Z")))
        try story.pass(days: 0)
        #expect(try story.raised() == [])
        try story.pass(days: 100)
        let warned = ["1 warned few-contacts few-staff"]
        try story.pass(days: 1)
        #expect(try story.raised() == warned)
        let since = try story.tell { try $0.get(Self.risk).json["since"] }
        #expect(since == "2027-02-18T00:00:00.001Z")
        // One on either side is not enough, and no other warning.
        try story.tell { try Self.talk($0, [1], [1], on: "2027-05-01") }
        #expect(try story.raised() == warned)
        try story.tell { try Self.talk($0, [2], [2], on: "2027-05-02") }
        #expect(try story.raised() == warned + ["1 ended enough-people"])
        // However the clock is set.
        for days in [100, -1] as [Int64] {
            try story.pass(days: days)
            #expect(try story.raised().count == 3)
        }
    }

    @Test func `a key customer with whom nobody was in touch is warned of from the beginning`()
        throws
    {
        let story = try Story()
        try story.tell { client in
            try Self.enterprise(client)
            try client.customer()
            client.clock.advance(hours: 24)
            for customer in 1...2 {
                try client.create(
                    "/v1/orders",
                    #"{"customerId": \#(customer), "placedAt": "2026-11-01T00:00:00Z", "total": "99"}"#
                )
            }
            _ = try client.runTiers()
        }
        #expect(try story.raised() == ["1 warned few-contacts few-staff"])
        try story.tell { client in
            let risk = try client.get(Self.risk).json
            #expect(risk["watched"] == true)
            #expect(risk["since"] == "2026-11-23T02:00:00.000Z")
            // A person has nobody beside them; a firm that was taken for one has.
            let person = try client.get("/v1/customers/2/single-thread-risk").json
            #expect(person["watched"] == false)
            _ = try client.patch("/v1/customers/2", #"{"kind": "enterprise"}"#)
        }
        #expect(try story.raised().last == "2 warned few-contacts few-staff")
        try story.tell { _ = try $0.patch("/v1/customers/1", #"{"kind": "individual"}"#) }
        #expect(try story.raised().last == "1 ended not-watched")
        try story.tell { _ = try $0.delete("/v1/customers/2") }
        #expect(try story.raised().last == "2 ended not-watched")
        let left = try story.tell {
            try $0.service.number("SELECT count(*) FROM single_thread_watch")
        }
        #expect(left == 0)
    }

    @Test func `warns when somebody leaves, as of then`() throws {
        let story = try Story()
        try Self.begin(story)
        try story.tell { client in
            client.clock.advance(hours: 1)
            _ = try client.delete("/v1/contacts/2")
        }
        #expect(try story.raised() == ["1 warned few-contacts"])
        let since = try story.tell { try $0.get(Self.risk).json["since"] }
        #expect(since == "2026-11-23T03:00:00.000Z")
        try story.tell { try Self.talk($0, [3], []) }
        try story.tell { _ = try $0.delete("/v1/staff/1") }
        #expect(
            try story.raised() == [
                "1 warned few-contacts", "1 ended enough-people", "1 warned few-staff",
            ]
        )
    }

    @Test func `another policy counts at once, and so does another tier`() throws {
        let story = try Story()
        try Self.begin(story)
        var expected: [String] = []
        for (terms, event) in [
            (Self.terms(3, 90), "1 warned few-contacts few-staff"),
            (Self.terms(3, 365), "1 ended enough-people"),
            (Self.terms(2, 2), "1 warned few-contacts few-staff"),
            (Self.terms(2, 2, #"["ordinary"]"#), "1 ended not-watched"),
            (Self.terms(2, 2, "[]"), nil),
            (Self.terms(2, 1), "1 warned few-contacts few-staff"),
        ] {
            try story.tell { _ = try $0.put(Self.policy, terms) }
            if let event { expected.append(event) }
            #expect(try story.raised() == expected)
        }
        // Without orders a customer is small.
        try story.tell { client in
            client.clock.advance(hours: 400 * 24)
            _ = try client.runTiers()
        }
        #expect(try story.raised() == expected + ["1 ended not-watched"])
    }

    @Test func `an import counts as what is recorded by hand`() throws {
        let story = try Story()
        try Self.begin(story)
        try story.tell { _ = try $0.put(Self.policy, Self.terms(3, 90)) }
        try story.tell { client in
            let rows = """
                customerExternalId,externalId,direction,content,channel,occurredAt,summary,contactIds.0,staffIds.0
                A,I,inbound,idea,phone,2026-11-01,x,3,3

                """
            let body = Array(rows.utf8)
            let path = "/v1/imports/interactions"
            let answer = try client.send("POST", path, [:], body, type: "text/csv")
            #expect(answer.json["created"] == 1)
        }
        let ended = ["1 warned few-contacts few-staff", "1 ended enough-people"]
        #expect(try story.raised() == ended)
        // The same interaction turns out to have been long ago.
        try story.tell { client in
            let rows = """
                customerExternalId,externalId,direction,content,channel,occurredAt,summary
                A,I,inbound,idea,phone,2026-01-01,x

                """
            let body = Array(rows.utf8)
            let path = "/v1/imports/interactions"
            let answer = try client.send("POST", path, [:], body, type: "text/csv")
            #expect(answer.json["updated"] == 1)
        }
        #expect(try story.raised() == ended + ["1 warned few-contacts few-staff"])
    }

    @Test func `the screen-pop warns of it`() throws {
        let story = try Story()
        try Self.begin(story)
        let pop = "/v1/screen-pop?phone=13800138000"
        #expect(try story.tell { try $0.get(pop).json["warnings"] } == [])
        try story.pass(days: 100)
        try story.tell { client in
            let warnings = try client.as(.agent).get(pop).json["warnings"]?.elements ?? []
            #expect(warnings.count == 1)
            #expect(warnings.first?["kind"] == "single-thread")
            #expect(warnings.first?["since"] == "2027-02-18T00:00:00.001Z")
            #expect(
                warnings.first?["text"]?.string
                    == "in the last 90 days 0 of the customer's people and 0 of ours were active, "
                    + "of 2 wanted on either side"
            )
            // It is over before anyone has looked.
            try Self.talk(client, [1, 2], [1, 2], on: "2027-03-01")
            #expect(try client.get(pop).json["warnings"] == [])
        }
    }
}
