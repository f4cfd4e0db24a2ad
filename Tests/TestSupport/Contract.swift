// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
package import JSON

/// What the OpenAPI document promises of answers.
package struct Contract: Sendable {
    /// The document as the service serves it.
    package static let document = API(
        services: Services(zone: .shanghai),
        database: nil,
        system: SystemStatus(),
        clock: { TestClock.start },
        wakeJobs: {}
    )
    .document

    static let shared = Contract((try? JSONReader.read(document)) ?? .null)

    private struct Path: Sendable {
        let segments: [Substring]
        let operations: JSON

        func matches(_ path: [Substring]) -> Bool {
            path.count == segments.count
                && zip(path, segments).allSatisfy { Self.isParameter($1) ? !$0.isEmpty : $0 == $1 }
        }

        var literals: Int {
            segments.count { !Self.isParameter($0) }
        }

        private static func isParameter(_ segment: Substring) -> Bool {
            segment.hasPrefix("{")
        }
    }

    private let paths: [Path]
    private let validator: SchemaValidator

    package init(_ document: JSON) {
        paths = (document["paths"]?.members ?? []).map { member in
            Path(segments: Self.segments(member.name), operations: member.value)
        }
        validator = SchemaValidator(components: document["components"]?["schemas"] ?? .null)
    }

    private static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// What the document says of a method and a path; nil for one that it does not know.
    private func operation(_ method: String, _ path: String) -> JSON? {
        let name = method == "HEAD" ? "get" : method.lowercased()
        return known(path)?.operations[name]
    }

    private func known(_ path: String) -> Path? {
        let segments = Self.segments(path)
        return paths.filter { $0.matches(segments) }.max { $0.literals < $1.literals }
    }
}

// MARK: - Answers

extension Contract {
    /// What HTTP itself may answer to any request, before an operation is found.
    private static func isRefusal(_ answer: TestAnswer) -> Bool {
        [408, 413, 414, 417, 429, 431, 501, 505].contains(answer.status)
            || answer.problem == "malformed-request"
    }

    /// Throws if the document does not have the answer.
    package func check(_ answer: TestAnswer, to method: String, _ target: String) throws {
        let path = String(target.prefix { $0 != "?" })
        let breaches = breaches(answer, method, path)
        guard breaches.isEmpty else {
            let list = breaches.joined(separator: "; ")
            throw TestFailure("\(method) \(target) breaks the contract: \(list)\n\(answer)")
        }
    }

    private func breaches(_ answer: TestAnswer, _ method: String, _ path: String) -> [String] {
        var breaches: [String] = []
        if answer.fields["x-request-id"] == nil { breaches.append("no X-Request-Id") }
        // 507 is no fault of the service: the test has filled the disk.
        if answer.status >= 500, answer.status != 507, !Self.isRefusal(answer) {
            breaches.append("a status from 500")
        }
        if answer.problem != nil { breaches += self.breaches(ofProblem: answer, path) }
        if let operation = operation(method, path) {
            breaches += self.breaches(answer, of: operation, isHead: method == "HEAD")
        } else if method != "OPTIONS" {
            let expected = known(path) == nil ? 404 : 405
            if answer.problem == nil && method != "HEAD" { breaches.append("no problem") }
            if answer.status != expected, !Self.isRefusal(answer) {
                breaches.append("not \(expected)")
            }
        }
        return breaches
    }

    private func breaches(
        _ answer: TestAnswer,
        of operation: JSON,
        isHead: Bool
    ) -> [String] {
        guard let response = operation["responses"]?[String(answer.status)] else {
            return Self.isRefusal(answer) ? [] : ["status not documented"]
        }
        var breaches: [String] = []
        // `Link` is there where another page is.
        for field in response["headers"]?.members ?? [] where field.name != "Link" {
            if answer.fields[field.name.lowercased()] == nil {
                breaches.append("no \(field.name)")
            }
        }
        guard let content = response["content"] else {
            return breaches + (answer.body.isEmpty ? [] : ["a body that is not documented"])
        }
        guard let type = answer.mediaType, let media = content[type] else {
            return breaches + ["media type \(answer.mediaType ?? "none") not documented"]
        }
        guard !isHead else {
            return breaches + (answer.body.isEmpty ? [] : ["a body in answer to HEAD"])
        }
        guard type.hasSuffix("json"), type != "application/x-ndjson" else { return breaches }
        guard let json = try? JSONReader.read(answer.body) else {
            return breaches + ["the body is not JSON"]
        }
        return breaches + validator.errors(in: json, media["schema"] ?? .null)
    }

    private func breaches(ofProblem answer: TestAnswer, _ path: String) -> [String] {
        var breaches = validator.errors(
            in: answer.json,
            ["$ref": "#/components/schemas/Problem"]
        )
        if answer.json["status"]?.integer != answer.status {
            breaches.append("the problem has another status")
        }
        if answer.json["requestId"]?.string != answer.fields["x-request-id"] {
            breaches.append("the problem has another request id")
        }
        let instance = answer.json["instance"]?.string
        // A target that could not be read is not repeated.
        if instance != path, !(Self.isRefusal(answer) && instance == "/") {
            breaches.append("the problem has another instance")
        }
        let fields = [401: "www-authenticate", 405: "allow", 503: "retry-after"]
        if let field = fields[answer.status], answer.fields[field] == nil {
            breaches.append("no \(field)")
        }
        return breaches
    }
}
