// SPDX-License-Identifier: Apache-2.0

/// Threads with a read-only connection each, for reads that may take long.
package final class ReaderPool: Sendable {
    /// What a thread does when it has had nothing to do for so many seconds, again and again.
    package struct Pastime: Sendable {
        let seconds: Int
        let run: @Sendable (Connection) -> Void

        package init(every seconds: Int, _ run: @escaping @Sendable (Connection) -> Void) {
            self.seconds = seconds
            self.run = run
        }
    }

    private let queue: WorkQueue<@Sendable (Connection) -> Void>
    private let threads: [Thread]
    private let interruption: Interruption

    /// Opens each connection on its own thread and throws what opening threw.
    package init(
        path: String,
        mode: Connection.Mode = .readOnly,
        threads count: Int,
        queueLimit: Int = 1024,
        pastime: Pastime? = nil
    ) throws {
        let queue = WorkQueue<@Sendable (Connection) -> Void>(limit: queueLimit)
        let opened = WorkQueue<Result<Void, SQLiteError>>(limit: count)
        let interruption = Interruption()
        self.queue = queue
        self.interruption = interruption
        var threads: [Thread] = []
        do {
            for number in 1...count {
                let thread = try Thread(named: "reader-\(number)", givesWay: true) {
                    Self.serve(path, mode, queue, opened, interruption, pastime)
                }
                threads.append(thread)
                try opened.wait()?.get()
            }
        } catch {
            queue.close()
            for thread in threads { thread.join() }
            throw error
        }
        self.threads = threads
    }

    deinit { queue.close() }

    /// Queues work for the next thread that is free.
    package func submit(_ work: @escaping @Sendable (Connection) -> Void) throws(QueueFull) {
        guard queue.push(work) else { throw QueueFull() }
    }

    /// Has the next thread that is free do something and waits for it; never to be called on one of
    /// them.
    package func run<Value: Sendable>(
        _ work: @escaping @Sendable (Connection) throws -> Value
    ) throws -> Value {
        let pending = Pending<Value>()
        try submit { connection in pending.answer(Result { try work(connection) }) }
        return try pending.wait()
    }

    /// Whether it has been stopped: work that takes long beside its reads is to end, too.
    package var isStopped: Bool { interruption.hasCome }

    /// How much work waits.
    package var queueLength: Int { queue.count }

    /// Takes nothing more, ends what is being read or waits to be with
    /// `SQLiteError.isInterrupted`, and joins the threads.
    package func stop() {
        queue.close()
        interruption.come()
        for thread in threads { thread.join() }
    }

    private static func serve(
        _ path: String,
        _ mode: Connection.Mode,
        _ queue: WorkQueue<@Sendable (Connection) -> Void>,
        _ opened: WorkQueue<Result<Void, SQLiteError>>,
        _ interruption: Interruption,
        _ pastime: Pastime?
    ) {
        do throws(SQLiteError) {
            let connection = try Connection(path: path, mode: mode)
            connection.givesWay = true
            // The first read opens the -wal and the -shm: better now than when no descriptor is
            // left. One that fails will fail again where it is wanted.
            try? connection.read { snapshot in try snapshot.settle() }
            connection.interruption = interruption
            _ = opened.push(.success(()))
            guard let pastime else {
                while let work = queue.wait() { work(connection) }
                return
            }
            while true {
                switch queue.wait(atMost: pastime.seconds) {
                case .element(let work): work(connection)
                case .nothing: pastime.run(connection)
                case .closed: return
                }
            }
        } catch {
            _ = opened.push(.failure(error))
        }
    }
}
