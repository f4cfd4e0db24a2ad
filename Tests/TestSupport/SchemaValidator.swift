// SPDX-License-Identifier: Apache-2.0
package import JSON

/// Holds values against JSON Schemas, as far as `Schema` writes them.
package struct SchemaValidator: Sendable {
    private let components: JSON

    /// `components` are the schemas that `$ref` names.
    package init(components: JSON) {
        self.components = components
    }

    /// What is wrong with the value, each with the place where it is.
    package func errors(in value: JSON, _ schema: JSON, at place: String = "") -> [String] {
        (schema.members ?? []).flatMap { keyword -> [String] in
            switch keyword.name {
            case "properties": members(of: value, keyword.value, place)
            case "items": elements(of: value, keyword.value, place)
            case "$ref": errors(in: value, component(keyword.value), at: place)
            case "anyOf": choice(value, keyword.value, place)
            default:
                Self.plain(value, keyword, schema).map { ["\(place.isEmpty ? "/" : place) \($0)"] }
                    ?? []
            }
        }
    }

    private func component(_ reference: JSON) -> JSON {
        let name = reference.string?.split(separator: "/").last.map(String.init)
        return name.flatMap { components[$0] } ?? ["unknown reference": .null]
    }

    private func members(of value: JSON, _ properties: JSON, _ place: String) -> [String] {
        (value.members ?? []).flatMap { member in
            properties[member.name].map {
                errors(in: member.value, $0, at: "\(place)/\(member.name)")
            } ?? []
        }
    }

    private func elements(of value: JSON, _ schema: JSON, _ place: String) -> [String] {
        (value.elements ?? []).enumerated().flatMap { index, element in
            errors(in: element, schema, at: "\(place)/\(index)")
        }
    }

    private func choice(_ value: JSON, _ schemas: JSON, _ place: String) -> [String] {
        let found = (schemas.elements ?? []).map { errors(in: value, $0, at: place) }
        return found.contains { $0.isEmpty } ? [] : ["\(place) fits none of anyOf"]
    }

    /// What is wrong by a keyword that looks at nothing below the value.
    private static func plain(_ value: JSON, _ keyword: JSON.Member, _ schema: JSON) -> String? {
        switch keyword.name {
        case "type":
            isOfType(value, keyword.value.string) ? nil : "is no \(keyword.value.string ?? "type")"
        case "required":
            missing(value, keyword.value).map { "lacks \($0)" }
        case "additionalProperties":
            keyword.value == false ? stranger(value, schema).map { "has \($0)" } : nil
        case "enum":
            keyword.value.elements?.contains(value) == true ? nil : "is none of the enum"
        case "minimum", "maximum", "minLength", "maxLength", "maxItems":
            isWithin(value, keyword) ? nil : "breaks \(keyword.name)"
        case "description", "format", "pattern":
            nil
        default:
            "has a schema with \(keyword.name), which this validator does not know"
        }
    }

    private static func isOfType(_ value: JSON, _ type: String?) -> Bool {
        switch (type, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
            ("number", .number), ("null", .null):
            true
        case ("integer", .number): value.integer != nil
        default: false
        }
    }

    private static func missing(_ value: JSON, _ names: JSON) -> String? {
        guard case .object = value else { return nil }
        return names.elements?.compactMap(\.string).first { value[$0] == nil }
    }

    private static func stranger(_ value: JSON, _ schema: JSON) -> String? {
        value.members?.first { schema["properties"]?[$0.name] == nil }?.name
    }

    private static func isWithin(_ value: JSON, _ keyword: JSON.Member) -> Bool {
        guard let limit = keyword.value.double else { return false }
        switch (keyword.name, value) {
        case ("minimum", .number): return value.double ?? .nan >= limit
        case ("maximum", .number): return value.double ?? .nan <= limit
        case ("minLength", .string(let text)): return Double(text.unicodeScalars.count) >= limit
        case ("maxLength", .string(let text)): return Double(text.unicodeScalars.count) <= limit
        case ("maxItems", .array(let elements)): return Double(elements.count) <= limit
        default: return true
        }
    }
}
