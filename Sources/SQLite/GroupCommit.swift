// SPDX-License-Identifier: Apache-2.0
import CSQLite

/// The work of the writer's thread: batches, replay, checkpoints.
///
/// It lives and dies on that thread.
final class GroupCommit {
    private let connection: Connection
    private let queue: WorkQueue<WriteRequest>
    private let configuration: Writer.Configuration
    private let onCommit: @Sendable (CommitReport) -> Void
    private let onFatal: @Sendable (SQLiteError) -> Void
    private let commits: CommitCount
    private let clock = ContinuousClock()
    private var checkpoints: Checkpoints
    private var room: RoomKeeper?
    /// What changes are refused with for now.
    private var refusal: SQLiteError?
    /// Whether SQLite has found no room since the last look.
    private var hasMetFull = false
    /// The I/O error after which nothing is written any more.
    private var fatal: SQLiteError?
    /// So many batches are still run in savepoints, since one had to be run again.
    private var cautiousBatches = 0
    /// Whether the batch has more than one request.
    private var isShared = false
    private static let caution = 100

    init(
        _ connection: Connection,
        _ queue: WorkQueue<WriteRequest>,
        _ configuration: Writer.Configuration,
        _ commits: CommitCount,
        _ space: SpaceWatch?,
        _ onCommit: @escaping @Sendable (CommitReport) -> Void,
        _ onFatal: @escaping @Sendable (SQLiteError) -> Void
    ) {
        self.connection = connection
        self.queue = queue
        self.configuration = configuration
        self.commits = commits
        self.onCommit = onCommit
        self.onFatal = onFatal
        room = space.map { RoomKeeper($0) }
        checkpoints = Checkpoints(
            connection,
            passivePages: configuration.checkpointPages,
            // What is still to be copied when the room runs out has to find some.
            room: space?.look()?.marks.full ?? .max,
            // Nobody's change may come for long.
            onFailure: { _ = queue.push(.nothing) }
        )
    }

    /// Works until the queue is closed and empty.
    func run() {
        while let request = queue.wait() { runBatch(startingWith: request) }
        finish()
        connection.close()
    }

    private func finish() {
        guard fatal == nil, !connection.mode.isReading else { return }
        if refusal == nil {
            do {
                try checkpoints.throwIfFailed()
                // Without it the next run has older statistics, no more.
                _ = try connection.write { transaction in try transaction.optimize() }
            } catch {
                // But a disk that fails is not written to again.
                if let error = error as? SQLiteError, error.isInputOutput {
                    return stopWriting(error)
                }
            }
        }
        checkpoint { checkpoints throws(SQLiteError) in try checkpoints.truncate() }
    }

    /// Checkpoints, and answers what it met.
    @discardableResult
    private func checkpoint(
        _ body: (inout Checkpoints) throws(SQLiteError) -> Void
    ) -> SQLiteError? {
        do throws(SQLiteError) { try body(&checkpoints) } catch {
            if error.isInputOutput { stopWriting(error) }
            if error.isFull { hasMetFull = true }
            return error
        }
        return nil
    }

    /// Finds out whether changes can be made, and makes room for them if it can.
    private func lookForRoom() {
        guard !connection.mode.isReading else {
            refusal = .readOnlyMedium
            return
        }
        let isFull = hasMetFull
        hasMetFull = false
        let hasRoom = room?.hasRoom(isFull: isFull) {
            checkpoint { checkpoints throws(SQLiteError) in try checkpoints.truncate() }
        }
        refusal = hasRoom == false ? .noRoom : nil
    }

    private func stopWriting(_ error: SQLiteError) {
        fatal = error
        onFatal(error)
    }
}

// MARK: - Batches

extension GroupCommit {
    /// Where a request stands while its batch is open.
    fileprivate enum Outcome {
        case done(answer: () -> Void)
        case failed(any Error)
    }

    private enum BatchResult {
        /// Done, and on the disk unless nothing was written.
        case settled(hasWritten: Bool)
        /// The last failed after it had written, with nothing but the whole batch to roll back to.
        case undone(any Error)
        /// SQLite has rolled back the whole batch: each request is run again, alone.
        case lost(any Error)
        case refused(SQLiteError)
    }

    private func runBatch(startingWith first: WriteRequest) {
        var requests = [first]
        var outcomes: [Outcome] = []
        let start = clock.now
        // What comes meanwhile makes the next batch: else those who answer would have nothing to do
        // while it is written, and then the writer nothing while they do.
        var waiting = queue.count
        lookForRoom()
        cautiousBatches = max(0, cautiousBatches - 1)
        var result = attempt(&requests, &outcomes, inSavepoints: cautiousBatches > 0) { count in
            // A piece of a job's work that made way for others shares its commit with them.
            if count == 1, first.isPatient { waiting = queue.count }
            guard waiting > 0, clock.now - start < configuration.batchTime else { return nil }
            waiting -= 1
            return queue.next()
        }
        var refused: (request: WriteRequest, error: any Error)?
        if case .undone(let error) = result {
            // The last one's answer is known; those before it are run again.
            refused = (requests.removeLast(), error)
            cautiousBatches = Self.caution
            outcomes = []
            result =
                requests.isEmpty
                ? .settled(hasWritten: false)
                : attempt(&requests, &outcomes, inSavepoints: true) { _ in nil }
        }
        settle(result, requests, outcomes, since: start)
        if let refused {
            if case .settled = result {
                fail(refused.request, refused.error)
            } else {
                // What it was refused for may have been lost with those before it.
                runAlone(refused.request)
            }
        }
        guard fatal == nil else { return }
        checkpoint { checkpoints throws(SQLiteError) in try checkpoints.afterCommit() }
        // What was rolled back still takes its room in the log.
        if hasMetFull { lookForRoom() }
    }

