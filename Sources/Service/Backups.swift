// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import Logging
import Routing
import SQLite
import Synchronization

/// The service's backups: made one at a time, on a thread of their own that gives way.
final class Backups: Sendable {
    private struct Stopping: Error {}

    private struct State {
        var running: BackupRecord?
        /// Those that failed, the newest first.
        var failed: [BackupRecord] = []
        /// Those of this database that lay in the folder at the last look, the newest first; nil
        /// before the first.
        var known: [BackupManifest]?
        /// The names of those that lay in the future when they were seen: by a clock that was wrong,
        /// so that nobody knows when they were made.
        var misdated: Set<String> = []
        var lastAttempt: Instant?
        var lastID: Int64 = 0
        var made = 0
        var failures = 0
        var lastSeconds = 0.0
        var isStopping = false
        var lastLook: ContinuousClock.Instant?
        /// Whether the last look at the folder failed, which is told once.
        var isUnreadable = false

        /// The newest of which it is known when it was made.
        func newest(at now: Instant) -> BackupManifest? {
            known?.first { !$0.isAhead(of: now) && !misdated.contains($0.file) }
        }

        /// Notes what lies in the folder.
        mutating func know(_ manifests: [BackupManifest], at now: Instant) {
            known = manifests
            let ahead = manifests.filter { $0.isAhead(of: now) }.map(\.file)
            misdated = misdated.intersection(manifests.map(\.file)).union(ahead)
        }
    }

    private static let failedLimit = 16
    /// The folder may lie on another machine.
    private static let timeBetweenLooks = Duration.seconds(30)

    private let settings: BackupSettings
    private let database: Database
    private let folder: BackupFolder
    private let lane: ReaderPool
    private let journal: JournalWatch
    private let logger: Logger
    private let state = Mutex(State())

    init(
        _ settings: BackupSettings,
        of database: Database,
        journal: JournalWatch,
        logger: Logger
    ) throws {
        self.settings = settings
        self.database = database
        folder = BackupFolder(settings.folder, for: database.path)
        lane = try ReaderPool(
            path: database.path,
            mode: database.readMode,
            threads: 1,
            queueLimit: 8
        )
        self.journal = journal
        self.logger = logger
    }

    /// What the interface asks.
    var desk: BackupDesk {
        BackupDesk(
            start: { [self] now, actor in try start(at: now, by: actor) },
            all: { [self] in all }
        )
    }

    /// Looks now and then what lies in the folder, and makes a backup if one is due.
    func look(at now: Instant) {
        do {
            try lane.submit { [self] connection in
                if isTimeToLook { refresh(connection, at: now) }
                guard isDue(at: now) else { return }
                // One that is being made is as good.
                if let record = try? begin(at: now) {
                    make(record, by: "scheduler", reading: connection)
                }
            }
        } catch {
            logger.debug("backups are awake already")
        }
    }

    /// Ends one that is being made, and its thread.
    func stop() {
        state.withLock { $0.isStopping = true }
        lane.stop()
    }
}

// MARK: - What is known

extension Backups {
    private var all: [BackupRecord] {
        let (pending, known) = state.withLock { state in
            ((state.running.map { [$0] } ?? []) + state.failed, state.known ?? [])
        }
        let made = known.map { BackupRecord($0) }
        return (pending + made).sorted { $0.id > $1.id }
    }

    private var isTimeToLook: Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            if let last = state.lastLook, now - last < Self.timeBetweenLooks { return false }
            state.lastLook = now
            return true
        }
    }

    private func refresh(_ connection: Connection, at now: Instant) {
        do {
            let known = try found(connection)
            state.withLock { state in
                state.know(known, at: now)
                state.isUnreadable = false
            }
        } catch {
            let isNew = state.withLock { state in
                defer { state.isUnreadable = true }
                return !state.isUnreadable
            }
            guard isNew else { return }
            logger.error(
                "backup folder cannot be read",
                metadata: ["backup.folder": "\(folder.path)", "error": "\(error)"]
            )
        }
    }

    /// What of this database lies in the folder.
    private func found(_ connection: Connection) throws -> [BackupManifest] {
        let journal = try connection.read { try Journal().ends(in: $0) }
        return try folder.backups().filter { $0.isOfDatabase(with: journal) }
    }

    private func isDue(at now: Instant) -> Bool {
        state.withLock { state in
            // What could not be read may hold one: a try would fail, and says so.
            settings.isDue(
                at: now,
                last: state.newest(at: now)?.createdAt,
                lastAttempt: state.lastAttempt
            )
        }
    }

    /// The lines for `/metrics`.
    func metrics(at now: Instant) -> String {
        let (made, failures, last, seconds, bytes) = state.withLock { state in
            let last = state.newest(at: now)
            let instant = last?.createdAt.milliseconds(since: Instant(rawValue: 0)) ?? 0
            return (state.made, state.failures, instant / 1000, state.lastSeconds, last?.bytes ?? 0)
        }
        return """
            # TYPE guanxi_backups_total counter
            guanxi_backups_total \(made)
            # TYPE guanxi_backup_failures_total counter
            guanxi_backup_failures_total \(failures)
            # TYPE guanxi_backup_last_success_timestamp_seconds gauge
            guanxi_backup_last_success_timestamp_seconds \(last)
            # TYPE guanxi_backup_last_seconds gauge
            guanxi_backup_last_seconds \(seconds)
            # TYPE guanxi_backup_last_bytes gauge
            guanxi_backup_last_bytes \(bytes)

            """
    }
}

