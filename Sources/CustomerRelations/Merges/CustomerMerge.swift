// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A customer that turned out to be another one, and became part of it.
package struct CustomerMerge: Sendable {
    package let id: ID<CustomerMerge>
    /// The one that is kept.
    package let customerID: ID<Customer>
    package let duplicateID: ID<Customer>
    package let duplicateName: String
    package let actor: String
    package let mergedAt: Instant
    package let undoneAt: Instant?
    /// How many records moved, by table.
    package let moved: [String: Int]

    /// Until when it can be undone; nil once it is.
    package var undoableUntil: Instant? {
        undoneAt == nil ? mergedAt.adding(milliseconds: Self.window) : nil
    }

    private static let window = 30 * Instant.millisecondsPerDay

    /// When those were made, at the earliest, that can be undone at an instant.
    static func firstUndoable(at now: Instant) -> Instant { now.adding(milliseconds: -window) }
}

/// Who is to become part of a customer.
package struct MergeRequest: Sendable {
    package let duplicateID: ID<Customer>

    package init(duplicateID: ID<Customer>) {
        self.duplicateID = duplicateID
    }
}

/// A table whose rows belong to customers, and move with them.
package struct MergedTable: Sendable {
    package let name: String
    /// In which a row says whose it is.
    let column: String
    /// What its rows are called.
    package let records: String
    /// What a move adds to its UPDATE: that the row has changed.
    let stamp: String
    /// The column by which a row belongs to another of the table, whose customer it has.
    let follows: String?

    /// Under what is noted which rows moved.
    package var key: String { column == Self.usual ? name : "\(name).\(column)" }

    private static let usual = "customer_id"

    private init(
        _ name: String,
        _ records: String,
        by column: String = usual,
        stamp: String = "",
        following follows: String? = nil
    ) {
        self.name = name
        self.column = column
        self.records = records
        self.stamp = stamp
        self.follows = follows
    }

    private static let versioned = ", version = version + 1"
    private static let dated = versioned + ", updated_at = $3"

    /// Every table that refers to customers is one of these or one of those that stay.
    package static let all = [
        MergedTable("contact", "contacts", stamp: dated),
        MergedTable("interaction", "interactions", stamp: dated),
        MergedTable("promise", "promises", stamp: versioned),
        MergedTable("complaint", "complaints", stamp: dated),
        MergedTable("customer_order", "orders", stamp: dated),
        MergedTable("call", "calls", stamp: dated),
        MergedTable("planned_contact", "plannedContacts", stamp: dated),
        MergedTable("approval", "approvals", stamp: dated),
        MergedTable("task", "tasks", stamp: dated),
        MergedTable("meeting_customer", "meetings"),
        MergedTable("need", "needs", stamp: dated),
        MergedTable("manager_assignment", "managers"),
        MergedTable("chain_link", "linksFrom", by: "from_id"),
        MergedTable("chain_link", "linksTo", by: "to_id"),
        MergedTable("expense", "expenses", following: "reverses_id"),
        MergedTable("plan", "plans", stamp: dated),
        MergedTable("category_spend", "categorySpend", stamp: dated),
        MergedTable("warning", "warnings", stamp: versioned),
        MergedTable("cumulative_prompt", "cumulativePrompts"),
    ]

    /// What stays with the duplicate, and why.
    package static let staying: KeyValuePairs<String, String> = [
        "customer_phone": "the record takes over what it lacks",
        "customer_email": "the record takes over what it lacks",
        "customer_tag": "the record takes over what it lacks",
        "ending_candidate": "a run found the customers that there were",
        "stage_assessment": "an assessment was of the customers that there were",
        "single_thread_watch": "is found anew",
        "customer_text_backlog": "is of the record's own text",
        "lifecycle_change": "tells of the record itself",
        "warning_check": "is found anew",
        "tier_change": "tells of the record itself",
        "trade_sum": "goes with the orders and expenses",
        "customer_merge": "tells of the merge itself",
    ]
}

/// Why customers cannot be merged, or a merge cannot be undone.
package enum MergeFault: Sendable, Equatable {
    case itself(ID<Customer>)
    case archived(ID<Customer>)
    /// The duplicate is part of another customer, or of this one, already.
    case alreadyMerged(ID<Customer>, into: ID<Customer>)
    /// What there would be more of than a customer may have, and how many there may be.
    case tooLarge(ID<Customer>, String, count: Int, limit: Int)
    /// The duplicate is part of no customer, or of another one, and not of this.
    case notMerged(ID<Customer>, into: ID<Customer>?, not: ID<Customer>)
    /// The merge has become part of a later one, which can be undone if the time is given.
    case covered(ID<Customer>, by: ID<Customer>)
    case tooLate(ID<Customer>, until: Instant)
}

/// The order in which merges are listed.
package enum MergeSorting: String, Sendable, CaseIterable {
    case id
}

/// Customers of whom one or more may be duplicates, by what they have in common.
package struct DuplicateGroup: Sendable {
    /// What customers can have in common.
    package enum Trait: String, Sendable, CaseIterable {
        case phone
        case email
        case name
    }

    package let trait: Trait
    package let value: String
    package let customers: [CustomerReference]
}

/// What duplicates are looked for by.
package struct DuplicateFilter: Sendable {
    package let trait: DuplicateGroup.Trait

    package init(trait: DuplicateGroup.Trait) { self.trait = trait }
}

/// The order in which duplicates are listed.
package enum DuplicateSorting: String, Sendable, CaseIterable {
    case value
}