    /// Answers a batch, in order.
    private func settle(
        _ result: BatchResult,
        _ requests: [WriteRequest],
        _ outcomes: [Outcome],
        since start: ContinuousClock.Instant
    ) {
        switch result {
        case .settled(let hasWritten):
            let duration = clock.now - start
            for (request, outcome) in zip(requests, outcomes) {
                switch outcome {
                case .done(let answer): answer()
                case .failed(let error): fail(request, error)
                }
            }
            guard hasWritten else { break }
            onCommit(
                CommitReport(
                    requests: requests.count,
                    duration: duration,
                    walBytes: checkpoints.walBytes,
                    queueLength: queue.count
                )
            )
        case .undone(let error):
            for request in requests { fail(request, error) }
        case .lost where requests.count > 1:
            for request in requests { runAlone(request) }
        case .lost(let error):
            for request in requests { fail(request, error) }
        case .refused(let error):
            for request in requests { fail(request, error) }
        }
    }

    private func fail(_ request: WriteRequest, _ error: any Error) {
        if let error = error as? SQLiteError, error.isFull, error != .noRoom { hasMetFull = true }
        request.fail(error)
    }

    /// The transaction of one request.
    private func transaction(for request: WriteRequest) -> Transaction {
        // The reserve is of no use where nothing can be written.
        let isExempt = request.usesReserve && !connection.mode.isReading
        return Transaction(
            connection,
            refusal: isExempt ? nil : refusal,
            queue: queue,
            isShared: isShared
        )
    }

    private func runAlone(_ request: WriteRequest) {
        var requests = [request]
        var outcomes: [Outcome] = []
        let start = clock.now
        let result = attempt(&requests, &outcomes, inSavepoints: true) { _ in nil }
        settle(result, requests, outcomes, since: start)
    }

    /// Runs requests in one transaction, as long as there is a next one, and commits.
    ///
    /// A savepoint keeps a copy of each page that its request changes, which takes as long as the
    /// changes, and nearly all requests that fail do so before they have written anything. So a
    /// batch is first tried without.
    private func attempt(
        _ requests: inout [WriteRequest],
        _ outcomes: inout [Outcome],
        inSavepoints: Bool,
        next: (_ count: Int) -> WriteRequest?
    ) -> BatchResult {
        if let fatal { return .refused(fatal) }
        var hasWritten = false
        do throws(SQLiteError) {
            try connection.begin(connection.mode.isReading ? "BEGIN" : "BEGIN IMMEDIATE")
        } catch {
            connection.rollBack()
            return .refused(error)
        }
        repeat {
            let request = requests[outcomes.count]
            isShared = requests.count > 1
            let outcome: Outcome
            if inSavepoints {
                outcome = attemptInSavepoint(request, &hasWritten)
            } else {
                let isToUndo: Bool
                (outcome, isToUndo) = attempt(request, &hasWritten)
                if isToUndo {
                    connection.rollBack()
                    return .undone(outcome.error)
                }
            }
            // "If certain kinds of errors occur … the transaction might be rolled back
            // automatically" (https://sqlite.org/lang_transaction.html); asking is the only way
            // to know, whatever the work made of the error.
            guard connection.isInTransaction else { return .lost(outcome.error) }
            outcomes.append(outcome)
            if outcomes.count < requests.count { continue }
            guard requests.count < configuration.batchLimit, let request = next(requests.count)
            else { break }
            requests.append(request)
        } while true
        return commit(hasWritten)
    }

    /// Runs one request, and tells whether what it has written must be undone.
    private func attempt(
        _ request: WriteRequest,
        _ hasWritten: inout Bool
    ) -> (Outcome, isToUndo: Bool) {
        let transaction = transaction(for: request)
        defer { transaction.end() }
        do {
            let answer = try request.attempt(transaction)
            if transaction.hasWritten { hasWritten = true }
            return (.done(answer: answer), false)
        } catch {
            return (.failed(error), connection.isInTransaction && transaction.hasWritten)
        }
    }

    /// Runs one request in a savepoint of its own.
    private func attemptInSavepoint(
        _ request: WriteRequest,
        _ hasWritten: inout Bool
    ) -> Outcome {
        let transaction = transaction(for: request)
        defer { transaction.end() }
        do {
            try connection.execute("SAVEPOINT request")
            let answer = try request.attempt(transaction)
            try connection.execute("RELEASE request")
            if transaction.hasWritten { hasWritten = true }
            return .done(answer: answer)
        } catch {
            guard connection.isInTransaction else { return .failed(error) }
            do throws(SQLiteError) {
                // ROLLBACK TO leaves the savepoint on the stack (lang_savepoint.html).
                try connection.execute("ROLLBACK TO request")
                try connection.execute("RELEASE request")
            } catch {
                connection.rollBack()
            }
            return .failed(error)
        }
    }

    private func commit(_ hasWritten: Bool) -> BatchResult {
        // Pages that a savepoint changed and changed back would be written and synced.
        hasWritten ? commits.counting { end("COMMIT", hasWritten) } : end("ROLLBACK", hasWritten)
    }

    private func end(_ sql: String, _ hasWritten: Bool) -> BatchResult {
        do throws(SQLiteError) {
            // A page that was not written may have been read as it was before.
            try checkpoints.throwIfFailed()
            try connection.execute(sql)
            return .settled(hasWritten: hasWritten)
        } catch {
            connection.rollBack()
            if error.isInputOutput { stopWriting(error) }
            // What was undone in its midst had left a log that nobody could read again.
            return error.isAborted ? .lost(error) : .refused(error)
        }
    }
}

extension GroupCommit.Outcome {
    fileprivate var error: any Error {
        switch self {
        case .done: SQLiteError.rolledBack()
        case .failed(let error): error
        }
    }
}
