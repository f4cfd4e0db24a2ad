// SPDX-License-Identifier: Apache-2.0

/// What a customer is entitled to, and why (M25).
///
/// It holds the terms of this customer's own tier and no others (M27).
package struct Entitlements: Sendable {
    package let customerID: ID<Customer>
    package let asOf: Instant
    package let standing: TierStanding
    package let potential: Potential
    package let terms: CareTerms
    package let policyVersion: Int
    /// What was spent on the customer in the twelve months before.
    package let spent: Money

    /// What is left of the year's budget.
    package var budgetLeft: Money { max(.zero, terms.promotionBudget - spent) }
}
