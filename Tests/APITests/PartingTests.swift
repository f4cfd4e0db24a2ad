// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import SQLite
import Service
import TestSupport
import Testing

/// What becomes of customers who were merged and are two again.
@Suite struct PartingTests {
    private static func merge(_ client: TestClient) throws {
        let answer = try client.post("/v1/customers/1/merge", MergeTests.body(2))
        #expect(answer.status == 200, "\(answer)")
    }

    @discardableResult
    private static func unmerge(_ client: TestClient) throws -> JSON {
        let answer = try client.post("/v1/customers/1/unmerge", MergeTests.body(2))
        #expect(answer.status == 200, "\(answer)")
        return answer.json
    }

    private static func talk(_ client: TestClient, _ members: String) throws -> Int {
        try client.create(
            "/v1/interactions",
            #"""
            {"customerId": 1, "direction": "inbound", "content": "idea", "channel": "phone",
             "occurredAt": "2026-11-02T00:00:00Z", "summary": "x", \#(members)}
            """#
        )
    }

    /// Whose a record is.
    private static func owner(_ client: TestClient, _ path: String) throws -> Int? {
        let record = try client.get(path).json
        return (record["customerId"] ?? record["customer"]?["id"])?.integer
    }

    @Test func `records go where what they are about goes`() throws {
        try withServer { client in
            try MergeTests.begin(client)
            try Self.merge(client)
            let later = try client.create(
                "/v1/complaints",
                #"{"customerId": 1, "channel": "web", "subject": "z", "orderId": 2}"#
            )
            #expect(try client.patch("/v1/complaints/1", #"{"orderId": 2}"#).status == 200)
            let theirs = try Self.talk(client, #""contactIds": [2]"#)
            let both = try Self.talk(client, #""contactIds": [2, 1]"#)
            let about = try Self.talk(
                client,
                #"""
                "complaintId": \#(later), "contactIds": [1],
                "promises": [{"text": "y", "dueAt": "2026-12-01T00:00:00Z"}]
                """#
            )
            let promise = try client.get("/v1/promises?customerId=1").items
                .first { $0["text"] == "y" }?["id"]?.integer
            for event in ["started", "answered", "ended"] {
                _ = try client.post(
                    "/v1/calls",
                    #"{"externalId": "L", "event": "\#(event)", "phone": "13700137002"}"#
                )
            }
            let call = try client.get("/v1/calls?customerId=1&sort=-id").items[0]
            let talk = try #require(call["interactionId"]?.integer)
            let task = try client.create(
                "/v1/tasks",
                #"""
                {"kind": "call-back", "subject": {"type": "complaint", "id": \#(later)},
                 "reason": "x", "dueAt": "2026-12-01T00:00:00Z"}
                """#
            )
            let visit = try client.create(
                "/v1/tasks",
                #"""
                {"kind": "visit", "subject": {"type": "customer", "id": 2}, "reason": "x",
                 "dueAt": "2026-12-01T00:00:00Z"}
                """#
            )
            #expect(try Self.owner(client, "/v1/tasks/\(visit)") == 1)
            let meeting = try client.create(
                "/v1/meetings",
                #"""
                {"kind": "visit", "customerIds": [1], "contactIds": [2], "staffIds": [1],
                 "heldAt": "2026-11-02T00:00:00Z", "summary": "x"}
                """#
            )
            try Self.unmerge(client)
            for (path, customer) in [
                ("complaints/\(later)", 2), ("complaints/1", 2), ("complaints/2", 2),
                ("interactions/1", 1), ("interactions/\(theirs)", 2), ("interactions/\(both)", 1),
                ("interactions/\(about)", 2), ("interactions/\(talk)", 2),
                ("calls/\(call["id"]?.integer ?? 0)", 2), ("tasks/\(task)", 2),
                ("tasks/\(visit)", 2),
            ] {
                #expect(try Self.owner(client, "/v1/\(path)") == customer, "\(path)")
            }
            let owner = try client.service.number(
                "SELECT customer_id FROM promise WHERE id = \(promise ?? 0)"
            )
            #expect(owner == 2)
            // Of people of both only those stay whose customer it is.
            let people = try client.get("/v1/interactions/\(both)").json["contactIds"]
            #expect(people == [1])
            #expect(try client.get("/v1/interactions/\(about)").json["contactIds"] == [])
            #expect(try client.get("/v1/meetings/\(meeting)").json["customerIds"] == [1, 2])
            // Each can be changed like any other.
            for id in 1...later {
                let answer = try client.patch("/v1/complaints/\(id)", #"{"severity": "low"}"#)
                #expect(answer.status == 200, "\(answer)")
            }
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    /// The levels of a chart.
    private static func depth(_ positions: JSON?) -> Int {
        (positions?.elements ?? []).map { 1 + depth($0["reports"]) }.max() ?? 0
    }

    @Test func `nobody reports to people of another customer`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            // Two lines of 13 people, each of whom reports to the one before.
            for customer in 1...2 {
                for place in 0..<13 {
                    let above = (customer - 1) * 13 + place
                    let line = place == 0 ? "" : #", "reportsToId": \#(above)"#
                    try client.create(
                        "/v1/customers/\(customer)/contacts",
                        #"{"name": "x"\#(line)}"#
                    )
                }
            }
            try Self.merge(client)
            let deep = try client.patch("/v1/contacts/14", #"{"reportsToId": 13}"#)
            #expect(deep.pointers == ["/reportsToId"])
            #expect(try client.patch("/v1/contacts/14", #"{"reportsToId": 12}"#).status == 200)
            let before = try client.get("/v1/contacts/14").json["version"]?.integer ?? 0
            try Self.unmerge(client)
            let first = try client.get("/v1/contacts/14").json
            #expect(first["reportsToId"] == nil)
            #expect(first["version"]?.integer ?? 0 > before)
            for customer in 1...2 {
                let chart = try client.get("/v1/customers/\(customer)/org-chart").json
                #expect(chart["contacts"] == 13)
                #expect(Self.depth(chart["top"]) == 13)
            }
            // The other way round, so that what was left would be a cycle, or too deep.
            for _ in 1...12 {
                let last = try client.get("/v1/customers/1/contacts?sort=-id").ids[0]
                try client.create(
                    "/v1/customers/1/contacts",
                    #"{"name": "x", "reportsToId": \#(last > 26 ? last : 13)}"#
                )
            }
            try Self.merge(client)
            let chart = try client.get("/v1/customers/1/org-chart").json
            #expect(chart["contacts"] == 38)
            #expect(Self.depth(chart["top"]) == 25)
            #expect(try client.patch("/v1/contacts/1", #"{"reportsToId": 26}"#).status == 422)
        }
    }

    @Test func `an external id that is given up goes back, and leads to the kept one yet`() throws {
        try withServer { client in
            try client.customer("k")
            try client.customer("d", #""externalId": "B""#)
            try Self.merge(client)
            let last = try client.service.number("SELECT max(seq) FROM event") ?? 0
            #expect(try client.patch("/v1/customers/1", #"{"externalId": "C"}"#).status == 200)
            let events = try client.get("/v1/events?after=\(last)").items
            #expect(events.map { $0["subject"]?["id"] } == [2, 1])
            #expect(events[0]["changes"]?["externalId"] == "B")
            let third = try client.post(
                "/v1/customers",
                #"{"kind": "individual", "name": "x", "externalId": "B"}"#
            )
            #expect(third.problem == "duplicate")
            #expect(third.json["existing"] == "/v1/customers/1")
            #expect(try client.get("/v1/customers?q=B").ids == [1])
            let order = #"""
                {"customerExternalId": "B", "placedAt": "2026-11-02T00:00:00Z", "total": "9"}
                """#
            #expect(try client.post("/v1/orders", order).json["customerId"] == 1)
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
            try Self.unmerge(client)
            #expect(try client.get("/v1/customers/1").json["externalId"] == "C")
            #expect(try client.get("/v1/customers/2").json["externalId"] == "B")
            // Without another one in its place it goes back, too.
            try Self.merge(client)
            #expect(try client.patch("/v1/customers/1", #"{"externalId": null}"#).status == 200)
            #expect(try client.get("/v1/customers?q=B").ids == [1])
        }
    }

    @Test func `a record put under the duplicate's name adds what the kept one lacks`() throws {
        try withServer { client in
            try client.customer("k", #""externalId": "A", "tags": ["a"], "lifecycle": "active""#)
            try client.customer("d", #""externalId": "B""#)
            try Self.merge(client)
            let put = try client.put(
                "/v1/customers/by-external-id/B",
                #"""
                {"kind": "enterprise", "name": "x", "tags": ["b"], "lifecycle": "lost",
                 "phones": [{"number": "13900139000"}], "creditLimit": "5.00"}
                """#
            )
            #expect(put.status == 200, "\(put)")
            #expect(put.json["id"] == 1)
            #expect(put.json["name"] == "k")
            #expect(put.json["kind"] == "individual")
            #expect(put.json["lifecycle"] == "active")
            #expect(put.json["externalId"] == "A")
            #expect(put.json["tags"] == ["a", "b"])
            #expect(put.json["phoneNumbers"] == ["+8613900139000"])
            #expect(put.json["creditLimit"] == "5.00")
            let phones = (0..<20).map { #"{"number": "138001380\#($0 + 10)"}"# }
            let many = try client.put(
                "/v1/customers/by-external-id/B",
                #"""
                {"kind": "individual", "name": "x", "phones": [\#(phones.joined(separator: ","))]}
                """#
            )
            #expect(many.pointers == ["/phones"])
        }
    }

    @Test func `whoever has left is no owner again, and a phone that was labelled stays`() throws {
        try withServer { client in
            try client.staff(2)
            try client.customer("k")
            try client.customer(
                "d",
                #"""
                "ownerId": 2, "phones": [{"number": "13900139000"}, {"number": "13700137000"}]
                """#
            )
            try Self.merge(client)
            _ = try client.post("/v1/staff/2/handover", #"{"toId": 1}"#)
            #expect(try client.delete("/v1/staff/2").status == 204)
            let labelled = #"""
                {"phones": [{"number": "13900139000", "label": "boss"}, {"number": "13700137000"}]}
                """#
            _ = try client.patch("/v1/customers/1", labelled)
            let kept = try Self.unmerge(client)
            #expect(kept["ownerId"] == 1)
            #expect(kept["phones"] == [["number": "13900139000", "label": "boss"]])
            let restored = try client.get("/v1/customers/2").json
            #expect(restored["ownerId"] == nil)
            #expect(restored["phoneNumbers"]?.elements?.count == 2)
            #expect(try client.patch("/v1/customers/2", #"{"name": "e"}"#).status == 200)
        }
    }

    @Test func `one that no run has ranked meanwhile has the tier of before`() throws {
        try withServer { client in
            for total in [1, 99] {
                try client.customer()
                try client.create(
                    "/v1/orders",
                    #"""
                    {"customerId": \#(total == 1 ? 1 : 2), "placedAt": "2026-11-01T00:00:00Z",
                     "total": "\#(total)"}
                    """#
                )
            }
            func tier() throws -> JSON? { try client.get("/v1/customers/2").json["tier"] }
            _ = try client.runTiers(#"{"asOf": "2026-11-22"}"#)
            #expect(try tier() == "key")
            try Self.merge(client)
            _ = try client.runTiers(#"{"asOf": "2026-11-23"}"#)
            try Self.unmerge(client)
            #expect(try tier() == "key")
            let standing = try client.get("/v1/customers/2/tier").json
            #expect(standing["tier"] == "key")
            #expect(standing["asOf"] == "2026-11-21T16:00:00.000Z")
            #expect(try client.get("/v1/customers/2/tier?asOf=2026-11-21").status == 404)
            #expect(try client.get("/v1/customers?tier=key").ids == [1, 2])
            // It is remembered through another merge, and the next run ranks it anew.
            try Self.merge(client)
            try Self.unmerge(client)
            #expect(try tier() == "key")
            _ = try client.runTiers(#"{"asOf": "2026-11-23", "windowMonths": 1}"#)
            let again = try client.get("/v1/customers/2/tier").json
            #expect(again["asOf"] == "2026-11-22T16:00:00.000Z")
        }
    }

    /// A step at random: something is recorded of a customer, or two become one or two again.
    private static func step(
        _ client: TestClient,
        _ random: inout SeededGenerator
    ) throws -> TestAnswer {
        func pick(_ list: String) throws -> Int? {
            try client.get("/v1/\(list)?limit=500").ids.randomElement(using: &random)
        }
        let customer = Int.random(in: 1...4, using: &random)
        let other = Int.random(in: 1...4, using: &random)
        let path = "/v1/customers/\(customer)"
        switch Int.random(in: 0..<9, using: &random) {
        case 0:
            let line = try pick("contacts").map { #", "reportsToId": \#($0)"# } ?? ""
            return try client.post("\(path)/contacts", #"{"name": "x"\#(line)}"#)
        case 1:
            let (one, above) = (try pick("contacts") ?? 9, try pick("contacts") ?? 9)
            return try client.patch("/v1/contacts/\(one)", #"{"reportsToId": \#(above)}"#)
        case 2:
            return try client.post(
                "/v1/orders",
                #"{"customerId": \#(customer), "placedAt": "2026-11-01T00:00:00Z", "total": "1"}"#
            )
        case 3:
            let order = try pick("orders").map { #", "orderId": \#($0)"# } ?? ""
            return try client.post(
                "/v1/complaints",
                #"{"customerId": \#(customer), "channel": "web", "subject": "x"\#(order)}"#
            )
        case 4:
            let (one, order) = (try pick("complaints") ?? 9, try pick("orders") ?? 9)
            return try client.patch("/v1/complaints/\(one)", #"{"orderId": \#(order)}"#)
        case 5:
            let contacts = Set([try pick("contacts"), try pick("contacts")].compactMap { $0 })
            let complaint =
                Bool.random(using: &random)
                ? try pick("complaints").map { #", "complaintId": \#($0)"# } : nil
            return try client.post(
                "/v1/interactions",
                #"""
                {"customerId": \#(customer), "direction": "inbound", "content": "idea",
                 "channel": "phone", "occurredAt": "2026-11-02T00:00:00Z", "summary": "x",
                 "contactIds": \#(contacts.sorted())\#(complaint ?? "")}
                """#
            )
        case 6, 7: return try client.post("\(path)/merge", MergeTests.body(other))
        default: return try client.post("\(path)/unmerge", MergeTests.body(other))
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `whatever was recorded in between, nothing names another customer's records in the end`(
        _ seed: UInt64
    ) throws {
        try withServer { client in
            var random = SeededGenerator(seed: seed)
            for number in 1...4 { try client.customer("c\(number)") }
            var merges = 0
            for _ in 0..<120 {
                let answer = try Self.step(client, &random)
                #expect(answer.status < 500, "\(answer)")
                if answer.json["lifecycle"] != nil, answer.status == 200 { merges += 1 }
            }
            #expect(merges > 3)
            // Of merges upon merges the last ones first.
            for _ in 1...4 {
                for one in 1...4 {
                    for other in 1...4 where other != one {
                        _ = try client.post(
                            "/v1/customers/\(one)/unmerge",
                            MergeTests.body(other)
                        )
                    }
                }
            }
            #expect(try client.get("/v1/customers").ids == [1, 2, 3, 4])
            func owners(_ list: String) throws -> [Int: Int] {
                try client.all("/v1/\(list)").reduce(into: [:]) { owners, row in
                    let owner = row["customerId"] ?? row["customer"]?["id"]
                    owners[row["id"]?.integer ?? 0] = owner?.integer
                }
            }
            let (contacts, orders) = (try owners("contacts"), try owners("orders"))
            let complaints = try owners("complaints")
            #expect(!contacts.isEmpty && !orders.isEmpty && !complaints.isEmpty)
            for row in try client.all("/v1/complaints") {
                guard let order = row["orderId"]?.integer else { continue }
                #expect(orders[order] == row["customer"]?["id"]?.integer, "\(row)")
            }
            for row in try client.all("/v1/interactions") {
                let owner = row["customerId"]?.integer
                let people = (row["contactIds"]?.elements ?? []).compactMap(\.integer)
                #expect(people.allSatisfy { contacts[$0] == owner }, "\(row)")
                guard let complaint = row["complaintId"]?.integer else { continue }
                #expect(complaints[complaint] == owner, "\(row)")
            }
            for row in try client.all("/v1/contacts") {
                guard let superior = row["reportsToId"]?.integer else { continue }
                #expect(contacts[superior] == row["customerId"]?.integer, "\(row)")
            }
            let findings = try client.service.database.read { try DerivedCheck.run($0) }
            #expect(findings == [])
        }
    }

    // MARK: - Archived

    private static let bodies = [
        (
            "orders", #""placedAt": "2026-11-02T00:00:00Z", "total": "9""#,
            ["customerId", "customerExternalId"]
        ),
        (
            "interactions",
            #"""
            "direction": "inbound", "content": "idea", "channel": "phone",
            "occurredAt": "2026-11-02T00:00:00Z", "summary": "x"
            """#,
            ["customerId"]
        ),
        (
            "complaints", #""channel": "web", "subject": "x""#,
            ["customerId", "customerExternalId"]
        ),
        (
            "expenses", #""amount": "1", "spentAt": "2026-11-02T00:00:00Z", "purpose": "x""#,
            ["customerId", "customerExternalId"]
        ),
        (
            "planned-contacts",
            #""channel": "email", "plannedAt": "2026-12-02T03:00:00Z", "purpose": "x""#,
            ["customerId"]
        ),
    ]

    @Test func `nothing more is recorded of one who is archived, merged or not`() throws {
        try withServer { client in
            try client.customer("k", #""externalId": "A""#)
            try client.customer("d", #""externalId": "B""#)
            try Self.merge(client)
            _ = try client.delete("/v1/customers/1")
            for (list, members, names) in Self.bodies {
                for name in names {
                    for value in name == "customerId" ? ["1", "2"] : [#""A""#, #""B""#] {
                        let answer = try client.post(
                            "/v1/\(list)",
                            #"{"\#(name)": \#(value), \#(members)}"#
                        )
                        #expect(answer.status == 422, "\(list): \(answer)")
                        #expect(answer.pointers == ["/\(name)"], "\(list): \(answer)")
                        #expect(answer.details.first?.contains("archived") == true)
                    }
                }
            }
            let meeting = try client.post(
                "/v1/meetings",
                #"""
                {"kind": "visit", "customerIds": [2], "heldAt": "2026-11-02T00:00:00Z",
                 "summary": "x", "staffIds": []}
                """#
            )
            #expect(meeting.pointers == ["/customerIds/0"], "\(meeting)")
        }
    }

    @Test func `what is there of one who is archived is ended, not changed`() throws {
        try withServer { client in
            try client.customer("k")
            _ = try client.create("/v1/customers/1/contacts", #"{"name": "p"}"#)
            _ = try client.create("/v1/customers/1/needs", #"{"text": "n", "importance": 3}"#)
            let planned =
                #""channel": "email", "plannedAt": "2026-12-02T03:00:00Z", "purpose": "x""#
            for _ in 1...2 {
                _ = try client.create("/v1/planned-contacts", #"{"customerId": 1, \#(planned)}"#)
            }
            let complaint = #"{"customerId": 1, "channel": "web", "subject": "x"}"#
            _ = try client.create("/v1/complaints", complaint)
            let spend = """
                {"amount": "5.00", "per": "year", "source": "stated",
                 "asOf": "2026-11-01T00:00:00Z"}
                """
            _ = try client.put("/v1/customers/1/category-spend/tea", spend)
            _ = try client.put("/v1/plans/1/2026-10", #"{"salesTarget": "5.00"}"#)
            _ = try client.delete("/v1/customers/1")
            let before = try client.lastEvent()?["seq"]

            let more = spend.replacing("5.00", with: "6.00")
            for (method, path, body) in [
                ("POST", "/v1/customers/1/needs", #"{"text": "m", "importance": 3}"#),
                ("PATCH", "/v1/needs/1", #"{"importance": 4}"#),
                ("POST", "/v1/customers/1/contacts", #"{"name": "q"}"#),
                ("PATCH", "/v1/contacts/1", #"{"name": "q"}"#),
                ("PATCH", "/v1/planned-contacts/1", #"{"purpose": "y"}"#),
                ("PUT", "/v1/customers/1/category-spend/tea", more),
                ("PUT", "/v1/customers/1/category-spend/coffee", spend),
                ("PUT", "/v1/plans/1/2026-10", #"{"salesTarget": "6.00"}"#),
                ("PUT", "/v1/plans/1/2026-11", #"{"salesTarget": "6.00"}"#),
            ] {
                let answer = try client.send(
                    method,
                    path,
                    [:],
                    Array(body.utf8),
                    type: "application/json"
                )
                #expect(answer.status == 409, "\(method) \(path): \(answer)")
                #expect(answer.problem == "not-allowed-now", "\(method) \(path): \(answer)")
                #expect(answer.json["detail"] == "the customer is archived")
            }
            func task(_ kind: String) throws -> TestAnswer {
                try client.post(
                    "/v1/tasks",
                    """
                    {"kind": "x", "subject": {"type": "\(kind)", "id": 1}, "reason": "r",
                     "dueAt": "2026-12-02T03:00:00Z"}
                    """
                )
            }
            let refused = try task("customer")
            #expect(refused.status == 422 && refused.pointers == ["/subject"], "\(refused)")
            #expect(try client.lastEvent()?["seq"] == before)

            // What was begun comes to its end.
            #expect(try task("complaint").status == 201)
            #expect(try client.post("/v1/planned-contacts/1/done", "{}").status == 200)
            let cancelled = try client.post("/v1/planned-contacts/2/cancel", #"{"reason": "x"}"#)
            #expect(cancelled.status == 200)
            let listened = try client.post("/v1/complaints/1/listen", #"{"statement": "x"}"#)
            #expect(listened.status == 200)
            #expect(try client.delete("/v1/contacts/1").status == 204)
        }
    }

    @Test func `a call with one who is archived meanwhile ends all the same`() throws {
        try withServer { client in
            try client.customer("k", #""phones": [{"number": "13900139000"}]"#)
            func report(_ event: String) throws -> TestAnswer {
                try client.post(
                    "/v1/calls",
                    #"{"externalId": "C", "event": "\#(event)", "phone": "13900139000"}"#
                )
            }
            #expect(try report("started").status == 201)
            _ = try client.delete("/v1/customers/1")
            let ended = try report("ended")
            #expect(ended.status == 200, "\(ended)")
            #expect(ended.json["interactionId"] == nil)
        }
    }
}
