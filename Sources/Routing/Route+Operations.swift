// SPDX-License-Identifier: Apache-2.0
package import HTTP
package import JSON

extension Route {
    /// An operation that reads: the handler runs inline on a reactor, or again on the slow lane.
    package static func read<I: Sendable, O, each P: PathParameter>(
        _ method: Method = .get,
        _ template: String,
        _ path: repeat (each P).Type,
        name: String,
        summary: String,
        tag: String,
        scope: String?,
        takes input: Input<I>,
        returns output: Output<O>,
        problems: [ProblemKind] = [],
        _ handle: @escaping @Sendable (I, Call, Reader, repeat each P) throws -> O
    ) -> Route {
        let handler = PathHandler(handle: handle)
        // The functions alone are kept: to hand the generic values around costs more than to run
        // them.
        let decode = input.decode
        let encode = output.encode
        return Route(
            method,
            template,
            Description(
                name: name,
                summary: summary,
                tag: tag,
                scope: scope,
                pathParameters: PathHandler<I, Reader, O, repeat each P>.schemas(of: template),
                input: input,
                output: output,
                problems: problems + output.problems
            )
        ) { call in
            let argument = try decode(call)
            return .read { reader in
                .response(try encode(handler(argument, call, reader), call))
            }
        }
    }

    /// An operation that changes something: the handler runs on the writer's thread in a
    /// transaction, and may run again.
    package static func write<I: Sendable, O: Sendable, each P: PathParameter>(
        _ method: Method,
        _ template: String,
        _ path: repeat (each P).Type,
        name: String,
        summary: String,
        tag: String,
        scope: String?,
        takes input: Input<I>,
        returns output: Output<O>,
        problems: [ProblemKind] = [],
        honoursIfMatch: Bool = false,
        secrets: Set<String> = [],
        committed: (@Sendable () -> Void)? = nil,
        _ handle: @escaping @Sendable (I, Call, Writer, repeat each P) throws -> O
    ) -> Route {
        let handler = PathHandler(handle: handle)
        var description = Description(
            name: name,
            summary: summary,
            tag: tag,
            scope: scope,
            pathParameters: PathHandler<I, Writer, O, repeat each P>.schemas(of: template),
            input: input,
            output: output,
            problems: problems
        )
        description.honoursIfMatch = honoursIfMatch
        description.secrets = secrets
        return Route(method, template, description) { call in
            let argument = try input.decode(call)
            return .write(
                { writer in
                    let value = try handler(argument, call, writer)
                    return { try output.encode(value, call) }
                },
                committed: committed
            )
        }
    }

    /// An operation that changes a record by a merge patch: finds it, holds `If-Match` against it,
    /// decodes the patched whole by the record's own fields, and applies it.
    package static func change<Details, Record: Versioned & Sendable, each P: PathParameter>(
        _ template: String,
        _ path: repeat (each P).Type,
        name: String,
        summary: String,
        tag: String,
        scope: String,
        fields: Fields<Details>,
        details: @escaping @Sendable (Record) -> Details,
        returns representation: Representation<Record>,
        problems: [ProblemKind] = [],
        committed: (@Sendable () -> Void)? = nil,
        find: @escaping @Sendable (Void, Call, Writer, repeat each P) throws -> Record,
        apply: @escaping @Sendable (Details, Record, Call, Writer) throws -> Record
    ) -> Route {
        let finder = PathHandler(handle: find)
        let input = Input.patch(of: fields)
        let output = Output.record(representation)
        var description = Description(
            name: name,
            summary: summary,
            tag: tag,
            scope: scope,
            pathParameters: PathHandler<Void, Writer, Record, repeat each P>.schemas(of: template),
            input: input,
            output: output,
            problems: problems + [.preconditionFailed]
        )
        description.honoursIfMatch = true
        return Route(.patch, template, description) { call in
            let patch = try input.decode(call)
            return .write(
                { writer in
                    let record = try finder((), call, writer)
                    try call.demandMatch(record, representation)
                    do {
                        let changed = try fields.decode(patch, over: details(record))
                        let value = try apply(changed, record, call, writer)
                        return { try output.encode(value, call) }
                    } catch let violations as Violations {
                        throw Problem(violations)
                    }
                },
                committed: committed
            )
        }
    }

    /// An operation that takes a spooled body or much time, on a thread of its own.
    ///
    /// What `prepare` answers is handed a function that keeps the operation's result for retries,
    /// to be called in the transaction that makes it final, if there is one.
    package static func background<O, each P: PathParameter>(
        _ method: Method,
        _ template: String,
        _ path: repeat (each P).Type,
        name: String,
        summary: String,
        tag: String,
        scope: String,
        takes input: Input<Void> = .nothing,
        query: [Schema.Property] = [],
        body mediaTypes: [String] = [],
        returns output: Output<O>,
        problems: [ProblemKind] = [],
        _ prepare:
            @escaping @Sendable (Void, Call, Void, repeat each P) throws ->
            @Sendable (_ keep: @escaping @Sendable (O, Writer) throws -> Void) throws -> O
    ) -> Route {
        typealias Prepared = @Sendable (@escaping @Sendable (O, Writer) throws -> Void) throws -> O
        let handler = PathHandler(handle: prepare)
        var description = Description(
            name: name,
            summary: summary,
            tag: tag,
            scope: scope,
            pathParameters: PathHandler<Void, Void, Prepared, repeat each P>.schemas(of: template),
            input: input,
            output: output,
            problems: problems
        )
        description.queryParameters = query
        description.requestBody = mediaTypes.map {
            ($0, .scalar([JSON.Member("type", "string")]))
        }
        return Route(
            method,
            template,
            description,
            body: mediaTypes.isEmpty ? .memory : .spooled
        ) { call in
            // Where a query is described the handler reads it.
            if query.isEmpty { try input.decode(call) }
            let run = try handler((), call, ())
            return .background { keep in
                let value = try run { try keep(output.encode($0, call), $1) }
                return try output.encode(value, call)
            }
        }
    }

