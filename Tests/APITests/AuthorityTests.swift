// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// How far people may go by themselves, and what they ask for beyond that (M51).
@Suite struct AuthorityTests {
    private static let policy = "/v1/authority-policy"
    private static let path = "/v1/approvals"

    private static let limits = #"""
        {"limits": [
            {"kind": "remedy", "role": "agent", "amount": "100.00"},
            {"kind": "remedy", "role": "manager", "amount": "1000.00"},
            {"kind": "remedy", "staffId": 2, "amount": "300.00", "mayActFirst": true},
            {"kind": "reward", "role": "manager", "amount": "50.00"},
            {"kind": "quiet-hours", "role": "agent", "amount": "0.00"},
            {"kind": "quiet-hours", "staffId": 2}
        ], "replyHours": 8}
        """#

    /// Three people, the first of whom leads the others, with a complaint that is to be remedied.
    private static func prepare(_ client: TestClient, limits: String = limits) throws {
        try client.staff(3)
        for id in [2, 3] {
            #expect(try client.patch("/v1/staff/\(id)", #"{"leaderId": 1}"#).status == 200)
        }
        try client.customer()
        try Self.complain(client)
        let put = try client.as(.manager).put(Self.policy, limits)
        #expect(put.status == 200, "\(put)")
    }

    private static func complain(_ client: TestClient) throws {
        let id = try client.create(
            "/v1/complaints",
            #"{"customerId": 1, "channel": "web", "subject": "late"}"#
        )
        for (move, body) in [
            ("listen", #"{"statement": "x"}"#),
            ("assess", #"{"verdict": "justified", "cause": "delivery", "reason": "x"}"#),
        ] {
            #expect(try client.post("/v1/complaints/\(id)/\(move)", body).status == 200)
        }
    }

    /// A client with a token of that person.
    private static func own(
        _ client: TestClient,
        _ id: Int,
        _ role: String = "agent"
    ) throws -> TestClient {
        let token = try client.post(
            "/v1/tokens",
            #"{"name": "p\#(id)", "role": "\#(role)", "owner": "x", "staffId": \#(id)}"#
        )
        return client.with(token: try #require(token.json["token"]?.string))
    }

    private static func remedy(
        _ client: TestClient,
        _ cost: String,
        _ members: String = "",
        of complaint: Int = 1
    ) throws -> TestAnswer {
        let rest = members.isEmpty ? "" : ", " + members
        return try client.post(
            "/v1/complaints/\(complaint)/remedy",
            #"{"proposal": "refund", "cost": "\#(cost)"\#(rest)}"#
        )
    }

    private static func ask(_ amount: String, of complaint: Int = 1) -> String {
        #"{"kind": "remedy", "complaintId": \#(complaint), "amount": "\#(amount)"}"#
    }

    @Test func `without limits everybody may do all`() throws {
        try withServer { client in
            let policy = try client.as(.agent).get(Self.policy)
            #expect(
                policy.json == [
                    "limits": [], "replyHours": 24, "actFirstHours": 24, "version": 1,
                ]
            )
            try client.customer()
            try Self.complain(client)
            #expect(try Self.remedy(client.as(.agent), "99999.00").status == 200)
        }
    }

    private static let moves: [(role: String, person: Int?, cost: String, isFree: Bool)] = [
        ("agent", nil, "100.00", true), ("agent", nil, "100.01", false),
        ("manager", nil, "1000.00", true), ("manager", nil, "1000.01", false),
        // Roles without a limit of their own have that of the next above; at the top there is none.
        ("steward", nil, "5000.00", true), ("admin", nil, "5000.00", true),
        // A person's own limit goes before the role's, for better or worse.
        ("agent", 2, "300.00", true), ("agent", 2, "300.01", false),
        ("manager", 2, "300.01", false),
        ("agent", 3, "100.01", false),
    ]

    @Test func `a remedy is proposed within the limit of the person, or the role`() throws {
        try withServer { client in
            try Self.prepare(client)
            for (role, person, cost, isFree) in Self.moves {
                let before = try client.get("/v1/complaints/1")
                let mover = try person.map { try Self.own(client, $0, role) }
                let client = try mover ?? client.as(#require(Role(rawValue: role)))
                let answer = try Self.remedy(client, cost)
                let comment = Comment(rawValue: "\(role) \(person ?? 0) \(cost): \(answer)")
                #expect(answer.status == (isFree ? 200 : 409), comment)
                guard !isFree else { continue }
                #expect(answer.problem == "approval-needed", comment)
                let after = try client.get("/v1/complaints/1")
                #expect(after.json == before.json, comment)
            }
        }
    }

    @Test func `what is beyond a limit is asked for, approved once, and done again`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.prepare(client)
            let agent = try Self.own(client, 3)
            let refused = try Self.remedy(agent, "500.00")
            #expect(refused.json["limit"] == "100.00")
            #expect(refused.json["mayActFirst"] == false)
            #expect(
                refused.json["needed"] == [
                    "method": "POST", "path": "/v1/approvals",
                    "body": ["kind": "remedy", "complaintId": 1, "amount": "500.00"],
                ]
            )
            let asked = try agent.post(Self.path, Self.ask("500.00"))
            #expect(asked.status == 201)
            #expect(asked.location == Self.path + "/1")
            #expect(
                asked.json == [
                    "id": 1, "kind": "remedy", "customerId": 1, "complaintId": 1,
                    "amount": "500.00", "asker": "p3", "askerId": 3, "toId": 1,
                    "replyBy": "2026-11-23T10:00:00.000Z", "actedFirst": false,
                    "status": "pending", "version": 1, "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try client.lastEvent()?["action"] == "approval.asked")
            let waiting = try Self.remedy(agent, "500.00")
            #expect(waiting.status == 409)
            #expect(waiting.json["existing"] == "/v1/approvals/1")
            #expect(waiting.json["needed"] == nil)
            // A cheaper remedy can be proposed meanwhile.
            #expect(try Self.remedy(agent, "100.00").status == 200)
            let manager = try Self.own(client, 1, "manager")
            let approved = try manager.post(
                Self.path + "/1/approve",
                #"{"reason": "good customer"}"#
            )
            #expect(approved.status == 200)
            #expect(approved.json["status"] == "approved")
            #expect(
                approved.json["decision"] == [
                    "at": "2026-11-23T02:00:00.000Z", "actor": "p1", "staffId": 1,
                    "reason": "good customer",
                ]
            )
            #expect(try client.lastEvent()?["action"] == "approval.approved")
            for verdict in ["approve", "decline"] {
                let again = try manager.post("\(Self.path)/1/\(verdict)", #"{"reason": "x"}"#)
                #expect(again.problem == "not-allowed-now")
                #expect(again.detail == "it is approved already")
                #expect(again.json["allowed"] == ["POST /v1/approvals"])
            }
            #expect(try Self.remedy(agent, "500.01").problem == "approval-needed")
            let done = try Self.remedy(agent, "500.00")
            #expect(done.status == 200)
            #expect(done.json["remedy"]?["cost"] == "500.00")
            #expect(try client.get(Self.path + "/1").json["usedAt"] != nil)
            // Declined by the customer, it may be proposed again.
            let decline = #"{"reason": "too little"}"#
            #expect(try agent.post("/v1/complaints/1/remedy/decline", decline).status == 200)
            #expect(try Self.remedy(agent, "400.00").status == 200)
            // Another complaint is another matter.
            try Self.complain(client)
            #expect(try Self.remedy(agent, "500.00", of: 2).status == 409)
        }
    }

    @Test func `a complaint that is reopened is another matter, too`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try Self.prepare(client)
            let agent = try Self.own(client, 3)
            #expect(try agent.post(Self.path, Self.ask("500.00")).status == 201)
            #expect(try client.post(Self.path + "/1/approve", "{}").status == 200)
            #expect(try Self.remedy(agent, "500.00").status == 200)
            for (move, body) in [
                ("remedy/accept", nil), ("remedy/done", nil), ("follow-up", #"{"helped": true}"#),
                ("reopen", #"{"reason": "again"}"#),
                ("assess", #"{"verdict": "partly", "cause": "other", "reason": "x"}"#),
            ] as [(String, String?)] {
                clock.advance(minutes: 1)
                let target = "/v1/complaints/1/\(move)"
                let answer =
                    try body.map { try client.post(target, $0) } ?? client.send("POST", target)
                #expect(answer.status == 200, "\(answer)")
            }
            #expect(try Self.remedy(agent, "500.00").problem == "approval-needed")
        }
    }

    @Test func `who may act first owes an approval, once`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.prepare(client)
            let first = #""actFirst": {"reason": "the customer stands here"}"#
            let slow = try Self.own(client, 3)
            #expect(try Self.remedy(slow, "500.00", first).json["mayActFirst"] == false)
            let quick = try Self.own(client, 2)
            #expect(try Self.remedy(quick, "500.00").json["mayActFirst"] == true)
            #expect(try Self.remedy(quick, "500.00", first).status == 200)
            let owed = try client.get(Self.path + "/1").json
            #expect(owed["actedFirst"] == true)
            #expect(owed["status"] == "pending")
            #expect(owed["reason"] == "the customer stands here")
            #expect(owed["replyBy"] == "2026-11-24T02:00:00.000Z")
            #expect(owed["toId"] == 1)
            // It covers what was done, and no more.
            #expect(try Self.remedy(quick, "500.00").status == 200)
            let more = try Self.remedy(quick, "600.00", first)
            #expect(more.status == 409)
            #expect(more.json["existing"] == "/v1/approvals/1")
        }
        clock.advance(hours: 24)
        try withServer(clock: clock, database: folder.database) { client in
            let due = try client.service.number(
                "SELECT count(*) FROM deadline WHERE subject_type = 'approval'"
            )
            #expect(due == 1)
        }
        clock.advance(milliseconds: 1)
        // Nor has the complaint been answered, of which three alarms tell.
        for _ in 1...2 {
            try withServer(clock: clock, database: folder.database) { client in
                let alarms = try DeadlineTests.alarms(client, 4).filter {
                    $0.hasPrefix("approval")
                }
                #expect(alarms == ["approval.overdue 1"])
            }
        }
        try withServer(clock: clock, database: folder.database) { client in
            // It can still be decided, and what was done stays done.
            let declined = try client.post(Self.path + "/1/decline", #"{"reason": "too much"}"#)
            #expect(declined.json["status"] == "declined")
            #expect(try client.get("/v1/complaints/1").json["remedy"]?["cost"] == "500.00")
        }
    }

    @Test func `what was decided in time is not overdue`() throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        try withServer(clock: clock, database: folder.database) { client in
            try Self.prepare(client)
            #expect(try client.as(.agent).post(Self.path, Self.ask("500.00")).status == 201)
            #expect(try client.post(Self.path + "/1/decline", #"{"reason": "no"}"#).status == 200)
            // Declined, it can be asked for again.
            #expect(try client.as(.agent).post(Self.path, Self.ask("500.00")).status == 201)
        }
        clock.advance(hours: 9)
        try withServer(clock: clock, database: folder.database) { client in
            let alarms = try DeadlineTests.alarms(client, 1)
            #expect(alarms == ["approval.overdue 2"])
        }
    }

    @Test func `a request goes past a leader who has left to the next one up`() throws {
        try withServer { client in
            try Self.prepare(client)
            try client.create("/v1/staff", #"{"name": "x"}"#)
            #expect(try client.patch("/v1/staff/1", #"{"leaderId": 4}"#).status == 200)
            #expect(try client.delete("/v1/staff/1").status == 204)
            let asked = try Self.own(client, 3).post(Self.path, Self.ask("500.00"))
            #expect(asked.json["toId"] == 4, "\(asked)")
        }
    }

    @Test func `nobody decides for themselves, nor beyond their own authority`() throws {
        try withServer { client in
            try Self.prepare(client)
            let agent = try Self.own(client, 3)
            #expect(try agent.post(Self.path, Self.ask("5000.00")).status == 201)
            let own = try agent.post(Self.path + "/1/approve", "{}")
            #expect(own.problem == "beyond-authority")
            #expect(own.json["limit"] == nil)
            #expect(own.json["allowed"] == ["steward", "admin"])
            // A second token of the same person is no other person.
            #expect(
                try Self.own(client, 3, "admin").post(Self.path + "/1/approve", "{}").problem
                    == "beyond-authority"
            )
            let manager = try client.as(.manager).post(Self.path + "/1/approve", "{}")
            #expect(manager.problem == "beyond-authority")
            #expect(manager.json["limit"] == "1000.00")
            #expect(manager.json["allowed"] == ["steward", "admin"])
            #expect(try client.get(Self.path + "/1").json["version"] == 1)
            #expect(try client.as(.steward).post(Self.path + "/1/approve", "{}").status == 200)
        }
    }

    @Test func `a limit of nothing lets nothing pass, whether its amount is told or not`() throws {
        try withServer { client in
            try Self.prepare(client)
            let terms = """
                {"limits": [{"kind": "reward", "role": "agent", "amount": "0.00"},
                            {"kind": "remedy", "role": "agent", "amount": "0.00"},
                            {"kind": "reward", "role": "manager", "amount": "50.00"}]}
                """
            #expect(try client.put("/v1/authority-policy", terms).status == 200)
            let agent = try Self.own(client, 3)
            let reward = "/v1/complaints/1/reward"
            let bodies = [#"{"kind": "voucher"}"#, #"{"kind": "voucher", "amount": "0.00"}"#]
            for body in bodies {
                let refused = try agent.post(reward, body)
                #expect(refused.problem == "approval-needed", "\(body): \(refused)")
                #expect(refused.json["limit"] == "0.00")
                #expect(refused.json["needed"]?["body"]?["amount"] == "0.00")
            }
            let remedy = try agent.post("/v1/complaints/1/remedy", #"{"proposal": "an excuse"}"#)
            #expect(remedy.problem == "approval-needed", "\(remedy)")
            // The request that was told to send, and what it allows.
            let ask = #"{"kind": "reward", "complaintId": 1, "amount": "0.00"}"#
            #expect(try agent.post(Self.path, ask).status == 201)
            #expect(try client.as(.manager).post(Self.path + "/1/approve", "{}").status == 200)
            #expect(try agent.post(reward, bodies[0]).status == 200)
        }
    }

    @Test func `rewards and quiet hours have their limits, too`() throws {
        try withServer { client in
            try Self.prepare(client)
            let agent = try Self.own(client, 3)
            // Agents have no limit of their own: the managers' counts.
            let reward = #"{"kind": "voucher", "amount": "50.01"}"#
            let refused = try agent.post("/v1/complaints/1/reward", reward)
            #expect(refused.problem == "approval-needed")
            #expect(refused.json["needed"]?["body"]?["kind"] == "reward")
            let allowed = #"{"kind": "voucher", "amount": "50.00"}"#
            #expect(try agent.post("/v1/complaints/1/reward", allowed).status == 200)
            let contact = #"""
                {"customerId": 1, "channel": "phone", "plannedAt": "2026-11-23T22:00:00+08:00",
                 "purpose": "x", "override": {"reason": "urgent"}}
                """#
            let night = try agent.post("/v1/planned-contacts", contact)
            #expect(night.problem == "approval-needed")
            #expect(night.json["limit"] == nil)
            #expect(
                night.json["needed"]?["body"] == ["kind": "quiet-hours", "customerId": 1]
            )
            #expect(
                try agent.post(Self.path, #"{"kind": "quiet-hours", "customerId": 1}"#).status
                    == 201
            )
            // Who lacks the authority cannot give it.
            let colleague = try client.as(.agent).post(Self.path + "/1/approve", "{}")
            #expect(colleague.problem == "beyond-authority")
            #expect(try client.as(.manager).post(Self.path + "/1/approve", "{}").status == 200)
            #expect(try agent.post("/v1/planned-contacts", contact).status == 201)
            // That was for once.
            #expect(try agent.post("/v1/planned-contacts", contact).status == 409)
            #expect(try Self.own(client, 2).post("/v1/planned-contacts", contact).status == 201)
        }
    }

    private static let refused: [Case] = [
        Case("a reader", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("an agent's policy", "PUT", policy, "{}", by: .agent, is: 403, "forbidden"),
        Case("none", "GET", path + "/9", is: 404, "not-found"),
        Case("another method", "DELETE", path + "/9", is: 405, "method-not-allowed"),
        .refused("nothing", "POST", path, "{}", "/kind"),
        .refused(
            "a remedy of nothing",
            "POST",
            path,
            #"{"kind": "remedy", "customerId": 1}"#,
            "/complaintId",
            "/customerId",
            "/amount"
        ),
        .refused(
            "quiet hours for money",
            "POST",
            path,
            #"{"kind": "quiet-hours", "complaintId": 1, "amount": "1.00"}"#,
            "/complaintId",
            "/customerId",
            "/amount"
        ),
        .refused("no complaint", "POST", path, ask("1.00", of: 9), "/complaintId"),
        .refused(
            "nobody",
            "POST",
            path,
            #"{"kind": "discount", "customerId": 9, "amount": "1.00"}"#,
            "/customerId"
        ),
        .refused(
            "the past",
            "POST",
            path,
            #"""
            {"kind": "discount", "customerId": 1, "amount": "1.00", "replyBy": "2026-11-23T02:00:00Z"}
            """#,
            "/replyBy"
        ),
        .refused(
            "nobody to ask",
            "POST",
            path,
            #"{"kind": "discount", "customerId": 1, "amount": "1.00", "toId": 9}"#,
            "/toId"
        ),
        .refused("no reason", "POST", path + "/1/decline", "{}", "/reason"),
        .refused(
            "limits of nobody, and of somebody twice",
            "PUT",
            policy,
            #"""
            {"limits": [
                {"kind": "remedy"}, {"kind": "remedy", "role": "agent", "staffId": 1},
                {"kind": "reward", "staffId": 9}, {"kind": "reward", "role": "agent"},
                {"kind": "reward", "role": "agent", "amount": "1.00"},
                {"kind": "quiet-hours", "role": "agent", "amount": "1.00"}
            ]}
            """#,
            "/limits/0",
            "/limits/1",
            "/limits/4",
            "/limits/5/amount",
            "/limits/2/staffId"
        ),
        .refused(
            "a manager with less than an agent",
            "PUT",
            policy,
            #"""
            {"limits": [
                {"kind": "remedy", "role": "manager", "amount": "9.00"},
                {"kind": "remedy", "role": "agent", "amount": "10.00"}
            ]}
            """#,
            "/limits/0/amount",
            saying: "must not be less than that of agent"
        ),
        .refused("no hours", "PUT", policy, #"{"limits": [], "replyHours": 0}"#, "/replyHours"),
        Case(
            "another version",
            "PUT",
            policy,
            #"{"limits": []}"#,
            with: ["if-match": #""7.x""#],
            is: 412,
            "precondition-failed"
        ),
    ]

    @Test func `refuses what cannot be asked for, nor put`() throws {
        try withServer { client in
            try Self.prepare(client)
            #expect(
                try client.post(
                    Self.path,
                    #"{"kind": "discount", "customerId": 1, "amount": "1.00"}"#
                ).status == 201
            )
            try client.check(Self.refused)
            let twice = #"{"kind": "discount", "customerId": 1, "amount": "2.00"}"#
            let again = try client.post(Self.path, twice)
            #expect(again.problem == "duplicate")
            #expect(again.json["existing"] == "/v1/approvals/1")
        }
    }

    @Test func `what is asked for is listed, and handed over`() throws {
        try withServer { client in
            try Self.prepare(client)
            try Self.complain(client)
            let agent = try Self.own(client, 3)
            for complaint in [1, 2] {
                #expect(try agent.post(Self.path, Self.ask("500.00", of: complaint)).status == 201)
            }
            try client.create(
                Self.path,
                #"""
                {"kind": "discount", "customerId": 1, "amount": "1.00", "toId": 2,
                 "replyBy": "2026-11-23T03:00:00Z"}
                """#
            )
            #expect(try client.get(Self.path).ids == [3, 1, 2])
            #expect(try client.get(Self.path + "?toId=1&limit=1").ids == [1])
            #expect(try client.get(Self.path + "?askerId=3&sort=-replyBy").ids == [2, 1])
            #expect(try client.get(Self.path + "?complaintId=2").ids == [2])
            #expect(try client.get(Self.path + "?kind=discount&customerId=1").ids == [3])
            #expect(try client.get(Self.path + "?status=approved").ids == [])
            #expect(try client.delete("/v1/staff/1").problem == "not-allowed-now")
            let handover = try client.post("/v1/staff/1/handover", #"{"toId": 2}"#)
            #expect(handover.json["approvals"] == 2)
            #expect(try client.get(Self.path + "?toId=2").ids == [3, 1, 2])
        }
    }
}
