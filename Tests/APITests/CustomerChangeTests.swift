// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Dispatch
import HTTP
import JSON
import Synchronization
import TestSupport
import Testing

/// Changing, archiving and putting customers.
@Suite struct CustomerChangeTests {
    private static let one = "/v1/customers/1"

    private static let refused = [
        Case("no token", "PATCH", one, "{}", by: nil, is: 401, "unauthorized"),
        Case("a role without the scope", "PATCH", one, "{}", by: .reader, is: 403, "forbidden"),
        Case("no such customer", "PATCH", "/v1/customers/9", "{}", is: 404, "not-found"),
        Case(
            "another Content-Type",
            "PATCH",
            one,
            "{}",
            with: ["content-type": "application/json-patch+json"],
            is: 415,
            "unsupported-media-type"
        ),
        Case("no JSON", "PATCH", one, "name=x", is: 400, "malformed-body"),
        .refused("an array", "PATCH", one, "[]", ""),
        .refused("null", "PATCH", one, "null", ""),
        .refused("a required member cleared", "PATCH", one, #"{"name": null}"#, "/name"),
        .refused("an unknown member", "PATCH", one, #"{"color": null}"#, "/color"),
        .refused("a read-only member", "PATCH", one, #"{"version": 2}"#, "/version"),
        .refused(
            "a member of the profile twice",
            "PATCH",
            one,
            #"{"profile": {"basic": {"city": "上海", "n": [{"x": 1, "x": 2}], "city": "北京"}}}"#,
            "/profile/basic/city",
            "/profile/basic/n/0/x"
        ),
        .refused(
            "a group of the profile twice",
            "PATCH",
            one,
            #"{"profile": {"basic": {}, "basic": {}}}"#,
            "/profile/basic"
        ),
        .refused("a member twice", "PATCH", one, #"{"name": "y", "name": "z"}"#, "/name"),
        .refused("a bad list", "PATCH", one, #"{"tags": ["a", 1], "kind": 2}"#, "/kind", "/tags/1"),
        Case(
            "an unknown parameter",
            "PATCH",
            one + "?force=true",
            "{}",
            is: 400,
            "invalid-parameter",
            parameters: ["force"]
        ),
    ]

    @Test func `PATCH refuses what it cannot take`() throws {
        try withServer { client in
            try client.customer()
            try client.check(Self.refused)
        }
    }

    @Test func `PATCH keeps what is absent, clears what is null, merges and replaces`() throws {
        try withServer { client in
            try client.staff(3)
            try client.customer(
                "李雷",
                #"""
                "externalId": "A", "tags": ["a", "b"], "phones": [{"number": "13800138000"}],
                "source": {"channel": "fair", "detail": "x"}, "ownerId": 3,
                "profile": {"basic": {"city": "上海", "age": 40}, "more": 1}
                """#
            )
            client.clock.advance(minutes: 1)
            let answer = try client.patch(
                Self.one,
                #"""
                {"externalId": null, "tags": ["c"], "source": {"detail": null}, "name": "韩梅梅",
                 "profile": {"basic": {"age": null, "n": 2}}}
                """#
            )
            #expect(answer.status == 200)
            let json = answer.json
            #expect(json["name"] == "韩梅梅")
            #expect(json["externalId"] == nil)
            #expect(json["ownerId"] == 3)
            #expect(json["tags"] == ["c"])
            #expect(json["phones"] == [["number": "13800138000"]])
            #expect(json["source"] == ["channel": "fair"])
            #expect(json["profile"] == ["basic": ["city": "上海", "n": 2], "more": 1])
            #expect(json["version"] == 2)
            #expect(json["createdAt"] == "2026-11-23T02:00:00.000Z")
            #expect(json["updatedAt"] == "2026-11-23T02:01:00.000Z")
            #expect(try client.get(Self.one).json == json)
            let event = try client.lastEvent()
            #expect(event?["action"] == "customer.changed")
            #expect(event?["changes"]?["externalId"] == .null)
            #expect(event?["changes"]?["name"] == "韩梅梅")
            #expect(event?["changes"]?["ownerId"] == nil)
        }
    }

    @Test func `PATCH that changes nothing leaves no trace`() throws {
        try withServer { client in
            try client.customer("李雷", #""profile": {"a": 1}"#)
            client.clock.advance(minutes: 1)
            let before = try client.get(Self.one)
            for body in ["{}", #"{"name": "李雷"}"#, #"{"tags": [], "externalId": null}"#] {
                let answer = try client.patch(Self.one, body)
                #expect(answer.json == before.json)
                #expect(answer.etag == before.etag)
            }
            #expect(try client.lastEvent()?["action"] == "customer.created")
        }
    }

    @Test func `PATCH takes plain JSON as a merge patch too`() throws {
        try withServer { client in
            try client.customer()
            let answer = try client.patch(
                Self.one,
                #"{"name": "y"}"#,
                ["content-type": "application/json; charset=utf-8"]
            )
            #expect(answer.json["name"] == "y")
        }
    }

    @Test func `PATCH honours If-Match, and shows the record as it is now`() throws {
        try withServer { client in
            try client.customer()
            let first = try #require(try client.get(Self.one).etag)
            let changed = try client.patch(Self.one, #"{"name": "a"}"#, ["if-match": first])
            #expect(changed.status == 200)
            let late = try client.patch(Self.one, #"{"name": "b"}"#, ["if-match": first])
            #expect(late.status == 412)
            #expect(late.problem == "precondition-failed")
            #expect(late.json["current"] == changed.json)
            #expect(try client.get(Self.one).json["name"] == "a")
            let tag = try #require(changed.etag)
            for match in ["*", "\(first), \(tag)"] {
                #expect(try client.patch(Self.one, "{}", ["if-match": match]).status == 200)
            }
            #expect(try client.patch(Self.one, "{}", ["if-match": "W/" + tag]).status == 412)
        }
    }

    @Test func `of many changes of one version exactly one passes`() throws {
        try withServer { client in
            try client.customer()
            let tag = try #require(try client.get(Self.one).etag)
            let statuses = Mutex<[Int]>([])
            DispatchQueue.concurrentPerform(iterations: 16) { number in
                let body = #"{"name": "\#(number)"}"#
                let answer = try? client.patch(Self.one, body, ["if-match": tag])
                statuses.withLock { $0.append(answer?.status ?? 0) }
            }
            #expect(statuses.withLock { $0.sorted() } == [200] + (0..<15).map { _ in 412 })
            let version = try client.get(Self.one).json["version"]
            #expect(version == 2)
        }
    }

    @Test func `PATCH refuses an external id that another has`() throws {
        try withServer { client in
            try client.customer("x", #""externalId": "A""#)
            let other = try client.customer("y", #""externalId": "B""#)
            let answer = try client.patch(Self.one, #"{"externalId": "B"}"#)
            #expect(answer.status == 409)
            #expect(answer.json["existing"] == .string("/v1/customers/\(other)"))
            #expect(try client.patch(Self.one, #"{"externalId": "A", "name": "z"}"#).status == 200)
        }
    }

    @Test func `DELETE archives: the record leaves lists and stays readable`() throws {
        try withServer { client in
            try client.customer("李雷", #""externalId": "A", "phones": [{"number": "13800138000"}]"#)
            try client.check([
                Case("no token", "DELETE", Self.one, by: nil, is: 401, "unauthorized"),
                Case("a reader", "DELETE", Self.one, by: .reader, is: 403, "forbidden"),
                Case("no such customer", "DELETE", "/v1/customers/2", is: 404, "not-found"),
                Case(
                    "another version",
                    "DELETE",
                    Self.one,
                    with: ["if-match": "\"2.x\""],
                    is: 412,
                    "precondition-failed"
                ),
            ])
            let tag = try #require(try client.get(Self.one).etag)
            client.clock.advance(hours: 1)
            #expect(try client.delete(Self.one, ["if-match": tag]).status == 204)
            let json = try client.get(Self.one).json
            #expect(json["archivedAt"] == "2026-11-23T03:00:00.000Z")
            #expect(json["version"] == 2)
            for query in ["", "?q=李雷", "?q=13800138000", "?count=exact"] {
                #expect(try client.get("/v1/customers" + query).items.isEmpty, "\(query)")
            }
            #expect(try client.lastEvent()?["action"] == "customer.archived")
            #expect(try client.delete(Self.one).status == 204)
            #expect(try client.lastEvent()?["at"] == "2026-11-23T03:00:00.000Z")
            try client.check([
                Case(
                    "a change of it",
                    "PATCH",
                    Self.one,
                    #"{"name": "y"}"#,
                    is: 409,
                    "not-allowed-now"
                ),
                Case(
                    "its external id",
                    "POST",
                    "/v1/customers",
                    #"{"kind": "individual", "name": "x", "externalId": "A"}"#,
                    is: 409,
                    "duplicate"
                ),
            ])
        }
    }

    private static let named = "/v1/customers/by-external-id/"
    private static let least = #"{"kind": "individual", "name": "x"}"#

    @Test func `PUT by external id creates, then replaces`() throws {
        try withServer { client in
            try client.staff(3)
            let created = try client.put(
                Self.named + "A%2F1%20%E4%B8%8A",
                #"{"kind": "individual", "name": "x", "tags": ["a"], "ownerId": 3}"#
            )
            #expect(created.status == 201)
            #expect(created.location == "/v1/customers/1")
            #expect(created.json["externalId"] == "A/1 上")
            let again = try client.put(
                Self.named + "A%2F1%20%E4%B8%8A",
                #"{"kind": "enterprise", "name": "y", "externalId": "A/1 上"}"#
            )
            #expect(again.status == 200)
            #expect(again.json["id"] == 1)
            #expect(again.json["kind"] == "enterprise")
            #expect(again.json["tags"] == [])
            #expect(again.json["ownerId"] == nil)
            #expect(again.json["version"] == 2)
            #expect(try client.get("/v1/customers").ids == [1])
        }
    }

    @Test func `PUT by external id refuses what it cannot take`() throws {
        try withServer { client in
            let path = Self.named + "A"
            let long = Self.named + String(repeating: "a", count: 201)
            try client.check([
                Case("no token", "PUT", path, Self.least, by: nil, is: 401, "unauthorized"),
                Case("a reader", "PUT", path, Self.least, by: .reader, is: 403, "forbidden"),
                Case("another method", "GET", path, is: 405, "method-not-allowed"),
                Case("no external id", "PUT", Self.named, Self.least, is: 404, "not-found"),
                .refused("an external id of 201", "PUT", long, Self.least, "/externalId"),
                Case("an external id of 200", "PUT", String(long.dropLast()), Self.least, is: 201),
                .refused("nothing", "PUT", path, "{}", "/kind", "/name"),
                .refused(
                    "another external id",
                    "PUT",
                    path,
                    #"{"kind": "individual", "name": "x", "externalId": "B"}"#,
                    "/externalId"
                ),
                .refused(
                    "a blank external id",
                    "PUT",
                    Self.named + "%20",
                    Self.least,
                    "/externalId"
                ),
                Case(
                    "If-Match where there is nothing",
                    "PUT",
                    path,
                    Self.least,
                    with: ["if-match": "*"],
                    is: 412,
                    "precondition-failed"
                ),
            ])
        }
    }

    @Test func `PUT by external id honours If-Match`() throws {
        try withServer { client in
            let path = Self.named + "A"
            let tag = try #require(try client.put(path, Self.least).etag)
            let body = #"{"kind": "individual", "name": "y"}"#
            let changed = try client.put(path, body, ["if-match": tag])
            #expect(changed.status == 200)
            let late = try client.put(path, Self.least, ["if-match": tag])
            #expect(late.status == 412)
            #expect(late.json["current"] == changed.json)
        }
    }

    @Test func `PUT by external id does not revive an archived customer`() throws {
        try withServer { client in
            _ = try client.put(Self.named + "A", Self.least)
            _ = try client.delete(Self.one)
            let answer = try client.put(Self.named + "A", #"{"kind": "individual", "name": "y"}"#)
            #expect(answer.problem == "not-allowed-now")
        }
    }
}
