// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// How far the relation with a customer has come (M04).
@Suite struct LifecycleTests {
    private static let one = "/v1/customers/1"
    private static let path = "/v1/customers/1/lifecycle"

    private static func move(_ lifecycle: String) -> String {
        #"{"lifecycle": "\#(lifecycle)", "reason": "x"}"#
    }

    private static let refused = [
        Case("no token", "POST", path, move("target"), by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", path, move("target"), by: .reader, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "x", is: 400, "malformed-body"),
        Case("another method", "PUT", path, "{}", is: 405, "method-not-allowed"),
        Case("nobody", "GET", "/v1/customers/9/lifecycle", is: 404, "not-found"),
        Case(
            "nobody's",
            "POST",
            "/v1/customers/9/lifecycle",
            move("target"),
            is: 404,
            "not-found"
        ),
        .refused("nothing", "POST", path, "{}", "/lifecycle", "/reason"),
        .refused("an unknown state", "POST", path, move("terminated"), "/lifecycle"),
        Case("a leap", "POST", path, move("dormant"), is: 409, "lifecycle-edge"),
        Case(
            "another version",
            "POST",
            path,
            move("target"),
            with: ["if-match": "\"9.x\""],
            is: 412,
            "precondition-failed"
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    private static let edges: [(from: String, next: [String])] = [
        ("prospect", ["target", "active", "lost"]), ("target", ["prospect", "active", "lost"]),
        ("active", ["dormant", "lost"]), ("dormant", ["active", "lost"]),
        ("lost", ["target", "active"]),
    ]

    @Test func `goes along allowed edges alone, and names them`() throws {
        try withServer { client in
            var id = 0
            for (from, next) in Self.edges {
                for (to, _) in Self.edges where to != from {
                    id = try client.customer("x", #""lifecycle": "\#(from)""#)
                    let answer = try client.patch(
                        "/v1/customers/\(id)",
                        #"{"lifecycle": "\#(to)"}"#
                    )
                    let isAllowed = next.contains(to)
                    #expect(answer.status == (isAllowed ? 200 : 409), "\(from) \(to)")
                    guard !isAllowed else { continue }
                    #expect(answer.problem == "lifecycle-edge")
                    #expect(answer.json["allowed"]?.elements?.map(\.string) == next)
                }
                let read = try client.get("/v1/customers/\(id)/lifecycle").json
                #expect(read["history"]?.elements?.first?["lifecycle"]?.string == from)
            }
        }
    }

    @Test func `keeps when, by whom and why it changed`() throws {
        try withServer { client in
            try client.customer("x", #""lifecycle": "target""#)
            let first = try client.as(.reader).get(Self.path).json
            #expect(first["lifecycle"] == "target")
            #expect(first["next"] == ["prospect", "active", "lost"])
            #expect(
                first["history"] == [["lifecycle": "target", "at": "2026-11-23T02:00:00.000Z"]]
            )
            client.clock.advance(hours: 1)
            _ = try client.as(.agent).patch(Self.one, #"{"lifecycle": "active"}"#)
            client.clock.advance(hours: 1)
            let lost = try client.as(.manager).post(
                Self.path,
                #"{"lifecycle": "lost", "reason": "moved abroad"}"#
            )
            #expect(lost.status == 200, "\(lost)")
            #expect(lost.json["since"] == "2026-11-23T04:00:00.000Z")
            #expect(
                lost.json["history"]?.elements?.dropFirst().map { $0 } == [
                    [
                        "origin": "target", "lifecycle": "active",
                        "at": "2026-11-23T03:00:00.000Z", "actor": "agent",
                    ],
                    [
                        "origin": "active", "lifecycle": "lost",
                        "at": "2026-11-23T04:00:00.000Z", "actor": "manager",
                        "reason": "moved abroad",
                    ],
                ]
            )
            #expect(try client.get(Self.one).json["lifecycle"] == "lost")
            #expect(try client.lastEvent()?["action"] == "customer.changed")
            // What it is already changes nothing.
            #expect(try client.post(Self.path, Self.move("lost")).json == lost.json)
            _ = try client.delete(Self.one)
            let late = try client.post(Self.path, Self.move("target"))
            #expect(late.problem == "not-allowed-now")
        }
    }

    @Test func `a record that is put without one keeps it`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A", "lifecycle": "active""#)
            let put = "/v1/customers/by-external-id/A"
            let kept = try client.put(put, #"{"kind": "individual", "name": "y"}"#)
            #expect(kept.status == 200)
            #expect(kept.json["lifecycle"] == "active")
            let leap = try client.put(
                put,
                #"{"kind": "individual", "name": "y", "lifecycle": "target"}"#
            )
            #expect(leap.problem == "lifecycle-edge")
        }
    }

    @Test func `an import may begin anywhere, and then goes along the edges`() throws {
        try withServer { client in
            func send(_ lifecycle: String) throws -> TestAnswer {
                let rows = "kind,name,externalId,lifecycle\nindividual,x,A,\(lifecycle)\n"
                return try client.send(
                    "POST",
                    "/v1/imports/customers",
                    [:],
                    Array(rows.utf8),
                    type: "text/csv"
                )
            }
            #expect(try send("dormant").json["created"] == 1)
            let refused = try send("target").json
            #expect(refused["rejected"] == 1)
            let errors = refused["rejectedRows"]?.elements?.first?["errors"]?.elements ?? []
            #expect(errors.map { $0["pointer"] } == ["/lifecycle"])
            #expect(try send("lost").json["updated"] == 1)
            let history = try client.get(Self.path).json["history"]?.elements ?? []
            #expect(history.map { $0["lifecycle"] } == ["dormant", "lost"])
            #expect(history.last?["actor"] == "admin")
        }
    }
}
