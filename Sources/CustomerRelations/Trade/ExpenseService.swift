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

    /// Takes back an expense that was recorded by mistake, by another of the same amount below nothing.
    ///
    /// Whatever sums expenses up counts neither from then on; as of an earlier date the first one
    /// counts as it did.
    package func reverse(
        _ id: ID<Expense>,
        _ new: ExpenseReversal,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Expense {
        let old = try find(id, in: transaction)
        guard old.reversesID == nil else {
            throw ServiceError.notAllowedNow(
                "expense \(id.rawValue) takes another back",
                allowed: []
            )
        }
        if let other = try store.reversal(of: id, in: transaction) {
            throw ServiceError.expenseReversed(by: other)
        }
        let reversal = try store.insertReversal(
            of: old,
            reason: new.reason,
            at: occasion.at,
            in: transaction
        )
        guard let reversal else { throw ServiceError.notFound }
        let expense = try find(reversal, in: transaction)
        try journal.append(
            "expense.reversed",
            Subject(.expense, reversal),
            changes: describe(nil, expense),
            by: occasion,
            in: transaction
        )
        try touched.touch(expense.customerID, in: transaction)
        return expense
    }
}
