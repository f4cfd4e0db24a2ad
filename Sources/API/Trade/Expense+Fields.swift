// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
package import JSON
import Routing

extension Expense: Versioned {}

/// An expense as it comes in, its customer named in one of two ways.
package struct ExpenseInput: Sendable {
    let customerID: ID<Customer>?
    let customerExternalID: String?
    let externalID: String?
    let amount: Money
    let spentAt: Instant
    let purpose: String

    package static let fields: Fields<ExpenseInput> = Fields(
        "NewExpense",
        ExpenseInput.init,
        readOnly: ["id", "version", "createdAt"],
        Field(optional: "customerId", \.customerID, .id(), "The customer."),
        Field(optional: "customerExternalId", \.customerExternalID, .externalID, "Its other name."),
        Field(
            optional: "externalId",
            \.externalID,
            .externalID,
            "The number of the books, unique."
        ),
        Field("amount", \.amount, .amount),
        Field("spentAt", \.spentAt, .instant),
        Field("purpose", \.purpose, .string(maxLength: 1000), "What it was spent on.")
    )

    /// The expense to record; refuses what only whole records can tell.
    package func expense() throws -> NewExpense {
        NewExpense(
            customer: try CustomerName(id: customerID, externalID: customerExternalID),
            details: ExpenseDetails(
                externalID: externalID,
                amount: amount,
                spentAt: spentAt,
                purpose: purpose
            )
        )
    }
}

extension Expense {
    package static let fields: Representation<Expense> = Representation(
        "Expense",
        [
            Member("id", \.id, .id()),
            Member("customerId", \.customerID, .id()),
            Member("externalId", \.details.externalID, .externalID),
            Member("amount", \.details.amount, .money, "Negative where it takes another back."),
            Member("spentAt", \.details.spentAt, .instant),
            Member("purpose", \.details.purpose, .string(maxLength: 1000)),
            Member("reversesId", \.reversesID, .id(), "The expense that it takes back."),
            Member("reason", \.reason, .string(maxLength: 1000), "Why that was taken back."),
            Member("version", \.version, .integer(1...Int.max)),
            Member("createdAt", \.createdAt, .instant),
        ]
    )
}

extension ExpenseReversal {
    package static let fields: Fields<ExpenseReversal> = Fields(
        "NewExpenseReversal",
        ExpenseReversal.init,
        Field("reason", \.reason, .string(maxLength: 1000))
    )
}

extension ExpenseFilter {
    static let fields: Fields<ExpenseFilter> = Fields(
        nil,
        ExpenseFilter.init,
        Field(optional: "customerId", \.customerID, .id()),
        Field(optional: "since", \.since, .instantOrDay, "Spent then or later."),
        Field(optional: "until", \.until, .instantOrDay, "Spent before.")
    )
}
