// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Logging
import SQLite

/// Work that nobody waits for: what is to be done stands in tables, so that a stop loses none.
final class Jobs: Sendable {
    private let lane: ReaderPool
    private let database: Database
    private let runner: TierRunner
    private let logger: Logger
    private let clock: @Sendable () -> Instant

    init(
        database: Database,
        services: Services,
        logger: Logger,
        clock: @escaping @Sendable () -> Instant
    ) throws {
        lane = try ReaderPool(path: database.path, threads: 1, queueLimit: 8)
        self.database = database
        runner = TierRunner(services.tiers)
        self.logger = logger
        self.clock = clock
    }

    /// Looks for work; if a look is due already, that one will find it.
    func wake() {
        do {
            try lane.submit { [self] connection in runAll(connection) }
        } catch {
            logger.debug("jobs are awake already")
        }
    }

    func stop() {
        lane.stop()
    }

    private func runAll(_ connection: Connection) {
        var hasMore = true
        while hasMore {
            do {
                hasMore = try runner.runPending(
                    reading: connection,
                    writing: database.writer,
                    actor: "scheduler",
                    requestID: "tier-runner",
                    now: clock
                )
            } catch is QueueFull {
                hasMore = false
            } catch {
                logger.error("tier run failed", metadata: ["error": "\(error)"])
            }
        }
    }
}
