// SPDX-License-Identifier: Apache-2.0
import HTTP
package import JSON

/// How a route answers, and how the document shows it.
package struct Output<Value>: Sendable {
    package struct Content: Sendable {
        package let mediaType: String
        package let schema: Schema
    }

    let encode: @Sendable (Value, Call) throws -> Response
    let status: Status
    let description: String
    let content: [Content]
    let fields: [String]
    /// Other statuses that carry the same content.
    var alternatives: [Status: String] = [:]
    /// What making it may find wrong.
    var problems: [ProblemKind] = []
}

extension Output {
    /// The record, with 200 and an entity tag, or 304 if the client has it.
    package static func record(_ representation: Representation<Value>) -> Output {
        // The function alone is kept: to hand the generic value around costs more than to run it.
        let write = representation.write
        let version = ETag.version(of: Value.self)
        let fields = Response.jsonFields()
        return Output(
            encode: { value, call in
                let bytes = JSONWriter.bytes { write(value, &$0) }
                let number = version(value)
                let isRead = call.request.method == .get || call.request.method == .head
                if isRead, let number { try call.demandMatch(version: number) }
                var response = Response.json(.ok, fields, bytes, version: number)
                if isRead, number == nil { try call.demandMatch(tag: response.fields["etag"]) }
                if isRead, let known = call.request.fields["if-none-match"],
                    let tag = response.fields["etag"], ETag.isListed(tag, in: known)
                {
                    response.status = .notModified
                    response.body = .none
                }
                return response
            },
            status: .ok,
            description: "The record.",
            content: [Content(mediaType: "application/json", schema: representation.schema)],
            fields: ["ETag"],
            problems: [.preconditionFailed]
        )
    }

    /// The new record, with 201 and where it is to be found.
    package static func created(
        _ representation: Representation<Value>,
        at location: @escaping @Sendable (Value) -> String
    ) -> Output {
        made(.created, "The record that was created.", representation, location)
    }

    /// What has been begun, with 202 and where its progress is to be seen.
    package static func accepted(
        _ representation: Representation<Value>,
        at location: @escaping @Sendable (Value) -> String
    ) -> Output {
        made(.accepted, "Accepted; the location shows the progress.", representation, location)
    }

    private static func made(
        _ status: Status,
        _ description: String,
        _ representation: Representation<Value>,
        _ location: @escaping @Sendable (Value) -> String
    ) -> Output {
        let version = ETag.version(of: Value.self)
        let fields = Response.jsonFields()
        return Output(
            encode: { value, _ in
                let bytes = representation.bytes(value)
                var response = Response.json(status, fields, bytes, version: version(value))
                response.fields.set("location", location(value))
                return response
            },
            status: status,
            description: description,
            content: [Content(mediaType: "application/json", schema: representation.schema)],
            fields: ["ETag", "Location"]
        )
    }
}

/// A record that was put under a name of the client's choice.
package struct Upserted<Record: Sendable>: Sendable {
    let record: Record
    let isNew: Bool

    package init(_ record: Record, isNew: Bool) {
        self.record = record
        self.isNew = isNew
    }
}

extension Output {
    /// The record that was put there, with 201 if it is new and 200 if it was there before.
    package static func put<Record>(
        _ representation: Representation<Record>,
        at location: @escaping @Sendable (Record) -> String
    ) -> Output<Upserted<Record>> where Value == Upserted<Record> {
        let new: Output<Record> = .created(representation, at: location)
        let known: Output<Record> = .record(representation)
        return Output<Upserted<Record>>(
            encode: { value, call in
                try (value.isNew ? new : known).encode(value.record, call)
            },
            status: .ok,
            description: "The record, which was there before.",
            content: known.content.map {
                Output<Upserted<Record>>.Content(mediaType: $0.mediaType, schema: $0.schema)
            },
            fields: known.fields,
            alternatives: [new.status: new.description]
        )
    }
}

extension Output<Void> {
    /// Nothing but 204.
    package static var noContent: Output {
        Output(
            encode: { _, _ in Response(.noContent) },
            status: .noContent,
            description: "Done; there is nothing to say.",
            content: [],
            fields: []
        )
    }
}

extension Output<[UInt8]> {
    /// An HTML page that needs nothing else and may embed nothing.
    package static func page(_ description: String) -> Output {
        let text = Output.text("text/html; charset=utf-8", description)
        return Output(
            encode: { bytes, call in
                var response = try text.encode(bytes, call)
                response.fields.set("content-security-policy", "default-src 'none'")
                return response
            },
            status: text.status,
            description: text.description,
            content: text.content,
            fields: text.fields
        )
    }

    /// A text of that media type.
    package static func text(_ mediaType: String, _ description: String) -> Output {
        Output(
            encode: { bytes, _ in
                Response(
                    .ok,
                    fields: ["content-type": mediaType],
                    body: .bytes(bytes)
                )
            },
            status: .ok,
            description: description,
            content: [
                Content(
                    mediaType: String(mediaType.prefix { $0 != ";" }),
                    schema: .scalar([
                        JSON.Member("type", mediaType.contains("json") ? "object" : "string")
                    ])
                )
            ],
            fields: []
        )
    }
}

extension Response {
    /// Made anew for each route, so that reactors share none.
    static func jsonFields() -> HeaderFields {
        ["content-type": "application/json", "cache-control": "no-store"]
    }

    static func json(_ status: Status, _ bytes: [UInt8]) -> Response {
        Response(status, fields: jsonFields(), body: .bytes(bytes))
    }

    /// The same with an entity tag; the version is that of a record that counts its changes.
    static func json(
        _ status: Status,
        _ fields: HeaderFields,
        _ bytes: [UInt8],
        version: Int?
    ) -> Response {
        var response = Response(status, body: .bytes(bytes))
        // Room for what is added on the way out as well.
        response.fields.reserve(bytes: 256, fields: 8)
        response.fields.append(contentsOf: fields)
        response.fields.append("etag", ETag.tag(version: version, of: bytes))
        return response
    }
}
