// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Records brought in from a file, and what became of them.
package struct Import: Sendable {
    package enum Kind: String, Sendable, CaseIterable, ColumnValue {
        case customers
        case contacts
        case products
        case orders
        case interactions
        case complaints
        case payments
        case refunds
        case expenses
        case plans
        case categorySpend = "category-spend"
    }

    /// What happens to the good rows of a file that has bad ones too.
    package enum Mode: String, Sendable, CaseIterable, ColumnValue {
        /// Nothing is kept unless every row is good: one transaction, during which no other change
        /// is made.
        case atomic

        /// Good rows are kept, bad ones named: a transaction for each chunk of rows, other changes
        /// in between.
        ///
        /// This is the default: a file is imported to have its rows in, the same file can be
        /// imported again once its bad rows are mended, and meanwhile the service goes on.
        case partial
    }

    package enum Status: String, Sendable, CaseIterable {
        case running
        case finished
        /// Cut off by a stop of the service or a fault: what it had done by then stays.
        case interrupted
    }

    package let id: ID<Import>
    package let kind: Kind
    package let mode: Mode
    package let actor: String
    package let startedAt: Instant
    /// Nil while it runs, and of one that was cut off.
    package let finishedAt: Instant?
    /// When it was found that it had been cut off, at the latest at the next start.
    package let interruptedAt: Instant?
    package let counts: ImportCounts

    package var status: Status {
        if finishedAt != nil { return .finished }
        return interruptedAt == nil ? .running : .interrupted
    }
}

/// What a list of imports is narrowed to.
package struct ImportFilter: Sendable {
    package let status: Import.Status?
    package let kind: Import.Kind?

    package init(status: Import.Status? = nil, kind: Import.Kind? = nil) {
        self.status = status
        self.kind = kind
    }
}

/// The order in which imports are listed.
package enum ImportSorting: String, Sendable, CaseIterable {
    case id
}

/// What became of the rows of an import.
package struct ImportCounts: Sendable, Equatable {
    package var created = 0
    package var updated = 0
    package var unchanged = 0
    /// The customers that rows named, and that were not there before.
    package var prospects = 0
    package var rejected = 0

    package init() {}

    init(created: Int, updated: Int, unchanged: Int, prospects: Int, rejected: Int) {
        self.created = created
        self.updated = updated
        self.unchanged = unchanged
        self.prospects = prospects
        self.rejected = rejected
    }

    package static func += (sum: inout ImportCounts, other: ImportCounts) {
        sum.created += other.created
        sum.updated += other.updated
        sum.unchanged += other.unchanged
        sum.prospects += other.prospects
        sum.rejected += other.rejected
    }
}

/// A row that was refused, and the rules it breaks.
package struct ImportRejection: Sendable, Equatable {
    package let line: Int
    package let refusals: [ServiceError.Refusal]
}

/// One of the rules that a refused row breaks.
package struct ImportFault: Sendable, Equatable {
    package let line: Int
    /// Which of its row's faults it is, from 0.
    package let position: Int
    package let refusal: ServiceError.Refusal
}

/// The order in which the faults of an import are listed.
package enum ImportFaultSorting: String, Sendable, CaseIterable {
    case line
}

/// What became of a chunk of rows.
package struct ImportReport: Sendable {
    package let counts: ImportCounts
    package let rejections: [ImportRejection]
}

/// What a chunk of an import changed: the journal's words for it.
package struct ImportChunk: Sendable, Equatable {
    package let kind: Import.Kind
    package internal(set) var created = IDRanges()
    package internal(set) var updated = IDRanges()
    /// Customers that were made on the way.
    package internal(set) var prospects = IDRanges()

    init(_ kind: Import.Kind) {
        self.kind = kind
    }

    var isEmpty: Bool {
        created.all.isEmpty && updated.all.isEmpty && prospects.all.isEmpty
    }
}

/// Identifiers in the order they came, neighbours as one range.
package struct IDRanges: Sendable, Equatable {
    package private(set) var all: [ClosedRange<Int64>] = []

    mutating func append(_ id: Int64) {
        if let last = all.last, last.upperBound + 1 == id {
            all[all.count - 1] = last.lowerBound...id
        } else {
            all.append(id...id)
        }
    }
}
