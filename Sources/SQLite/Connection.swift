// SPDX-License-Identifier: Apache-2.0
import CSQLite
import Glibc

/// A connection to the database file, for the thread that opened it.
///
/// `@safe`: both pointers are private, set while it lives, and used by its own thread alone.
@safe package final class Connection {
    /// What it may do.
    package enum Mode: Sendable {
        case readWriteCreate
        case readWrite
        case readOnly
        /// For reading a file that nothing can change.
        case immutable
    }

    let path: String
    let mode: Mode
    private var database: OpaquePointer?
    private var cache = StatementCache()
    /// What searches have found out about texts.
    var frequencies = TextFrequencies()
    private let watch: UnsafeMutablePointer<Watch>

    /// Opens the file and verifies that every setting took.
    package init(path: String, mode: Mode) throws(SQLiteError) {
        self.path = path
        self.mode = mode
        unsafe watch = .allocate(capacity: 1)
        unsafe watch.initialize(to: Watch())
        guard Self.setUp == SQLITE_OK else { throw .general(Self.setUp) }
        // To open a pipe would be to wait for somebody who writes to it.
        guard !DurableFile.isNoFile(path) else { throw .noFile }
        if mode == .readWriteCreate, path != ":memory:" { Self.createPrivate(path) }
        var opened: OpaquePointer?
        let code = unsafe sqlite3_open_v2(mode.name(of: path), &opened, mode.flags, nil)
        // A handle comes with most errors too and has to be closed (c3ref/open.html).
        unsafe database = opened
        guard code == SQLITE_OK else { throw .general(code) }
        try configure()
        try watchProgress()
    }

    deinit {
        close()
        unsafe watch.deinitialize(count: 1)
        unsafe watch.deallocate()
    }

    /// Closes it; what is used afterwards throws.
    package func close() {
        cache.removeAll()
        unsafe sqlite3_close_v2(database)
        unsafe database = nil
    }

    /// Creates the file for its owner alone: it holds personal data.
    ///
    /// SQLite gives its -wal and -shm the same mode. Only a file that did not exist is opened here,
    /// for closing any descriptor of a live database drops the locks on it
    /// (https://sqlite.org/howtocorrupt.html, 2.2).
    private static func createPrivate(_ path: String) {
        let file = unsafe Glibc.open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 { Glibc.close(file) }
    }
}

// MARK: - Transactions

extension Connection {
    /// Runs the body on one consistent view of the database.
    ///
    /// Past the budget its statements are interrupted: `SQLiteError.isInterrupted`.
    package func read<Value>(
        within budget: Duration? = nil,
        _ body: (Snapshot) throws -> Value
    ) throws -> Value {
        try begin("BEGIN")
        let snapshot = Snapshot(self)
        defer { snapshot.end() }
        let value: Value
        do {
            value = try limited(to: budget) { try body(snapshot) }
        } catch {
            rollBack()
            throw error
        }
        endRead()
        return value
    }

    /// Runs the body, and interrupts its statements past the budget.
    func limited<Value>(to budget: Duration?, _ body: () throws -> Value) rethrows -> Value {
        if let budget { unsafe watch.pointee.begin(budget.nanoseconds) }
        defer { unsafe watch.pointee.end() }
        return try body()
    }

    /// Throws `SQLiteError.isInterrupted` if what runs here is to end: for what takes long between
    /// statements.
    package func throwIfInterrupted() throws(SQLiteError) {
        if unsafe watch.pointee.isOverdue() { throw .interrupted() }
    }

    /// Ends a transaction that has only read.
    func endRead() {
        // On a damaged file it fails; what was read is none the worse.
        do throws(SQLiteError) { try execute("COMMIT") } catch { rollBack() }
    }

