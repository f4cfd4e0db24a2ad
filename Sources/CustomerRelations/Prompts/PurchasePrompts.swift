// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// Asks for an offer each time a customer's purchases pass a multiple of an amount (M10,
/// 累计购买提示).
struct PurchasePrompts: Sendable {
    /// The most multiples that one order asks for, the highest ones.
    static let limit = 20

    private static let kind = "cumulative-amount"

    private let store = PurchasePromptStore()
    private let merges = MergeStore()
    private let sums = TradeSumStore()
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
        let after = try purchases(of: customer, in: transaction)
        let before = after - order.details.total
        for amount in Self.multiples(of: terms.cumulativeAmount, above: before, upTo: after) {
            try ask(amount, of: customer, by: order.id, terms, occasion, in: transaction)
        }
        try notePassed(
            by: customer,
            from: before,
            adding: order.details.total,
            at: occasion.at,
            in: transaction
        )
    }

    /// Notes the amounts, of those that came with duplicates, that a customer passes without what these
    /// brought as more is added to what all have bought: they are to be asked for if it is parted from
    /// them.
    ///
    /// What does not lie above `floor` is passed by none of them.
    private func notePassed(
        by customer: ID<Customer>,
        but merge: ID<CustomerMerge>? = nil,
        from before: Money,
        adding more: Money,
        above floor: Money = .zero,
        at now: Instant,
        in transaction: Transaction
    ) throws {
        let brought = try store.amounts(broughtTo: customer, at: now, in: transaction)
        for (other, amounts) in brought where other != merge {
            let rest = try before - store.purchases(broughtWith: other, in: transaction)
            for amount in amounts where amount > max(rest, floor) && amount <= rest + more {
                try merges.note(amount.rawValue, as: .passedAmount, of: other, in: transaction)
            }
        }
    }

    /// What a customer has bought in all.
    func purchases(of customer: ID<Customer>, in snapshot: Snapshot) throws -> Money {
        try sums.find(customer, in: snapshot).purchases
    }

    /// Opens a task for an amount, unless the customer has passed it before.
    private func ask(
        _ amount: Money,
        of customer: ID<Customer>,
        by order: ID<Order>,
        _ terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let isNew = try store.insert(
            amount,
            of: customer,
            by: order,
            at: occasion.at,
            in: transaction
        )
        guard isNew else { return }
        try tasks.open(
            NewTask(
                kind: Self.kind,
                subject: Subject(.customer, customer),
                cause: Self.cause(amount, of: customer),
                details: TaskDetails(
                    reason: "purchases have come to \(amount): offer a benefit or personal service",
                    dueAt: terms.taskDue(at: occasion.at),
                    assigneeID: try keepers.keeper(of: customer, in: transaction)
                )
            ),
            by: occasion,
            in: transaction
        )
    }

    private static func cause(_ amount: Money, of customer: ID<Customer>) -> String {
        TaskOrigin.purchases.cause("\(customer.rawValue):\(amount)")
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

// MARK: - Merges

extension PurchasePrompts {
    /// Asks for what a customer has passed by becoming one with another: the multiples above what
    /// either had bought.
    func count(
        _ customer: ID<Customer>,
        _ merge: ID<CustomerMerge>,
        own: Money,
        brought: Money,
        by terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        guard let order = try store.lastOrder(of: customer, in: transaction) else { return }
        let passed = Self.multiples(
            of: terms.cumulativeAmount,
            above: max(own, brought),
            upTo: own + brought
        )
        for amount in passed {
            try ask(amount, of: customer, by: order, terms, occasion, in: transaction)
        }
        try notePassed(
            by: customer,
            but: merge,
            from: own,
            adding: brought,
            above: brought,
            at: occasion.at,
            in: transaction
        )
    }

    /// Ends the tasks of a customer for amounts that another has passed as well; tells which.
    func endDoubles(
        of duplicate: ID<Customer>,
        beside customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> [ID<StaffTask>] {
        let amounts = try store.amounts(of: duplicate, passedBy: customer, in: transaction)
        guard !amounts.isEmpty else { return [] }
        let doubles = try tasks.open(Self.kind, of: duplicate, in: transaction).filter { task in
            amounts.contains { task.matter.cause?.hasSuffix(":\($0)") == true }
        }
        for task in doubles {
            _ = try tasks.settle(
                task,
                as: .done,
                note: "merged with customer \(customer.rawValue), of whom it was asked as well",
                by: occasion,
                in: transaction
            )
        }
        return doubles.map(\.id)
    }

    /// Sets right what a customer is asked for that was one with another and is so no longer, once
    /// their records have moved back.
    ///
    /// What all its orders together do not come to is forgotten, and may be passed again. What it has
    /// passed without the duplicate, or has with one that it is one with yet, is asked for, if it is
    /// not noted.
    func part(
        _ merge: CustomerMerge,
        by terms: WarningTerms,
        _ occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let customer = merge.customerID
        let all = try store.orders(of: customer, in: transaction)
        for amount in try store.remove(of: customer, above: all, in: transaction) {
            try tasks.withdraw(
                cause: Self.cause(amount, of: customer),
                note: "the merge was undone",
                by: occasion,
                in: transaction
            )
        }
        guard let order = try store.lastOrder(of: customer, in: transaction) else { return }
        let passed = try merges.rows(.passedAmount, of: merge.id, in: transaction)
        // What it had passed with one more, who has left since, it may not come to.
        for amount in passed.map(Money.init) where amount <= all {
            try ask(amount, of: customer, by: order, terms, occasion, in: transaction)
        }
        for other in try merges.all(into: customer, in: transaction) {
            let ended = try merges.rows(.settledTask, of: other.id, in: transaction)
                .map { try tasks.find(ID(rawValue: $0), in: transaction).matter.cause }
            for amount in try store.amounts(of: other.duplicateID, in: transaction) {
                if ended.contains(Self.cause(amount, of: other.duplicateID)) {
                    try ask(amount, of: customer, by: order, terms, occasion, in: transaction)
                } else {
                    _ = try store.insert(
                        amount,
                        of: customer,
                        by: order,
                        at: occasion.at,
                        in: transaction
                    )
                }
            }
        }
    }
}
