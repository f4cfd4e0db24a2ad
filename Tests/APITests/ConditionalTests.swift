// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import TestSupport
import Testing

/// Conditions beyond those of changes (RFC 9110, section 13).
@Suite struct ConditionalTests {
    @Test func `PUT with If-None-Match creates only`() throws {
        try withServer { client in
            let target = "/v1/customers/by-external-id/E1"
            let body = #"{"kind": "individual", "name": "李雷"}"#
            let none: HeaderFields = ["if-none-match": "*"]
            #expect(try client.put(target, body, none).status == 201)
            let again = try client.put(target, #"{"kind": "individual", "name": "x"}"#, none)
            #expect(again.status == 412)
            #expect(try client.get("/v1/customers/1").json["name"] == "李雷")
        }
    }

    @Test func `a change with If-None-Match passes only where nothing matches`() throws {
        try withServer { client in
            _ = try client.customer()
            let path = "/v1/customers/1"
            let tag = try #require(try client.get(path).fields["etag"])
            for field in ["*", tag, "W/\(tag)", "\"x\", \(tag)"] {
                let none: HeaderFields = ["if-none-match": field]
                #expect(try client.patch(path, #"{"name": "x"}"#, none).status == 412, "\(field)")
                #expect(try client.delete(path, none).status == 412, "\(field)")
            }
            #expect(try client.get(path).fields["etag"] == tag)
            let other: HeaderFields = ["if-none-match": "\"x\""]
            #expect(try client.patch(path, #"{"name": "x"}"#, other).status == 200)
            #expect(try client.delete(path, other).status == 204)
        }
    }

    @Test func `GET with If-Match of what counts no changes answers its tag only`() throws {
        try withServer { client in
            _ = try client.customer()
            let path = "/v1/customers/1/chain"
            let tag = try #require(try client.get(path).fields["etag"])
            #expect(try client.get(path, ["if-match": tag]).status == 200)
            #expect(try client.get(path, ["if-match": "\"x\", \(tag)"]).status == 200)
            #expect(try client.get(path, ["if-match": "*"]).status == 200)
            #expect(try client.get(path, ["if-match": "\"nope\""]).status == 412)
            #expect(try client.get(path, ["if-match": "W/\(tag)"]).status == 412)
        }
    }

    @Test func `GET with If-Match answers that version only`() throws {
        try withServer { client in
            _ = try client.customer()
            #expect(try client.get("/v1/customers/1", ["if-match": "\"1.x\""]).status == 200)
            #expect(try client.get("/v1/customers/1", ["if-match": "*"]).status == 200)
            #expect(try client.get("/v1/customers/1", ["if-match": "\"2.x\""]).status == 412)
        }
    }

    @Test func `a reply to an older version of a complaint is refused`() throws {
        try withServer { client in
            let customer = try client.customer()
            let body = #"{"customerId": \#(customer), "channel": "web", "subject": "late"}"#
            #expect(try client.post("/v1/complaints", body).status == 201)
            let reply = #"{"text": "we are sorry", "channel": "phone"}"#
            let stale = try client.post("/v1/complaints/1/reply", reply, ["if-match": "\"7.x\""])
            #expect(stale.status == 412)
            #expect(stale.json["current"]?["answeredAt"] == nil)
            let right = try client.post("/v1/complaints/1/reply", reply, ["if-match": "\"1.x\""])
            #expect(right.status == 200)
        }
    }

    @Test func `more parameters than any route wants are refused`() throws {
        try withServer { client in
            let many = Array(repeating: "a=1", count: 1_001).joined(separator: "&")
            let answer = try client.get("/v1/customers?" + many)
            #expect(answer.status == 400)
            #expect(answer.json["detail"] == "there are more than 1,000 parameters")
            let fewer = try client.get(
                "/v1/customers?" + (0..<500).map { "a\($0)=1" }.joined(separator: "&")
            )
            #expect(fewer.json["errors"]?.elements?.count == 100)
        }
    }
}
