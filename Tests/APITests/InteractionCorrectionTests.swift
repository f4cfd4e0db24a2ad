// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Interactions are corrected, never changed, and stand beside the complaints they are about (M47).
@Suite struct InteractionCorrectionTests {
    private static let path = "/v1/interactions/1/corrections"

    private static func interaction(_ members: String = "", customer: Int = 1) -> String {
        let rest = members.isEmpty ? "" : ", " + members
        return #"""
            {"customerId": \#(customer), "direction": "outbound", "content": "information",
             "channel": "phone", "occurredAt": "2026-11-23T01:00:00Z",
             "summary": "说了价格", "nextStep": "quote"\#(rest)}
            """#
    }

    private static func complain(_ client: TestClient, customer: Int = 1) throws {
        try client.create(
            "/v1/complaints",
            #"{"customerId": \#(customer), "channel": "web", "subject": "late"}"#
        )
    }

    private static func correction(_ changes: String) -> String {
        #"{"reason": "misheard", "changes": \#(changes)}"#
    }

    private static let refused: [Case] = [
        Case("a reader", "POST", path, "{}", by: .reader, is: 403, "forbidden"),
        Case(
            "none",
            "POST",
            "/v1/interactions/9/corrections",
            correction("{}"),
            is: 404,
            "not-found"
        ),
        Case("another method", "GET", path, is: 405, "method-not-allowed"),
        Case(
            "another version",
            "POST",
            path,
            correction(#"{"summary": "y"}"#),
            with: ["if-match": #""7.x""#],
            is: 412,
            "precondition-failed"
        ),
        .refused("nothing", "POST", path, "{}", "/reason", "/changes"),
        .refused("a list", "POST", path, correction("[]"), "/changes"),
        .refused("no change", "POST", path, correction("{}"), "/changes"),
        .refused("the same", "POST", path, correction(#"{"nextStep": "quote"}"#), "/changes"),
        .refused(
            "what cannot be",
            "POST",
            path,
            correction(#"{"summary": null, "channel": "tv", "customerId": 2, "externalId": "x"}"#),
            "/changes/customerId",
            "/changes/externalId",
            "/changes/channel",
            "/changes/summary"
        ),
        .refused(
            "the future",
            "POST",
            path,
            correction(#"{"occurredAt": "2026-11-23T02:00:00.001Z"}"#),
            "/changes/occurredAt"
        ),
        .refused(
            "whom nobody knows",
            "POST",
            path,
            correction(
                #"""
                {"occurredAt": "2026-11-23T02:00:00.001Z", "contactIds": [2, 1, 1],
                 "staffIds": [7], "complaintId": 2}
                """#
            ),
            "/changes/occurredAt",
            "/changes/contactIds/2",
            "/changes/contactIds/0",
            "/changes/staffIds/0",
            "/changes/complaintId"
        ),
        .refused(
            "another's complaint",
            "POST",
            path,
            correction(#"{"complaintId": 2}"#),
            "/changes/complaintId",
            saying: "the customer has no complaint 2"
        ),
        .refused(
            "another's complaint, at once",
            "POST",
            "/v1/interactions",
            interaction(#""complaintId": 2"#),
            "/complaintId"
        ),
        .refused(
            "no complaint",
            "POST",
            "/v1/interactions",
            interaction(#""complaintId": 9"#),
            "/complaintId"
        ),
    ]

    @Test func `refuses corrections that are none`() throws {
        try withServer { client in
            for customer in [1, 2] {
                try client.customer()
                try Self.complain(client, customer: customer)
                try client.create("/v1/customers/\(customer)/contacts", #"{"name": "x"}"#)
            }
            try client.create("/v1/interactions", Self.interaction())
            try client.check(Self.refused)
        }
    }

    @Test func `a correction keeps what was said before, by whom and why`() throws {
        let clock = TestClock()
        try withServer(clock: clock) { client in
            try client.customer()
            try client.create("/v1/interactions", Self.interaction(#""externalId": "X""#))
            clock.advance(hours: 1)
            let first = try client.as(.agent).post(
                Self.path,
                Self.correction(#"{"summary": "说了交货", "nextStep": null}"#)
            )
            #expect(first.status == 201)
            #expect(first.location == "/v1/interactions/1")
            #expect(first.json["summary"] == "说了交货")
            #expect(first.json["nextStep"] == nil)
            #expect(first.json["externalId"] == "X")
            #expect(first.json["version"] == 2)
            let correction: JSON = [
                "at": "2026-11-23T03:00:00.000Z", "actor": "agent", "reason": "misheard",
                "original": ["summary": "说了价格", "nextStep": "quote"],
            ]
            #expect(first.json["corrections"] == [correction])
            let event = try client.lastEvent()
            #expect(event?["action"] == "interaction.corrected")
            #expect(event?["changes"]?["nextStep"] == .null)
            #expect(event?["changes"]?["corrections"] == [correction])
            let second = try client.post(Self.path, Self.correction(#"{"nextStep": "call"}"#))
            let originals = second.json["corrections"]?.elements?.map { $0["original"] }
            #expect(originals == [correction["original"], ["nextStep": .null]])
            // It is found by what it says now.
            #expect(try client.get("/v1/interactions?q=交货").ids == [1])
            #expect(try client.get("/v1/interactions?q=价格").ids == [])
            #expect(try client.get("/v1/interactions/1").json == second.json)
        }
    }

    @Test func `who took part is corrected, and whoever did before may have left`() throws {
        try withServer { client in
            try client.customer()
            try client.staff(3)
            for name in ["李总", "周敏"] {
                try client.create("/v1/customers/1/contacts", #"{"name": "\#(name)"}"#)
            }
            try client.create(
                "/v1/interactions",
                Self.interaction(#""contactIds": [1], "staffIds": [2, 3]"#)
            )
            _ = try client.delete("/v1/staff/3")
            let corrected = try client.post(
                Self.path,
                Self.correction(#"{"contactIds": [2], "staffIds": [3, 1]}"#)
            )
            #expect(corrected.status == 201, "\(corrected)")
            #expect(corrected.json["contactIds"] == [2])
            #expect(corrected.json["staffIds"] == [3, 1])
            #expect(
                corrected.json["corrections"]?.elements?.first?["original"]
                    == ["contactIds": [1], "staffIds": [2, 3]]
            )
            #expect(try client.lastEvent()?["changes"]?["contactIds"] == [2])
            #expect(try client.get("/v1/interactions?contactId=2").ids == [1])
            #expect(try client.get("/v1/interactions?contactId=1").ids == [])
            let nobody = try client.post(Self.path, Self.correction(#"{"contactIds": null}"#))
            #expect(nobody.json["contactIds"] == [])
            #expect(nobody.json["staffIds"] == [3, 1])
        }
    }

    @Test func `who was struck out by mistake is put back, also if they have left since`() throws {
        try withServer { client in
            try client.customer()
            try client.staff(3)
            for name in ["李总", "周敏"] {
                try client.create("/v1/customers/1/contacts", #"{"name": "\#(name)"}"#)
            }
            try client.create(
                "/v1/interactions",
                Self.interaction(#""contactIds": [1], "staffIds": [2]"#)
            )
            for changes in [#"{"contactIds": null, "staffIds": null}"#, #"{"staffIds": [1]}"#] {
                #expect(try client.post(Self.path, Self.correction(changes)).status == 201)
            }
            for gone in ["staff/2", "staff/3", "contacts/1", "contacts/2"] {
                #expect(try client.delete("/v1/\(gone)").status == 204)
            }
            let back = try client.post(
                Self.path,
                Self.correction(#"{"contactIds": [1], "staffIds": [1, 2]}"#)
            )
            #expect(back.status == 201, "\(back)")
            #expect(back.json["contactIds"] == [1])
            #expect(back.json["staffIds"] == [1, 2])
            // Whom it never named is not there any more.
            try client.check([
                .refused(
                    "a correction",
                    "POST",
                    Self.path,
                    Self.correction(#"{"contactIds": [1, 2], "staffIds": [3]}"#),
                    "/changes/contactIds/1",
                    "/changes/staffIds/0"
                ),
                .refused(
                    "a new one",
                    "POST",
                    "/v1/interactions",
                    Self.interaction(#""contactIds": [1], "staffIds": [2]"#),
                    "/contactIds/0",
                    "/staffIds/0"
                ),
            ])
        }
    }

    @Test func `the history of a complaint tells of the interactions about it`() throws {
        try withServer { client in
            try client.customer()
            for _ in 1...2 { try Self.complain(client) }
            let before = try client.get("/v1/complaints/1")
            try client.create("/v1/interactions", Self.interaction(#""complaintId": 1"#))
            let complaint = try client.get("/v1/complaints/1")
            #expect(complaint.etag != before.etag)
            #expect(
                complaint.json["history"]?.elements?.last == [
                    "at": "2026-11-23T02:00:00.000Z", "actor": "admin", "action": "interaction",
                    "interactionId": 1, "direction": "outbound", "channel": "phone",
                    "occurredAt": "2026-11-23T01:00:00.000Z",
                ]
            )
            #expect(try client.get("/v1/interactions?complaintId=1").ids == [1])
            // It was about the other one.
            let moved = try client.post(Self.path, Self.correction(#"{"complaintId": 2}"#))
            #expect(moved.json["complaintId"] == 2)
            for (id, action) in [(1, "interaction-removed"), (2, "interaction")] {
                let last = try client.get("/v1/complaints/\(id)").json["history"]?.elements?.last
                #expect(last?["action"]?.string == action)
                #expect(last?["interactionId"] == 1)
            }
            #expect(try client.get("/v1/interactions?complaintId=1").ids == [])
        }
    }

    @Test func `an imported interaction names its complaint, too`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            try Self.complain(client)
            let rows = """
                customerExternalId,direction,content,channel,occurredAt,summary,complaintId
                A,inbound,idea,phone,2026-11-01,x,1
                A,inbound,idea,phone,2026-11-01,y,7

                """
            let imported = try client.send(
                "POST",
                "/v1/imports/interactions",
                [:],
                Array(rows.utf8),
                type: "text/csv"
            )
            #expect(imported.json["created"] == 1)
            let errors = imported.json["rejectedRows"]?.elements?.first?["errors"]?.elements
            #expect(errors?.first?["pointer"] == "/complaintId")
            let history = try client.get("/v1/complaints/1").json["history"]?.elements
            #expect(history?.last?["action"] == "interaction")
        }
    }

    private static let reports: [(query: String, rows: [[String]])] = [
        ("", [["", "4", "1", "3", "240"]]),
        ("groupBy=channel", [["email", "1", "0", "1", "0"], ["phone", "3", "1", "2", "240"]]),
        (
            "groupBy=content",
            [["idea", "1", "1", "0", "60"], ["information", "3", "0", "3", "180"]]
        ),
        (
            "groupBy=direction",
            [["inbound", "1", "1", "0", "60"], ["outbound", "3", "0", "3", "180"]]
        ),
        ("groupBy=month", [["1969-12", "1", "0", "1", "0"], ["2026-11", "3", "1", "2", "240"]]),
        ("groupBy=channel&since=2026-11-02", [["phone", "2", "1", "1", "240"]]),
        ("groupBy=channel&until=2026-11-01", [["email", "1", "0", "1", "0"]]),
    ]

    @Test func `a report counts them by way, content, direction and month`() throws {
        try withServer { client in
            try client.customer()
            for (direction, content, channel, at, seconds) in [
                ("outbound", "information", "phone", "2026-11-01T00:00:00+08:00", nil),
                ("outbound", "information", "phone", "2026-11-02T00:00:00+08:00", 180),
                ("inbound", "idea", "phone", "2026-11-03T00:00:00+08:00", 60),
                ("outbound", "information", "email", "1969-12-31T23:59:59.999+08:00", nil),
            ] as [(String, String, String, String, Int?)] {
                let duration = seconds.map { #", "durationSeconds": \#($0)"# } ?? ""
                try client.create(
                    "/v1/interactions",
                    #"""
                    {"customerId": 1, "direction": "\#(direction)", "content": "\#(content)",
                     "channel": "\#(channel)", "occurredAt": "\#(at)", "summary": "x"\#(duration)}
                    """#
                )
            }
            let path = "/v1/reports/interactions"
            let names = ["key", "interactions", "inbound", "outbound", "durationSeconds"]
            for (query, rows) in Self.reports {
                let csv = try client.as(.manager).get("\(path)?format=csv&\(query)")
                #expect(csv.lines.first == names.joined(separator: ","), "\(query)")
                #expect(csv.lines.dropFirst().map { $0 } == rows.map { $0.joined(separator: ",") })
                #expect(try client.get("\(path)?\(query)").items.count == rows.count, "\(query)")
            }
            let first = try client.get(path + "?groupBy=channel&limit=1&sort=-key")
            #expect(first.items.map { $0["key"]?.string } == ["phone"])
            let next = try #require(first.next)
            let second = try client.get(path + "?groupBy=channel&limit=1&sort=-key&after=\(next)")
            #expect(second.items.map { $0["key"]?.string } == ["email"])
            #expect(try client.as(.agent).get(path).status == 403)
            #expect(try client.get(path + "?groupBy=color").parameters == ["groupBy"])
        }
    }
}