    /// Runs the body in a transaction of its own and commits it.
    ///
    /// This is for one who is alone with the file: while the service runs, only `Writer` writes.
    @discardableResult
    package func write<Value>(_ body: (Transaction) throws -> Value) throws -> Value {
        try begin("BEGIN IMMEDIATE")
        let transaction = Transaction(self)
        defer { transaction.end() }
        do {
            let value = try body(transaction)
            try execute("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    func begin(_ sql: String) throws(SQLiteError) {
        guard !isInTransaction else { throw .misuse("transactions do not nest", sql: sql) }
        try execute(sql)
    }

    /// Leaves the transaction, if SQLite has not left it by itself.
    func rollBack() {
        // What fails here has failed before, and the caller throws that. With autocommit back on
        // nothing is pending (https://sqlite.org/c3ref/get_autocommit.html).
        if isInTransaction { try? execute("ROLLBACK") }
    }

    /// Tells whether a transaction is open.
    ///
    /// After an error it may no longer be: SQLite rolls all back by itself on some FULL, IOERR,
    /// NOMEM, BUSY and INTERRUPT (https://sqlite.org/lang_transaction.html).
    var isInTransaction: Bool {
        guard let database = unsafe database else { return false }
        return unsafe sqlite3_get_autocommit(database) == 0
    }
}

// MARK: - Statements

extension Connection {
    /// The texts of the statements it has prepared, in order.
    package var preparedStatements: [String] { cache.texts }

    /// How many thousands of instructions its statements have taken so far: what they cost, on whatever
    /// machine.
    package var instructions: Int { unsafe watch.pointee.calls }

    /// How SQLite would run a statement: the detail lines of EXPLAIN QUERY PLAN.
    package func queryPlan(of sql: String) throws -> [String] {
        let statement = try prepare("EXPLAIN QUERY PLAN " + sql, kept: false)
        var details: [String] = []
        while try statement.step() { details.append(try Row(statement)[3]) }
        return details
    }

    func statement(_ sql: String) throws(SQLiteError) -> Statement {
        if unsafe watch.pointee.hasEnded { throw .interrupted(sql: sql) }
        return try cache.statement(sql) { kept throws(SQLiteError) in
            try prepare(sql, kept: kept)
        }
    }

    func execute(_ sql: String) throws(SQLiteError) {
        let statement = try cache.statement(sql) { kept throws(SQLiteError) in
            try prepare(sql, kept: kept)
        }
        defer { statement.finish() }
        try statement.runToEnd()
    }

    /// Runs statements that return nothing, one after the other: a migration.
    func execute(script: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(try open(), script, nil, nil, nil)
        guard code == SQLITE_OK else {
            // A script is a file of ours: its message may quote it.
            let message = unsafe String(cString: sqlite3_errmsg(try open()))
            throw SQLiteError(code: code, message: message)
        }
    }

    /// The number of rows that the body changed.
    ///
    /// `sqlite3_changes` alone keeps the number of an earlier statement when a later one is no
    /// INSERT, UPDATE or DELETE (https://sqlite.org/c3ref/changes.html).
    func changes(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) -> Int {
        let database = unsafe try open()
        let before = unsafe sqlite3_total_changes64(database)
        try body()
        guard unsafe sqlite3_total_changes64(database) != before else { return 0 }
        return unsafe Int(sqlite3_changes64(database))
    }

    func prepare(_ sql: String, kept: Bool) throws(SQLiteError) -> Statement {
        unsafe try Statement(sql, on: open(), kept: kept)
    }

    /// SQLite's handle, for the calls that this module makes.
    func open() throws(SQLiteError) -> OpaquePointer {
        guard let database = unsafe database else { throw .misuse("the connection is closed") }
        return unsafe database
    }
}

// MARK: - Watching

/// What SQLite's callbacks see of a connection.
private struct Watch {
    /// How many times its budget a read may take by the clock on the wall.
    private static let patience: Int64 = 5

    /// Nanoseconds of the thread's own time after which statements are interrupted: a read is not
    /// to blame for what the processor did meanwhile.
    private var budget = Int64.max
    /// When they are, in any case, in nanoseconds of the monotonic clock.
    private var deadline = Int64.max
    /// The thread's time when it was first asked for: a short read never does.
    private var beginning: Int64?
    var interruption: Interruption?
    /// How many pages stood in the WAL after the last commit.
    var walPages = 0
    var givesWay = false
    /// How many times SQLite has looked here.
    private(set) var calls = 0

    /// Whether the statement is to be interrupted; lets others run now and then if it gives way.
    mutating func isOverdue() -> Bool {
        calls &+= 1
        // Once in some 40 µs: the scheduler would let it run to its next tick, up to 4 ms.
        if givesWay, calls & 1 == 0 { sched_yield() }
        if isInterrupted { return true }
        guard budget != .max else { return false }
        if Self.now(CLOCK_MONOTONIC) >= deadline { return true }
        let spent = Self.now(CLOCK_THREAD_CPUTIME_ID)
        guard let beginning else {
            beginning = spent
            return false
        }
        return spent - beginning >= budget
    }

    mutating func begin(_ nanoseconds: Int64) {
        budget = nanoseconds
        deadline = Self.now(CLOCK_MONOTONIC) + nanoseconds * Self.patience
        beginning = nil
    }

    mutating func end() {
        budget = .max
    }

    /// Whether nothing is left; asked between statements, of the wall's clock alone.
    var hasEnded: Bool {
        isInterrupted || (budget != .max && Self.now(CLOCK_MONOTONIC) >= deadline)
    }

    private var isInterrupted: Bool { interruption?.hasCome == true }

    private static func now(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension Connection {
    /// The pages in the WAL after the last commit on this connection.
    var walPages: Int {
        get { unsafe watch.pointee.walPages }
        set { unsafe watch.pointee.walPages = newValue }
    }

    /// Whether its long statements let other threads run in between.
    var givesWay: Bool {
        get { unsafe watch.pointee.givesWay }
        set { unsafe watch.pointee.givesWay = newValue }
    }

    /// What ends its reads from outside: `SQLiteError.isInterrupted`.
    var interruption: Interruption? {
        get { unsafe watch.pointee.interruption }
        set { unsafe watch.pointee.interruption = newValue }
    }

    private func watchProgress() throws(SQLiteError) {
        let database = unsafe try open()
        // Each 1,000 instructions of its virtual machine, some 20 µs (c3ref/progress_handler.html).
        unsafe sqlite3_progress_handler(
            database,
            1000,
            { watch in
                let watch = unsafe watch?.assumingMemoryBound(to: Watch.self)
                return unsafe watch?.pointee.isOverdue() == true ? 1 : 0
            },
            watch
        )
        // Takes the place of automatic checkpoints, which settings have turned off
        // (c3ref/wal_hook.html).
        unsafe sqlite3_wal_hook(
            database,
            { watch, _, _, pages in
                unsafe watch?.assumingMemoryBound(to: Watch.self).pointee.walPages = Int(pages)
                return SQLITE_OK
            },
            watch
        )
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
