// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import HTTP
import JSON
import TestSupport
import Testing

/// A request and what its answer must be.
struct Case: Sendable {
    let name: String
    let method: String
    let target: String
    let body: String?
    let role: Role?
    let fields: HeaderFields
    let status: Int
    let problem: String?
    let pointers: [String]
    let parameters: [String]
    let saying: String?

    /// `role` is nil for one who sends no token; `saying` is part of what the problem says.
    init(
        _ name: String,
        _ method: String,
        _ target: String,
        _ body: String? = nil,
        by role: Role? = .admin,
        with fields: HeaderFields = [:],
        is status: Int,
        _ problem: String? = nil,
        pointers: [String] = [],
        parameters: [String] = [],
        saying: String? = nil
    ) {
        self.name = name
        self.method = method
        self.target = target
        self.body = body
        self.role = role
        self.fields = fields
        self.status = status
        self.problem = problem
        self.pointers = pointers
        self.parameters = parameters
        self.saying = saying
    }

    /// A body that is refused for these members.
    static func refused(
        _ name: String,
        _ method: String,
        _ target: String,
        _ body: String,
        _ pointers: String...,
        saying: String? = nil
    ) -> Case {
        Case(
            name,
            method,
            target,
            body,
            is: 422,
            "invalid-body",
            pointers: pointers,
            saying: saying
        )
    }

    /// A query that is refused for these parameters.
    static func refused(
        _ name: String,
        query target: String,
        _ parameters: String...,
        saying: String? = nil
    ) -> Case {
        Case(
            name,
            "GET",
            target,
            is: 400,
            "invalid-parameter",
            parameters: parameters,
            saying: saying
        )
    }

    /// A query for what will be at a time that has not come yet.
    static func future(_ name: String, query target: String) -> Case {
        Case(name, "GET", target, is: 422, "future-as-of", parameters: ["asOf"], saying: "future")
    }

    /// A body that asks for it.
    static func future(_ name: String, _ target: String, _ body: String) -> Case {
        Case(
            name,
            "POST",
            target,
            body,
            is: 422,
            "future-as-of",
            pointers: ["/asOf"],
            saying: "future"
        )
    }
}

extension TestClient {
    /// Sends each request and holds its answer against the case; what is refused changes nothing.
    func check(_ cases: [Case], sourceLocation: SourceLocation = #_sourceLocation) throws {
        for one in cases {
            let before = try entries()
            let client = one.role.map { self.as($0) } ?? anonymous
            let type = one.method == "PATCH" ? "application/merge-patch+json" : "application/json"
            let answer = try client.send(
                one.method,
                one.target,
                one.fields,
                Array((one.body ?? "").utf8),
                type: one.body == nil ? nil : type
            )
            let comment = Comment(rawValue: "\(one.name): \(answer)")
            #expect(answer.status == one.status, comment, sourceLocation: sourceLocation)
            #expect(answer.problem == one.problem, comment, sourceLocation: sourceLocation)
            #expect(answer.pointers == one.pointers, comment, sourceLocation: sourceLocation)
            #expect(answer.parameters == one.parameters, comment, sourceLocation: sourceLocation)
            if let saying = one.saying {
                let said = ([answer.detail] + answer.details).compactMap { $0 }
                #expect(
                    said.contains { $0.contains(saying) },
                    comment,
                    sourceLocation: sourceLocation
                )
            }
            if one.status >= 400 {
                let after = try entries()
                #expect(before == after, comment, sourceLocation: sourceLocation)
            }
        }
    }

    /// What requests have journalled; a job may raise an alarm at any time.
    private func entries() throws -> Int? {
        try service.number("SELECT count(*) FROM event WHERE actor <> 'scheduler'")
    }
}
