// SPDX-License-Identifier: Apache-2.0
package import JSON

/// Which part of a list is asked for, and in what order.
package struct Paging: Sendable {
    package static let limits = 1...500
    package static let defaultLimit = 50

    package let limit: Int
    /// The key of the row after which the page begins; nil for the first page.
    package let after: [JSON]?
    /// One of the names that the list can be sorted by.
    package let sort: String
    package let isDescending: Bool
    /// Whether the rows of all pages are to be counted.
    package let counts: Bool

    /// The same list from another row on.
    func from(_ key: [JSON]?, limit: Int) -> Paging {
        Paging(limit: limit, after: key, sort: sort, isDescending: isDescending, counts: false)
    }
}

/// A page of a list.
package struct Slice<Row> {
    package let rows: [Row]
    /// The key of the last row, if more rows follow it.
    package let next: [JSON]?
    package let count: Int?
    /// Numbers over all rows, by the names that the listing declares.
    package var figures: [(name: String, value: Double)] = []

    package init(rows: [Row], next: [JSON]?, count: Int? = nil) {
        self.rows = rows
        self.next = next
        self.count = count
    }
}

/// The formats of a list.
enum ListFormat: String, CaseIterable, Sendable {
    case json
    case csv
    case ndjson
    case svg

    var mediaType: String {
        switch self {
        case .json: "application/json"
        case .csv: "text/csv"
        case .ndjson: "application/x-ndjson"
        case .svg: "image/svg+xml"
        }
    }
}

/// The query parameters that every list has, as they were given.
struct ListParameters: Sendable {
    let limit: Int
    let after: String?
    let sort: String?
    let fields: String?
    let count: Count?
    let format: ListFormat?

    enum Count: String, CaseIterable, Sendable {
        case exact
    }

    static let fields: Fields<ListParameters> = Fields(
        nil,
        ListParameters.init,
        Field(
            "limit",
            \.limit,
            .integer(Paging.limits),
            default: Paging.defaultLimit,
            "The most rows of a page."
        ),
        Field(
            optional: "after",
            \.after,
            .string(maxLength: 2000),
            "The `next` of the page before."
        ),
        Field(
            optional: "sort",
            \.sort,
            .string(maxLength: 40),
            "The order; `-` in front turns it round."
        ),
        Field(
            optional: "fields",
            \.fields,
            .string(maxLength: 1000),
            "Only these members, with commas."
        ),
        Field(optional: "count", \.count, .enumeration(), "`exact` adds the number of all rows."),
        Field(optional: "format", \.format, .enumeration(), "The format, before `Accept`.")
    )
}
