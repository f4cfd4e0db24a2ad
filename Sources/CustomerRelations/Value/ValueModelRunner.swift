// SPDX-License-Identifier: Apache-2.0
package import SQLite

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
    package func startDue(reading: Connection, writing: Writer, by occasion: Occasion) throws {
        guard try reading.read({ try values.isDue(at: occasion.at, in: $0) }) else { return }
        _ = try writing.write { [values] transaction in
            try values.start(NewValueModel(), by: occasion, in: transaction)
        }
    }

    /// Fits the earliest model in date that was started; false if there is none.
    ///
    /// A model that meets an error is marked as failed, and the error thrown on. If it is
    /// interrupted, the writer takes nothing any more (`QueueFull`), or the disk is full, it stays
    /// as it is, to be fitted anew.
    package func runPending(
        reading: Connection,
        writing: Writer,
        actor: String,
        requestID: String,
        now: () -> Instant
    ) throws -> Bool {
        let pending = try reading.read { snapshot in try values.pending(in: snapshot) }
        guard let model = pending else { return false }
        do {
            let policy = try reading.read { snapshot in try values.policy(in: snapshot) }
            let base = try reading.read { snapshot in try values.base(of: model, in: snapshot) }
            let result: Result<FittedValues, ValueFailure>
            do {
                result = .success(
                    try FittedValues(base, by: policy) { try reading.throwIfInterrupted() }
                )
            } catch let failure as ValueFailure {
                result = .failure(failure)
            }
            try finish(
                model,
                result,
                Occasion(at: now(), actor: actor, requestID: requestID),
                writing
            )
        } catch let error as QueueFull {
            throw error
        } catch let error as SQLiteError where error.isPassing {
            throw error
        } catch {
            let occasion = Occasion(at: now(), actor: actor, requestID: requestID)
            try finish(model, .failure(.error), occasion, writing)
            throw error
        }
        return true
    }

    private func finish(
        _ model: ValueModel,
        _ result: Result<FittedValues, ValueFailure>,
        _ occasion: Occasion,
        _ writing: Writer
    ) throws {
        _ = try writing.write { [values] transaction in
            try values.finish(model, result, by: occasion, in: transaction)
        }
    }
}
