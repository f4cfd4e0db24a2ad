// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import HTTPServer
import JSON
import Service
import TestSupport
import Testing

@Suite struct TokenTests {
    private static let path = "/v1/tokens"
    private static let reader = #"{"name": "web", "role": "reader", "owner": "ops"}"#

    private static func text(_ length: Int) -> String {
        "\"\(String(repeating: "a", count: length))\""
    }

    private static let refused = [
        Case("no token", "POST", path, reader, by: nil, is: 401, "unauthorized"),
        Case(
            "a steward",
            "POST",
            path,
            reader,
            by: .steward,
            is: 403,
            "forbidden",
            saying: "tokens:write"
        ),
        Case("a steward's list", "GET", path, by: .steward, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "", is: 400, "malformed-body"),
        Case("another method", "PUT", path + "/1", "{}", is: 405, "method-not-allowed"),
        Case("no such token", "DELETE", path + "/9", is: 404, "not-found"),
        .refused("nothing", "POST", path, "{}", "/name", "/role", "/owner"),
        .refused(
            "a stranger",
            "POST",
            path,
            #"{"name": "x", "role": "reader", "owner": "x", "token": "gx_1"}"#,
            "/token"
        ),
        .refused(
            "an unknown role",
            "POST",
            path,
            #"{"name": "x", "role": "root", "owner": "x"}"#,
            "/role",
            saying: "reader, agent, manager, steward, admin"
        ),
        .refused(
            "names of 101",
            "POST",
            path,
            #"{"name": \#(text(101)), "role": "reader", "owner": \#(text(101))}"#,
            "/name",
            "/owner"
        ),
        .refused(
            "a scope of a higher role",
            "POST",
            path,
            #"{"name": "x", "role": "reader", "owner": "x", "scopes": ["customers:write"]}"#,
            "/scopes"
        ),
        .refused(
            "an expiry that is past",
            "POST",
            path,
            #"{"name": "x", "role": "reader", "owner": "x", "expiresAt": "2026-11-23T02:00:00Z"}"#,
            "/expiresAt"
        ),
        .refused(
            "an expiry without offset",
            "POST",
            path,
            #"{"name": "x", "role": "reader", "owner": "x", "expiresAt": "2026-12-01T00:00:00"}"#,
            "/expiresAt"
        ),
        Case(
            "names of 100",
            "POST",
            path,
            #"{"name": \#(text(100)), "role": "admin", "owner": \#(text(100))}"#,
            is: 201
        ),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { try $0.check(Self.refused) }
    }

    @Test func `makes a token, shows its secret once, and keeps only a digest`() throws {
        try withServer { client in
            let answer = try client.post(Self.path, Self.reader)
            #expect(answer.status == 201)
            #expect(answer.location == "/v1/tokens/6")
            let secret = try #require(answer.json["token"]?.string)
            #expect(secret.hasPrefix("gx_"))
            #expect(secret.count == 67)
            #expect(answer.json["scopes"] == ["customers:read", "tiers:read"])
            #expect(try client.with(token: secret).get("/v1/customers").status == 200)
            let list = try client.get(Self.path)
            #expect(list.ids == [1, 2, 3, 4, 5, 6])
            #expect(!list.text.contains(secret))
            #expect(try !client.get("/v1/events").text.contains(secret))
            let kept = "SELECT count(*) FROM token WHERE instr(hex(digest), hex('gx_')) > 0"
            #expect(try client.service.number(kept) == 0)
        }
    }

