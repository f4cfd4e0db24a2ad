// SPDX-License-Identifier: Apache-2.0

/// What is to be sold to a customer in a period, and what that may cost (M14, M15).
package struct Plan: Sendable, Equatable {
    package let id: ID<Plan>
    package let customerID: ID<Customer>
    package let period: String
    package let startsAt: Instant
    /// The first instant after it.
    package let endsAt: Instant
    package let details: PlanDetails
    package let version: Int
    package let createdAt: Instant
    package let updatedAt: Instant
}

/// The figures of a plan, of which there is at least one.
package struct PlanDetails: Sendable, Equatable {
    package let salesTarget: Money?
    package let expenseBudget: Money?

    package init(salesTarget: Money? = nil, expenseBudget: Money? = nil) {
        self.salesTarget = salesTarget
        self.expenseBudget = expenseBudget
    }

    func demand() throws {
        guard salesTarget == nil, expenseBudget == nil else { return }
        throw ServiceError.refused(
            ["/salesTarget", "/expenseBudget"].map {
                ServiceError.Refusal($0, "one of salesTarget, expenseBudget must be given")
            }
        )
    }
}

/// A plan as it comes in from a file.
package struct NewPlan: Sendable {
    package let customer: CustomerName
    package let period: String
    package let details: PlanDetails

    package init(customer: CustomerName, period: String, details: PlanDetails) {
        self.customer = customer
        self.period = period
        self.details = details
    }
}

/// What a list of plans is narrowed to.
package struct PlanFilter: Sendable {
    package let customerID: ID<Customer>?
    /// Begun then or later.
    package let since: Instant?
    /// Begun before.
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

/// The orders in which plans are listed.
package enum PlanSorting: String, Sendable, CaseIterable {
    case startsAt
    case id
}
