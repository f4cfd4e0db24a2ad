// SPDX-License-Identifier: Apache-2.0
import HTTP
package import JSON

/// The OpenAPI 3.1 document of a list of routes, and nothing that they do not say.
package struct OpenAPIDocument {
    package let json: JSON

    package init<Reader, Writer>(
        title: String,
        version: String,
        description: String,
        routes: [Route<Reader, Writer>]
    ) {
        var components: [String: JSON] = ["Problem": Problem.schema]
        var paths: [(path: String, operations: [JSON.Member])] = []
        for route in routes {
            let member = JSON.Member(
                route.method.rawValue.lowercased(),
                route.operation(components: &components)
            )
            if let place = paths.firstIndex(where: { $0.path == route.template.text }) {
                paths[place].operations.append(member)
            } else {
                paths.append((route.template.text, [member]))
            }
        }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": .string(title),
                "version": .string(version),
                "description": .string(description),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "paths": .object(paths.map { JSON.Member($0.path, .object($0.operations)) }),
            "components": [
                "schemas": .object(
                    components.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
                ),
                "securitySchemes": [
                    "token": [
                        "type": "http",
                        "scheme": "bearer",
                        "description": "A token made by `guanxi token create`.",
                    ]
                ],
            ],
        ]
    }

    /// The document indented by two spaces, so that a change of it can be reviewed.
    package var text: String {
        var text = ""
        Self.write(json, indent: 0, into: &text)
        return text + "\n"
    }

    private static func write(_ json: JSON, indent: Int, into text: inout String) {
        let inner = String(repeating: "  ", count: indent + 1)
        let outer = String(repeating: "  ", count: indent)
        switch json {
        case .object(let members) where !members.isEmpty:
            text += "{\n"
            for (place, member) in members.enumerated() {
                text += inner + JSON.string(member.name).text + ": "
                write(member.value, indent: indent + 1, into: &text)
                text += place == members.count - 1 ? "\n" : ",\n"
            }
            text += outer + "}"
        case .array(let elements) where elements.contains { $0.members != nil }:
            text += "[\n"
            for (place, element) in elements.enumerated() {
                text += inner
                write(element, indent: indent + 1, into: &text)
                text += place == elements.count - 1 ? "\n" : ",\n"
            }
            text += outer + "]"
        default:
            text += json.text
        }
    }
}

extension Route {
    fileprivate func operation(components: inout [String: JSON]) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("operationId", .string(description.name)),
            JSON.Member("summary", .string(description.summary)),
            JSON.Member("tags", [.string(description.tag)]),
        ]
        if let scope = description.scope {
            members.append(JSON.Member("description", .string("Needs the scope `\(scope)`.")))
            members.append(JSON.Member("security", [["token": []]]))
        } else {
            members.append(JSON.Member("security", []))
        }
        let parameters = parameters(components: &components)
        if !parameters.isEmpty { members.append(JSON.Member("parameters", .array(parameters))) }
        if !description.requestBody.isEmpty {
            let content = description.requestBody.map {
                JSON.Member($0.mediaType, ["schema": $0.schema.json(components: &components)])
            }
            members.append(
                JSON.Member("requestBody", ["required": true, "content": .object(content)])
            )
        }
        members.append(JSON.Member("responses", responses(components: &components)))
        return .object(members)
    }

    private func parameters(components: inout [String: JSON]) -> [JSON] {
        var parameters: [JSON] = description.pathParameters.map { parameter in
            [
                "name": .string(parameter.name),
                "in": "path",
                "required": true,
                "schema": parameter.schema.json(components: &components),
            ]
        }
        parameters += description.queryParameters.map { parameter in
            [
                "name": .string(parameter.name),
                "in": "query",
                "required": .bool(parameter.isRequired),
                "description": .string(parameter.description),
                "schema": parameter.schema.json(components: &components),
            ]
        }
        if method == .post, description.scope != nil {
            parameters.append(
                header(
                    "Idempotency-Key",
                    "Makes a retry safe: the first answer to this key is given again."
                )
            )
        }
        if description.honoursIfMatch {
            parameters.append(
                header("If-Match", "Changes the record only if it still has this entity tag.")
            )
        }
        if method == .get, description.answer.fields.contains("ETag") {
            parameters.append(
                header("If-None-Match", "Answers 304 if the record still has this entity tag.")
            )
        }
        return parameters
    }

    private func header(_ name: String, _ description: String) -> JSON {
        [
            "name": .string(name),
            "in": "header",
            "required": false,
            "description": .string(description),
            "schema": ["type": "string"],
        ]
    }

    private func responses(components: inout [String: JSON]) -> JSON {
        let answer = description.answer
        var success: [JSON.Member] = [JSON.Member("description", .string(answer.description))]
        if !answer.fields.isEmpty {
            success.append(
                JSON.Member(
                    "headers",
                    .object(
                        answer.fields.map { JSON.Member($0, ["schema": ["type": "string"]]) }
                    )
                )
            )
        }
        if !answer.content.isEmpty {
            let content = answer.content.map {
                JSON.Member($0.mediaType, ["schema": $0.schema.json(components: &components)])
            }
            success.append(JSON.Member("content", .object(content)))
        }
        var responses = [(answer.status.code, JSON.object(success))]
        for (status, text) in answer.alternatives {
            let rest = success.dropFirst()
            responses.append(
                (status.code, .object([JSON.Member("description", .string(text))] + rest))
            )
        }
        if method == .get, answer.fields.contains("ETag") {
            responses.append((304, ["description": "The client has it."]))
        }
        let problems = Dictionary(grouping: problems) { $0.status.code }
        for (code, kinds) in problems {
            let names = kinds.map { "`\($0.slug)`" }.sorted().joined(separator: ", ")
            responses.append(
                (
                    code,
                    [
                        "description": .string(names),
                        "content": [
                            "application/problem+json": [
                                "schema": ["$ref": "#/components/schemas/Problem"]
                            ]
                        ],
                    ]
                )
            )
        }
        return .object(
            responses.sorted { $0.0 < $1.0 }.map { JSON.Member(String($0.0), $0.1) }
        )
    }

    /// The kinds of problem that an answer may carry: the route's own and those that follow from
    /// what it takes.
    package var problems: Set<ProblemKind> {
        var kinds = Set(description.problems)
        kinds.formUnion([
            .malformedRequest, .invalidParameter, .targetTooLong, .fieldsTooLarge,
            .tooManyRequests, .internalError, .unavailable,
        ])
        if description.scope != nil { kinds.formUnion([.unauthorized, .forbidden]) }
        if !description.answer.content.isEmpty { kinds.insert(.notAcceptable) }
        if !description.pathParameters.isEmpty { kinds.insert(.notFound) }
        if !description.requestBody.isEmpty {
            kinds.formUnion([
                .malformedBody, .contentTooLarge, .unsupportedMediaType, .invalidBody,
            ])
        }
        if method == .post, description.scope != nil {
            kinds.formUnion([.idempotencyKeyReused, .idempotencyKeyInUse])
        }
        if method != .get { kinds.insert(.insufficientStorage) }
        return kinds
    }
}
