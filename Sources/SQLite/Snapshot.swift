// SPDX-License-Identifier: Apache-2.0

/// A consistent view of the database, valid inside the closure that was handed it.
@usableFromInline package class Snapshot {
    final let connection: Connection
    /// Set when the closure has returned: what leaked out of it throws.
    fileprivate final var isOver = false
    fileprivate final let mayWrite: Bool
    /// Why it may not write just now, though it could otherwise.
    fileprivate final let refusal: SQLiteError?
    /// What has been found out in views like this one, if they are kept.
    @usableFromInline final var memory: ViewMemory?
    /// Whether a statement ran that may have changed something.
    final var hasWritten = false

    fileprivate init(_ connection: Connection, mayWrite: Bool, refusal: SQLiteError? = nil) {
        self.connection = connection
        self.mayWrite = mayWrite
        self.refusal = refusal
    }

    convenience init(_ connection: Connection) { self.init(connection, mayWrite: false) }

    final func end() { isOver = true }

    /// Sees the database as it is now: a transaction that only begins has not looked yet
    /// (https://sqlite.org/lang_transaction.html).
    final func settle() throws(SQLiteError) {
        _ = try first("SELECT count(*) FROM sqlite_schema") { _ in }
    }

    /// Throws `SQLiteError.isInterrupted` if the read is to end: for what takes long between
    /// statements.
    package final func throwIfInterrupted() throws(SQLiteError) {
        try connection.throwIfInterrupted()
    }

    /// The texts of the statements that its connection has prepared, in order.
    package final var preparedStatements: [String] { connection.preparedStatements }
}

/// One request's part of the writer's transaction: a snapshot that can also write.
@usableFromInline package final class Transaction: Snapshot {
    private let queue: WorkQueue<WriteRequest>?
    private let isShared: Bool

    /// `refusal` is what the first change is to be refused with, before anything is written; `queue`
    /// is what waits behind, and whether others wait for the same commit is told by `isShared`.
    init(
        _ connection: Connection,
        refusal: SQLiteError? = nil,
        queue: WorkQueue<WriteRequest>? = nil,
        isShared: Bool = false
    ) {
        self.queue = queue
        self.isShared = isShared
        super.init(connection, mayWrite: true, refusal: refusal)
    }

    /// Whether others wait for this commit or behind it: who has much to write ends then, and goes
    /// on in a transaction of its own.
    package var isAwaited: Bool { isShared || queue.map { $0.count > 0 } ?? false }
}

// MARK: - Reading

// A closure given as `read` has the type `throws`: Swift 6.3 infers no typed throw for it. What it
// throws other than SQLiteError says that the row does not fit, and arrives as a mismatch.
extension Snapshot {
    // Inlinable: a pack that is not known at compile time costs as much as the statement it binds.
    /// Reads the first row, if there is one.
    @inlinable package final func first<each Parameter: ColumnValue, Value>(
        _ sql: String,
        _ parameters: repeat each Parameter,
        read: (borrowing Row) throws -> Value
    ) throws(SQLiteError) -> Value? {
        let statement = try open(sql)
        defer { statement.finish() }
        var position = 0
        for parameter in repeat each parameters {
            position += 1
            try statement.bind(parameter.stored, at: position)
        }
        try statement.requireParameters(position)
        return try statement.first(read)
    }

    /// Reads the first row, if there is one.
    package final func first<Value>(
        _ sql: String,
        values: [StoredValue],
        read: (borrowing Row) throws -> Value
    ) throws(SQLiteError) -> Value? {
        let statement = try open(sql, values)
        defer { statement.finish() }
        return try statement.first(read)
    }

    /// Reads every row.
    @inlinable package final func all<each Parameter: ColumnValue, Value>(
        _ sql: String,
        _ parameters: repeat each Parameter,
        read: (borrowing Row) throws -> Value
    ) throws(SQLiteError) -> [Value] {
        var found: [Value] = []
        try forEach(sql, repeat each parameters) { row in found.append(try read(row)) }
        return found
    }

    /// Reads every row.
    package final func all<Value>(
        _ sql: String,
        values: [StoredValue],
        read: (borrowing Row) throws -> Value
    ) throws(SQLiteError) -> [Value] {
        var found: [Value] = []
        try forEach(sql, values: values) { row in found.append(try read(row)) }
        return found
    }

    /// Hands over row after row.
    @inlinable package final func forEach<each Parameter: ColumnValue>(
        _ sql: String,
        _ parameters: repeat each Parameter,
        row: (borrowing Row) throws -> Void
    ) throws(SQLiteError) {
        let statement = try open(sql)
        defer { statement.finish() }
        var position = 0
        for parameter in repeat each parameters {
            position += 1
            try statement.bind(parameter.stored, at: position)
        }
        try statement.requireParameters(position)
        try statement.forEach(row)
    }

