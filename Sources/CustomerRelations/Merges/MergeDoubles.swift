// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What two customers were asked for apart, and are asked for once when they are one (M10, M17).
///
/// A customer has one case of a kind that is not closed, and each round sum of its purchases is asked
/// for once. What a merge ends or asks for to keep it so is noted with it, and taken back with it.
struct MergeDoubles: Sendable {
    private let store = MergeStore()
    private let cases = WarningStore()
    private let warnings: WarningService
    private let tasks: TaskService
    private let prompts: PurchasePrompts

    init(warnings: WarningService, tasks: TaskService) {
        self.warnings = warnings
        self.tasks = tasks
        prompts = PurchasePrompts(tasks: tasks)
    }

    /// Ends what the duplicate would be asked for beside the kept one, before its records move.
    func end(
        _ duplicate: ID<Customer>,
        beside customer: ID<Customer>,
        _ merge: ID<CustomerMerge>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let kept = try cases.open(of: customer, in: transaction)
        for warning in try cases.open(of: duplicate, in: transaction) {
            guard let rival = kept.first(where: { $0.kind == warning.kind }) else { continue }
            let task = try warnings.close(warning, for: rival.id, by: occasion, in: transaction)
            try store.note(warning.id.rawValue, as: .closedWarning, of: merge, in: transaction)
            if let task {
                try store.note(task.rawValue, as: .settledTask, of: merge, in: transaction)
            }
        }
        let doubles = try prompts.endDoubles(
            of: duplicate,
            beside: customer,
            by: occasion,
            in: transaction
        )
        for task in doubles {
            try store.note(task.rawValue, as: .settledTask, of: merge, in: transaction)
        }
    }

    /// Asks for the round sums that two customers have passed together and neither alone.
    func count(
        _ merge: ID<CustomerMerge>,
        into customer: ID<Customer>,
        own: Money,
        brought: Money,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let terms = try warnings.policy(in: transaction).terms
        try prompts.count(
            customer,
            merge,
            own: own,
            brought: brought,
            by: terms,
            occasion,
            in: transaction
        )
    }

    /// Takes back what a merge ended and asked for, once the records have moved back.
    func undo(
        _ merge: CustomerMerge,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let terms = try warnings.policy(in: transaction).terms
        try prompts.part(merge, by: terms, occasion, in: transaction)
        for warning in try store.rows(.closedWarning, of: merge.id, in: transaction) {
            try warnings.reopen(ID(rawValue: warning), by: occasion, in: transaction)
        }
        for task in try store.rows(.settledTask, of: merge.id, in: transaction) {
            try tasks.openAgain(ID(rawValue: task), by: occasion, in: transaction)
        }
    }
}

/// What a merge did to a record beside moving it.
enum MergeDeed: String, Sendable, ColumnValue {
    case closedWarning = "warning.closed"
    case settledTask = "task.settled"
    /// The row is an amount in fen that the kept one has passed without the duplicate.
    case passedAmount = "amount.passed"
}
