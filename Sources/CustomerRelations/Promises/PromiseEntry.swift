// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A promise in the register, with what became of it (M50, 承诺管理).
package struct PromiseEntry: Sendable {
    package enum Status: String, Sendable, CaseIterable, ColumnValue {
        case open
        case kept
        /// Kept, but after it was due.
        case late
        case broken
    }

    package let promise: Promise
    package let customerID: ID<Customer>
    /// In which it was given.
    package let interactionID: ID<Interaction>
    package let status: Status
    /// When it was said what became of it.
    package let settledAt: Instant?
    package let version: Int

    package var id: ID<Promise> { promise.id }
}

/// What the register is narrowed to.
package struct PromiseFilter: Sendable {
    /// How near the due time is.
    package enum Urgency: String, Sendable, CaseIterable {
        /// Open, and three quarters of its time have passed.
        case soon
        /// Open, and not in time any more.
        case overdue
    }

    package let status: PromiseEntry.Status?
    package let due: Urgency?
    package let kind: Promise.Kind?
    package let customerID: ID<Customer>?
    /// Due then or later.
    package let since: Instant?
    /// Due before.
    package let until: Instant?

    package init(
        status: PromiseEntry.Status? = nil,
        due: Urgency? = nil,
        kind: Promise.Kind? = nil,
        customerID: ID<Customer>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.status = status
        self.due = due
        self.kind = kind
        self.customerID = customerID
        self.since = since
        self.until = until
    }
}

/// The orders in which promises are listed.
package enum PromiseSorting: String, Sendable, CaseIterable {
    case dueAt
}
