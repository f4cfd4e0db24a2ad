// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A look at all customers.
package struct WarningRun: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case running
        case finished
    }

    package let id: ID<WarningRun>
    package internal(set) var status: Status
    /// The last customer it has looked at.
    var lastCustomer: Int64
    /// How many customers it has looked at.
    package internal(set) var customers: Int
    /// How many warnings it has raised.
    package let raised: Int
    package let createdAt: Instant
    package internal(set) var updatedAt: Instant
}

/// The order in which runs are listed.
package enum WarningRunSorting: String, Sendable, CaseIterable {
    case id
}
