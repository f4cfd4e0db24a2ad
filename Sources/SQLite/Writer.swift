// SPDX-License-Identifier: Apache-2.0

/// The queue has no room, or takes nothing any more.
package struct QueueFull: Error, Equatable {
    package init() {}
}

/// What one commit held.
package struct CommitReport: Sendable {
    package let requests: Int
    /// From the begin of the transaction until it was on the disk.
    package let duration: Duration
    package let walBytes: Int
    /// What waits behind it.
    package let queueLength: Int
}

/// The one thread that writes.
///
/// What has queued is committed as one transaction, in which each request is done whole or not at
/// all, and answered after the commit. A request may be run again: `work` is a pure function of the
/// transaction.
package final class Writer: Sendable {
    package struct Configuration: Sendable {
        /// The most requests of a commit.
        package var batchLimit = 128
        /// How much work a commit may gather.
        package var batchTime = Duration.milliseconds(5)
        package var queueLimit = 4096
        /// How many seconds those who wait for their commit also wait for room in the queue, which is
        /// many times what it takes to do all that is in it.
        package var patience = 60
        /// Pages in the WAL after which they are copied into the database file.
        package var checkpointPages = 4000
        /// Mebibytes of pages that the connection keeps.
        package var cacheSize = 64

        /// For one who writes much and keeps nobody waiting.
        ///
        /// Measured: an import of a million orders in chunks took 8 % less time so.
        package static var bulk: Configuration {
            var configuration = Configuration()
            configuration.checkpointPages = 16_000
            configuration.cacheSize = 256
            return configuration
        }

        package init(
            batchLimit: Int = 128,
            batchTime: Duration = .milliseconds(5),
            queueLimit: Int = 4096,
            patience: Int = 60
        ) {
            self.batchLimit = batchLimit
            self.batchTime = batchTime
            self.queueLimit = queueLimit
            self.patience = patience
        }
    }

    /// Counts what is committed, for those who keep a view of the database.
    package let commits = CommitCount()
    private let queue: WorkQueue<WriteRequest>
    private let thread: Thread
    private let patience: Int

    /// Opens the database on the writer's own thread and throws what opening threw.
    ///
    /// `onFatal` is called on that thread when a commit or a checkpoint met an I/O error: what the
    /// file holds is then known only after a restart, and every later request fails.
    ///
    /// On a medium that can only be read, the mode says how; then every change is refused, and so
    /// it is while `space` finds too little room.
    package init(
        path: String,
        mode: Connection.Mode = .readWriteCreate,
        configuration: Configuration = .init(),
        space: SpaceWatch? = nil,
        onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
        onFatal: @escaping @Sendable (SQLiteError) -> Void
    ) throws {
        let queue = WorkQueue<WriteRequest>(limit: configuration.queueLimit)
        let opened = WorkQueue<Result<Void, SQLiteError>>(limit: 1)
        self.queue = queue
        patience = configuration.patience
        thread = try Thread(named: "writer") { [commits] in
            let connection: Connection
            do throws(SQLiteError) {
                connection = try Connection(path: path, mode: mode)
                try connection.setCacheSize(configuration.cacheSize)
                if !mode.isReading { try connection.gatherLog() }
                _ = opened.push(.success(()))
            } catch {
                _ = opened.push(.failure(error))
                return
            }
            GroupCommit(
                connection,
                queue,
                configuration,
                commits,
                space,
                onCommit,
                onFatal
            )
            .run()
        }
        do {
            try opened.wait()?.get()
        } catch {
            thread.join()
            throw error
        }
    }

    deinit { queue.close() }

    /// Queues work.
    ///
    /// `then` is called on the writer's thread once the commit is on the disk, or with the error
    /// that the work threw, which then has changed nothing. What may use the reserve is also done
    /// when little room is left on the disk: it should be small, or make room.
    package func submit<Output: Sendable>(
        usingReserve: Bool = false,
        _ work: @escaping @Sendable (Transaction) throws -> Output,
        then: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) throws(QueueFull) {
        let request = WriteRequest(usingReserve, isPatient: false, work, then)
        guard queue.push(request) else { throw QueueFull() }
    }

    /// Queues work, after waiting for room in the queue, if there is none.
    func submitPatiently<Output: Sendable>(
        usingReserve: Bool,
        _ work: @escaping @Sendable (Transaction) throws -> Output,
        then: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) throws(QueueFull) {
        let request = WriteRequest(usingReserve, isPatient: true, work, then)
        guard queue.push(request, waitingAtMost: patience) else { throw QueueFull() }
    }

    /// Queues work, if need be after waiting for room in the queue, and waits for the commit.
    @discardableResult
    package func write<Output: Sendable>(
        usingReserve: Bool = false,
        _ work: @escaping @Sendable (Transaction) throws -> Output
    ) throws -> Output {
        guard !thread.isCurrent else { throw SQLiteError.misuse("the writer waits for itself") }
        return try start(usingReserve: usingReserve, work).wait()
    }

    /// Has SQLite look at what has changed much since its statistics were made, at no more than 400
    /// rows of an index (https://sqlite.org/lang_analyze.html#recommended_usage_pattern).
    package func optimize() throws {
        try write { transaction in try transaction.optimize() }
    }

    /// Whether it takes nothing more.
    package var isClosed: Bool { queue.isClosed }

    /// How many requests wait.
    package var queueLength: Int { queue.count }

    /// Takes nothing more (`QueueFull`); what has queued is still done.
    package func close() {
        queue.close()
    }

    /// Takes nothing more, finishes what has queued, checkpoints, and joins the thread.
    package func stop() {
        close()
        thread.join()
    }
}

/// Work for the writer and the two ways to answer it.
struct WriteRequest: Sendable {
    /// Runs the work; the answer is for after the commit.
    let attempt: @Sendable (Transaction) throws -> () -> Void
    let fail: @Sendable (any Error) -> Void
    /// Whether it is done also when little room is left.
    let usesReserve: Bool
    /// Whether it is of a thread that does more than answer requests.
    let isPatient: Bool

    fileprivate init<Output: Sendable>(
        _ usesReserve: Bool,
        isPatient: Bool,
        _ work: @escaping @Sendable (Transaction) throws -> Output,
        _ then: @escaping @Sendable (Result<Output, any Error>) -> Void
    ) {
        self.usesReserve = usesReserve
        self.isPatient = isPatient
        attempt = { transaction in
            let output = try work(transaction)
            return { then(.success(output)) }
        }
        fail = { error in then(.failure(error)) }
    }

    /// Has the writer look whether it may still write.
    static let nothing = WriteRequest(
        false,
        isPatient: false,
        { _ in },
        { _ in }
    )
}
