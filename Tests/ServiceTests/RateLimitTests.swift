// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import HTTPServer
import Service
import TestSupport
import Testing

@Suite struct RateLimitTests {
    private static let path = "/v1/customers"

    /// Ten requests a token and four an address, each filling up in ten seconds.
    private static func limited(_ body: (TestClient) throws -> Void) throws {
        try withServer(configure: { settings in
            var limits = RateLimits()
            limits.token = RateLimits.Quota(requests: 10, seconds: 10)
            limits.address = RateLimits.Quota(requests: 4, seconds: 8)
            limits.failureCost = 2
            settings.rateLimits = limits
        }) { client in try body(client) }
    }

    @Test func `a token has its bucket, which fills up steadily`() throws {
        try Self.limited { client in
            for left in (0..<10).reversed() {
                let answer = try client.get(Self.path)
                #expect(answer.status == 200)
                #expect(answer.fields["ratelimit-policy"] == "\"token\";q=10;w=10")
                #expect(answer.fields["ratelimit"] == "\"token\";r=\(left);t=\(10 - left)")
            }
            let refused = try client.get(Self.path)
            #expect(refused.status == 429)
            #expect(refused.problem == "too-many-requests")
            #expect(refused.fields["retry-after"] == "1")
            #expect(refused.fields["ratelimit"] == "\"token\";r=0;t=10")
            #expect(try client.as(.agent).get(Self.path).status == 200)
            client.clock.advance(milliseconds: 999)
            #expect(try client.get(Self.path).status == 429)
            client.clock.advance(milliseconds: 1)
            #expect(try client.get(Self.path).status == 200)
            #expect(try client.get(Self.path).status == 429)
            client.clock.advance(hours: 1)
            #expect(try client.get(Self.path).fields["ratelimit"] == "\"token\";r=9;t=1")
        }
    }

