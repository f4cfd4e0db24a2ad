// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import HTTP
import Routing

/// The operations on sales expense.
package struct ExpenseRoutes {
    private static let tag = "Trade"

    private let expenses: ExpenseService
    private let wakeRunner: @Sendable () -> Void

    /// `wakeRunner` is called once there is something to look at, and it is committed.
    package init(expenses: ExpenseService, wakeRunner: @escaping @Sendable () -> Void) {
        self.expenses = expenses
        self.wakeRunner = wakeRunner
    }

    package var all: [APIRoute] {
        [record, reverse, list, find]
    }

    private var record: APIRoute {
        .write(
            .post,
            "/v1/expenses",
            name: "recordExpense",
            summary: "Records what was spent on a customer",
            tag: Self.tag,
            scope: Scope.ordersWrite.rawValue,
            takes: .body(ExpenseInput.fields),
            returns: .created(Expense.fields) { Subject(.expense, $0.id).path },
            problems: [.duplicate, .customerMissing, .sumAboveBound],
            committed: wakeRunner
        ) { [expenses] input, call, transaction in
            try expenses.record(input.expense(), by: call.occasion, in: transaction)
        }
    }

    private var reverse: APIRoute {
        .write(
            .post,
            "/v1/expenses/{expense}/reverse",
            ID<Expense>.self,
            name: "reverseExpense",
            summary: "Takes back an expense that was recorded by mistake",
            tag: Self.tag,
            scope: Scope.ordersWrite.rawValue,
            takes: .body(ExpenseReversal.fields),
            returns: .created(Expense.fields) { Subject(.expense, $0.id).path },
            problems: [.notAllowedNow, .expenseReversed],
            committed: wakeRunner
        ) { [expenses] reversal, call, transaction, id in
            try expenses.reverse(id, reversal, by: call.occasion, in: transaction)
        }
    }

    private var list: APIRoute {
        .list(
            "/v1/expenses",
            name: "listExpenses",
            summary: "Lists what was spent on customers",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            Listing(
                filter: ExpenseFilter.fields,
                rows: Expense.fields,
                sorts: ["-spentAt", "id"],
                exportScope: Scope.exports.rawValue
            )
        ) { [expenses] query, _, snapshot in
            try expenses.list(query.0, query.1.request(), in: snapshot).slice
        }
    }

    private var find: APIRoute {
        .read(
            .get,
            "/v1/expenses/{expense}",
            ID<Expense>.self,
            name: "getExpense",
            summary: "Reads an expense",
            tag: Self.tag,
            scope: Scope.ordersRead.rawValue,
            takes: .nothing,
            returns: .record(Expense.fields)
        ) { [expenses] _, _, snapshot, id in
            try expenses.find(id, in: snapshot)
        }
    }
}
