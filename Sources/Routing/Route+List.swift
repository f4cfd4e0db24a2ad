// SPDX-License-Identifier: Apache-2.0
import HTTP
package import JSON

/// What a list can be asked.
package struct Listing<Filter, Row>: Sendable {
    package let filter: Fields<Filter>
    package let rows: Representation<Row>
    /// The names it can be sorted by; the first is the default, `-` in front of it turns it round.
    package let sorts: [String]
    /// The scope for the whole list as CSV or NDJSON; nil where it has only pages.
    package let exportScope: String?
    /// Numbers over all rows that the answer may hold beside them, with what they mean.
    package let figures: KeyValuePairs<String, String>
    /// Draws all rows as an SVG document, for lists of few; nil where there is no picture.
    package let picture: (@Sendable ([Row], Filter, Call) throws -> [UInt8])?

    package init(
        filter: Fields<Filter>,
        rows: Representation<Row>,
        sorts: [String],
        exportScope: String? = nil,
        figures: KeyValuePairs<String, String> = [:],
        picture: (@Sendable ([Row], Filter, Call) throws -> [UInt8])? = nil
    ) {
        self.filter = filter
        self.rows = rows
        self.sorts = sorts
        self.exportScope = exportScope
        self.figures = figures
        self.picture = picture
    }

    /// The most rows of a picture; lists that have one are far shorter.
    fileprivate static var pictureLimit: Int { 10_000 }

    fileprivate var formats: [ListFormat] {
        ListFormat.allCases.filter { format in
            switch format {
            case .json: true
            case .csv, .ndjson: exportScope != nil
            case .svg: picture != nil
            }
        }
    }

    fileprivate var sortNames: [String] {
        sorts.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 }
    }

    /// Members of the answer beside the rows, such as `count`.
    fileprivate var pageSchema: Schema {
        .object(
            Schema.Object(
                name: rows.name.map { $0 + "List" },
                properties: [
                    Schema.Property(
                        name: "items",
                        schema: .array(of: rows.schema.relaxed, maxItems: nil),
                        isRequired: true,
                        description: "The rows of this page."
                    ),
                    Schema.Property(
                        name: "next",
                        schema: .scalar([JSON.Member("type", "string")]),
                        isRequired: false,
                        description: "To be given as `after` for the next page; absent on the last."
                    ),
                    Schema.Property(
                        name: "count",
                        schema: .scalar([JSON.Member("type", "integer")]),
                        isRequired: false,
                        description: "The number of rows on all pages, with `count=exact`."
                    ),
                ]
                    + figures.map { name, meaning in
                        Schema.Property(
                            name: name,
                            schema: .scalar([JSON.Member("type", "number")]),
                            isRequired: false,
                            description: meaning
                        )
                    }
            )
        )
    }
}

extension Schema {
    /// The schema of a row, of which `fields` may leave members out.
    fileprivate var relaxed: Schema {
        guard case .object(let object) = self else { return self }
        return .object(
            Object(
                name: object.name.map { $0 + "Row" },
                properties: object.properties.map {
                    Property(
                        name: $0.name,
                        schema: $0.schema,
                        isRequired: false,
                        description: $0.description
                    )
                }
            )
        )
    }
}

/// A request for a list, understood.
private struct ListQuery<Filter, Row>: Sendable where Filter: Sendable {
    let filter: Filter
    let paging: Paging
    let rows: Representation<Row>
    let format: ListFormat
    /// What cursors are bound to: the path, the filter and the order.
    let identity: String
}

extension Listing where Filter: Sendable {
    fileprivate func understand(_ call: Call) throws -> ListQuery<Filter, Row> {
        let items = try call.queryItems()
        let common = Set(ListParameters.fields.names)
        let filtering = items.filter { !common.contains($0.name) }
        let (given, filter) = try decode(
            items.filter { common.contains($0.name) },
            filtering,
            call
        )
        let format = try format(given.format, call)
        try refuseStrays(items, format)
        let sort = given.sort ?? sorts[0]
        let name = sort.hasPrefix("-") ? String(sort.dropFirst()) : sort
        guard sortNames.contains(name) else {
            let legal = sortNames.joined(separator: ", ")
            throw Problem(parameter: "sort", "must be one of \(legal), with - in front or without")
        }
        var rows = self.rows
        if let given = given.fields {
            let names = given.split(separator: ",", omittingEmptySubsequences: false)
            guard let selected = rows.selecting(names.map { $0.trimmingSpaces() }) else {
                let legal = rows.names.joined(separator: ", ")
                throw Problem(parameter: "fields", "must be names among \(legal)")
            }
            rows = selected
        }
        // As JSON, so that no value can look like the next parameter.
        let identity = JSON.array(
            ([call.request.path, sort] + filtering.flatMap { [$0.name, $0.value] }).map(JSON.string)
        )
        .text
        return ListQuery(
            filter: filter,
            paging: Paging(
                limit: given.limit,
                after: try key(in: given.after, identity, call),
                sort: name,
                isDescending: sort.hasPrefix("-"),
                counts: given.count != nil
            ),
            rows: rows,
            format: format,
            identity: identity
        )
    }

