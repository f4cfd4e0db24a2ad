// SPDX-License-Identifier: Apache-2.0
import CSV
package import CustomerRelations
import HTTP
import JSON
import Routing
import SQLite

/// The operations that bring in whole files.
package struct ImportRoutes {
    private let imports: ImportService
    private let job: ImportJob?

    /// `job` is nil where only the document is wanted.
    package init(imports: ImportService, job: ImportJob?) {
        self.imports = imports
        self.job = job
    }

    package var all: [APIRoute] {
        Import.Kind.allCases.map(start) + [list, find, rejected]
    }

    private static let tag = "Imports"

    private func start(_ kind: Import.Kind) -> APIRoute {
        .background(
            .post,
            "/v1/imports/\(kind.rawValue)",
            name: kind.operation,
            summary: "Imports \(kind.rawValue) from CSV or NDJSON",
            tag: Self.tag,
            scope: Scope.imports.rawValue,
            query: ImportQuery.properties,
            body: ExchangeFormat.allCases.map(\.mediaType),
            returns: .record(ImportResult.fields),
            problems: [.invalidBody, .malformedBody, .unsupportedMediaType]
        ) { [job] _, call, _ in
            let query = try ImportQuery(call)
            let order = ImportOrder(
                kind,
                from: try ImportSource(call),
                mode: query.mode,
                isDryRun: query.isDryRun,
                actor: call.occasion.actor,
                requestID: call.id
            )
            return { keep in
                guard let job else { throw Problem(.unavailable) }
                do {
                    return try job.run(order, finished: keep)
                } catch {
                    throw Problem(ofImport: error) ?? error
                }
            }
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/imports",
            name: "listImports",
            summary: "Lists the imports, the newest first",
            tag: Self.tag,
            scope: Scope.imports.rawValue,
            Listing(
                filter: ImportFilter.fields,
                rows: Import.fields,
                sorts: ImportSorting.allCases.map { "-" + $0.rawValue }
            )
        ) { [imports] query, _, snapshot in
            try imports.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/imports/{import}",
            ID<Import>.self,
            name: "getImport",
            summary: "Reads what an import has done so far",
            tag: Self.tag,
            scope: Scope.imports.rawValue,
            takes: .nothing,
            returns: .record(Import.fields)
        ) { [imports] _, _, snapshot, id in
            try imports.find(id, in: snapshot)
        }
    }

    private var rejected: APIRoute {
        .list(
            "/v1/imports/{import}/rejected",
            ID<Import>.self,
            name: "listRejectedRows",
            summary: "Lists the rows that an import refused, a line for each rule they break",
            tag: Self.tag,
            scope: Scope.imports.rawValue,
            Listing(
                filter: NoFilter.fields,
                rows: ImportFault.fields,
                sorts: ImportFaultSorting.allCases.map(\.rawValue),
                exportScope: Scope.imports.rawValue
            )
        ) { [imports] query, _, snapshot, id in
            try imports.faults(of: id, query.1.request(), in: snapshot).slice
        }
    }
}

extension Import.Kind {
    /// The operation's name in the document.
    fileprivate var operation: String {
        switch self {
        case .customers: "importCustomers"
        case .contacts: "importContacts"
        case .products: "importProducts"
        case .orders: "importOrders"
        case .interactions: "importInteractions"
        case .complaints: "importComplaints"
        case .payments: "importPayments"
        case .refunds: "importRefunds"
        case .expenses: "importExpenses"
        case .plans: "importPlans"
        case .categorySpend: "importCategorySpend"
        }
    }
}

/// What the address of an import says.
private struct ImportQuery: Sendable {
    let isDryRun: Bool
    let mode: Import.Mode

    init(isDryRun: Bool, mode: Import.Mode) {
        self.isDryRun = isDryRun
        self.mode = mode
    }

    private static let fields: Fields<ImportQuery> = Fields(
        nil,
        { ImportQuery(isDryRun: $0, mode: $1) },
        Field(
            "dryRun",
            \.isDryRun,
            .boolean,
            default: false,
            "Says what would happen, and leaves nothing."
        ),
        Field(
            "mode",
            \.mode,
            .enumeration(),
            default: .partial,
            "`partial` keeps the good rows, `atomic` keeps none unless all are good."
        )
    )

    static var properties: [Schema.Property] {
        guard case .object(let object) = fields.representation.schema else { return [] }
        return object.properties
    }

    init(_ call: Call) throws {
        let query = call.request.query ?? ""
        guard let items = FormEncoding.decode(query) else {
            throw Problem(
                .invalidParameter,
                "the query string \(FormEncoding.fault(in: query.utf8))"
            )
        }
        let json = JSON.object(items.map { JSON.Member($0.name, .string($0.value)) })
        do {
            self = try Self.fields.decode(json, options: call.textual)
        } catch {
            throw Problem(parameters: error)
        }
    }
}

extension ImportSource {
    /// The body of a request.
    fileprivate init(_ call: Call) throws {
        let type = call.contentType
        guard let format = ExchangeFormat.allCases.first(where: { $0.mediaType == type?.type })
        else {
            let types = ExchangeFormat.allCases.map(\.mediaType).joined(separator: " or ")
            throw Problem(.unsupportedMediaType, "send \(types)")
        }
        let encoding = type?.charset.flatMap(TextEncoding.init(charset:))
        guard type?.charset == nil || encoding != nil else {
            throw Problem(.unsupportedMediaType, "send it in UTF-8 or GB18030")
        }
        self.init(call.request.body, format, encoding: encoding)
    }
}

extension Problem {
    /// What keeps an import from being made; nil for what any operation may meet.
    fileprivate init?(ofImport error: any Error) {
        switch error {
        case let error as ImportSyntaxError:
            self.init(.malformedBody, "line \(error.line): \(error.detail)")
        case let violations as Violations:
            self.init(violations)
        case let error as ImportRefused:
            let result = error.result
            self.init(
                .invalidBody,
                "\(result.counts.rejected) rows break rules; nothing was changed",
                extra: (try? JSONReader.read(ImportResult.fields.bytes(result)))?.members ?? []
            )
        default: return nil
        }
    }
}
