// SPDX-License-Identifier: Apache-2.0
import HTTP
package import JSON

/// What a route reads from a request beside its path, and how the document shows it.
package struct Input<Value>: Sendable {
    package struct Body: Sendable {
        package let mediaTypes: [String]
        package let schema: Schema
    }

    let decode: @Sendable (Call) throws -> Value
    let parameters: [Schema.Property]
    let body: Body?
}

extension Input {
    /// Query parameters, each by its field.
    package static func query(_ fields: Fields<Value>) -> Input where Value: Sendable {
        // Most requests have no query, and what that means is always the same.
        let absent = (try? fields.decode(.object([]))).map { value in { @Sendable in value } }
        return Input(
            decode: { call in
                if call.request.query == nil, let absent { return absent() }
                return try fields.decode(query: call.queryItems(), call)
            },
            parameters: fields.properties,
            body: nil
        )
    }

    /// A JSON body; where `form` is set the same members may come form-encoded.
    package static func body(_ fields: Fields<Value>, form: Bool = false) -> Input {
        let json = ["application/json"]
        let mediaTypes = form ? json + ["application/x-www-form-urlencoded"] : json
        return Input(
            decode: { call in
                try call.refuseQuery()
                if form, call.contentType?.type == mediaTypes.last {
                    return try fields.decode(form: call)
                }
                let body = try call.jsonBody(mediaTypes: mediaTypes)
                return try fields.decode(body: body, options: call.structured)
            },
            parameters: [],
            body: Body(mediaTypes: mediaTypes, schema: fields.representation.schema)
        )
    }
}

extension Input<Void> {
    /// Nothing.
    package static var nothing: Input {
        Input(decode: { try $0.refuseQuery() }, parameters: [], body: nil)
    }
}

extension Input<JSON> {
    /// A merge patch of a record with these fields (RFC 7396).
    static func patch<Record>(of fields: Fields<Record>) -> Input {
        let mediaTypes = ["application/merge-patch+json", "application/json"]
        return Input(
            decode: { call in
                try call.refuseQuery()
                return try call.jsonBody(mediaTypes: mediaTypes)
            },
            parameters: [],
            body: Body(
                mediaTypes: mediaTypes,
                schema: .object(
                    Schema.Object(
                        name: fields.representation.name.map { $0 + "Patch" },
                        properties: fields.properties.map(\.optional)
                    )
                )
            )
        )
    }
}

extension Call {
    /// Refuses query parameters where a route has none.
    func refuseQuery() throws {
        let items = try queryItems()
        guard items.isEmpty else {
            throw Problem(
                parameters: Violations(items.map { Violation("/" + $0.name, "is not known here") })
            )
        }
    }
}

extension Schema.Property {
    /// The member as a patch has it: it may be absent, and null clears it.
    fileprivate var optional: Schema.Property {
        Schema.Property(
            name: name,
            schema: .anyOf([schema, .scalar([JSON.Member("type", "null")])]),
            isRequired: false,
            description: description
        )
    }
}

extension Fields {
    var properties: [Schema.Property] {
        guard case .object(let object) = representation.schema else { return [] }
        return object.properties
    }

    func decode(query items: [(name: String, value: String)], _ call: Call) throws -> Root {
        let json = JSON.object(items.map { JSON.Member($0.name, .string($0.value)) })
        do {
            return try decode(json, options: call.textual)
        } catch {
            // A parameter is named as it was given, not as RFC 6901 would have it.
            throw Problem(
                parameters: Violations(
                    error.all.map { violation in
                        let name = violation.pointer.unicodeScalars
                            .replacing("~1".unicodeScalars, with: "/".unicodeScalars)
                            .replacing("~0".unicodeScalars, with: "~".unicodeScalars)
                        return Violation(String(name), violation.detail)
                    }
                )
            )
        }
    }

    /// A form-encoded body; a field without a value counts as absent.
    fileprivate func decode(form call: Call) throws -> Root {
        try call.demand(mediaTypes: ["application/x-www-form-urlencoded"])
        let body = try call.bodyBytes()
        try Call.demandFew(body)
        guard let items = FormEncoding.decode(body) else {
            throw Problem(.malformedBody, "the form \(FormEncoding.fault(in: body))")
        }
        let given = items.filter { !$0.value.isEmpty }
        let json = JSON.object(given.map { JSON.Member($0.name, .string($0.value)) })
        return try decode(body: json, options: call.textual)
    }

    fileprivate func decode(body json: JSON, options: Decoding.Options) throws -> Root {
        do {
            return try decode(json, options: options)
        } catch {
            throw Problem(error)
        }
    }
}
