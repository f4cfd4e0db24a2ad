// SPDX-License-Identifier: Apache-2.0
import CSQLite

/// Moves the WAL into the database file: the writer's connection alone does (docs/decisions/0002).
struct Checkpoints {
    /// The size above which it waits a moment for readers, and empties the file (TRUNCATE).
    static let truncateBytes = 64 << 20
    /// How long TRUNCATE may wait for readers, in milliseconds.
    private static let readerWait: Int32 = 50

    private let connection: Connection
    /// Pages after which it copies what no reader needs (PASSIVE, which waits for nobody).
    private let passivePages: Int
    private let pageBytes: Int
    private let headStart: HeadStart
    /// The pages in the WAL at the last attempt.
    private var tried = 0
    /// How many pages it takes until emptying is worth its wait again, since readers were in the way.
    private var patience = 0

    /// Leaves fewer pages to a checkpoint where `room` is all that it may find, in bytes.
    ///
    /// `onFailure` is called on another thread when there is something for `throwIfFailed`.
    init(
        _ connection: Connection,
        passivePages: Int,
        room: Int = .max,
        onFailure: @escaping @Sendable () -> Void
    ) {
        self.connection = connection
        let pageSize = (try? connection.pragma("page_size")).flatMap { Int($0) }
        // A frame has a header of 24 bytes (https://sqlite.org/fileformat2.html#walformat).
        pageBytes = (pageSize ?? 4096) + 24
        self.passivePages = min(passivePages, room / pageBytes)
        headStart = HeadStart(connection, onFailure: onFailure)
    }

    var walBytes: Int { connection.walPages * pageBytes }

    /// Throws what the disk could not do while the writer went on.
    func throwIfFailed() throws(SQLiteError) { try headStart.throwIfFailed() }

    mutating func afterCommit() throws(SQLiteError) {
        let pages = connection.walPages
        // The WAL has begun anew.
        if pages < tried { (tried, patience) = (0, 0) }
        // A reader may hold it back: the next attempt is worth its syncs after as many pages again.
        let new = pages - tried
        guard new > passivePages else {
            if new > passivePages * 3 / 4 { try headStart.advance(pages: new) }
            return
        }
        tried = pages
        try headStart.end()
        if walBytes > Self.truncateBytes, pages > patience {
            try truncate()
        } else {
            try connection.checkpoint(SQLITE_CHECKPOINT_PASSIVE)
        }
    }

    mutating func truncate() throws(SQLiteError) {
        try headStart.end()
        guard try connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE, wait: Self.readerWait) else {
            patience = connection.walPages + Self.truncateBytes / pageBytes
            return
        }
        connection.walPages = 0
        (tried, patience) = (0, 0)
    }
}

extension Connection {
    /// Brings all that the log of a database holds into its one file, which nobody else has open.
    package static func settle(_ path: String) throws(SQLiteError) {
        let connection = try Connection(path: path, mode: .readWrite)
        defer { connection.close() }
        let isDone = try connection.checkpoint(SQLITE_CHECKPOINT_TRUNCATE)
        guard isDone else { throw .general(SQLITE_BUSY) }
    }

    /// Makes sure of what a run before this one has left, which may have ended because the disk had
    /// failed to write it (docs/decisions/0033): the log is on the disk, and the first checkpoint copies
    /// all of it.
    package func takeOver() throws(SQLiteError) {
        let database = unsafe try open()
        try begin("BEGIN IMMEDIATE")
        defer {
            rollBack()
            // Pages that it has read may have been as they were before what the log holds.
            unsafe sqlite3_db_release_memory(database)
        }
        var code = unsafe csqlite_renew_log(database)
        if code == SQLITE_OK { code = unsafe csqlite_forget_copied(database) }
        guard code == SQLITE_OK else { throw .general(code) }
    }

    /// Checkpoints, and tells whether readers let it finish (c3ref/wal_checkpoint_v2.html).
    @discardableResult
    func checkpoint(_ mode: Int32, wait: Int32 = 0) throws(SQLiteError) -> Bool {
        let database = unsafe try open()
        unsafe sqlite3_busy_timeout(database, wait)
        defer { unsafe sqlite3_busy_timeout(database, Self.lockWait) }
        let code = unsafe sqlite3_wal_checkpoint_v2(database, nil, mode, nil, nil)
        guard code & 0xff != SQLITE_BUSY else { return false }
        guard code == SQLITE_OK else { throw .general(code) }
        return true
    }
}