    /// Reads the parameters of every list and those of this one; names what is wrong with any.
    private func decode(
        _ common: [(name: String, value: String)],
        _ filtering: [(name: String, value: String)],
        _ call: Call
    ) throws -> (ListParameters, Filter) {
        let given = Result { try ListParameters.fields.decode(query: common, call) }
        let filter = Result { try self.filter.decode(query: filtering, call) }
        var violations: [Violation] = []
        for case .failure(let problem as Problem) in [given.map { _ in }, filter.map { _ in }] {
            violations += problem.violations
        }
        guard violations.isEmpty else { throw Problem(parameters: Violations(violations)) }
        return (try given.get(), try filter.get())
    }

    /// A stream has all rows, a picture all members in its own order as well: what tells of others
    /// has no meaning there, and is not ignored either.
    private func refuseStrays(
        _ items: [(name: String, value: String)],
        _ format: ListFormat
    ) throws {
        let (strays, reason): (Set<String>, String) =
            switch format {
            case .json: ([], "")
            case .csv, .ndjson:
                (["limit", "after", "count"], "goes with JSON pages; a stream has all rows")
            case .svg:
                (
                    ["limit", "after", "count", "fields", "sort"],
                    "goes with rows, not with a picture"
                )
            }
        let given = items.map(\.name).filter(strays.contains)
        guard given.isEmpty else {
            throw Problem(parameters: Violations(given.map { Violation("/" + $0, reason) }))
        }
    }

    private func key(in cursor: String?, _ identity: String, _ call: Call) throws -> [JSON]? {
        guard let cursor else { return nil }
        guard let key = call.cursors.key(in: cursor, of: identity) else {
            throw Problem(
                parameter: "after",
                "is no cursor of this list: pass on `next` as it came, with the same filters"
            )
        }
        return key
    }

    private func format(_ given: ListFormat?, _ call: Call) throws -> ListFormat {
        let offers = formats.map(\.mediaType)
        let chosen =
            given
            ?? Negotiation.choose(among: offers, accept: call.request.fields["accept"])
            .flatMap { type in ListFormat.allCases.first { $0.mediaType == type } }
        guard let chosen, formats.contains(chosen) else {
            throw Problem(.notAcceptable, "there is " + offers.joined(separator: ", "))
        }
        if chosen != .json, let exportScope { try call.demand(exportScope) }
        return chosen
    }
}

