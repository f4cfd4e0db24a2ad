// SPDX-License-Identifier: Apache-2.0
import HTTP
import JSON
import TestSupport
import Testing

/// The check that every other test of the service leans on.
@Suite struct ContractTests {
    struct Case: CustomTestStringConvertible {
        let schema: JSON
        let value: JSON
        let isValid: Bool

        var testDescription: String { "\(value.text) by \(schema.text)" }
    }

    private static let object: JSON = [
        "type": "object", "properties": ["a": ["type": "integer"]], "required": ["a"],
        "additionalProperties": false,
    ]

    static let cases = [
        Case(schema: ["type": "string"], value: "x", isValid: true),
        Case(schema: ["type": "string"], value: 1, isValid: false),
        Case(schema: ["type": "integer"], value: .number("1.5"), isValid: false),
        Case(schema: ["type": "number"], value: .number("1.5"), isValid: true),
        Case(schema: ["type": "boolean"], value: .null, isValid: false),
        Case(schema: ["type": "integer", "minimum": 1], value: 0, isValid: false),
        Case(schema: ["type": "integer", "maximum": 1], value: 2, isValid: false),
        Case(schema: ["type": "string", "minLength": 1], value: "", isValid: false),
        Case(schema: ["type": "string", "maxLength": 1], value: "😀", isValid: true),
        Case(schema: ["type": "string", "maxLength": 1], value: "ab", isValid: false),
        Case(schema: ["enum": ["a", "b"]], value: "c", isValid: false),
        Case(schema: ["items": ["type": "string"]], value: ["a", 1], isValid: false),
        Case(schema: ["maxItems": 1], value: ["a", "b"], isValid: false),
        Case(schema: object, value: ["a": 1], isValid: true),
        Case(schema: object, value: [:], isValid: false),
        Case(schema: object, value: ["a": "1"], isValid: false),
        Case(schema: object, value: ["a": 1, "b": 1], isValid: false),
        Case(schema: ["anyOf": [["type": "null"], object]], value: .null, isValid: true),
        Case(schema: ["anyOf": [["type": "null"], object]], value: [:], isValid: false),
        Case(schema: ["$ref": "#/components/schemas/A"], value: ["a": 1], isValid: true),
        Case(schema: ["$ref": "#/components/schemas/A"], value: 1, isValid: false),
        Case(schema: ["$ref": "#/components/schemas/B"], value: 1, isValid: false),
        Case(schema: ["oneOf": []], value: 1, isValid: false),
    ]

    @Test(arguments: cases)
    func `a value is held against its schema`(_ one: Case) {
        let validator = SchemaValidator(components: ["A": Self.object])
        #expect(validator.errors(in: one.value, one.schema).isEmpty == one.isValid)
    }

    struct Breach: CustomTestStringConvertible {
        let name: String
        var method = "GET"
        var path = "/a/1"
        var status = 200
        var fields: HeaderFields = [
            "x-request-id": "r", "etag": "\"1\"", "content-type": "application/json",
        ]
        var body = #"{"a": 1}"#
        let isSound: Bool

        var testDescription: String { name }
    }

    private static let contract = Contract([
        "paths": [
            "/a/{b}": [
                "get": [
                    "responses": [
                        "200": [
                            "headers": ["ETag": [:], "Link": [:]],
                            "content": [
                                "application/json": ["schema": object], "text/csv": ["schema": [:]],
                            ],
                        ],
                        "304": [:],
                    ]
                ]
            ]
        ],
        "components": ["schemas": ["Problem": ["required": ["instance"]]]],
    ])

    private static func fields(_ type: String) -> HeaderFields {
        ["x-request-id": "r", "etag": "\"1\"", "content-type": type]
    }

    private static func problem(_ status: Int, instance: String = "/a/1") -> String {
        #"{"type": "/problems/x", "status": \#(status), "instance": "\#(instance)", "requestId": "r"}"#
    }

    static let breaches = [
        Breach(name: "what is documented", isSound: true),
        Breach(name: "another type", fields: fields("text/csv; charset=utf-8"), isSound: true),
        Breach(name: "nothing where nothing is documented", status: 304, body: "", isSound: true),
        Breach(name: "HEAD without a body", method: "HEAD", body: "", isSound: true),
        Breach(name: "HEAD with a body", method: "HEAD", isSound: false),
        Breach(name: "another status", status: 201, isSound: false),
        Breach(name: "a body where none is documented", status: 304, isSound: false),
        Breach(name: "a type that is not documented", fields: fields("text/html"), isSound: false),
        Breach(name: "a member that is not documented", body: #"{"a": 1, "b": 1}"#, isSound: false),
        Breach(name: "no JSON", body: "{", isSound: false),
        Breach(
            name: "no entity tag",
            fields: ["x-request-id": "r", "content-type": "application/json"],
            isSound: false
        ),
        Breach(
            name: "no request id",
            fields: ["etag": "\"1\"", "content-type": "application/json"],
            isSound: false
        ),
        Breach(name: "an unknown path that is found", path: "/b", isSound: false),
        Breach(
            name: "an unknown path",
            path: "/b",
            status: 404,
            fields: fields("application/problem+json"),
            body: problem(404, instance: "/b"),
            isSound: true
        ),
        Breach(
            name: "a problem of another status",
            path: "/b",
            status: 404,
            fields: fields("application/problem+json"),
            body: problem(400, instance: "/b"),
            isSound: false
        ),
        Breach(
            name: "a problem of another path",
            path: "/b",
            status: 404,
            fields: fields("application/problem+json"),
            body: problem(404),
            isSound: false
        ),
        Breach(
            name: "a wrong method without Allow",
            method: "POST",
            status: 405,
            fields: fields("application/problem+json"),
            body: problem(405),
            isSound: false
        ),
    ]

    @Test(arguments: breaches)
    func `an answer is held against the document`(_ one: Breach) throws {
        let answer = TestAnswer(status: one.status, fields: one.fields, body: Array(one.body.utf8))
        if one.isSound {
            try Self.contract.check(answer, to: one.method, one.path)
        } else {
            #expect(throws: TestFailure.self) {
                try Self.contract.check(answer, to: one.method, one.path)
            }
        }
    }
}
