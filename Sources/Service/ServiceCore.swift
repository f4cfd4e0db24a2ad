// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import Logging
import Routing
import SQLite

/// What a reactor, and the threads that work for it, need of the service.
///
/// A class, so that it costs little to hand around; and each reactor has its own, with routes and
/// services of its own, which are values without state. References to what reactors share are
/// counted by all of them, and the counters' cache lines then move from core to core: with one core
/// for all, two reactors answered no more requests than one.
final class ServiceCore: Sendable {
    let settings: ServiceSettings
    let database: Database
    let slowLane: SlowLane
    /// Threads for work that takes its own transactions.
    let background: ReaderPool
    let services: Services
    let router: Router<Snapshot, Transaction>
    let cursors: CursorSigner
    let operatorToken: String
    let tokenChanges: TokenChanges
    let provenTokens: ProvenTokens
    let requestIDs: RequestIDs
    let metrics: Metrics
    let logger: Logger
    let clock: @Sendable () -> Instant
    let limiter: RateLimiter?
    let crossOrigin: CrossOrigin?
    let clientAddress: ClientAddress
    /// What every answer says.
    let commonFields: HeaderFields = ["x-content-type-options": "nosniff"]
    /// The instant at which a date begins for the service.
    let startOfDay: @Sendable (String) -> Int64?

    init(
        settings: ServiceSettings,
        database: Database,
        slowLane: SlowLane,
        background: ReaderPool,
        services: Services,
        router: Router<Snapshot, Transaction>,
        cursors: CursorSigner,
        operatorToken: String,
        tokenChanges: TokenChanges,
        provenTokens: ProvenTokens,
        requestIDs: RequestIDs,
        metrics: Metrics,
        logger: Logger,
        limiter: RateLimiter?,
        clock: @escaping @Sendable () -> Instant
    ) {
        self.settings = settings
        self.database = database
        self.slowLane = slowLane
        self.background = background
        self.services = services
        self.router = router
        self.cursors = cursors
        self.operatorToken = operatorToken
        self.tokenChanges = tokenChanges
        self.provenTokens = provenTokens
        self.requestIDs = requestIDs
        self.metrics = metrics
        self.logger = logger
        self.limiter = limiter
        self.clock = clock
        crossOrigin = CrossOrigin(settings.allowedOrigins)
        clientAddress = ClientAddress(proxies: settings.trustedProxies)
        startOfDay = { [zone = services.zone] text in
            CalendarDay(text).map { zone.startOfDay($0).rawValue }
        }
    }

    /// Writes down when a token was used; if the queue is full, the next use tells.
    func touch(_ id: ID<Token>, at now: Instant) {
        do {
            try database.writer.submit { [services] transaction in
                try services.tokens.touch(id, at: now, in: transaction)
            } then: { [logger] result in
                guard case .failure(let error) = result else { return }
                if let error = error as? SQLiteError, error.isFull || error.isReadOnly { return }
                logger.warning("token use not written", metadata: ["error": "\(error)"])
            }
        } catch {
            logger.warning("token use not written", metadata: ["error": "\(error)"])
        }
    }

    /// Runs work that takes its own transactions, once for each Idempotency-Key.
    func run(
        _ work: @Sendable (@escaping Keep<Transaction>) throws -> Response,
        retrying retry: SafeRetry?
    ) throws -> Response {
        guard let retry else { return try work { _, _ in } }
        return try retry.run(on: database, logger, work)
    }
}
