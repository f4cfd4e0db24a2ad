// SPDX-License-Identifier: Apache-2.0

/// What a report counts, and what puts it together: what was from `since` on and before `until`.
package struct ReportFilter<Grouping: Sendable>: Sendable {
    /// Nil for one row of all.
    package let groupBy: Grouping?
    package let since: Instant?
    package let until: Instant?

    package init(groupBy: Grouping?, since: Instant?, until: Instant?) {
        self.groupBy = groupBy
        self.since = since
        self.until = until
    }
}
