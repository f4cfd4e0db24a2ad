// SPDX-License-Identifier: Apache-2.0
package import HTTP
package import JSON

/// An answer, or the beginning of one.
package enum Answer<Reader>: Sendable {
    case response(Response)
    /// A body of pages, each made from a snapshot of its own.
    case pages(Pages<Reader>)
    /// Nothing to say yet: ask again when something has been committed (long poll).
    case wait(milliseconds: Int64)
}

/// A body made page by page.
package struct Pages<Reader>: Sendable {
    package typealias Key = [JSON]

    package struct Page: Sendable {
        package let bytes: [UInt8]
        /// Where the next page begins; nil after the last.
        package let next: Key?
    }

    package let head: Response
    package let first: Page
    package let page: @Sendable (Reader, Key) throws -> Page
}

/// Keeps an answer for retries, in the transaction of the change that it answers.
package typealias Keep<Writer> = @Sendable (Response, Writer) throws -> Void

/// The making of an answer, which needs nothing but what has been found.
package typealias Making = @Sendable () throws -> Response

/// What is left to do once a request has been understood.
package enum Work<Reader, Writer>: Sendable {
    case read(@Sendable (Reader) throws -> Answer<Reader>)
    /// Runs in a transaction, perhaps more than once; `committed` runs once after the commit, and
    /// the answer is made then, on another thread.
    case write(@Sendable (Writer) throws -> Making, committed: (@Sendable () -> Void)?)
    /// Runs on a thread of its own and takes its own transactions; in the one that makes it done
    /// it keeps its answer.
    case background(@Sendable (_ keep: @escaping Keep<Writer>) throws -> Response)
}

/// One operation: where it stands, what it needs, how it answers, and what it does.
///
/// Generic over what reads are done with and what changes are made in, so that routing knows
/// neither the database nor the business. A class, so that finding one copies nothing.
package final class Route<Reader, Writer>: Sendable {
    package struct Description: Sendable {
        /// The operation's name, unique in the document.
        package let name: String
        package let summary: String
        package let tag: String
        /// The scope that a token must hold; nil for an open operation.
        package let scope: String?
        package var pathParameters: [(name: String, schema: Schema)]
        package var queryParameters: [Schema.Property]
        package var requestBody: [(mediaType: String, schema: Schema)]
        package var answer: Answering
        package var problems: [ProblemKind]
        package var honoursIfMatch = false
        /// Members of the answer that are shown once and must not be kept for retries.
        package var secrets: Set<String> = []
    }

    package struct Answering: Sendable {
        package let status: Status
        package let description: String
        package let content: [(mediaType: String, schema: Schema)]
        package let fields: [String]
        /// Other statuses that carry the same content.
        package var alternatives: [Status: String] = [:]
        /// Whether the operation chooses among its formats by itself.
        package var isNegotiated = false
    }

    /// How a body is taken in.
    package enum BodyKind: Sendable {
        case memory
        case spooled
    }

    package let method: Method
    package let template: PathTemplate
    package let description: Description
    package let body: BodyKind
    /// Whether an answer may be put off until something has been committed (long poll).
    package let mayWait: Bool
    package let prepare: @Sendable (Call) throws -> Work<Reader, Writer>

    /// Traps if the template names another number of parameters than the handler takes, which is
    /// a mistake that every start of the program would meet.
    init(
        _ method: Method,
        _ template: String,
        _ description: Description,
        body: BodyKind = .memory,
        mayWait: Bool = false,
        prepare: @escaping @Sendable (Call) throws -> Work<Reader, Writer>
    ) {
        self.method = method
        self.template = PathTemplate(template)
        self.description = description
        self.body = body
        self.mayWait = mayWait
        let types =
            description.answer.isNegotiated ? [] : description.answer.content.map(\.mediaType)
        self.prepare = { call in
            if !types.isEmpty { try call.demandAcceptance(of: types) }
            return try prepare(call)
        }
        precondition(
            self.template.parameterNames.count == description.pathParameters.count,
            "\(template) does not name its handler's parameters"
        )
    }

    private init(
        _ other: Route,
        problems: [ProblemKind],
        prepare: @escaping @Sendable (Call) throws -> Work<Reader, Writer>
    ) {
        var description = other.description
        description.problems += problems
        (method, template, body) = (other.method, other.template, other.body)
        (self.description, mayWait, self.prepare) = (description, other.mayWait, prepare)
    }

    /// The same operation behind guards that are asked before it does its work, in the view of the
    /// database in which it does, and may throw.
    package func guarded(
        problems: [ProblemKind],
        reading: @escaping @Sendable (Call, Reader) throws -> Void,
        writing: @escaping @Sendable (Call, Writer) throws -> Void
    ) -> Route {
        Route(self, problems: problems) { [prepare] call in
            switch try prepare(call) {
            case .read(let read):
                .read { reader in
                    try reading(call, reader)
                    return try read(reader)
                }
            case .write(let write, let committed):
                .write(
                    { writer in
                        try writing(call, writer)
                        return try write(writer)
                    },
                    committed: committed
                )
            case .background(let run): .background(run)
            }
        }
    }
}

/// A handler with the types of its path's parameters: what a closure over the pack would capture.
struct PathHandler<Argument, Context, Result, each Parameter: PathParameter>: Sendable {
    let handle: @Sendable (Argument, Call, Context, repeat each Parameter) throws -> Result

    func callAsFunction(_ argument: Argument, _ call: Call, _ context: Context) throws -> Result {
        var place = 0
        return try handle(
            argument,
            call,
            context,
            repeat Self.parameter((each Parameter).self, call, &place)
        )
    }

    private static func parameter<P: PathParameter>(
        _ type: P.Type,
        _ call: Call,
        _ place: inout Int
    ) throws -> P {
        defer { place += 1 }
        guard place < call.pathValues.count, let value = P(path: call.pathValues[place]) else {
            throw Problem(.notFound)
        }
        return value
    }

    static func schemas(of template: String) -> [(name: String, schema: Schema)] {
        var schemas: [Schema] = []
        for type in repeat (each Parameter).self { schemas.append(type.pathSchema) }
        let names = PathTemplate(template).parameterNames
        return names.count == schemas.count ? Array(zip(names, schemas)) : []
    }
}
