// SPDX-License-Identifier: Apache-2.0
import HTTP
import Service
import TestSupport
import Testing

@Suite struct CrossOriginTests {
    private static let origin = "https://crm.example.com"

    private static func open(_ body: (TestClient) throws -> Void) throws {
        try withServer(configure: { $0.allowedOrigins = [origin, "http://localhost:5173"] }) {
            try body($0)
        }
    }

    @Test func `a page of a configured origin may read answers and their fields`() throws {
        try Self.open { client in
            for answer in [
                try client.get("/v1/customers", ["origin": Self.origin]),
                try client.anonymous.get("/v1/customers", ["origin": Self.origin]),
                try client.send("GET", "/nothing", ["origin": Self.origin]),
            ] {
                #expect(answer.fields["access-control-allow-origin"] == Self.origin)
                #expect(answer.fields["vary"] == "Origin")
                let readable = answer.fields["access-control-expose-headers"] ?? ""
                #expect(readable.contains("ETag") && readable.contains("X-Request-Id"))
                #expect(answer.fields["access-control-allow-credentials"] == nil)
            }
        }
    }

    @Test func `a preflight is answered with what may be sent, to be kept for a while`() throws {
        try Self.open { client in
            let answer = try client.anonymous.send(
                "OPTIONS",
                "/v1/customers/1",
                [
                    "origin": "http://localhost:5173", "access-control-request-method": "PATCH",
                    "access-control-request-headers": "authorization,content-type,if-match",
                ]
            )
            #expect(answer.status == 204)
            #expect(answer.fields["access-control-allow-origin"] == "http://localhost:5173")
            #expect(
                answer.fields["access-control-allow-methods"] == "GET, HEAD, PATCH, DELETE, OPTIONS"
            )
            let sendable = answer.fields["access-control-allow-headers"] ?? ""
            for name in ["Authorization", "Content-Type", "If-Match", "Idempotency-Key"] {
                #expect(sendable.contains(name))
            }
            #expect(answer.fields["access-control-max-age"] == "7200")
        }
    }

    @Test(
        arguments: [
            "https://crm.example.com.evil.example", "http://crm.example.com",
            "https://crm.example.com:8443", "https://CRM.example.com", "null", "*",
        ]
    )
    func `another origin is told nothing`(_ origin: String) throws {
        try Self.open { client in
            let preflight: HeaderFields = ["access-control-request-method": "GET"]
            for (method, fields) in [("GET", HeaderFields()), ("OPTIONS", preflight)] {
                var fields = fields
                fields.append("origin", origin)
                let answer = try client.send(method, "/v1/customers", fields)
                #expect(!answer.fields.contains { $0.name.hasPrefix("access-control") })
                #expect(answer.fields["vary"] == "Origin")
            }
        }
    }

    @Test func `no origin is let in unless configured`() throws {
        try withServer { client in
            let answer = try client.get("/v1/customers", ["origin": Self.origin])
            #expect(answer.status == 200)
            #expect(answer.fields["access-control-allow-origin"] == nil)
            #expect(answer.fields["vary"] == nil)
        }
    }
}
