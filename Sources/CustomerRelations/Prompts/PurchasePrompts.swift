// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Asks for an offer each time a customer's purchases pass a multiple of an amount (M10,
/// 累计购买提示).
struct PurchasePrompts: Sendable {
    /// The most multiples that one order asks for, the highest ones.
    static let limit = 20

    private let store = PurchasePromptStore()
    private let keepers = CustomerKeepers()
    private let tasks: TaskService

    init(tasks: TaskService) {
        self.tasks = tasks
    }

    /// Opens a task for each multiple that an order takes its customer past, and that it has not
    /// passed before, in the transaction of the order.
    func count(
        _ order: Order,
        by terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let customer = order.customer.id
        let after = try store.purchases(of: customer, in: transaction)
        let passed = Self.multiples(
            of: terms.cumulativeAmount,
            above: after - order.details.total,
            upTo: after
        )
        for amount in passed {
            let isFirst = try store.insert(
                amount,
                of: customer,
                by: order.id,
                at: occasion.at,
                in: transaction
            )
            guard isFirst else { continue }
            try tasks.open(
                NewTask(
                    kind: "cumulative-amount",
                    subject: Subject(.customer, customer),
                    cause: "cumulative-amount:\(customer.rawValue):\(amount)",
                    details: TaskDetails(
                        reason: "purchases have come to \(amount): offer a benefit or personal "
                            + "service",
                        dueAt: terms.taskDue(at: occasion.at),
                        assigneeID: try keepers.keeper(of: customer, in: transaction)
                    )
                ),
                by: occasion,
                in: transaction
            )
        }
    }

    /// The multiples of a step that lie above one sum and not above another, the least first; of
    /// more than the limit the highest.
    static func multiples(of step: Money, above before: Money, upTo after: Money) -> [Money] {
        let first = max(before.rawValue, 0) / step.rawValue + 1
        let last = max(after.rawValue, 0) / step.rawValue
        guard first <= last else { return [] }
        return (max(first, last - Int64(limit) + 1)...last).map {
            Money(rawValue: $0 * step.rawValue)
        }
    }
}
