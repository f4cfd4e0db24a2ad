// SPDX-License-Identifier: Apache-2.0

/// What a search across kinds of records has found, the best first.
package struct SearchResult: Sendable {
    /// The kinds of records that are searched.
    package enum Kind: String, Sendable, CaseIterable {
        case customer
        case complaint
        case interaction
        case article

        package var subject: Subject.Kind {
            switch self {
            case .customer: .customer
            case .complaint: .complaint
            case .interaction: .interaction
            case .article: .article
            }
        }
    }

    package let hits: [SearchHit]
    /// The kinds of which only the newest that fit were ranked, for they have more.
    package let more: [Kind]
}

/// A record that fits, and why.
package struct SearchHit: Sendable {
    package let kind: SearchResult.Kind
    package let id: Int64
    /// 100 where what was looked for is the whole of a name.
    package let score: Int
    package let title: String
    /// The customer, or whose record it is; nil for a known problem.
    package let customer: CustomerReference?
    /// When it was received, took place, or was changed last.
    package let at: Instant
    package let highlights: [Highlight]
}
