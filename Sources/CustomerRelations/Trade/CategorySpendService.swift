// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What customers buy of a category in all, as they state it or as it was found out.
package struct CategorySpendService: Sendable {
    /// The most characters of a category's name.
    package static let categoryLimit = 100

    private let store = CategorySpendStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<CategorySpend>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<CategorySpend>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    package func find(
        of customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws -> CategorySpend {
        guard let spend = try store.find(of: customer, category, in: snapshot) else {
            throw ServiceError.notFound
        }
        return spend
    }

    /// What is recorded of this customer and category; nil if that is nothing yet.
    package func known(
        of customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws -> CategorySpend? {
        try store.find(of: customer, category, in: snapshot)
    }

    package func list(
        of customer: ID<Customer>,
        _ request: PageRequest<CategorySpendSorting>,
        in snapshot: Snapshot
    ) throws -> Page<CategorySpend> {
        _ = try customers.find(customer, in: snapshot)
        return try store.page(of: customer, request, in: snapshot)
    }

    package func put(
        _ details: CategorySpendDetails,
        of customer: ID<Customer>,
        _ category: String,
        in place: CategorySpend?,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> CategorySpend {
        if let place, place.details == details { return place }
        try customers.demandPresent(customer, in: transaction)
        try enter(details, of: customer, category, at: occasion.at, in: transaction)
        let spend = try find(of: customer, category, in: transaction)
        try journal.append(
            "customer.category-spend-set",
            Subject(.customer, customer),
            changes: describe(place, spend),
            by: occasion,
            in: transaction
        )
        return spend
    }

    /// Enters what a customer buys of a category in place of what was recorded.
    func enter(
        _ details: CategorySpendDetails,
        of customer: ID<Customer>,
        _ category: String,
        at now: Instant,
        in transaction: Transaction
    ) throws {
        var refusals: [ServiceError.Refusal] = []
        if details.asOf > now {
            refusals.append(ServiceError.Refusal("/asOf", "must not lie in the future"))
        }
        if let switchedAt = details.switchedAt, switchedAt > now {
            refusals.append(ServiceError.Refusal("/switchedAt", "must not lie in the future"))
        }
        let length = category.unicodeScalars.count
        if length > Self.categoryLimit || !category.contains(where: { !$0.isWhitespace }) {
            refusals.append(
                ServiceError.Refusal(
                    "/category",
                    "must have 1 to \(Self.categoryLimit) characters, and not only blanks"
                )
            )
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
        guard try CustomerStore().exists(customer, in: transaction) else {
            throw ServiceError.notFound
        }
        try store.put(details, of: customer, category, at: now, in: transaction)
    }

    package func delete(
        _ spend: CategorySpend,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.delete(spend.category, of: spend.customerID, in: transaction)
        try journal.append(
            "customer.category-spend-deleted",
            Subject(.customer, spend.customerID),
            changes: describe(nil, spend),
            by: occasion,
            in: transaction
        )
    }
}
