// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

@Suite struct PlanTests {
    private static let path = "/v1/plans/1/2026-Q4"
    private static let body = #"{"salesTarget": "1000", "expenseBudget": "50"}"#

    private static let refused =
        [
            Case("no token", "PUT", path, "{}", by: nil, is: 401, "unauthorized"),
            Case("an agent", "PUT", path, "{}", by: .agent, is: 403, "forbidden"),
            Case("no JSON", "PUT", path, "", is: 400, "malformed-body"),
            Case("another method", "POST", path, "{}", is: 405, "method-not-allowed"),
            Case("no such plan", "GET", path, is: 404, "not-found"),
            Case("no such period", "GET", "/v1/plans/1/soon", is: 404, "not-found"),
            Case("nothing to delete", "DELETE", path, is: 404, "not-found"),
            Case("no such customer", "PUT", "/v1/plans/9/2026", body, is: 404, "not-found"),
            .refused("nothing planned", "PUT", path, "{}", "/salesTarget", "/expenseBudget"),
            .refused("a negative target", "PUT", path, #"{"salesTarget": "-1"}"#, "/salesTarget"),
            .refused("a period", "PUT", path, #"{"salesTarget": "1", "period": "x"}"#, "/period"),
            .refused("another order", query: "/v1/plans?sort=period", "sort"),
        ]
        + ["soon", "26", "2026-Q5", "2026-Q0", "2026-13", "2026-1", "2026-Q4-1", "0000", "2026-q4"]
        .map { .refused("a period \($0)", "PUT", "/v1/plans/1/\($0)", body, "/period") }

    @Test func `PUT refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    /// What the journal says of plans; jobs may say more.
    private func actions(_ client: TestClient) throws -> [String] {
        try client.feed().compactMap { $0["action"]?.string }.filter { $0.hasPrefix("plan.") }
    }

    @Test func `PUT makes a plan and changes it, and DELETE takes it back`() throws {
        try withServer { client in
            try client.customer()
            let made = try client.as(.manager).put(Self.path, Self.body)
            #expect(made.status == 201)
            #expect(made.location == Self.path)
            #expect(
                made.json == [
                    "id": 1, "customerId": 1, "period": "2026-Q4",
                    "startsAt": "2026-09-30T16:00:00.000Z", "endsAt": "2026-12-31T16:00:00.000Z",
                    "salesTarget": "1000.00", "expenseBudget": "50.00", "version": 1,
                    "createdAt": "2026-11-23T02:00:00.000Z",
                    "updatedAt": "2026-11-23T02:00:00.000Z",
                ]
            )
            #expect(try actions(client) == ["plan.created"])
            #expect(try client.put(Self.path, Self.body).json == made.json)
            let changed = try client.put(Self.path, #"{"salesTarget": "2000"}"#)
            #expect(changed.status == 200)
            #expect(changed.json["version"] == 2)
            #expect(changed.json["expenseBudget"] == nil)
            #expect(try actions(client) == ["plan.created", "plan.changed"])
            let stale = try client.put(Self.path, Self.body, ["if-match": "\"1.x\""])
            #expect(stale.status == 412)
            #expect(try client.put(Self.path, Self.body, ["if-none-match": "*"]).status == 412)
            #expect(
                try client.put("/v1/plans/1/2027", Self.body, ["if-match": "\"1.x\""]).status == 412
            )
            #expect(try client.delete(Self.path).status == 204)
            #expect(try actions(client) == ["plan.created", "plan.changed", "plan.deleted"])
            #expect(try client.get(Self.path).status == 404)
            // It is another plan, whatever the journal and warnings say of the old one.
            let other = try client.put(Self.path, Self.body)
            #expect(other.status == 201)
            #expect(other.json["id"] == 2)
        }
    }

    @Test func `the last plan there can be ends with the calendar`() throws {
        try withServer { client in
            try client.customer()
            let plan = try client.put("/v1/plans/1/9999-12", Self.body)
            #expect(plan.json["startsAt"] == "9999-11-30T16:00:00.000Z")
            #expect(plan.json["endsAt"] == "9999-12-31T23:59:59.999Z")
        }
    }

    @Test func `plans of one customer do not overlap`() throws {
        try withServer { client in
            for _ in 1...2 { try client.customer() }
            for period in ["2026-Q4", "2026-Q3", "2027"] {
                #expect(try client.put("/v1/plans/1/\(period)", Self.body).status == 201)
            }
            for (period, existing) in [
                ("2026-11", ["/v1/plans/1/2026-Q4"]),
                ("2026", ["/v1/plans/1/2026-Q3", "/v1/plans/1/2026-Q4"]),
                ("2027-01", ["/v1/plans/1/2027"]),
            ] {
                let answer = try client.put("/v1/plans/1/\(period)", Self.body)
                #expect(answer.status == 409, "\(period)")
                #expect(answer.problem == "overlapping-plan", "\(period)")
                #expect(answer.json["overlaps"]?.elements?.map(\.string) == existing, "\(period)")
            }
            #expect(try client.put("/v1/plans/1/2026-06", Self.body).status == 201)
            #expect(try client.put("/v1/plans/2/2026", Self.body).status == 201)
            for (query, periods) in [
                ("", ["2027", "2026-Q4", "2026-Q3", "2026-06", "2026"]),
                ("customerId=1&sort=startsAt", ["2026-06", "2026-Q3", "2026-Q4", "2027"]),
                ("sort=id&until=2026-06-01", ["2026"]), ("since=2027-01-01", ["2027"]),
            ] {
                let all = try client.all("/v1/plans?\(query)", limit: 1)
                #expect(all.map { $0["period"]?.string } == periods, "\(query)")
            }
        }
    }
}
