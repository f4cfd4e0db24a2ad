// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// Who buys through whom, and who serves whom (M03).
@Suite struct ChainTests {
    private static let path = "/v1/customers/1/links"

    private static func link(_ kind: String, _ customer: Int) -> String {
        #"{"kind": "\#(kind)", "customerId": \#(customer)}"#
    }

    /// Makes customers of these roles, with ids from 1 up.
    private static func customers(_ client: TestClient, _ roles: String...) throws {
        for role in roles { try client.customer(role, #""role": "\#(role)""#) }
    }

    private static let refused = [
        Case("no token", "POST", path, link("serves", 2), by: nil, is: 401, "unauthorized"),
        Case("a reader", "POST", path, link("serves", 2), by: .reader, is: 403, "forbidden"),
        Case("no JSON", "POST", path, "x", is: 400, "malformed-body"),
        Case("another method", "PUT", path, "{}", is: 405, "method-not-allowed"),
        Case("nobody", "POST", "/v1/customers/9/links", link("serves", 2), is: 404, "not-found"),
        Case("nobody's links", "GET", "/v1/customers/9/links", is: 404, "not-found"),
        Case("nobody's chain", "GET", "/v1/customers/9/chain", is: 404, "not-found"),
        Case("no such link", "GET", "/v1/chain-links/9", is: 404, "not-found"),
        Case("no link to remove", "DELETE", "/v1/chain-links/9", is: 404, "not-found"),
        .refused("nothing", "POST", path, "{}", "/kind", "/customerId"),
        .refused("an unknown kind", "POST", path, link("owns", 2), "/kind"),
        .refused("itself", "POST", path, link("serves", 1), "/customerId"),
        .refused("no such customer", "POST", path, link("serves", 9), "/customerId"),
        .refused("an archived one", "POST", path, link("serves", 3), "/customerId"),
        .refused("no step", query: "/v1/customers/1/chain?depth=0", "depth"),
        .refused("eleven steps", query: "/v1/customers/1/chain?depth=11", "depth"),
    ]

    @Test func `refuses what it cannot take`() throws {
        try withServer { client in
            try Self.customers(client, "intermediary", "end", "end")
            _ = try client.delete("/v1/customers/3")
            try client.check(Self.refused)
        }
    }

    @Test func `roles say who can be linked to whom`() throws {
        try withServer { client in
            try Self.customers(client, "end", "intermediary", "internal")
            try Self.customers(client, "end", "intermediary", "internal")
            let roles = ["end", "intermediary", "internal"]
            let allowed: Set = [
                "end buys-through intermediary", "intermediary buys-through intermediary",
                "intermediary serves end", "intermediary serves intermediary",
                "internal serves end", "internal serves intermediary", "internal serves internal",
            ]
            for kind in ["buys-through", "serves"] {
                for (from, role) in roles.enumerated() {
                    for (to, other) in roles.enumerated() {
                        let answer = try client.post(
                            "/v1/customers/\(from + 1)/links",
                            Self.link(kind, to + 4)
                        )
                        let isAllowed = allowed.contains("\(role) \(kind) \(other)")
                        #expect(answer.status == (isAllowed ? 201 : 422), "\(role) \(other)")
                        if let link = answer.json["id"]?.integer {
                            _ = try client.delete("/v1/chain-links/\(link)")
                        }
                        guard !isAllowed else { continue }
                        #expect(answer.problem == "chain-role")
                        #expect(answer.pointers == ["/customerId"])
                        let pairs = answer.json["allowed"]?.elements?.compactMap(\.string) ?? []
                        #expect(Set(pairs) == allowed.filter { $0.contains(" \(kind) ") })
                    }
                }
            }
        }
    }

    @Test func `a link is made once, read, listed from either end and removed`() throws {
        try withServer { client in
            try Self.customers(client, "end", "intermediary")
            let made = try client.as(.agent).post(Self.path, Self.link("buys-through", 2))
            #expect(made.status == 201)
            #expect(made.location == "/v1/chain-links/1")
            #expect(made.json["from"] == ["id": 1, "name": "end", "role": "end"])
            let event = try client.lastEvent()
            #expect(event?["action"] == "chain.linked")
            #expect(event?["subject"] == ["type": "chain-link", "id": 1])
            #expect(event?["changes"] == ["kind": "buys-through", "fromId": 1, "toId": 2])
            #expect(try client.get("/v1/chain-links/1").json == made.json)
            let again = try client.post(Self.path, Self.link("buys-through", 2))
            #expect(again.problem == "duplicate")
            #expect(again.json["existing"] == "/v1/chain-links/1")
            for customer in 1...2 {
                let links = "/v1/customers/\(customer)/links"
                #expect(try client.as(.reader).get(links).ids == [1])
                #expect(try client.get(links + "?kind=serves").ids == [])
            }
            #expect(try client.as(.agent).delete("/v1/chain-links/1").status == 204)
            #expect(try client.lastEvent()?["action"] == "chain.unlinked")
            #expect(try client.get(Self.path).ids == [])
            #expect(try client.post(Self.path, Self.link("buys-through", 2)).status == 201)
        }
    }

    @Test func `nobody buys through themselves, through however many others`() throws {
        try withServer { client in
            try Self.customers(client, "intermediary", "intermediary", "intermediary")
            for (from, to) in [(1, 2), (2, 3)] {
                try client.create("/v1/customers/\(from)/links", Self.link("buys-through", to))
            }
            let answer = try client.post("/v1/customers/3/links", Self.link("buys-through", 1))
            #expect(answer.status == 422)
            #expect(answer.problem == "chain-cycle")
            #expect(answer.pointers == ["/customerId"])
            #expect(answer.json["chain"] == [1, 2, 3])
            let merged = try client.post("/v1/customers/1/merge", #"{"duplicateId": 3}"#)
            #expect(merged.problem == "chain-cycle")
            #expect(merged.pointers == ["/duplicateId"])
            #expect(merged.json["chain"] == [2, 1])
            // To serve whom one sells to goes the same way, to serve one's seller does not.
            #expect(
                try client.post("/v1/customers/3/links", Self.link("serves", 1)).status == 201
            )
            let back = try client.post("/v1/customers/1/links", Self.link("serves", 3))
            #expect(back.problem == "chain-cycle", "\(back)")
            #expect(back.json["chain"]?.elements?.first == 1)
            #expect(back.json["chain"]?.elements?.last == 3)
            let chain = try client.get("/v1/customers/1/chain").json
            #expect(Self.side(chain, "up") == ["1 2 intermediary", "1 3 intermediary"])
            #expect(Self.side(chain, "down") == [])
        }
    }

    @Test func `a role that the links do not allow is refused`() throws {
        try withServer { client in
            try Self.customers(client, "end", "intermediary")
            try client.create(Self.path, Self.link("buys-through", 2))
            let answer = try client.patch("/v1/customers/2", #"{"role": "end"}"#)
            #expect(answer.problem == "not-allowed-now")
            #expect(answer.json["allowed"] == ["DELETE /v1/chain-links/1"])
            #expect(try client.patch("/v1/customers/1", #"{"role": "intermediary"}"#).status == 200)
            _ = try client.delete("/v1/chain-links/1")
            #expect(try client.patch("/v1/customers/2", #"{"role": "end"}"#).status == 200)
        }
    }

    /// Who is up or down the chain, as `level id role`.
    private static func side(_ chain: JSON, _ name: String) -> [String] {
        (chain[name]?["members"]?.elements ?? []).map { member in
            let (level, id) = (member["level"]?.integer ?? 0, member["id"]?.integer ?? 0)
            return "\(level) \(id) \(member["role"]?.string ?? "")"
        }
    }

    @Test func `the chain is seen up and down, each once, by roles that are never added up`()
        throws
    {
        try withServer { client in
            try Self.customers(
                client,
                "intermediary",
                "intermediary",
                "end",
                "end",
                "internal",
                "end"
            )
            for (from, kind, to) in [
                (1, "buys-through", 2), (3, "buys-through", 1), (4, "buys-through", 1),
                (5, "serves", 2), (5, "serves", 1), (1, "serves", 3), (6, "buys-through", 2),
            ] {
                try client.create("/v1/customers/\(from)/links", Self.link(kind, to))
            }
            let chain = try client.as(.reader).get("/v1/customers/1/chain").json
            #expect(chain["customer"]?["role"] == "intermediary")
            #expect(Self.side(chain, "up") == ["1 2 intermediary", "1 5 internal"])
            #expect(Self.side(chain, "down") == ["1 3 end", "1 4 end"])
            #expect(chain["down"]?["endUsers"] == 2)
            #expect(chain["down"]?["intermediaries"] == 0)
            #expect(chain["up"]?["endUsers"] == 0)
            #expect(chain["up"]?["intermediaries"] == 1)
            #expect(chain["up"]?["internal"] == 1)
            let two = try client.get("/v1/customers/2/chain").json
            #expect(
                Self.side(two, "down") == ["1 1 intermediary", "1 6 end", "2 3 end", "2 4 end"]
            )
            #expect(two["down"]?["members"]?.elements?.last?["overId"] == 1)
            let near = try client.get("/v1/customers/2/chain?depth=1").json
            #expect(Self.side(near, "down") == ["1 1 intermediary", "1 6 end"])
            #expect(near["down"]?["cut"] == false)
            // Whoever is archived is none of it.
            _ = try client.delete("/v1/customers/1")
            let rest = try client.get("/v1/customers/2/chain").json
            #expect(Self.side(rest, "down") == ["1 6 end"])
        }
    }

    @Test func `links go with a merge, but for those that would be double, and come back`() throws {
        try withServer { client in
            try Self.customers(client, "intermediary", "intermediary", "end", "end")
            for (from, kind, to) in [
                (3, "buys-through", 1), (3, "buys-through", 2), (4, "buys-through", 2),
                (1, "serves", 2), (2, "serves", 4),
            ] {
                try client.create("/v1/customers/\(from)/links", Self.link(kind, to))
            }
            func links(_ customer: Int) throws -> [Int] {
                try client.get("/v1/customers/\(customer)/links").ids
            }
            #expect(try client.post("/v1/customers/1/merge", MergeTests.body(2)).status == 200)
            #expect(try links(1) == [1, 3, 5])
            let moved = try client.get("/v1/customers/1/merges").items[0]["moved"]
            #expect(moved?["linksFrom"] == 1)
            #expect(moved?["linksTo"] == 1)
            #expect(try client.post("/v1/customers/1/unmerge", MergeTests.body(2)).status == 200)
            #expect(try links(1) == [1, 4])
            #expect(try links(2) == [2, 3, 4, 5])
            // What would be no chain any more is not merged.
            let other = try client.post("/v1/customers/4/merge", MergeTests.body(2))
            #expect(other.status == 409)
            #expect(other.problem == "not-allowed-now")
            #expect(try links(2) == [2, 3, 4, 5])
        }
    }
}
