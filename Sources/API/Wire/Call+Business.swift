// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
package import Routing
package import SQLite

/// The routes of this service: reads take a snapshot, changes a transaction.
package typealias APIRoute = Route<Snapshot, Transaction>

extension Call {
    package var instant: Instant {
        Instant(rawValue: now)
    }

    /// The token that the call came with.
    package var tokenID: ID<Token>? {
        principal.map { ID(rawValue: $0.tokenID) }
    }

    /// Who is journalled for what this call changes.
    package var occasion: Occasion {
        Occasion(at: instant, actor: principal?.name ?? "anonymous", requestID: id)
    }
}

extension ID: PathParameter {
    package init?(path text: String) {
        // Digits as we write them: no sign, no leading zero.
        guard let first = text.utf8.first, UInt8(ascii: "1")...UInt8(ascii: "9") ~= first,
            let number = Int64(text)
        else { return nil }
        self.init(rawValue: number)
    }

    package static var pathSchema: Schema {
        .scalar([JSON.Member("type", "integer"), JSON.Member("minimum", 1)])
    }
}

extension Paging {
    /// The page as the business takes it.
    package func request<Sorting: RawRepresentable<String> & CaseIterable & Sendable>(
        _: Sorting.Type = Sorting.self
    ) throws -> PageRequest<Sorting> {
        guard let sorting = Sorting(rawValue: sort) else { throw Problem(parameter: "sort", sort) }
        return PageRequest(
            limit: limit,
            after: after?.map(\.stored),
            sorting: sorting,
            isDescending: isDescending,
            counts: counts
        )
    }
}

extension Page {
    package var slice: Slice<Row> {
        Slice(rows: rows, next: next?.map(\.json), count: count)
    }
}

extension JSON {
    fileprivate var stored: StoredValue {
        switch self {
        case .number(let text): Int64(text).map(StoredValue.integer) ?? .text(text)
        case .string(let text): .text(text)
        default: .null
        }
    }
}

extension StoredValue {
    fileprivate var json: JSON {
        switch self {
        case .integer(let number): .number(String(number))
        case .text(let text): .string(text)
        case .null, .real, .blob: .null
        }
    }
}
