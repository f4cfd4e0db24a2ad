// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Something that happened with a customer (M47, M86), whatever record it comes from.
package struct TimelineEntry: Sendable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case interaction
        case complaint
        case order
        case tierChange = "tier-change"
        case warning

        /// What one must hold to read records of this kind.
        var scope: Scope {
            switch self {
            case .interaction: .interactionsRead
            case .complaint: .complaintsRead
            case .order: .ordersRead
            case .tierChange: .tiersRead
            case .warning: .warningsRead
            }
        }
    }

    package let kind: Kind
    package let at: Instant
    /// The identifier of the record, or of the tier run.
    package let id: Int64
    /// An interaction's summary, a complaint's subject, or what a warning was raised by.
    package let text: String?
    /// The channel of an interaction or complaint.
    package let channel: String?
    package let total: Money?
    package let tier: Tier?
    package let previousTier: Tier?
}

package enum TimelineSorting: String, Sendable, CaseIterable {
    case at
}
