// SPDX-License-Identifier: Apache-2.0
import SQLite

/// Fits the models that were started, one by one, on a thread that may wait.
///
/// It reads the orders on one snapshot, and fits when that has been let go. A model shows with the
/// transaction that marks it as finished; one that was cut off is fitted anew.
package struct ValueModelRunner: Sendable {
    private let values: ValueService

    package init(_ values: ValueService) {
        self.values = values
    }

    /// Starts a model if one is due by the policy; looks at most customers once, so hourly is often
    /// enough.
    package func startDue(in context: JobContext) throws {
        let occasion = context.occasion
        guard try context.reading.read({ try values.isDue(at: occasion.at, in: $0) }) else {
            return
        }
        _ = try context.writing.write { [values] transaction in
            try values.start(NewValueModel(), by: occasion, in: transaction)
        }
    }

    /// Fits the earliest model in date that was started; false if there is none.
    ///
    /// A model that meets an error is marked as failed, and the error thrown on. If it is
    /// interrupted, the writer takes nothing any more (`QueueFull`), or the disk is full, it stays
    /// as it is, to be fitted anew.
    package func runPending(in context: JobContext) throws -> Bool {
        let pending = try context.reading.read { snapshot in try values.pending(in: snapshot) }
        guard let model = pending else { return false }
        do {
            let policy = try context.reading.read { snapshot in try values.policy(in: snapshot) }
            let base = try context.reading.read { snapshot in
                try values.base(of: model, in: snapshot)
            }
            let result: Result<FittedValues, ValueFailure>
            do {
                result = .success(
                    try FittedValues(base, by: policy) { try context.reading.throwIfInterrupted() }
                )
            } catch let failure as ValueFailure {
                result = .failure(failure)
            }
            try finish(model, result, context)
        } catch let error as QueueFull {
            throw error
        } catch let error as SQLiteError where error.isPassing {
            throw error
        } catch {
            try finish(model, .failure(.error), context)
            throw error
        }
        return true
    }

    private func finish(
        _ model: ValueModel,
        _ result: Result<FittedValues, ValueFailure>,
        _ context: JobContext
    ) throws {
        let occasion = context.occasion
        _ = try context.writing.write { [values] transaction in
            try values.finish(model, result, by: occasion, in: transaction)
        }
    }
}
