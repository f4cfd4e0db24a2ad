// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A database that this process owns: locked, migrated, with its writer and its slow readers.
package final class Database: Sendable {
    /// How a database is opened.
    package struct Options: Sendable {
        package var writer = Writer.Configuration()
        /// The threads for reads that take long.
        package var readers = 2
        /// Whether pending migrations are applied; otherwise they are an error.
        package var migrates: Bool
        /// How the room on the volume is watched, if it is.
        package var space: SpaceWatch.Settings?
        /// Whether a database that cannot be written is served for reading; otherwise that is an
        /// error.
        package var acceptsReadOnly = false

        package init(migrates: Bool = true) {
            self.migrates = migrates
        }
    }

    package let path: String
    package let writer: Writer
    package let readers: ReaderPool
    /// How it is to be read.
    package let readMode: Connection.Mode
    package let isReadOnly: Bool
    /// Watches the room on its volume.
    package let space: SpaceWatch?
    private let lock: DatabaseLock
    private let onFatal: @Sendable (SQLiteError) -> Void

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
        self.onFatal = onFatal
        var lock = try DatabaseLock(path: path)
        space = options.space.map { SpaceWatch(path: path, $0) }
        if let space {
            var room = RoomKeeper(space)
            room.makeRoomToOpen()
        }
        let migrator = Migrator(migrations)
        let (connection, mode) = try Self.open(path, options)
        isReadOnly = mode.isReading
        if !isReadOnly { try lock.demand() }
        // A new one is there only now.
        try lock.claim()
        self.lock = lock
        if !isReadOnly { try connection.takeOver() }
        readMode = isReadOnly ? mode : .readOnly
        if options.migrates, !isReadOnly {
            _ = try migrator.migrate(connection, at: now)
        } else {
            try migrator.verify(connection)
        }
        connection.close()
        writer = try Writer(
            path: path,
            mode: mode,
            configuration: options.writer,
            space: space,
            onCommit: onCommit,
            onFatal: onFatal
        )
        do {
            // Who submits reads bounds them; a stream's next page always finds its place.
            readers = try ReaderPool(
                path: path,
                mode: readMode,
                threads: options.readers,
                queueLimit: 1 << 16
            )
        } catch {
            writer.stop()
            throw error
        }
    }

    /// Opens the file for writing, or for reading where it cannot be written.
    private static func open(
        _ path: String,
        _ options: Options
    ) throws(SQLiteError) -> (Connection, Connection.Mode) {
        do throws(SQLiteError) {
            return (try Connection(path: path, mode: .readWriteCreate), .readWriteCreate)
        } catch {
            guard error.isReadOnly || error.isUnopened else { throw error }
            guard options.acceptsReadOnly, unsafe access(path, F_OK) == 0 else { throw error }
            let mode = try Connection.Mode.reading(path)
            return (try Connection(path: path, mode: mode), mode)
        }
    }

    /// What a change would be refused with now; nil if it would be tried.
    package var refusal: SQLiteError? {
        if isReadOnly { return .readOnlyMedium }
        return space?.look()?.isLow == true ? .noRoom : nil
    }

    /// Calls `onFatal` if the lock file was removed or replaced: another process may write, and
    /// SQLite 3.40.1 can lose what is committed where another one checkpoints.
    package func verifyOwner() {
        guard !isReadOnly, !lock.isHeld else { return }
        onFatal(.misuse("the lock file is gone: another process may have the database, too"))
    }

    /// Reads on a thread of the pool and waits for it; never to be called on one of them.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws -> Value
    ) throws -> Value {
        try readers.run { connection in try connection.read(body) }
    }

    /// Changes something in a transaction of the writer and waits for the commit.
    @discardableResult
    package func write<Value: Sendable>(
        usingReserve: Bool = false,
        _ body: @escaping @Sendable (Transaction) throws -> Value
    ) throws -> Value {
        try writer.write(usingReserve: usingReserve, body)
    }

    /// Finishes what runs and closes the file.
    package func stop() {
        readers.stop()
        writer.stop()
    }
}
