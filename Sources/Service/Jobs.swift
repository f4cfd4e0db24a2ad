// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Logging
import SQLite

/// Work that nobody waits for: what is to be done stands in tables, so that a stop loses none.
///
/// The clock says what is due; every few seconds someone looks. What goes through many customers has
/// a lane of its own, so that what has just happened, or is just due, is looked at within a second.
final class Jobs: Sendable {
    /// Who does in the journal what nobody asked for.
    static let actor = "scheduler"

    private let promptLane: JobLane
    private let longLane: JobLane
    /// Reads beside the long lane.
    private let helper: ReaderPool
    private let work: JobWork

    init(
        database: Database,
        services: Services,
        journal: JournalWatch,
        backups: Backups?,
        pause: Int,
        logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) throws {
        let work = JobWork(
            writer: database.writer,
            verifyOwner: { [database] in database.verifyOwner() },
            isIdle: { [database] in database.refusal != nil },
            tiers: TierRunner(services.tiers, services.stages, services.endings),
            values: ValueModelRunner(services.values),
            renewal: DeadlineRenewal(services.complaints),
            deadlines: DeadlineRunner(
                complaints: services.complaints,
                promises: services.promises,
                approvals: services.approvals
            ),
            singleThread: SingleThreadRunner(services.singleThread),
            warnings: WarningRunner(services.warnings),
            indexing: SearchIndexing(),
            journal: journal,
            backups: backups,
            logger: logger,
            clock: clock
        )
        self.work = work
        let helper = try ReaderPool(path: database.path, mode: database.readMode, threads: 1)
        self.helper = helper
        let promptLane = try JobLane(on: database, pause, logger) { work.runPrompt(reading: $0) }
        self.promptLane = promptLane
        longLane = try JobLane(on: database, pause, logger) { connection in
            work.runLong(reading: connection, with: helper, wakePrompt: promptLane.wake)
        }
    }

    /// Verifies what the last process has added to the journal, and carries on with its work.
    func start() {
        longLane.submit { [work] connection in work.keepHouse(reading: connection) }
        wake()
    }

    /// Looks for work now; if a look is due already, that one will find it.
    func wake() {
        promptLane.wake()
        longLane.wake()
    }

    /// Does all that is to be done now, and waits for it.
    func run() throws {
        try longLane.run()
        try promptLane.run()
    }

    /// Ends what runs with its piece; the next start goes on with it.
    ///
    /// The writer is to be closed before.
    func stop() {
        promptLane.stop()
        longLane.stop()
        helper.stop()
    }
}

/// A thread that looks for work when it is woken, and every few seconds.
private final class JobLane: Sendable {
    private let thread: ReaderPool
    private let look: @Sendable (Connection) -> Void
    private let logger: Logger

    init(
        on database: Database,
        _ pause: Int,
        _ logger: Logger,
        look: @escaping @Sendable (Connection) -> Void
    ) throws {
        self.look = look
        self.logger = logger
        thread = try ReaderPool(
            path: database.path,
            mode: database.readMode,
            threads: 1,
            queueLimit: 8,
            pastime: ReaderPool.Pastime(every: pause, look)
        )
    }

    func wake() {
        submit(look)
    }

    func run() throws {
        try thread.run(look)
    }

    func submit(_ body: @escaping @Sendable (Connection) -> Void) {
        do {
            try thread.submit(body)
        } catch {
            logger.debug("jobs are awake already")
        }
    }

    func stop() {
        thread.stop()
    }
}

/// The jobs one by one; an error of one keeps none of the others back.
private struct JobWork: Sendable {
    let writer: Writer
    /// Finds out that another process may have the database, too.
    let verifyOwner: @Sendable () -> Void
    /// Whether nothing can be written: what is left to do waits for room.
    let isIdle: @Sendable () -> Bool
    let tiers: TierRunner
    let values: ValueModelRunner
    let renewal: DeadlineRenewal
    let deadlines: DeadlineRunner
    let singleThread: SingleThreadRunner
    let warnings: WarningRunner
    let indexing: SearchIndexing
    let journal: JournalWatch
    /// Made on a thread of their own, so that they keep nothing here waiting.
    let backups: Backups?
    let logger: Logger
    let clock: @Sendable () -> Instant

