// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Carries out what has fallen due.
///
/// A deadline's row is deleted in the transaction that carries it out, so that each is carried out
/// once, however often the process stops and wherever the clock is set meanwhile.
package struct DeadlineRunner: Sendable {
    private let complaints: ComplaintService
    private let promises: PromiseService
    private let approvals: ApprovalService
    /// The most deadlines of a transaction.
    private let pieceSize: Int
    private let store = DeadlineStore()

    package init(
        complaints: ComplaintService,
        promises: PromiseService,
        approvals: ApprovalService,
        pieceSize: Int = 500
    ) {
        self.complaints = complaints
        self.promises = promises
        self.approvals = approvals
        self.pieceSize = pieceSize
    }

    /// Carries out all that is due, and tells how many that were.
    @discardableResult
    package func runDue(in context: JobContext) throws -> Int {
        var count = 0
        while true {
            let occasion = context.occasion
            // The writer is not troubled for nothing.
            let isDue = try context.reading.read { snapshot in
                try !store.due(at: occasion.at, limit: 1, in: snapshot).isEmpty
            }
            guard isDue else { return count }
            count += try context.writing.write { [self] transaction in
                let due = try store.due(at: occasion.at, limit: pieceSize, in: transaction)
                for deadline in due {
                    try store.delete(deadline, in: transaction)
                    try carryOut(deadline, by: occasion, in: transaction)
                }
                return due.count
            }
        }
    }

    private func carryOut(
        _ deadline: Deadline,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        switch deadline.subject.kind {
        case .complaint: try complaints.carryOut(deadline, by: occasion, in: transaction)
        case .promise: try promises.carryOut(deadline, by: occasion, in: transaction)
        case .approval: try approvals.carryOut(deadline, by: occasion, in: transaction)
        // Nothing else sets any.
        default: break
        }
    }
}
