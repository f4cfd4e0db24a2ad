// SPDX-License-Identifier: Apache-2.0
package import HTTP
package import JSON

/// Who makes a request.
package struct Principal: Sendable {
    package let tokenID: Int64
    /// The name under which changes are journalled.
    package let name: String
    package let scopes: Set<String>

    package init(tokenID: Int64, name: String, scopes: Set<String>) {
        self.tokenID = tokenID
        self.name = name
        self.scopes = scopes
    }

    /// Refuses with 403 unless the token holds the scope.
    package func demand(_ scope: String) throws {
        guard scopes.contains(scope) else {
            throw Problem(
                .forbidden,
                "the operation needs the scope \(scope)",
                extra: [JSON.Member("scope", .string(scope))]
            )
        }
    }
}

/// One request on its way through a route.
///
/// A class, because each of its many closures would copy all of it.
package final class Call: Sendable {
    package let request: Request
    /// The request id, for the journal, the log and problems.
    package let id: String
    package let principal: Principal?
    /// Milliseconds since 1970, read once.
    package let now: Int64
    /// The decoded values of the template's parameters, in order.
    package let pathValues: [String]
    package let cursors: CursorSigner
    /// The instant, in milliseconds since 1970, at which a date begins for the service.
    package let startOfDay: @Sendable (String) -> Int64?
    /// A long poll whose time is over must be answered now.
    package let mustAnswer: Bool
    /// How deep a JSON body may be nested.
    package let depthLimit: Int

    package init(
        request: Request,
        id: String,
        principal: Principal?,
        now: Int64,
        pathValues: [String],
        cursors: CursorSigner,
        startOfDay: @escaping @Sendable (String) -> Int64?,
        mustAnswer: Bool = false,
        depthLimit: Int = JSONReader.depthLimit
    ) {
        self.request = request
        self.id = id
        self.principal = principal
        self.now = now
        self.pathValues = pathValues
        self.cursors = cursors
        self.startOfDay = startOfDay
        self.mustAnswer = mustAnswer
        self.depthLimit = depthLimit
    }

    /// How query strings and forms are read.
    package var textual: Decoding.Options {
        Decoding.Options(isTextual: true, allowsDates: true, startOfDay: startOfDay)
    }

    /// How JSON bodies are read: a date is taken only where the field says so.
    package var structured: Decoding.Options {
        Decoding.Options(startOfDay: startOfDay)
    }

    /// Refuses with 403 unless the token holds the scope.
    func demand(_ scope: String) throws {
        try principal?.demand(scope)
    }

    /// The query's parameters in order.
    func queryItems() throws -> [(name: String, value: String)] {
        guard let query = request.query, !query.isEmpty else { return [] }
        try Self.demandFew(query.utf8)
        guard let items = FormEncoding.decode(query) else {
            throw Problem(
                .invalidParameter,
                "the query string \(FormEncoding.fault(in: query.utf8))"
            )
        }
        return items
    }

    /// Refuses a query or form of more parameters than any route could want.
    static func demandFew(_ form: some Sequence<UInt8>) throws {
        guard form.count(where: { $0 == UInt8(ascii: "&") }) < 1000 else {
            throw Problem(.invalidParameter, "there are more than 1,000 parameters")
        }
    }

    /// The media type of the body, lower-cased, with its charset if it has one.
    package var contentType: (type: String, charset: String?)? {
        guard let field = request.fields["content-type"] else { return nil }
        guard field.utf8.contains(UInt8(ascii: ";")) else {
            return (field.trimmingSpaces().lowercased(), nil)
        }
        let parts = field.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }
            .map { String($0.dropFirst("charset=".count)).filter { $0 != "\"" } }
        return (parts.first ?? "", charset)
    }

    /// The whole body.
    func bodyBytes() throws -> [UInt8] {
        guard case .bytes(let bytes) = request.body else {
            throw Problem(.contentTooLarge)
        }
        return bytes
    }

    /// The body as JSON, refused with 415 or 400.
    func jsonBody(mediaTypes: [String]) throws -> JSON {
        try demand(mediaTypes: mediaTypes)
        do {
            return try JSONReader.read(bodyBytes(), depthLimit: depthLimit)
        } catch let error as JSONSyntaxError {
            throw Problem(.malformedBody, "not JSON at byte \(error.offset): \(error.detail)")
        }
    }

    /// The names of the members that the body of a change gives.
    package func changedMembers() throws -> Set<String> {
        let patch = try JSONReader.read(bodyBytes(), depthLimit: depthLimit)
        return Set(patch.members?.map(\.name) ?? [])
    }

    func demand(mediaTypes: [String]) throws {
        let given = contentType
        guard let given, mediaTypes.contains(given.type) else {
            throw Problem(
                .unsupportedMediaType,
                "send " + mediaTypes.joined(separator: " or ")
            )
        }
        guard given.charset == nil || given.charset == "utf-8" || given.charset == "utf8" else {
            throw Problem(.unsupportedMediaType, "send it in UTF-8")
        }
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends (optional white space, RFC 9110, 5.6.3).
    func trimmingSpaces() -> String {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
