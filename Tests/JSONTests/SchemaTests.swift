// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct SchemaTests {
    @Test func `describes a record by what its fields accept`() throws {
        var components: [String: JSON] = [:]
        let schema = Pet.fields.representation.schema.json(components: &components)
        #expect(schema == ["$ref": "#/components/schemas/Pet"])
        #expect(components.keys.sorted() == ["Home", "Pet"])
        let pet = try #require(components["Pet"])
        #expect(pet["type"] == "object")
        #expect(pet["additionalProperties"] == false)
        #expect(pet["required"] == ["name", "kind"])
        let members: [(String, JSON)] = [
            (
                "name",
                [
                    "type": "string", "minLength": 1, "maxLength": 20,
                    "description": "What it is called.",
                ]
            ),
            ("kind", ["type": "string", "enum": ["cat", "dog", "guinea-pig"]]),
            ("age", ["type": "integer", "minimum": 0, "maximum": 40]),
            (
                "weight",
                ["type": "number", "minimum": .number("0.0"), "maximum": .number("100.0")]
            ),
            ("tame", ["type": "boolean"]),
            (
                "tags",
                [
                    "type": "array",
                    "items": ["type": "string", "minLength": 1, "maxLength": 5], "maxItems": 3,
                ]
            ),
            ("home", ["$ref": "#/components/schemas/Home"]),
            ("walks", ["type": "array", "items": ["$ref": "#/components/schemas/Home"]]),
            ("notes", ["type": "object", "description": "Anything."]),
        ]
        for (name, schema) in members {
            #expect(pet["properties"]?[name] == schema, "\(name)")
        }
        #expect(pet["properties"]?.members?.map(\.name) == Pet.fields.names)
    }

    @Test func `writes alternatives, and a nameless object in its place`() {
        var components: [String: JSON] = [:]
        let home = Schema.object(
            Schema.Object(
                name: nil,
                properties: [
                    Schema.Property(
                        name: "a",
                        schema: .scalar([JSON.Member("type", "null")]),
                        isRequired: false,
                        description: ""
                    )
                ]
            )
        )
        let schema = Schema.anyOf([home, .array(of: home, maxItems: nil)])
        let object: JSON = [
            "type": "object", "properties": ["a": ["type": "null"]], "additionalProperties": false,
        ]
        #expect(
            schema.json(components: &components)
                == ["anyOf": [object, ["type": "array", "items": object]]]
        )
        #expect(components.isEmpty)
    }
}