    @Test func `a refused change is not made`() throws {
        try Self.limited { client in
            for _ in 0..<10 { _ = try client.get(Self.path) }
            let refused = try client.post(Self.path, #"{"kind": "individual", "name": "x"}"#)
            #expect(refused.status == 429)
            #expect(try client.service.number("SELECT count(*) FROM customer") == 0)
        }
    }

    @Test func `wrong tokens cost an address more, and then not even a right one is looked up`()
        throws
    {
        try Self.limited { client in
            let wrong = client.with(token: "gx_wrong")
            let first = try wrong.get(Self.path)
            #expect(first.status == 401)
            #expect(first.fields["ratelimit"] == "\"address\";r=2;t=4")
            #expect(try wrong.get(Self.path).status == 401)
            let refused = try wrong.get(Self.path)
            #expect(refused.status == 429)
            #expect(refused.fields["ratelimit-policy"] == "\"address\";q=4;w=8")
            #expect(refused.fields["retry-after"] == "2")
            #expect(try client.get(Self.path).status == 429)
            client.clock.advance(milliseconds: 2000)
            #expect(try client.get(Self.path).status == 200)
        }
    }

    @Test func `a token that is known goes on while its address is refused`() throws {
        try Self.limited { client in
            #expect(try client.get(Self.path).status == 200)
            for _ in 0..<4 { _ = try client.anonymous.get("/problems") }
            #expect(try client.anonymous.get("/problems").status == 429)
            #expect(try client.get(Self.path).status == 200)
            #expect(try client.as(.agent).get(Self.path).status == 429)
        }
    }

    @Test func `a token that was valid once goes on, by every reactor`() throws {
        try withServer(configure: { settings in
            var limits = RateLimits()
            limits.address = RateLimits.Quota(requests: 4, seconds: 3600)
            settings.rateLimits = limits
        }) { client in
            // What changes a token clears what each reactor remembers.
            #expect(try client.get(Self.path).status == 200)
            #expect(try client.as(.agent).get(Self.path).status == 200)
            let new = #"{"name": "x", "role": "reader", "owner": "x"}"#
            let id = try client.create("/v1/tokens", new)
            #expect(try client.delete("/v1/tokens/\(id)").status == 204)
            let wrong = client.with(token: "gx_wrong")
            #expect(try wrong.get(Self.path).status == 401)
            #expect(try wrong.get(Self.path).status == 429)
            // So many connections that the system gives some to each reactor.
            for _ in 0..<20 {
                #expect(try client.get(Self.path).status == 200)
                #expect(try client.as(.agent).get(Self.path).status == 200)
            }
            #expect(try wrong.get(Self.path).status == 429)
        }
    }

    @Test func `an address that is used up keeps nobody from watching or operating`() throws {
        try Self.limited { client in
            for _ in 0..<4 { _ = try client.anonymous.get("/problems") }
            #expect(try client.anonymous.get("/problems").status == 429)
            #expect(try client.anonymous.get("/readyz").status == 200)
            #expect(try client.anonymous.get("/healthz").status == 200)
            let own = client.with(token: client.service.operatorToken)
            #expect(try own.get("/v1/tokens").status == 200)
        }
    }

    @Test func `requests without a route count for their address`() throws {
        try Self.limited { client in
            let requests = [
                ("GET", "/nothing"), ("DELETE", "/v1/customers"), ("OPTIONS", "/v1/customers"),
                ("GET", "/v1/../v1"), ("GET", "/nothing"),
            ]
            let statuses = try requests.map { method, path in
                try client.anonymous.send(method, path).status
            }
            #expect(statuses == [404, 405, 204, 400, 429])
        }
    }

    @Test func `preflights of configured origins count for nobody`() throws {
        try withServer(configure: { settings in
            var limits = RateLimits()
            limits.address = RateLimits.Quota(requests: 1, seconds: 60)
            settings.rateLimits = limits
            settings.allowedOrigins = ["https://crm.example.com"]
        }) { client in
            func ask(_ method: String, from origin: String? = nil) throws -> Int {
                var fields: HeaderFields = [:]
                if let origin {
                    fields = ["origin": origin, "access-control-request-method": "POST"]
                }
                return try client.anonymous.send(method, Self.path, fields).status
            }
            let own = "https://crm.example.com"
            let statuses = try [
                ask("PUT"), ask("OPTIONS", from: own), ask("OPTIONS", from: own),
                ask("OPTIONS", from: "https://evil.example"), ask("OPTIONS"),
                ask("PUT", from: own),
            ]
            #expect(statuses == [405, 204, 204, 429, 429, 429])
        }
    }

    @Test func `a clock that is set back fills no bucket and empties none`() throws {
        try Self.limited { client in
            for _ in 0..<9 { _ = try client.get(Self.path) }
            client.clock.advance(hours: -1)
            #expect(try client.get(Self.path).fields["ratelimit"] == "\"token\";r=0;t=10")
            client.clock.advance(milliseconds: 1000)
            #expect(try client.get(Self.path).status == 200)
        }
    }

    @Test func `a proxy that is trusted tells whose bucket it is`() throws {
        try withServer(configure: { settings in
            var limits = RateLimits()
            limits.address = RateLimits.Quota(requests: 1, seconds: 60)
            settings.rateLimits = limits
            settings.trustedProxies = ["127.0.0.1", "10.0.0.0/8"].compactMap { IPRange($0) }
        }) { client in
            let asked: [(HeaderFields, Int)] = [
                (["x-forwarded-for": "198.51.100.1"], 200),
                (["x-forwarded-for": "198.51.100.1"], 429),
                (["x-forwarded-for": "198.51.100.2, 10.1.1.1"], 200),
                // What the client itself wrote in front counts for nothing.
                (["x-forwarded-for": "203.0.113.9, 198.51.100.2"], 429),
                (["forwarded": "for=\"[2001:db8::1]:4711\";proto=https"], 200),
                (["forwarded": "for=\"[2001:db8::2]\""], 429),
                (["forwarded": "for=192.0.2.60:80, for=10.2.3.4"], 200),
                // Of two fields one is the client's own: the peer counts.
                (["forwarded": "for=192.0.2.7", "x-forwarded-for": "192.0.2.8"], 200),
                (["forwarded": "for=192.0.2.9", "x-forwarded-for": "192.0.2.8"], 429),
            ]
            for (fields, status) in asked {
                let answer = try client.anonymous.get("/problems", fields)
                #expect(answer.status == status, "\(fields)")
            }
        }
    }

    @Test func `what an untrusted peer says of addresses is not believed`() throws {
        try withServer(configure: { settings in
            var limits = RateLimits()
            limits.address = RateLimits.Quota(requests: 1, seconds: 60)
            settings.rateLimits = limits
        }) { client in
            let one = try client.anonymous.get("/problems", ["x-forwarded-for": "198.51.100.1"])
            let other = try client.anonymous.get("/problems", ["x-forwarded-for": "198.51.100.2"])
            #expect([one.status, other.status] == [200, 429])
        }
    }

    @Test func `to make room the buckets nearest to full are forgotten`() throws {
        var limits = RateLimits()
        limits.token = RateLimits.Quota(requests: 1000, seconds: 1000)
        limits.address = RateLimits.Quota(requests: 10, seconds: 10)
        let limiter = RateLimiter(limits, stripes: 1, stripeLimit: 4)
        let clock = TestClock()
        let addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"].map {
            RateLimiter.Key.address(IPAddress($0))
        }
        func left(_ key: RateLimiter.Key, taking cost: Int = 0) throws -> Int {
            try limiter.take(cost, from: key, at: clock.now).remaining
        }
        // Empty, and full again when room is needed.
        for address in addresses[..<2] { #expect(try left(address, taking: 10) == 0) }
        clock.advance(milliseconds: 10_000)
        // A tenth is left of the one, nine tenths of the other, which holds less.
        #expect(try left(.token(1), taking: 900) == 100)
        #expect(try left(addresses[2], taking: 1) == 9)
        #expect(try left(.token(2), taking: 1) == 999)
        #expect(try left(.token(1)) == 100)
        #expect(try left(addresses[2]) == 9)
        #expect(try left(addresses[0]) == 10)
        // Among three that are not full goes the one that lacks the least.
        #expect(try left(addresses[1], taking: 9) == 1)
        #expect(try left(.token(1)) == 100)
        #expect(try left(addresses[1]) == 1)
    }
}
