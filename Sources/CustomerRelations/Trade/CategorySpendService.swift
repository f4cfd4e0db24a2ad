// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// What customers buy of a category in all, as they state it or as it was found out.
package struct CategorySpendService: Sendable {
    /// The most characters of a category's name.
    package static let categoryLimit = 100

    /// The most statements of one category of a customer.
    package static let statementLimit = 1000

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

    /// The statement of a category that holds at an instant.
    package func find(
        of customer: ID<Customer>,
        _ category: String,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws -> CategorySpend {
        let spend = try known(of: customer, category, at: instant, in: snapshot)
        guard let spend else { throw ServiceError.notFound }
        return spend
    }

    /// The same; nil if there is none yet.
    package func known(
        of customer: ID<Customer>,
        _ category: String,
        at instant: Instant,
        in snapshot: Snapshot
    ) throws -> CategorySpend? {
        try store.find(of: customer, category, at: instant, in: snapshot)
    }

    /// One statement of a category.
    package func statement(
        _ id: ID<CategorySpend>,
        of customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws -> CategorySpend {
        guard let spend = try store.find(id, in: snapshot), spend.customerID == customer,
            spend.category == category
        else { throw ServiceError.notFound }
        return spend
    }

    /// The statements that hold at an instant, one of each category.
    package func list(
        of customer: ID<Customer>,
        at instant: Instant,
        _ request: PageRequest<CategorySpendSorting>,
        in snapshot: Snapshot
    ) throws -> Page<CategorySpend> {
        _ = try customers.find(customer, in: snapshot)
        return try store.page(of: customer, at: instant, request, in: snapshot)
    }

    /// All statements of a category.
    package func statements(
        of customer: ID<Customer>,
        _ category: String,
        _ request: PageRequest<CategoryStatementSorting>,
        in snapshot: Snapshot
    ) throws -> Page<CategorySpend> {
        _ = try customers.find(customer, in: snapshot)
        return try store.statements(of: customer, category, request, in: snapshot)
    }

    /// Records a statement, in place of what the same source said as of the same instant.
    package func put(
        _ details: CategorySpendDetails,
        of customer: ID<Customer>,
        _ category: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> CategorySpend {
        let old = try place(of: details, customer, category, in: transaction)
        if let old, old.details == details { return old }
        try customers.demandPresent(customer, in: transaction)
        try enter(details, of: customer, category, at: occasion.at, in: transaction)
        guard let new = try place(of: details, customer, category, in: transaction) else {
            throw ServiceError.notFound
        }
        try journal.append(
            "customer.category-spend-set",
            Subject(.customer, customer),
            changes: describe(old, new),
            by: occasion,
            in: transaction
        )
        return new
    }

    /// The statement whose place another would take.
    func place(
        of details: CategorySpendDetails,
        _ customer: ID<Customer>,
        _ category: String,
        in snapshot: Snapshot
    ) throws -> CategorySpend? {
        try store.find(
            of: customer,
            category,
            details.source,
            asOf: details.asOf,
            in: snapshot
        )
    }

    /// Enters a statement, in place of what the same source said as of the same instant.
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
        let count = try store.count(of: customer, category, in: transaction)
        if count >= Self.statementLimit,
            try place(of: details, customer, category, in: transaction) == nil
        {
            throw ServiceError.refused("/asOf", "there are \(count) statements of the category")
        }
        try store.put(details, of: customer, category, at: now, in: transaction)
    }

    /// Deletes every statement of a category.
    package func delete(
        _ category: String,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        for spend in try store.all(of: customer, category, in: transaction) {
            try delete(spend, by: occasion, in: transaction)
        }
    }

    /// Deletes one statement: what was said before it holds again.
    package func delete(
        _ spend: CategorySpend,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.delete(spend.id, in: transaction)
        try journal.append(
            "customer.category-spend-deleted",
            Subject(.customer, spend.customerID),
            changes: describe(nil, spend),
            by: occasion,
            in: transaction
        )
    }
}