// MARK: - Making one

extension Backups {
    private func start(at now: Instant, by actor: String) throws -> BackupRecord {
        let record = try begin(at: now)
        do {
            try lane.submit { [self] in make(record, by: actor, reading: $0) }
        } catch {
            state.withLock { $0.running = nil }
            throw error
        }
        return record
    }

    /// Takes the place of the one that may run; its id is the time, moved on where that is taken.
    private func begin(at now: Instant) throws -> BackupRecord {
        try state.withLock { state in
            if let running = state.running { throw Problem.backupRunning(running) }
            guard !state.isStopping else { throw QueueFull() }
            let last = max(state.lastID, state.known?.first?.createdAt.rawValue ?? 0)
            // A clock that was far ahead must not lead the names astray.
            let isNear = last - now.rawValue < BackupManifest.clockTolerance
            let createdAt = isNear && last >= now.rawValue ? Instant(rawValue: last + 1) : now
            let record = BackupRecord(
                id: ID(rawValue: createdAt.rawValue),
                file: URL(filePath: folder.newFile(at: createdAt)).lastPathComponent,
                createdAt: createdAt
            )
            state.lastID = createdAt.rawValue
            state.lastAttempt = now
            state.running = record
            return record
        }
    }

    private func make(_ record: BackupRecord, by actor: String, reading connection: Connection) {
        let began = ContinuousClock.now
        let metadata: Logger.Metadata = [
            "backup.file": "\(folder.file(record.file))", "actor": "\(actor)",
        ]
        logger.info("backup begun", metadata: metadata)
        // The copy has in it how far the journal goes.
        if !database.isReadOnly { journal.tryToLook(reading: connection) }
        do {
            let work = BackupWork(of: database.path, keep: settings.keep)
            let outcome = try work.run(to: folder.file(record.file), at: record.createdAt) {
                try note($0)
            }
            let seconds = (ContinuousClock.now - began).seconds
            let known = (try? found(connection)) ?? [outcome.manifest]
            state.withLock { state in
                state.running = nil
                state.made += 1
                state.lastSeconds = seconds
                state.known = known
            }
            log(outcome, metadata, seconds)
        } catch is Stopping {
            state.withLock { $0.running = nil }
            logger.notice("backup broken off by the stop", metadata: metadata)
        } catch {
            var failed = record
            failed.status = .failed
            failed.failure = Self.failure(error)
            state.withLock { state in
                state.running = nil
                state.failures += 1
                state.failed = Array(([failed] + state.failed).prefix(Self.failedLimit))
            }
            logger.error(
                "backup failed",
                metadata: metadata.merging(["error": "\(error)"]) { $1 }
            )
        }
    }

    private func note(_ progress: Double) throws {
        try state.withLock { state in
            guard !state.isStopping else { throw Stopping() }
            state.running?.progress = progress
        }
    }

    private func log(
        _ outcome: BackupWork.Outcome,
        _ metadata: Logger.Metadata,
        _ seconds: Double
    ) {
        let figures: Logger.Metadata = [
            "backup.bytes": .stringConvertible(outcome.manifest.bytes),
            "backup.seq": .stringConvertible(Int(outcome.manifest.contents.journal?.seq ?? 0)),
            "backup.deleted": .stringConvertible(outcome.deleted.count),
            "seconds": .stringConvertible(seconds),
        ]
        logger.info("backup made", metadata: metadata.merging(figures) { $1 })
        if let error = outcome.rotationError {
            logger.error("older backups not deleted", metadata: ["error": "\(error)"])
        }
    }

    /// What clients may know: no path.
    private static func failure(_ error: any Error) -> String {
        switch error {
        case BackupError.noRoom: "the folder has no room for it"
        case BackupError.file(_, ENOSPC): "the folder has no room for it"
        case BackupError.busy: "another backup is being written to the folder"
        case BackupError.damaged: "the database is damaged"
        case BackupError.file(_, let code): "the folder cannot be written (error \(code))"
        case let error as SQLiteError where error.isFull: "the folder has no room for it"
        default: "it failed; the log says why"
        }
    }
}
