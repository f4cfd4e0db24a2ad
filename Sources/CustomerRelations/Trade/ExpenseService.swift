// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Sales expense: every sum that is spent on a customer.
package struct ExpenseService: Sendable {
    private let store = ExpenseStore()
    private let sums = TradeSumStore()
    private let touched = WarningStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<Expense>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<Expense>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Expense>, in snapshot: Snapshot) throws -> Expense {
        guard let expense = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return expense
    }

    package func list(
        _ filter: ExpenseFilter,
        _ request: PageRequest<ExpenseSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Expense> {
        try store.page(filter, request, in: snapshot)
    }

    package func record(
        _ new: NewExpense,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Expense {
        try new.details.demand(by: occasion.at)
        if let externalID = new.details.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.expense, other))
        }
        let customer = try customers.resolve(
            new.customer,
            makingProspectFrom: CustomerSource(channel: .other, detail: "expense"),
            by: occasion,
            in: transaction
        )
        try sums.find(customer, in: transaction).demandRoom(
            for: TradeSums(expense: new.details.amount),
            of: customer,
            at: "/amount"
        )
        let id = try store.insert(new.details, customer, at: occasion.at, in: transaction)
        guard let id else { throw ServiceError.notFound }
        let expense = try find(id, in: transaction)
        try journal.append(
            "expense.recorded",
            Subject(.expense, id),
            changes: describe(nil, expense),
            by: occasion,
            in: transaction
        )
        try touched.touch(customer, in: transaction)
        return expense
    }
}
