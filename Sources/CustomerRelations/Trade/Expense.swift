// SPDX-License-Identifier: Apache-2.0

/// What was spent on selling to a customer (M15, 销售费用); or one of those taken back, since it was
/// recorded by mistake.
package struct Expense: Sendable {
    package let id: ID<Expense>
    package let customerID: ID<Customer>
    package let details: ExpenseDetails
    package let createdAt: Instant
    /// The expense that this one takes back, with the same amount below nothing.
    package let reversesID: ID<Expense>?
    /// Why it was taken back.
    package let reason: String?

    /// An expense does not change.
    package var version: Int { 1 }
}

/// How much was spent, when and for what.
package struct ExpenseDetails: Sendable, Equatable {
    package let externalID: String?
    package let amount: Money
    package let spentAt: Instant
    package let purpose: String

    package init(externalID: String? = nil, amount: Money, spentAt: Instant, purpose: String) {
        self.externalID = externalID
        self.amount = amount
        self.spentAt = spentAt
        self.purpose = purpose
    }

    func demand(by now: Instant) throws {
        var refusals: [ServiceError.Refusal] = []
        if amount <= .zero {
            refusals.append(ServiceError.Refusal("/amount", "must be more than nothing"))
        }
        if spentAt > now {
            refusals.append(ServiceError.Refusal("/spentAt", "must not lie in the future"))
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }
}

/// An expense that is to be recorded.
package struct NewExpense: Sendable {
    package let customer: CustomerName
    package let details: ExpenseDetails

    package init(customer: CustomerName, details: ExpenseDetails) {
        self.customer = customer
        self.details = details
    }
}

/// Why an expense is to be taken back, all of it.
package struct ExpenseReversal: Sendable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}

/// What a list of expenses is narrowed to.
package struct ExpenseFilter: Sendable {
    package let customerID: ID<Customer>?
    /// Spent then or later.
    package let since: Instant?
    /// Spent before.
    package let until: Instant?

    package init(
        customerID: ID<Customer>? = nil,
        since: Instant? = nil,
        until: Instant? = nil
    ) {
        self.customerID = customerID
        self.since = since
        self.until = until
    }
}

/// The orders in which expenses are listed.
package enum ExpenseSorting: String, Sendable, CaseIterable {
    case spentAt
    case id
}