    /// An operation that reads and may wait for something to be committed, as long as what it
    /// read is empty and the client is willing.
    package static func poll<I: Sendable, O, each P: PathParameter>(
        _ template: String,
        _ path: repeat (each P).Type,
        name: String,
        summary: String,
        tag: String,
        scope: String,
        takes input: Input<I>,
        returns output: Output<O>,
        waitSeconds: @escaping @Sendable (I) -> Int,
        _ handle: @escaping @Sendable (I, Call, Reader, repeat each P) throws -> Polled<O>
    ) -> Route {
        let handler = PathHandler(handle: handle)
        return Route(
            .get,
            template,
            Description(
                name: name,
                summary: summary,
                tag: tag,
                scope: scope,
                pathParameters: PathHandler<I, Reader, Polled<O>, repeat each P>
                    .schemas(of: template),
                input: input,
                output: output,
                problems: []
            ),
            mayWait: true
        ) { call in
            let argument = try input.decode(call)
            let wait = Int64(waitSeconds(argument)) * 1000
            return .read { reader in
                let polled = try handler(argument, call, reader)
                if polled.isEmpty, wait > 0, !call.mustAnswer {
                    return .wait(milliseconds: wait)
                }
                return .response(try output.encode(polled.value, call))
            }
        }
    }
}

/// What a long poll read.
package struct Polled<Value> {
    let value: Value
    let isEmpty: Bool

    package init(_ value: Value, isEmpty: Bool) {
        self.value = value
        self.isEmpty = isEmpty
    }
}

extension Route.Description {
    init<I, O>(
        name: String,
        summary: String,
        tag: String,
        scope: String?,
        pathParameters: [(name: String, schema: Schema)],
        input: Input<I>,
        output: Output<O>,
        problems: [ProblemKind]
    ) {
        self.name = name
        self.summary = summary
        self.tag = tag
        self.scope = scope
        self.pathParameters = pathParameters
        queryParameters = input.parameters
        requestBody = input.body.map { body in body.mediaTypes.map { ($0, body.schema) } } ?? []
        answer = Route.Answering(
            status: output.status,
            description: output.description,
            content: output.content.map { ($0.mediaType, $0.schema) },
            fields: output.fields,
            alternatives: output.alternatives
        )
        self.problems = problems
    }
}

extension Call {
    /// Refuses with 412 unless `If-Match` names this version (RFC 9110, section 13.1.1); what is
    /// there now may be told beside.
    func demandMatch(version: Int, telling extra: () -> [JSON.Member] = { [] }) throws {
        guard let field = request.fields["if-match"], !ETag.allows(field, version: version) else {
            return
        }
        throw Problem(
            .preconditionFailed,
            "the record has version \(version) now",
            extra: extra()
        )
    }

    /// Refuses with 412 unless `If-Match` names this tag, of what does not count its changes.
    func demandMatch(tag: @autoclosure () -> String?) throws {
        guard let field = request.fields["if-match"], let tag = tag(),
            !ETag.allows(field, tag: tag)
        else { return }
        throw Problem(.preconditionFailed, "what is there has the tag \(tag) now")
    }

    /// Refuses with 412 and the record as it is now unless `If-Match` and `If-None-Match` let the
    /// change pass (RFC 9110, sections 13.1.1, 13.1.2 and 13.2.2).
    package func demandMatch<Record: Versioned>(
        _ record: Record,
        _ representation: Representation<Record>
    ) throws {
        try demandMatch(version: record.version) {
            // What was written by a representation can be read.
            let current = try? JSONReader.read(representation.bytes(record))
            return [JSON.Member("current", current ?? .null)]
        }
        guard let field = request.fields["if-none-match"] else { return }
        let tag = ETag.tag(version: record.version, of: representation.bytes(record))
        guard !ETag.isListed(tag, in: field) else {
            throw Problem(.preconditionFailed, "there is a record already, with the tag \(tag)")
        }
    }

    /// Refuses a PUT with 412 unless the conditions let it make a record, or replace this one.
    package func demandMatch<Record: Versioned>(
        place record: Record?,
        _ representation: Representation<Record>
    ) throws {
        guard let record else {
            // RFC 9110, section 13.1.1: without a record there is nothing that could match.
            guard request.fields["if-match"] == nil else {
                throw Problem(.preconditionFailed, "there is no such record yet")
            }
            return
        }
        try demandMatch(record, representation)
    }
}
