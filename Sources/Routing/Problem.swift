// SPDX-License-Identifier: Apache-2.0
package import HTTP
package import JSON

/// An answer that says what went wrong (RFC 9457), thrown by whatever finds out.
package struct Problem: Error, Sendable {
    package enum Place: Sendable {
        case body
        case query
    }

    package let kind: ProblemKind
    package let detail: String?
    package var violations: [Violation] = []
    package var place = Place.body
    /// Members beside the standard ones, such as `existing` and `current`.
    package var extra: [JSON.Member] = []
    /// Fields of the answer that carries the problem, such as `Allow`.
    package var fields = HeaderFields()

    package init(_ kind: ProblemKind, _ detail: String? = nil, extra: [JSON.Member] = []) {
        self.kind = kind
        self.detail = detail
        self.extra = extra
    }

    /// A body that breaks rules.
    package init(_ violations: Violations) {
        self.init(.invalidBody, Self.summary(violations))
        self.violations = violations.all
    }

    /// Query parameters that break rules.
    package init(parameters violations: Violations) {
        self.init(.invalidParameter, Self.summary(violations))
        self.violations = violations.all
        place = .query
    }

    package init(parameter name: String, _ detail: String) {
        self.init(parameters: Violations([Violation("/" + name, detail)]))
    }

    private static func summary(_ violations: Violations) -> String {
        guard violations.all.count == 1, let only = violations.all.first else {
            return "\(violations.all.count) rules are broken"
        }
        let name = only.pointer.isEmpty ? "the body" : only.name
        return "\(name): \(only.detail)"
    }

    /// The answer.
    package func response(instance: String, requestID: String) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("type")
            writer.string(kind.type)
            writer.name("title")
            writer.string(kind.title)
            writer.name("status")
            writer.integer(Int64(kind.status.code))
            if let detail {
                writer.name("detail")
                writer.string(detail)
            }
            writer.name("instance")
            writer.string(instance)
            writer.name("requestId")
            writer.string(requestID)
            if !violations.isEmpty {
                writer.name("errors")
                writer.array { writer in
                    for violation in violations { encode(violation, &writer) }
                }
            }
            for member in extra {
                writer.name(member.name)
                writer.value(member.value)
            }
        }
        var fields = fields
        fields.set("content-type", "application/problem+json")
        fields.set("cache-control", "no-store")
        return Response(kind.status, fields: fields, body: .bytes(writer.bytes))
    }

    private func encode(_ violation: Violation, _ writer: inout JSONWriter) {
        writer.object { writer in
            switch place {
            case .body:
                writer.name("pointer")
                writer.string(violation.pointer)
            case .query:
                writer.name("parameter")
                writer.string(violation.name)
            }
            writer.name("detail")
            writer.string(violation.detail)
        }
    }

    /// The wire form, for the OpenAPI document.
    static let schema: JSON = [
        "type": "object",
        "description": "A problem (RFC 9457).",
        "properties": [
            "type": ["type": "string", "format": "uri-reference"],
            "title": ["type": "string"],
            "status": ["type": "integer"],
            "detail": ["type": "string"],
            "instance": ["type": "string", "format": "uri-reference"],
            "requestId": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object",
                    "properties": [
                        "pointer": ["type": "string"],
                        "parameter": ["type": "string"],
                        "detail": ["type": "string"],
                    ],
                    "required": ["detail"],
                ],
            ],
            "existing": ["type": "string", "format": "uri-reference"],
        ],
        "required": ["type", "title", "status", "instance", "requestId"],
    ]
}

extension Violation {
    /// The pointer without its slash, which with a combining code point is one Character.
    fileprivate var name: String { String(pointer.unicodeScalars.dropFirst()) }
}