extension Route {
    /// An operation that lists: a page as JSON, all rows as CSV or NDJSON in a stream of pages, or a
    /// picture of them.
    ///
    /// `places` tells how many places of each list in a row get CSV columns of their own.
    package static func list<Filter: Sendable, Row, each P: PathParameter>(
        _ template: String,
        _ path: repeat (each P).Type,
        name: String,
        summary: String,
        tag: String,
        scope: String,
        _ listing: Listing<Filter, Row>,
        problems: [ProblemKind] = [],
        places: @escaping @Sendable (Filter, Reader) throws -> [String: Int] = { _, _ in [:] },
        _ slice:
            @escaping @Sendable ((Filter, Paging), Call, Reader, repeat each P) throws
            -> Slice<Row>
    ) -> Route {
        let handler = PathHandler(handle: slice)
        let description = Description(
            name: name,
            summary: summary,
            tag: tag,
            scope: scope,
            pathParameters: PathHandler<(Filter, Paging), Reader, Slice<Row>, repeat each P>
                .schemas(of: template),
            queryParameters: listing.filter.properties + ListParameters.fields.properties,
            requestBody: [],
            answer: Answering(
                status: .ok,
                description: listing.picture == nil
                    ? "A page of the list, or all of it as a stream."
                    : "A page of the list, all of it as a stream, or a picture.",
                content: listing.formats.map { format in
                    (
                        format.mediaType,
                        format == .json
                            ? listing.pageSchema : .scalar([JSON.Member("type", "string")])
                    )
                },
                fields: ["Link"],
                isNegotiated: true
            ),
            problems: problems
        )
        return Route(.get, template, description) { call in
            let query = try listing.understand(call)
            guard query.format != .json else {
                return .read { reader in
                    let page = try handler((query.filter, query.paging), call, reader)
                    return .response(query.page(page, call))
                }
            }
            if query.format == .svg, let picture = listing.picture {
                return .read { reader in
                    let all = query.paging.from(nil, limit: Listing<Filter, Row>.pictureLimit)
                    let rows = try handler((query.filter, all), call, reader).rows
                    return .response(.svg(try picture(rows, query.filter, call)))
                }
            }
            return .read { reader in
                let stream = RowStream(query, places: try places(query.filter, reader))
                let read: @Sendable (Reader, [JSON]?) throws -> Pages<Reader>.Page = {
                    let paging = query.paging.from($1, limit: Paging.limits.upperBound)
                    let page = try handler((query.filter, paging), call, $0)
                    return Pages.Page(bytes: try stream.bytes(page.rows), next: page.next)
                }
                let first = try read(reader, nil)
                return .pages(
                    Pages(
                        head: stream.head(name),
                        first: Pages.Page(bytes: stream.header + first.bytes, next: first.next),
                        page: read
                    )
                )
            }
        }
    }
}

extension Response {
    /// A picture that may load nothing, nor run anything.
    fileprivate static func svg(_ bytes: [UInt8]) -> Response {
        Response(
            .ok,
            fields: [
                "content-type": ListFormat.svg.mediaType,
                "cache-control": "no-store",
                "content-security-policy": "default-src 'none'",
            ],
            body: .bytes(bytes)
        )
    }
}

extension ListQuery {
    fileprivate func page(_ slice: Slice<Row>, _ call: Call) -> Response {
        let next = slice.next.map { call.cursors.cursor(for: $0, of: identity) }
        var writer = JSONWriter(reservingCapacity: 512 * (slice.rows.count + 1))
        writer.object { writer in
            writer.name("items")
            writer.array { writer in
                for row in slice.rows { rows.encode(row, &writer) }
            }
            if let next {
                writer.name("next")
                writer.string(next)
            }
            if let count = slice.count {
                writer.name("count")
                writer.integer(Int64(count))
            }
            for figure in slice.figures {
                writer.name(figure.name)
                writer.double(figure.value)
            }
        }
        var response = Response.json(.ok, writer.bytes)
        if let next {
            response.fields.set("link", "<\(target(after: next, call))>; rel=\"next\"")
        }
        return response
    }

    /// The request's own target with another cursor (RFC 8288).
    private func target(after cursor: String, _ call: Call) -> String {
        let kept = (call.request.query ?? "").split(separator: "&").filter {
            // The name, too, may have been escaped.
            PercentEncoding.decode($0.prefix { $0 != "=" }, plusIsSpace: true) != "after"
        }
        return call.request.path + "?" + (kept + ["after=" + cursor]).joined(separator: "&")
    }
}

/// The rows of a list as CSV or NDJSON.
private struct RowStream<Row>: Sendable {
    let rows: Representation<Row>
    let table: TableWriter?

    init<Filter>(_ query: ListQuery<Filter, Row>, places: [String: Int]) {
        rows = query.rows
        table = query.format == .csv ? TableWriter(rows.schema, places: places) : nil
    }

    var header: [UInt8] {
        table?.header ?? []
    }

    func head(_ name: String) -> Response {
        let format = table == nil ? ListFormat.ndjson : .csv
        return Response(
            .ok,
            fields: [
                "content-type": table == nil
                    ? format.mediaType : format.mediaType + "; charset=utf-8",
                "cache-control": "no-store",
            ],
            body: .none
        )
    }

    func bytes(_ page: [Row]) throws -> [UInt8] {
        if let table { return try table.rows(page.map { try JSONReader.read(rows.bytes($0)) }) }
        return page.flatMap { rows.bytes($0) + [UInt8(ascii: "\n")] }
    }
}
