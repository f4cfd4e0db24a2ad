// SPDX-License-Identifier: Apache-2.0
import API
import HTTP
import JSON
import Routing
import TestSupport
import Testing

/// What is refused before an operation is found; the problem names the path all the same.
@Suite struct RefusalTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        var method = "GET"
        let path: String
        var fields: HeaderFields = [:]
        var body = ""
        var status = 400
        var problem = "malformed-request"
        var testDescription: String { name }
    }

    static let list = "/v1/customers"

    static let cases = [
        Case(name: "a bad escape", path: list + "/%zz"),
        Case(name: "U+0000", path: list + "/%00"),
        Case(name: "broken UTF-8", path: "/nothing/%FF"),
        Case(name: "a dot segment", path: list + "/../tokens"),
        Case(name: "an escaped dot segment", method: "HEAD", path: list + "/%2e"),
        Case(name: "a body to a bad path", method: "POST", path: "/v1/./customers", body: "{}"),
        Case(name: "two tokens", path: list, fields: ["authorization": "Bearer gx_x"]),
        Case(
            name: "an expectation",
            path: list,
            fields: ["expect": "x"],
            status: 417,
            problem: "expectation-failed"
        ),
        Case(
            name: "an unknown method",
            method: "BREW",
            path: list,
            status: 501,
            problem: "not-implemented"
        ),
        Case(
            name: "a content coding",
            method: "POST",
            path: list,
            fields: ["content-encoding": "gzip"],
            body: "{}",
            status: 415,
            problem: "unsupported-media-type"
        ),
        Case(
            name: "an empty segment",
            path: "/v1//customers",
            status: 404,
            problem: "not-found"
        ),
    ]

    @Test(arguments: cases)
    func `refuses`(_ one: Case) throws {
        try withServer { client in
            let answer = try client.send(one.method, one.path, one.fields, Array(one.body.utf8))
            #expect(answer.status == one.status)
            guard one.method != "HEAD" else { return }
            #expect(answer.problem == one.problem)
            #expect(answer.json["instance"]?.string == one.path)
            let kind = API.problems.first { $0.slug == one.problem }
            #expect(answer.json["title"]?.string == kind?.title)
            #expect((answer.fields["accept-encoding"] == "identity") == (one.status == 415))
        }
    }
}
