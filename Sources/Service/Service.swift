// SPDX-License-Identifier: Apache-2.0
package import API
package import CustomerRelations
import HTTPServer
package import Logging
import Migrations
import Routing
package import SQLite
import Synchronization

/// The running service: the database, the server over it, and the jobs beside it.
package final class Service: Sendable {
    package let database: Database
    package let services: Services
    package let host: String
    package let port: Int
    /// The secret with which commands on this machine may ask the service.
    package let operatorToken: String
    private let server: Server
    private let background: ReaderPool
    private let jobs: Jobs
    private let backups: Backups?
    private let journal: JournalWatch
    private let clock: @Sendable () -> Instant
    private let drainTime: Duration
    private let logger: Logger
    private let stopping: @Sendable () -> Void

    /// Opens the database, carries on what the last process left, and listens when it returns.
    ///
    /// `onFatal` is called when what is on disk is in doubt: the process should end.
    package init(
        _ settings: ServiceSettings,
        logger: Logger,
        clock: @escaping @Sendable () -> Instant,
        onFatal: @escaping @Sendable (SQLiteError) -> Void
    ) throws {
        // One for each reactor, and the last for the writer.
        let metrics = (0...max(1, settings.server.reactors)).map { _ in Metrics() }
        let commits = metrics[metrics.count - 1]
        let lateServer = LateServer()
        var options = Database.Options(migrates: settings.migrates)
        options.acceptsReadOnly = true
        options.space = settings.space
        options.space?.onChange = { standing in
            logger.tell(standing)
            if !standing.isLow { lateServer.jobs?.wake() }
        }
        let queueLimit = options.writer.queueLimit
        database = try Database(
            path: settings.databasePath,
            migrations: Migrations.all,
            options: options,
            now: clock().rawValue,
            onCommit: { report in
                commits.count(
                    commitOf: report.requests,
                    seconds: report.duration.seconds,
                    walBytes: report.walBytes
                )
                lateServer.server?.wake()
            },
            onFatal: onFatal
        )
        let services = Services(zone: settings.zone)
        self.services = services
        self.clock = clock
        let secret = try Self.begin(database, services, at: clock())
        if database.isReadOnly { logger.warning("the database can only be read") }
        operatorToken = "gx_operator_" + Base64URL.encode(Self.randomBytes())
        background = try ReaderPool(
            path: settings.databasePath,
            mode: database.readMode,
            threads: 2,
            queueLimit: 64
        )
        let journal = JournalWatch(
            services.journal,
            writer: database.writer,
            logger: logger,
            clock: clock
        )
        let backups = try settings.backups.map { [database] settings in
            try Backups(settings, of: database, journal: journal, logger: logger)
        }
        self.backups = backups
        self.journal = journal
        jobs = try Jobs(
            database: database,
            services: services,
            journal: journal,
            backups: backups,
            pause: settings.jobPause,
            logger: logger,
            clock: clock
        )
        let tokenChanges = TokenChanges()
        let provenTokens = ProvenTokens()
        let limiter = settings.rateLimits.map { RateLimiter($0) }
        let system = SystemStatus(
            obstacle: { [database] in
                if lateServer.isStopping { return "the service is stopping" }
                return database.writer.queueLength < queueLimit
                    ? nil : "too many changes are waiting to be written"
            },
            refusal: { [database] in database.refusal.map(Problem.reason) },
            metrics: { [database] in
                Metrics.text(
                    metrics,
                    queueLength: database.writer.queueLength,
                    openConnections: lateServer.server?.openConnections ?? 0,
                    refusesChanges: database.refusal != nil,
                    freeBytes: database.space?.look()?.space.free
                ) + (backups?.metrics(at: clock()) ?? "")
            },
            opensMetrics: settings.opensMetrics
        )
        let makeAPI = {
            @Sendable [database, jobs, background] (services: Services, document: String?) in
            API(
                services: services,
                database: database,
                system: system,
                clock: clock,
                tokensChanged: { tokenChanges.add() },
                wakeJobs: { jobs.wake() },
                backups: backups?.desk,
                interruption: { if background.isStopped { throw QueueFull() } },
                document: document
            )
        }
        let document = makeAPI(services, nil).document
        let slowLane = SlowLane(database.readers)
        server = try Server(settings.server) { [database, background, operatorToken] reactor in
            let services = Services(zone: settings.zone)
            var ownLogger = logger
            // Set, so that the logger no longer shares what it stores.
            ownLogger.logLevel = logger.logLevel
            return try Dispatcher(
                ServiceCore(
                    settings: settings,
                    database: database,
                    slowLane: slowLane,
                    background: background,
                    services: services,
                    router: Router(makeAPI(services, document).routes),
                    cursors: CursorSigner(secret: secret),
                    operatorToken: operatorToken,
                    tokenChanges: tokenChanges,
                    provenTokens: provenTokens,
                    requestIDs: RequestIDs(),
                    metrics: metrics[reactor],
                    logger: ownLogger,
                    limiter: limiter,
                    clock: clock
                )
            )
        }
        lateServer.set(server, jobs)
        host = server.host
        port = server.port
        drainTime = settings.drainTime
        self.logger = logger
        stopping = { lateServer.stop() }
        jobs.start()
    }

    /// Clears what the last process left behind, and answers the secret of the cursors.
    ///
    /// Where nothing can be written the secret lasts as long as the process, if there is none, keys of
    /// requests that were cut off stay in use until a start finds room or a day has passed, and imports
    /// that were cut off are not told from those that run.
    private static func begin(
        _ database: Database,
        _ services: Services,
        at start: Instant
    ) throws -> [UInt8] {
        let newSecret = randomBytes()
        do {
            return try database.write(usingReserve: true) { transaction in
                try IdempotencyStore().releaseAll(in: transaction)
                try ImportService(services: services).interruptAll(
                    by: Occasion(at: start, actor: Jobs.actor, requestID: "start"),
                    in: transaction
                )
                return try SecretStore().secret("cursor", orStore: newSecret, in: transaction)
            }
        } catch let error as SQLiteError where error.isFull || error.isReadOnly {
            return try database.read { try SecretStore().secret("cursor", in: $0) } ?? newSecret
        }
    }

    /// Answers what is in flight, then closes the database.
    package func stop() {
        stopping()
        server.drain(within: drainTime)
        // Work that nobody waits for any more ends with the piece that is being written.
        background.stop()
        markJournal()
        database.writer.close()
        jobs.stop()
        backups?.stop()
        database.stop()
    }

    /// Has the database know how far the journal goes, which would show if its end were cut off while
    /// no service runs.
    private func markJournal() {
        guard !database.isReadOnly else { return }
        do {
            // One of its own: reads whose clients have gone may wait for the others.
            let connection = try Connection(path: database.path, mode: database.readMode)
            defer { connection.close() }
            journal.tryToLook(reading: connection, within: Self.markTime)
        } catch {
            logger.error("the journal is not marked", metadata: ["error": "\(error)"])
        }
    }

    /// More entries than are verified in that time are left to the next start.
    private static let markTime = Duration.seconds(5)

    /// Has the jobs look for what is due now, as they do by themselves every few seconds.
    package func wakeJobs() {
        backups?.look(at: clock())
        jobs.wake()
    }

    /// Has the jobs do all that is due now, and waits for them.
    package func runJobs() throws {
        try jobs.run()
    }

    private static func randomBytes() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// The server, known to what is made before it.
private final class LateServer: Sendable {
    private let box = Mutex<Server?>(nil)
    private let jobsBox = Mutex<Jobs?>(nil)
    private let stopping = Mutex(false)

    var isStopping: Bool {
        stopping.withLock { $0 }
    }

    func stop() {
        stopping.withLock { $0 = true }
        // They hold the database, which holds this.
        jobsBox.withLock { $0 = nil }
    }

    var server: Server? {
        box.withLock { $0 }
    }

    var jobs: Jobs? {
        jobsBox.withLock { $0 }
    }

    func set(_ server: Server, _ jobs: Jobs) {
        box.withLock { $0 = server }
        jobsBox.withLock { $0 = jobs }
    }
}

extension Logger {
    /// Says that changes begin to be refused, or are made again.
    fileprivate func tell(_ standing: SpaceWatch.Standing) {
        let metadata: Metadata = [
            "disk.free": .stringConvertible(standing.space.free),
            "disk.wanted": .stringConvertible(
                standing.isLow ? standing.marks.enough : standing.marks.low
            ),
        ]
        if standing.isLow {
            warning("the disk is nearly full: changes are refused", metadata: metadata)
        } else {
            notice("the disk has room again: changes are made", metadata: metadata)
        }
    }
}
