// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import JSON
import Routing
import Service
import TestSupport
import Testing

/// What the service says of itself.
@Suite struct SystemTests {
    @Test func `says without a token that it is up and ready`() throws {
        try withServer { client in
            for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
                let answer = try client.anonymous.get(path)
                #expect(answer.text == text)
            }
        }
    }

    @Test func `shows its document without a token`() throws {
        try withServer { client in
            let answer = try client.anonymous.get("/openapi.json")
            #expect(answer.text == Contract.document)
        }
    }

    @Test func `shows metrics by route template, to those who may see them`() throws {
        try withServer { client in
            try client.customer()
            _ = try client.get("/v1/customers/1")
            _ = try client.get("/v1/customers/2")
            try client.check([
                Case("no token", "GET", "/metrics", by: nil, is: 401, "unauthorized"),
                Case("a steward", "GET", "/metrics", by: .steward, is: 403, "forbidden"),
            ])
            let lines = try client.get("/metrics").lines
            let count = "guanxi_requests_total{method=\"GET\",route=\"/v1/customers/{customer}\""
            #expect(lines.contains("\(count),status=\"200\"} 1"))
            #expect(lines.contains("\(count),status=\"404\"} 1"))
            #expect(!lines.contains { $0.contains("/v1/customers/1") })
            for name in [
                "guanxi_request_seconds_bucket", "guanxi_commit_seconds_count",
                "guanxi_committed_requests_total", "guanxi_wal_bytes",
                "guanxi_writer_queue_length", "guanxi_open_connections",
            ] {
                #expect(lines.contains { $0.hasPrefix(name) }, "\(name)")
            }
        }
    }

    @Test func `shows metrics to all where it is told to`() throws {
        try withServer(configure: { $0.opensMetrics = true }) { client in
            let answer = try client.anonymous.get("/metrics")
            #expect(answer.status == 200)
        }
    }

    @Test func `explains every kind of problem`() throws {
        try withServer { client in
            let index = try client.anonymous.get("/problems").text
            for kind in API.problems {
                #expect(index.contains("href=\"\(kind.type)\""))
                let page = try client.anonymous.get(kind.type)
                #expect(page.status == 200)
                #expect(page.text.contains("Status \(kind.status.code)"))
                #expect(page.fields["content-security-policy"] == "default-src 'none'")
            }
            #expect(try client.anonymous.get("/problems/no-such").status == 404)
        }
    }

    private static let requestIDs: [(sent: String, isKept: Bool)] = [
        ("a", true), ("call-7_x.y:Z", true), (String(repeating: "a", count: 128), true),
        (String(repeating: "a", count: 129), false), ("", false), ("a b", false), ("a\"b", false),
        ("ä", false),
    ]

    @Test func `keeps a request id that is short and plain, and makes one otherwise`() throws {
        try withServer { client in
            for (sent, isKept) in Self.requestIDs {
                for target in ["/healthz", "/v1/customers/7", "/nothing"] {
                    let answer = try client.get(target, ["x-request-id": sent])
                    #expect((answer.fields["x-request-id"] == sent) == isKept, "\(sent)")
                }
            }
            let one = try client.get("/healthz").fields["x-request-id"]
            #expect(try client.get("/healthz").fields["x-request-id"] != one)
        }
    }

    @Test func `keeps browsers from guessing and from storing`() throws {
        try withServer { client in
            try client.customer()
            for target in ["/v1/customers", "/v1/customers/1", "/v1/customers/2", "/v1/nothing"] {
                let answer = try client.get(target)
                #expect(answer.fields["x-content-type-options"] == "nosniff")
                #expect(answer.fields["cache-control"] == "no-store")
            }
        }
    }

    @Test func `refuses heads that are too large`() throws {
        try withServer { client in
            let room = 8192 - "GET /healthz? HTTP/1.1".utf8.count
            let fits = "/healthz?" + String(repeating: "a", count: room)
            #expect(try client.get(fits).status == 400)
            let long = try client.get(fits + "a")
            #expect(long.status == 414)
            let wide = try client.get("/healthz", ["x-a": String(repeating: "a", count: 16_384)])
            #expect(wide.status == 431)
            for answer in [long, wide] {
                #expect(answer.mediaType == "application/problem+json")
                #expect(answer.json["status"]?.integer == answer.status)
            }
        }
    }

    @Test func `answers OPTIONS of everything`() throws {
        try withServer { client in
            let answer = try client.anonymous.send("OPTIONS", "*")
            #expect(answer.status == 204)
        }
    }
}
