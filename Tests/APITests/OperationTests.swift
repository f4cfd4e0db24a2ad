// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import JSON
import Routing
import TestSupport
import Testing

/// What holds for every operation, so that none is forgotten.
@Suite struct OperationTests {
    private static let routes = API(
        services: Services(zone: .shanghai),
        database: nil,
        system: SystemStatus(),
        clock: { TestClock.start },
        wakeJobs: {}
    )
    .routes

    /// The route's path with a value for each parameter.
    private static func path(_ route: APIRoute) -> String {
        route.template.segments.map { segment in
            switch segment {
            case .literal(let text): "/" + text
            case .parameter: "/1"
            }
        }
        .joined()
    }

    private static func name(_ route: APIRoute) -> String {
        "\(route.method.rawValue) \(route.template.text)"
    }

    private static func isForm(_ route: APIRoute) -> Bool {
        route.description.requestBody.contains { $0.mediaType == "application/json" }
    }

    private static let open = [
        "GET /healthz", "GET /readyz", "GET /problems", "GET /problems/{slug}", "GET /openapi.json",
        "GET /v1/complaint-procedure",
    ]

    @Test func `only a few operations need no token`() throws {
        try withServer { client in
            for route in Self.routes {
                let answer = try client.anonymous.send(route.method.rawValue, Self.path(route))
                let isOpen = Self.open.contains(Self.name(route))
                #expect((answer.status == 401) == !isOpen, "\(Self.name(route))")
            }
        }
    }

    @Test func `every other operation names the scope it needs`() throws {
        try withServer { client in
            let answer = try client.post(
                "/v1/tokens",
                #"{"name": "none", "role": "reader", "owner": "x", "scopes": []}"#
            )
            let powerless = client.with(token: try #require(answer.json["token"]?.string))
            for route in Self.routes {
                guard let scope = route.description.scope else { continue }
                let refused = try powerless.send(route.method.rawValue, Self.path(route))
                #expect(refused.status == 403, "\(Self.name(route))")
                #expect(refused.json["scope"] == .string(scope), "\(Self.name(route))")
                #expect(Scope(rawValue: scope) != nil, "\(Self.name(route))")
            }
        }
    }

    @Test func `no operation takes an unknown parameter`() throws {
        try withServer { client in
            for route in Self.routes {
                let target = Self.path(route) + "?bogus=1"
                let isImport = route.template.text.hasPrefix("/v1/imports")
                let answer = try client.send(
                    route.method.rawValue,
                    target,
                    [:],
                    [],
                    type: isImport ? "text/csv" : nil
                )
                #expect(answer.parameters.first == "bogus", "\(Self.name(route)): \(answer)")
            }
        }
    }

    @Test func `no operation takes a body that is not what it says`() throws {
        try withServer { client in
            for route in Self.routes where Self.isForm(route) {
                func send(_ body: String, _ type: String?) throws -> TestAnswer {
                    let method = route.method.rawValue
                    return try client.send(
                        method,
                        Self.path(route),
                        [:],
                        Array(body.utf8),
                        type: type
                    )
                }
                let name = Self.name(route)
                #expect(try send("{", "application/json").problem == "malformed-body", "\(name)")
                #expect(try send("{}", nil).status == 415, "\(name)")
                #expect(try send("{}", "text/csv").status == 415, "\(name)")
                let list = try send("[]", "application/json")
                #expect(list.pointers == [""] || list.status == 404, "\(name): \(list)")
            }
        }
    }

    @Test func `every path answers other methods with those it has`() throws {
        try withServer { client in
            let paths = Dictionary(grouping: Self.routes) { $0.template.text }
            for (template, routes) in paths {
                let own = Set(routes.map(\.method))
                for method: Method in [.get, .post, .put, .patch, .delete]
                where !own.contains(method) {
                    let answer = try client.send(method.rawValue, Self.path(routes[0]))
                    #expect(answer.status == 405, "\(method) \(template)")
                    let allowed = Set((answer.fields["allow"] ?? "").split(separator: ", "))
                    let listed = own.union([.options]).union(own.contains(.get) ? [.head] : [])
                    #expect(allowed == Set(listed.map { Substring($0.rawValue) }), "\(template)")
                }
            }
        }
    }

    @Test func `names, tags and problems are whole`() {
        let names = Self.routes.map(\.description.name)
        #expect(Set(names).count == names.count)
        for route in Self.routes {
            #expect(!route.description.summary.hasSuffix("."))
            #expect(!route.description.tag.isEmpty)
            let unknown = route.problems.subtracting(API.problems).map(\.slug)
            #expect(unknown.isEmpty, "\(Self.name(route))")
        }
        let slugs = API.problems.map(\.slug)
        #expect(Set(slugs).count == slugs.count)
    }

    private static let roles: [(role: Role, scopes: [String])] = [
        (.reader, ["customers:read", "tiers:read"]),
        (
            .agent,
            [
                "approvals:read", "approvals:write", "articles:read", "calls:read", "calls:write",
                "complaints:read", "complaints:write",
                "contacts:read", "contacts:write", "customers:write", "interactions:read",
                "interactions:write", "presence:write", "products:read", "staff:read", "tasks:read",
                "tasks:write", "warnings:read",
            ]
        ),
        (
            .manager,
            [
                "articles:write", "events:read", "imports", "orders:read", "orders:write",
                "plans:read", "plans:write", "warnings:write",
                "policies:write",
                "products:write", "runs:write", "reports:read", "staff:write",
            ]
        ),
        (.steward, ["audit:read", "customers:merge", "exports"]),
        (.admin, ["backups", "metrics:read", "tokens:write"]),
    ]

    @Test func `each role holds the scopes of the one before and its own`() {
        var held: Set<String> = []
        for (role, added) in Self.roles {
            held.formUnion(added)
            #expect(Set(role.scopes.map(\.rawValue)) == held, "\(role)")
        }
        #expect(held == Set(Scope.allCases.map(\.rawValue)))
        #expect(Self.roles.map(\.role) == Role.allCases)
    }
}
