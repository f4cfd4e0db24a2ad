// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import Routing
import Testing

@Suite struct ProblemTests {
    @Test func `has the members of RFC 9457 and the request id`() {
        let response = Problem(.notFound, "no such book")
            .response(instance: "/books/7", requestID: "r-1")
        #expect(response.status == .notFound)
        #expect(response.fields["content-type"] == "application/problem+json")
        #expect(response.fields["cache-control"] == "no-store")
        #expect(
            response.text
                == #"{"type":"/problems/not-found","title":"Not found","status":404,"#
                + #""detail":"no such book","instance":"/books/7","requestId":"r-1"}"#
        )
    }

    @Test func `lists broken rules by pointer for a body and by name for a query`() {
        let violations = Violations([Violation("/a/0", "is wrong"), Violation("/b~1c", "is not")])
        let body = Problem(violations).response(instance: "/", requestID: "")
        #expect(body.status == .unprocessableContent)
        #expect(body.json["detail"] == "2 rules are broken")
        #expect(
            body.json["errors"] == [
                ["pointer": "/a/0", "detail": "is wrong"],
                ["pointer": "/b~1c", "detail": "is not"],
            ]
        )
        let query = Problem(parameter: "limit", "is wrong").response(instance: "/", requestID: "")
        #expect(query.status == .badRequest)
        #expect(query.json["detail"] == "limit: is wrong")
        #expect(query.json["errors"] == [["parameter": "limit", "detail": "is wrong"]])
    }

    @Test(arguments: ["a/b~c", "~1", "\u{301}x", "~\u{301}1", "/\u{301}", "~1\u{301}"])
    func `names an odd parameter as it was given`(_ name: String) throws {
        let answer = try Desk(.books()).ask("/books?\(PercentEncoding.encode(name))=1")
        #expect(answer.parameters.map { Array($0.utf8) } == [Array(name.utf8)])
        #expect(answer.json["detail"]?.string?.utf8.starts(with: name.utf8) == true)
    }

    @Test func `says of a body as a whole that it is the body`() {
        let problem = Problem(Violations([Violation("", "must be an object")]))
        #expect(problem.detail == "the body: must be an object")
    }

    @Test func `carries further members and fields`() {
        var problem = Problem(.forbidden, extra: [JSON.Member("scope", "a:b")])
        problem.fields.set("allow", "GET")
        let response = problem.response(instance: "/", requestID: "r")
        #expect(response.json["scope"] == "a:b")
        #expect(response.json["detail"] == nil)
        #expect(response.fields["allow"] == "GET")
    }

    @Test(arguments: RequestFailure.allCases)
    func `a request that is no proper one has a kind of its status`(_ failure: RequestFailure) {
        #expect(ProblemKind.refusing(failure)?.status == failure.status)
        #expect(failure.status != .badRequest || .malformedRequest == ProblemKind.refusing(failure))
    }

    @Test func `demands a scope by its name`() {
        let principal = Principal(tokenID: 1, name: "x", scopes: ["a:read"])
        #expect(throws: Never.self) { try principal.demand("a:read") }
        let error = #expect(throws: Problem.self) { try principal.demand("a:write") }
        #expect(error?.kind == .forbidden)
        #expect(error?.extra == [JSON.Member("scope", "a:write")])
    }

    @Test func `has one kind for each slug`() {
        let slugs = ProblemKind.routing.map(\.slug)
        #expect(Set(slugs).count == slugs.count)
        for kind in ProblemKind.routing {
            #expect(kind.type == "/problems/" + kind.slug)
            #expect(kind.slug.utf8.allSatisfy { $0 == 0x2D || (0x61...0x7A).contains($0) })
            #expect(kind.explanation.hasSuffix("."))
        }
    }
}
