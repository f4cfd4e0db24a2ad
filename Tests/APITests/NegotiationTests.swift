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
        Case(path: "/v1/customers/1", accept: "", status: 200),
        Case(path: "/v1/customers/1", accept: " , ,", status: 200),
        Case(path: "/v1/customers/1", accept: ",application/json,", status: 200),
        Case(path: "/v1/customers/1", accept: ", text/html ,", status: 406),
        Case(path: "/v1/customers/1", accept: "application/json;q=0.000", status: 406),
        Case(path: "/v1/customers/1", accept: "application/json;q=0.", status: 406),
        Case(path: "/v1/customers/1", accept: "application/json;q=0.001", status: 200),
        Case(path: "/v1/customers/1", accept: "application/json ; Q=1.000", status: 200),
        // No weights: the types count as if there were none.
        Case(path: "/v1/customers/1", accept: "application/json;q=2", status: 200),
        Case(path: "/v1/customers/1", accept: "application/json;q=-1", status: 200),
        Case(path: "/v1/customers/1", accept: "application/json;q=nan", status: 200),
        Case(path: "/v1/customers/1", accept: "application/json;q=0.0000", status: 200),
        Case(path: "/v1/customers/1", accept: "application/json;q=", status: 200),
        Case(path: "/v1/customers/1", accept: "text/html;q=2", status: 406),
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

    static let choices = [
        (accept: "text/csv;q=0.5, application/x-ndjson", type: "application/x-ndjson"),
        (accept: "text/csv;q=2, application/json;q=0.9", type: "text/csv"),
        // None is better than 1, so the first that is offered.
        (accept: "text/csv;q=5, application/json", type: "application/json"),
        (accept: "text/csv;q=1.001, application/json;q=1.0", type: "application/json"),
        (accept: ",", type: "application/json"),
    ]

    @Test(arguments: choices)
    func `a list comes in the format with the largest weight`(
        accept: String,
        type: String
    ) throws {
        try withServer { client in
            let answer = try client.get("/v1/customers", ["accept": accept])
            #expect(answer.mediaType == type)
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