    @Test func `a revoked token is refused on its next request`() throws {
        try withServer { client in
            let secret = try #require(try client.post(Self.path, Self.reader).json["token"]?.string)
            let reader = client.with(token: secret)
            // Often enough that every reactor has seen it.
            for _ in 0..<12 { #expect(try reader.get("/v1/customers").status == 200) }
            client.clock.advance(minutes: 1)
            #expect(try client.delete("/v1/tokens/6").status == 204)
            for _ in 0..<12 { #expect(try reader.get("/v1/customers").status == 401) }
            #expect(
                try client.get(Self.path).items.last?["revokedAt"] == "2026-11-23T02:01:00.000Z"
            )
            #expect(try client.lastEvent()?["action"] == "token.revoked")
            #expect(try client.delete("/v1/tokens/6").status == 204)
            #expect(try client.lastEvent()?["seq"] == 7)
        }
    }

    @Test func `a token expires at its instant`() throws {
        try withServer { client in
            let body =
                #"{"name": "x", "role": "reader", "owner": "x", "expiresAt": "2026-11-24"}"#
            let answer = try client.post(Self.path, body)
            #expect(answer.json["expiresAt"] == "2026-11-23T16:00:00.000Z")
            let reader = client.with(token: try #require(answer.json["token"]?.string))
            client.clock.advance(hours: 14, milliseconds: -1)
            #expect(try reader.get("/v1/customers").status == 200)
            client.clock.advance(milliseconds: 1)
            #expect(try reader.get("/v1/customers").status == 401)
        }
    }

    @Test func `a token can be narrowed to some of its role's scopes`() throws {
        try withServer { client in
            for (scopes, statuses) in [
                (#"["customers:read"]"#, [200, 403, 403]), ("[]", [403, 403, 403]),
                (#"["complaints:read", "customers:write"]"#, [403, 200, 403]),
            ] {
                let answer = try client.post(
                    Self.path,
                    #"{"name": "x", "role": "agent", "owner": "x", "scopes": \#(scopes)}"#
                )
                let narrowed = client.with(token: try #require(answer.json["token"]?.string))
                let found = try ["/v1/customers", "/v1/complaints", "/v1/orders"].map {
                    try narrowed.get($0).status
                }
                #expect(found == statuses, "\(scopes)")
            }
        }
    }

    private static let credentials: [String?] = [
        nil, "", "Bearer", "Bearer ", "Bearer gx_",
        "Bearer gx_" + String(repeating: "0", count: 64),
        "Basic YTpi", "gx_1", "Bearer  gx_1", String(repeating: "x", count: 300),
    ]

    @Test func `only a known token is let in`() throws {
        try withServer { client in
            for credential in Self.credentials {
                let answer = try client.with(authorization: credential).get("/v1/customers")
                #expect(answer.status == 401, "\(credential ?? "none")")
                #expect(answer.problem == "unauthorized")
            }
            let secret = try #require(try client.post(Self.path, Self.reader).json["token"]?.string)
            for scheme in ["bearer", "BEARER", "Bearer  "] {
                let other = client.with(authorization: "\(scheme) \(secret)")
                #expect(try other.get("/v1/customers").status == 200)
            }
            let inAddress = try client.anonymous.get("/v1/customers?access_token=\(secret)")
            #expect(inAddress.status == 401)
            let capitals = client.with(token: secret.uppercased())
            #expect(try capitals.get("/v1/customers").status == 401)
        }
    }

    @Test func `the last use is noted, at most once a minute for a reactor`() throws {
        try withServer(configure: { $0.server.reactors = 1 }) { client in
            let reader = client.as(.reader)
            func lastUse() throws -> JSON? {
                // A write behind the note waits for it.
                try client.customer()
                return try client.get(Self.path).items.first?["lastUsedAt"]
            }
            #expect(try client.get(Self.path).items.first?["lastUsedAt"] == nil)
            _ = try reader.get("/v1/customers")
            #expect(try lastUse() == "2026-11-23T02:00:00.000Z")
            client.clock.advance(milliseconds: 59_999)
            _ = try reader.get("/v1/customers")
            #expect(try lastUse() == "2026-11-23T02:00:00.000Z")
            client.clock.advance(milliseconds: 1)
            _ = try reader.get("/v1/customers")
            #expect(try lastUse() == "2026-11-23T02:01:00.000Z")
        }
    }

    @Test func `of the operator's secret every character counts`() throws {
        try withServer { client in
            let token = client.service.operatorToken
            let others = [
                token.dropLast() + "", token + "A", token.uppercased(),
                String(token.dropFirst().reversed()),
            ]
            for other in others {
                #expect(try client.with(token: other).get(Self.path).status == 401)
            }
            let answer = try client.with(authorization: "bearer " + token).get(Self.path)
            #expect(answer.status == 200)
        }
    }

    @Test func `the operator's secret holds every scope`() throws {
        try withServer { client in
            let token = client.service.operatorToken
            #expect(try client.with(token: token).get(Self.path).status == 200)
            let body = #"{"kind": "individual", "name": "x"}"#
            _ = try client.with(token: token).post("/v1/customers", body, ["idempotency-key": "a"])
            #expect(try client.lastEvent()?["actor"] == "operator")
            #expect(try client.with(token: token + "x").get(Self.path).status == 401)
        }
    }
}
