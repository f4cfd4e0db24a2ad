// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// `POST /v1/imports/{kind}` and what it leaves to be read.
@Suite struct ImportRouteTests {
    private static let people = "kind,name,externalId\nindividual,李雷,A-1\nindividual,,A-2\n"

    private func post(
        _ client: TestClient,
        _ target: String,
        _ body: String,
        type: String = "text/csv"
    ) throws -> TestAnswer {
        try client.send("POST", target, [:], Array(body.utf8), type: type)
    }

    @Test func `answers the verdict, and keeps it`() throws {
        try withServer { client in
            let answer = try post(client, "/v1/imports/customers", Self.people)
            #expect(answer.status == 200)
            #expect(answer.json["created"]?.integer == 1)
            #expect(answer.json["rejected"]?.integer == 1)
            let row = answer.json["rejectedRows"]?[0]
            #expect(row?["line"]?.integer == 3)
            #expect(row?["errors"]?[0]?["pointer"]?.string == "/name")
            #expect(row?["errors"]?[0]?["field"]?.string == "name")
            let id = try #require(answer.json["id"]?.integer)
            let kept = try client.get("/v1/imports/\(id)")
            #expect(kept.json["created"]?.integer == 1)
            #expect(kept.json["finishedAt"] != nil)
            let file = try #require(answer.json["rejectedFile"]?.string)
            #expect(file.hasPrefix("/v1/imports/\(id)/rejected"))
            let rejected = try client.get(file)
            #expect(rejected.mediaType == "text/csv")
            #expect(rejected.lines == ["line,field,detail", "3,name,is required"])
            #expect(try client.get("/v1/imports/9").status == 404)
            #expect(try client.get("/v1/imports/9/rejected").status == 404)
        }
    }

    @Test func `takes GB18030 by its charset, and large bodies`() throws {
        try withServer { client in
            let name = String(repeating: "x", count: 180)
            let rows = (0..<6_000).map { "individual,\(name),X-\($0)" }
            let text = (["kind,name,externalId"] + rows).joined(separator: "\n")
            #expect(text.utf8.count > 1 << 20)
            let type = "text/csv; charset=GB18030"
            let answer = try post(client, "/v1/imports/customers?dryRun=true", text, type: type)
            #expect(answer.json["created"]?.integer == 6_000)
            #expect(answer.json["id"] == nil)
        }
    }

    @Test func `refuses what it cannot read, and changes nothing`() throws {
        try withServer { client in
            let before = try client.service.number("SELECT max(seq) FROM event")
            let cases: [(String, String, String, Int)] = [
                ("customers", "kind,name,colour\n", "text/csv", 422),
                ("customers", "kind,name\nindividual,\"\n", "text/csv", 400),
                ("customers?mode=atomic", Self.people, "text/csv", 422),
                ("customers?mode=some", Self.people, "text/csv", 400),
                ("customers?dryrun=true", Self.people, "text/csv", 400),
                ("customers", Self.people, "text/csv; charset=latin1", 415),
                ("customers", "{}", "application/json", 415),
                ("offers", Self.people, "text/csv", 405),
            ]
            for (target, body, type, status) in cases {
                let answer = try post(client, "/v1/imports/" + target, body, type: type)
                #expect(answer.status == status, "\(target) \(answer)")
            }
            let atomic = try post(client, "/v1/imports/customers?mode=atomic", Self.people)
            #expect(atomic.json["rejectedRows"]?[0]?["line"]?.integer == 3)
            let syntax = try post(client, "/v1/imports/customers", "kind,name\n\"")
            #expect(syntax.detail == "line 2: a quote is not closed")
            #expect(try post(client.as(.agent), "/v1/imports/orders", "").status == 403)
            #expect(try client.service.number("SELECT max(seq) FROM event") == before)
        }
    }
}
