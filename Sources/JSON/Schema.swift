// SPDX-License-Identifier: Apache-2.0

/// What a value looks like, from which JSON Schema (2020-12) and CSV columns are derived.
package indirect enum Schema: Sendable {
    /// A scalar, with its JSON Schema keywords.
    case scalar([JSON.Member])
    case array(of: Schema, maxItems: Int?)
    case object(Object)
    /// An object whose members are not fixed.
    case open(description: String)
    /// One of several shapes.
    case anyOf([Schema])

    package struct Object: Sendable {
        /// The component's name in an OpenAPI document; nil for a schema that stands in place.
        package let name: String?
        package let properties: [Property]

        package init(name: String?, properties: [Property]) {
            self.name = name
            self.properties = properties
        }
    }

    package struct Property: Sendable {
        package let name: String
        package let schema: Schema
        package let isRequired: Bool
        package let description: String

        package init(name: String, schema: Schema, isRequired: Bool, description: String) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
            self.description = description
        }
    }
}

extension Schema {
    /// The JSON Schema; named objects become references and are added to `components`.
    package func json(components: inout [String: JSON]) -> JSON {
        switch self {
        case .scalar(let keywords):
            return .object(keywords)
        case .array(let element, let maxItems):
            var members: [JSON.Member] = [
                JSON.Member("type", "array"),
                JSON.Member("items", element.json(components: &components)),
            ]
            if let maxItems { members.append(JSON.Member("maxItems", .integer(maxItems))) }
            return .object(members)
        case .open(let description):
            return ["type": "object", "description": .string(description)]
        case .anyOf(let schemas):
            return ["anyOf": .array(schemas.map { $0.json(components: &components) })]
        case .object(let object):
            guard let name = object.name else { return object.json(components: &components) }
            if components[name] == nil {
                components[name] = .null  // a record that holds itself must not go round for ever
                components[name] = object.json(components: &components)
            }
            return ["$ref": .string("#/components/schemas/" + name)]
        }
    }
}

extension Schema.Object {
    func json(components: inout [String: JSON]) -> JSON {
        var members: [JSON.Member] = [JSON.Member("type", "object")]
        members.append(
            JSON.Member(
                "properties",
                .object(
                    properties.map { property in
                        JSON.Member(
                            property.name,
                            described(
                                property.schema.json(components: &components),
                                by: property.description
                            )
                        )
                    }
                )
            )
        )
        let required = properties.filter(\.isRequired).map { JSON.string($0.name) }
        if !required.isEmpty { members.append(JSON.Member("required", .array(required))) }
        members.append(JSON.Member("additionalProperties", false))
        return .object(members)
    }

    private func described(_ schema: JSON, by description: String) -> JSON {
        guard !description.isEmpty, case .object(let members) = schema else { return schema }
        let kept = members.filter { $0.name != "description" }
        return .object(kept + [JSON.Member("description", .string(description))])
    }
}