    /// What has just fallen due, or just happened to a customer.
    func runPrompt(reading connection: Connection) {
        verifyOwner()
        // They need no room on the database's disk, and are needed most when it is full.
        backups?.look(at: clock())
        guard !isIdle() else { return }
        var isMoreLeft = false
        repeat {
            attempt("renewal of deadlines") {
                let count = try renewal.run(in: context("deadlines", connection))
                if count > 0 { logger.info("deadlines renewed", metadata: ["count": "\(count)"]) }
            }
            attempt("deadlines") {
                let count = try deadlines.runDue(in: context("deadlines", connection))
                if count > 0 { logger.info("deadlines passed", metadata: ["count": "\(count)"]) }
            }
            attempt("single threads") {
                try singleThread.lookAtDue(in: context("single-threads", connection))
            }
            isMoreLeft = false
            attempt("warnings of customers to whom something has happened") {
                let raised = try warnings.lookAtTouched(in: context("warnings", connection))
                isMoreLeft = raised != nil
                tell(raised)
            }
        } while isMoreLeft
    }

    /// What goes through many customers; a page of the look at all of them lets the rest come in
    /// between.
    func runLong(
        reading connection: Connection,
        with helper: ReaderPool,
        wakePrompt: () -> Void
    ) {
        guard !isIdle() else { return }
        var isMoreLeft = false
        repeat {
            attempt("tier run") {
                let context = context("tier-runner", connection, with: helper)
                try tiers.startDue(in: context)
                while try tiers.runPending(in: context) {
                    // Deadlines depend on tiers.
                    wakePrompt()
                    // One that had to wait for this one.
                    try tiers.startDue(in: context)
                }
            }
            attempt("fit of a value model") {
                while try values.runPending(in: context("value-models", connection)) {}
            }
            attempt("single threads") {
                try singleThread.run(in: context("single-threads", connection))
            }
            isMoreLeft = false
            attempt("warnings of all customers") {
                let raised = try warnings.lookAtNextPage(in: context("warnings", connection))
                isMoreLeft = raised != nil
                tell(raised)
            }
        } while isMoreLeft
        attempt("indexing of texts") {
            guard try indexing.run(reading: connection, writing: writer) else { return }
            logger.notice("texts of before are indexed")
        }
        attempt("housekeeping") {
            let isDue = try connection.read { try journal.isDue(in: $0) }
            if isDue { keepHouse(reading: connection) }
        }
    }

    /// What is to be done once an hour, and at the start.
    func keepHouse(reading connection: Connection) {
        guard !isIdle() else { return }
        attempt("verification of the journal") {
            try journal.look(reading: connection)
        }
        attempt("start of a value model") {
            try values.startDue(in: context("value-models", connection))
        }
        attempt("clearing of kept answers") {
            // By pieces, between which others write.
            let now = clock()
            let piece = 200
            while try writer.write({ transaction in
                try IdempotencyStore().removeExpired(at: now, limit: piece, in: transaction)
            }) == piece {}
        }
        attempt("optimizing") { try writer.optimize() }
    }

    private func context(
        _ requestID: String,
        _ connection: Connection,
        with helpers: ReaderPool? = nil
    ) -> JobContext {
        JobContext(
            reading: connection,
            helpers: helpers,
            writing: writer,
            actor: Jobs.actor,
            requestID: requestID,
            now: clock
        )
    }

    private func tell(_ raised: Int?) {
        if let raised, raised > 0 {
            logger.info("warnings raised", metadata: ["count": "\(raised)"])
        }
    }

    private func attempt(_ name: String, _ body: () throws -> Void) {
        do {
            try body()
        } catch is QueueFull {
            // The next look, or the next start, finds what is left.
            guard !writer.isClosed else { return }
            logger.warning("\(name) is put off: too many changes are waiting")
        } catch let error as SQLiteError where error.isPassing {
            // The same, when there is room, or after the stop that has interrupted it.
        } catch {
            logger.error("\(name) failed", metadata: ["error": "\(error)"])
        }
    }
}
