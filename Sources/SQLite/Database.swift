// SPDX-License-Identifier: Apache-2.0

/// A database that this process owns: locked, migrated, with its writer and its slow readers.
package final class Database: Sendable {
    /// How a database is opened.
    package struct Options: Sendable {
        package var writer = Writer.Configuration()
        /// The threads for reads that take long.
        package var readers = 2
        /// Whether pending migrations are applied; otherwise they are an error.
        package var migrates: Bool

        package init(migrates: Bool = true) {
            self.migrates = migrates
        }
    }

    package let path: String
    package let writer: Writer
    package let readers: ReaderPool
    private let lock: DatabaseLock

    /// Locks, migrates and opens the file; `now` is milliseconds since 1970, for the record of
    /// migrations.
    package init(
        path: String,
        migrations: [Migration],
        options: Options = Options(),
        now: Int64,
        onCommit: @escaping @Sendable (CommitReport) -> Void = { _ in },
        onFatal: @escaping @Sendable (SQLiteError) -> Void
    ) throws {
        self.path = path
        lock = try DatabaseLock(path: path)
        let connection = try Connection(path: path, mode: .readWriteCreate)
        let migrator = Migrator(migrations)
        if options.migrates {
            _ = try migrator.migrate(connection, at: now)
        } else {
            try migrator.verify(connection)
        }
        connection.close()
        writer = try Writer(
            path: path,
            configuration: options.writer,
            onCommit: onCommit,
            onFatal: onFatal
        )
        do {
            readers = try ReaderPool(path: path, threads: options.readers)
        } catch {
            writer.stop()
            throw error
        }
    }

    /// Reads on a thread of the pool and waits for it; never to be called on one of them.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws -> Value
    ) throws -> Value {
        let answer = WorkQueue<Result<Value, any Error>>(limit: 1)
        try readers.submit { connection in
            _ = answer.push(Result { try connection.read(body) })
        }
        guard let result = answer.wait() else { throw QueueFull() }
        return try result.get()
    }

    /// Changes something in a transaction of the writer and waits for the commit.
    @discardableResult
    package func write<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        try writer.write(body)
    }

    /// Finishes what runs and closes the file.
    package func stop() {
        readers.stop()
        writer.stop()
    }
}
