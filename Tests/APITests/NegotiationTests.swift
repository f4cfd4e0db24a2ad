// SPDX-License-Identifier: Apache-2.0
import HTTP
import TestSupport
import Testing

/// Which media types operations answer with.
@Suite struct NegotiationTests {
    struct Case: CustomTestStringConvertible {
        let path: String
        let accept: String
        let status: Int

        var testDescription: String { "\(path), Accept: \(accept)" }
    }

    static let cases = [
        Case(path: "/v1/customers/1", accept: "application/json", status: 200),
        Case(path: "/v1/customers/1", accept: "text/html, */*;q=0.1", status: 200),
        Case(path: "/v1/customers/1", accept: "application/*", status: 200),
        Case(path: "/v1/customers/1", accept: "text/html", status: 406),
        Case(path: "/v1/customers/1", accept: "*/*, application/json;q=0", status: 406),
        Case(path: "/metrics", accept: "text/plain;version=0.0.4;q=0.5", status: 200),
        Case(path: "/metrics", accept: "application/json", status: 406),
        Case(path: "/problems/not-found", accept: "text/html", status: 200),
        Case(path: "/problems/not-found", accept: "image/png", status: 406),
    ]

    @Test(arguments: cases)
    func `answers what is taken, or 406`(_ one: Case) throws {
        try withServer { client in
            try client.customer()
            let answer = try client.get(one.path, ["accept": one.accept])
            #expect(answer.status == one.status)
            if one.status == 406 { #expect(answer.problem == "not-acceptable") }
        }
    }

    @Test func `a change whose answer is not taken is not made`() throws {
        try withServer { client in
            let body = #"{"kind": "individual", "name": "x"}"#
            let answer = try client.post("/v1/customers", body, ["accept": "text/html"])
            #expect(answer.status == 406)
            #expect(try client.service.number("SELECT count(*) FROM customer") == 0)
        }
    }
}