    /// Hands over row after row.
    package final func forEach(
        _ sql: String,
        values: [StoredValue],
        row: (borrowing Row) throws -> Void
    ) throws(SQLiteError) {
        let statement = try open(sql, values)
        defer { statement.finish() }
        try statement.forEach(row)
    }
}

// MARK: - Writing

extension Transaction {
    /// Runs a statement and returns how many rows it inserted, updated or deleted.
    @discardableResult
    @inlinable package func run<each Parameter: ColumnValue>(
        _ sql: String,
        _ parameters: repeat each Parameter
    ) throws(SQLiteError) -> Int {
        let statement = try open(sql)
        defer { statement.finish() }
        var position = 0
        for parameter in repeat each parameters {
            position += 1
            try statement.bind(parameter.stored, at: position)
        }
        try statement.requireParameters(position)
        return try changes(of: statement)
    }

    /// Runs a statement and returns how many rows it inserted, updated or deleted.
    @discardableResult
    package func run(_ sql: String, values: [StoredValue]) throws(SQLiteError) -> Int {
        let statement = try open(sql, values)
        defer { statement.finish() }
        return try changes(of: statement)
    }
}

extension Transaction {
    func optimize() throws(SQLiteError) {
        try run("PRAGMA analysis_limit = 400")
        try run("PRAGMA optimize")
    }
}

/// What a statement is handed for `$1`, `$2`, and so on.
@usableFromInline package struct Parameters: ~Copyable {
    @usableFromInline let statement: Statement
    @usableFromInline var count = 0

    @usableFromInline init(of statement: Statement) { self.statement = statement }

    /// Hands over the next one.
    @inlinable package mutating func append(_ value: some ColumnValue) throws(SQLiteError) {
        count += 1
        try statement.bind(value.stored, at: count)
    }
}

extension Transaction {
    /// Runs a statement with as many parameters as the body hands over, without a list of them, and
    /// returns how many rows it inserted, updated or deleted.
    @discardableResult
    package func run(
        _ sql: String,
        _ body: (inout Parameters) throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> Int {
        let statement = try open(sql)
        defer { statement.finish() }
        var parameters = Parameters(of: statement)
        try body(&parameters)
        try statement.requireParameters(parameters.count)
        return try changes(of: statement)
    }
}

// MARK: - Statements

extension Snapshot {
    /// A statement to bind and step, then to finish.
    @usableFromInline final func open(_ sql: String) throws(SQLiteError) -> Statement {
        guard !isOver else { throw .misuse("used after its closure returned", sql: sql) }
        // After an error that rolled all back, a statement would commit by itself.
        guard connection.isInTransaction else { throw .rolledBack(sql: sql) }
        let statement = try connection.statement(sql)
        // A commit in between would make the writer's replay write twice.
        guard !statement.controlsTransaction else {
            throw .misuse("transactions begin and end around the closure", sql: sql)
        }
        if !statement.isReadOnly {
            guard mayWrite else { throw .misuse("a snapshot does not write", sql: sql) }
            try willWrite()
        }
        return statement
    }

    /// Notes that something is about to be written, or throws what stands against it.
    final func willWrite() throws(SQLiteError) {
        if let refusal { throw refusal }
        hasWritten = true
    }

    fileprivate final func open(
        _ sql: String,
        _ values: [StoredValue]
    ) throws(SQLiteError) -> Statement {
        let statement = try open(sql)
        do throws(SQLiteError) {
            for index in values.indices {
                try statement.bind(values[index], at: index + 1)
            }
            try statement.requireParameters(values.count)
        } catch {
            statement.finish()
            throw error
        }
        return statement
    }
}

extension Transaction {
    @usableFromInline func changes(of statement: Statement) throws(SQLiteError) -> Int {
        try connection.changes { () throws(SQLiteError) in try statement.runToEnd() }
    }
}

extension Statement {
    @inlinable func first<Value>(
        _ read: (borrowing Row) throws -> Value
    ) throws(SQLiteError) -> Value? {
        guard try step() else { return nil }
        let value = try reading(read)
        // One that writes is run to its end, so that nothing it finds there is missed.
        if !isReadOnly { try runToEnd() }
        return value
    }

    @inlinable func forEach(_ row: (borrowing Row) throws -> Void) throws(SQLiteError) {
        while try step() { try reading(row) }
    }

    @usableFromInline func runToEnd() throws(SQLiteError) {
        while try step() {}
    }

    @inlinable func reading<Value>(
        _ read: (borrowing Row) throws -> Value
    ) throws(SQLiteError) -> Value {
        let row = Row(self)
        do {
            return try read(row)
        } catch let error as SQLiteError {
            throw error
        } catch {
            throw mismatch(error)
        }
    }
}
