// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Contacts that are to be made (M49).
@Suite struct PlannedContactTests {
    private static let path = "/v1/planned-contacts"

    private static func body(
        _ at: String = "2026-11-23T15:00:00+08:00",
        _ members: String = "",
        channel: String = "phone",
        customer: Int = 1
    ) -> String {
        let rest = members.isEmpty ? "" : ", " + members
        return #"""
            {"customerId": \#(customer), "channel": "\#(channel)", "plannedAt": "\#(at)",
             "purpose": "回访"\#(rest)}
            """#
    }

    private static let refused: [Case] = [
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case("a reader's list", "GET", path, by: .reader, is: 403, "forbidden"),
        Case("none", "GET", path + "/9", is: 404, "not-found"),
        Case("another method", "DELETE", path + "/9", is: 405, "method-not-allowed"),
        .refused(
            "nothing",
            "POST",
            path,
            "{}",
            "/customerId",
            "/channel",
            "/plannedAt",
            "/purpose"
        ),
        .refused("nobody", "POST", path, body(customer: 9), "/customerId"),
        .refused("the past", "POST", path, body("2026-11-23T09:59:59+08:00"), "/plannedAt"),
        .refused(
            "a date",
            "POST",
            path,
            body("2026-11-24"),
            "/plannedAt"
        ),
        .refused(
            "somebody who is not there",
            "POST",
            path,
            body("2026-11-24T15:00:00Z", #""staffId": 9"#),
            "/staffId"
        ),
        .refused(
            "no reason",
            "POST",
            path,
            body("2026-11-24T15:00:00Z", #""override": {}"#),
            "/override/reason"
        ),
        Case(
            "the night",
            "POST",
            path,
            body("2026-11-23T22:00:00+08:00"),
            is: 409,
            "quiet-hours",
            saying: "night lets nobody be contacted then"
        ),
    ]

    @Test func `refuses what cannot be planned`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `quiet hours are kept unless there is a reason not to`() throws {
        try withServer { client in
            try client.customer("a", #""timeZone": "America/New_York""#)
            // Ten in the evening in New York, the day before Thanksgiving.
            let night = "2026-11-26T03:00:00Z"
            let refused = try client.as(.agent).post(Self.path, Self.body(night))
            #expect(refused.status == 409)
            #expect(refused.json["rule"] == "night")
            #expect(refused.json["nextAllowedAt"] == "2026-11-26T13:00:00.000Z")
            // A letter wakes nobody.
            #expect(try client.post(Self.path, Self.body(night, channel: "letter")).status == 201)
            let reason = #""override": {"reason": "asked to be called at home"}"#
            let planned = try client.as(.agent).post(Self.path, Self.body(night, reason))
            #expect(planned.status == 201)
            #expect(planned.location == Self.path + "/2")
            #expect(
                planned.json["override"] == [
                    "rule": "night", "reason": "asked to be called at home",
                ]
            )
            let event = try client.lastEvent()
            #expect(event?["action"] == "planned-contact.planned")
            #expect(event?["changes"]?["override"] == planned.json["override"])
            // There was nothing to override at noon.
            let noon = Self.body("2026-11-25T17:00:00Z", reason)
            #expect(try client.post(Self.path, noon).json["override"] == nil)
            // What has happened is recorded whenever it was.
            let interaction = #"""
                {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "phone",
                 "occurredAt": "2026-11-22T08:00:00Z", "summary": "x"}
                """#
            #expect(try client.post("/v1/interactions", interaction).status == 201)
        }
    }

    @Test func `a contact is planned otherwise, by the same rules`() throws {
        try withServer { client in
            try client.customer()
            try client.staff(2)
            try client.create(Self.path, Self.body())
            let one = Self.path + "/1"
            let refused: [Case] = [
                Case("a reader", "PATCH", one, "{}", by: .reader, is: 403, "forbidden"),
                Case("none", "PATCH", Self.path + "/9", "{}", is: 404, "not-found"),
                .refused("another customer", "PATCH", one, #"{"customerId": 2}"#, "/customerId"),
                .refused("its status", "PATCH", one, #"{"status": "done"}"#, "/status"),
                .refused("no purpose", "PATCH", one, #"{"purpose": null}"#, "/purpose"),
                .refused("somebody who is not there", "PATCH", one, #"{"staffId": 9}"#, "/staffId"),
                .refused(
                    "the past",
                    "PATCH",
                    one,
                    #"{"plannedAt": "2026-11-23T01:00:00Z"}"#,
                    "/plannedAt"
                ),
                Case(
                    "the night",
                    "PATCH",
                    one,
                    #"{"plannedAt": "2026-11-23T22:00:00+08:00"}"#,
                    is: 409,
                    "quiet-hours"
                ),
                Case(
                    "another version",
                    "PATCH",
                    one,
                    #"{"staffId": 1}"#,
                    with: ["if-match": "\"9.x\""],
                    is: 412,
                    "precondition-failed"
                ),
            ]
            try client.check(refused)
            let moved = try client.as(.agent).patch(
                one,
                #"{"plannedAt": "2026-11-24T10:00:00+08:00", "staffId": 2, "purpose": "报价"}"#
            )
            #expect(moved.status == 200, "\(moved)")
            #expect(moved.json["plannedAt"] == "2026-11-24T02:00:00.000Z")
            #expect(moved.json["staffId"] == 2)
            #expect(moved.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "planned-contact.changed")
            #expect(try client.lastEvent()?["changes"]?["purpose"] == "报价")
            #expect(try client.patch(one, #"{"purpose": "报价"}"#).json == moved.json)
            // By letter the night disturbs nobody; by phone there has to be a reason.
            let letter = try client.patch(
                one,
                #"{"channel": "letter", "plannedAt": "2026-11-24T22:00:00+08:00"}"#
            )
            #expect(letter.status == 200)
            #expect(letter.json["override"] == nil)
            #expect(try client.patch(one, #"{"channel": "phone"}"#).problem == "quiet-hours")
            let asked = #"{"channel": "phone", "override": {"reason": "asked to"}}"#
            let phone = try client.patch(one, asked)
            #expect(phone.json["override"] == ["rule": "night", "reason": "asked to"])
            // The reason stays while the rest changes, and goes with what it was for.
            let other = try client.patch(one, #"{"staffId": null}"#).json
            #expect(other["override"] == ["rule": "night", "reason": "asked to"])
            #expect(other["staffId"] == nil)
            let noon = try client.patch(one, #"{"plannedAt": "2026-11-24T04:00:00Z"}"#).json
            #expect(noon["override"] == nil)
            _ = try client.post(one + "/cancel", #"{"reason": "x"}"#)
            let late = try client.patch(one, #"{"purpose": "y"}"#)
            #expect(late.problem == "not-allowed-now")
        }
    }

    @Test func `an override holds for the time that it was given for`() throws {
        try withServer { client in
            try client.customer()
            let asked = #""override": {"reason": "asked to"}"#
            try client.create(Self.path, Self.body("2026-11-23T22:00:00+08:00", asked))
            let one = Self.path + "/1"
            let before = try client.get(one).json
            for other in ["2026-11-23T23:00:00+08:00", "2026-11-29T08:30:00+08:00"] {
                let moved = #"{"plannedAt": "\#(other)"}"#
                #expect(try client.patch(one, moved).problem == "quiet-hours", "\(other)")
            }
            #expect(try client.get(one).json == before)
            // It may be the same reason, said again.
            let again = try client.patch(
                one,
                #"{"plannedAt": "2026-11-29T08:30:00+08:00", \#(asked)}"#
            )
            #expect(again.status == 200, "\(again)")
            #expect(again.json["override"] == ["rule": "day-off-morning", "reason": "asked to"])
            // Another way at that time is what it was given for, too.
            let visit = try client.patch(one, #"{"channel": "visit"}"#).json
            #expect(visit["override"] == ["rule": "day-off-morning", "reason": "asked to"])
            #expect(try client.patch(one, #"{"override": null}"#).problem == "quiet-hours")
        }
    }

    @Test func `a contact is made or cancelled, once`() throws {
        try withServer { client in
            for name in ["a", "b"] { try client.customer(name) }
            for customer in [1, 2] {
                try client.create(
                    "/v1/interactions",
                    #"""
                    {"customerId": \#(customer), "direction": "outbound", "content": "idea",
                     "channel": "phone", "occurredAt": "2026-11-22T08:00:00Z", "summary": "x"}
                    """#
                )
            }
            for _ in 1...3 { try client.create(Self.path, Self.body()) }
            let other = try client.post(Self.path + "/1/done", #"{"interactionId": 2}"#)
            #expect(other.pointers == ["/interactionId"])
            let done = try client.as(.agent).post(Self.path + "/1/done", #"{"interactionId": 1}"#)
            #expect(done.json["status"] == "done")
            #expect(done.json["interactionId"] == 1)
            #expect(done.json["version"] == 2)
            #expect(try client.lastEvent()?["action"] == "planned-contact.done")
            let cancelled = try client.post(Self.path + "/2/cancel", #"{"reason": "came by"}"#)
            #expect(cancelled.json["status"] == "cancelled")
            #expect(cancelled.json["reason"] == "came by")
            for (id, status) in [(1, "done"), (2, "cancelled")] {
                for (action, body) in [("done", "{}"), ("cancel", #"{"reason": "x"}"#)] {
                    let again = try client.post("\(Self.path)/\(id)/\(action)", body)
                    #expect(again.problem == "not-allowed-now")
                    #expect(again.detail == "it is \(status) already")
                    #expect(again.json["allowed"] == ["POST /v1/planned-contacts"])
                }
            }
            #expect(try client.get(Self.path + "?status=planned").ids == [3])
            #expect(try client.get(Self.path + "?customerId=1&sort=-plannedAt").ids == [3, 2, 1])
            #expect(try client.get(Self.path + "?since=2026-11-23T07:00:00.001Z").ids == [])
            #expect(try client.get(Self.path + "?until=2026-11-24&limit=2").ids == [1, 2])
            let stale = ["if-match": #""7.x""#] as HeaderFields
            #expect(try client.post(Self.path + "/3/done", "{}", stale).status == 412)
        }
    }

    @Test func `who plans by an own token makes the contact, until it is handed over`() throws {
        try withServer { client in
            try client.staff(2)
            try client.customer()
            let token = try client.post(
                "/v1/tokens",
                #"{"name": "x", "role": "agent", "owner": "x", "staffId": 1}"#
            )
            let own = client.with(token: try #require(token.json["token"]?.string))
            #expect(try own.post(Self.path, Self.body()).json["staffId"] == 1)
            try client.create(Self.path, Self.body("2026-11-23T16:00:00+08:00", #""staffId": 2"#))
            let staying = try client.delete("/v1/staff/1")
            #expect(staying.problem == "not-allowed-now")
            let handover = try client.post("/v1/staff/1/handover", #"{"toId": 2}"#)
            #expect(handover.json["plannedContacts"] == 1)
            #expect(try client.get(Self.path + "?staffId=2").ids == [1, 2])
            #expect(try client.delete("/v1/staff/1").status == 204)
        }
    }
}
