// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A statement of what a customer buys of a category in all, from us and from others: what our share of
/// it is measured by (M20, M21).
///
/// Statements stay. At any time the latest until then holds of those that the customer or a survey
/// made; of one instant the survey's goes before the customer's. Our own estimates hold where there is
/// neither, the latest first.
package struct CategorySpend: Sendable {
    package enum Period: String, Sendable, CaseIterable, ColumnValue {
        case month
        case quarter
        case year
    }

    /// Who says so.
    package enum Source: String, Sendable, CaseIterable, ColumnValue {
        /// The customer.
        case stated
        case surveyed
        /// Ourselves.
        case estimated
    }

    package let id: ID<CategorySpend>
    package let customerID: ID<Customer>
    package let category: String
    package let details: CategorySpendDetails
    /// Counts the changes of the category: of its statements the last that changed has the highest.
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// How much it is in a period, who says so, and as of when.
package struct CategorySpendDetails: Sendable, Equatable {
    package let amount: Money
    package let per: CategorySpend.Period
    package let source: CategorySpend.Source
    package let asOf: Instant
    /// Of how many others the customer buys.
    package let rivals: Int?
    /// When the customer last changed from one brand to another, to us or away from us.
    package let switchedAt: Instant?

    package init(
        amount: Money,
        per: CategorySpend.Period,
        source: CategorySpend.Source,
        asOf: Instant,
        rivals: Int? = nil,
        switchedAt: Instant? = nil
    ) {
        self.amount = amount
        self.per = per
        self.source = source
        self.asOf = asOf
        self.rivals = rivals
        self.switchedAt = switchedAt
    }
}

/// What a customer buys of a category, as it comes in from a file.
package struct NewCategorySpend: Sendable {
    package let customer: CustomerName
    package let category: String
    package let details: CategorySpendDetails

    package init(customer: CustomerName, category: String, details: CategorySpendDetails) {
        self.customer = customer
        self.category = category
        self.details = details
    }
}

/// As of when what customers buy is listed.
package struct CategorySpendFilter: Sendable {
    /// Now, if it is not said.
    package let asOf: Instant?

    package init(asOf: Instant? = nil) {
        self.asOf = asOf
    }
}

/// The order in which categories are listed.
package enum CategorySpendSorting: String, Sendable, CaseIterable {
    case category
}

/// The order in which the statements of a category are listed.
package enum CategoryStatementSorting: String, Sendable, CaseIterable {
    case asOf
}
