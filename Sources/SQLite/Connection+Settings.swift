// SPDX-License-Identifier: Apache-2.0
import CSQLite

extension Connection.Mode {
    /// NOMUTEX: a connection belongs to one thread (https://sqlite.org/threadsafe.html).
    var flags: Int32 {
        let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        return switch self {
        case .readWriteCreate: common | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        case .readWrite: common | SQLITE_OPEN_READWRITE
        case .readOnly: common | SQLITE_OPEN_READONLY
        case .immutable: common | SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
        }
    }

    /// Whether it only reads.
    var isReading: Bool {
        switch self {
        case .readWriteCreate, .readWrite: false
        case .readOnly, .immutable: true
        }
    }

    /// What SQLite is told to open.
    func name(of path: String) -> String {
        guard case .immutable = self else {
            // Debian's SQLite reads a name that starts with "file:" as a URI; a path is a path.
            return path.hasPrefix("file:") ? "./" + path : path
        }
        // https://sqlite.org/uri.html: what is special in a URI is escaped.
        let escapes: [Character: String] = ["%": "%25", "?": "%3f", "#": "%23"]
        let text = DatabasePath.resolved(path).map { escapes[$0] ?? String($0) }.joined()
        return "file:\(text)?immutable=1"
    }
}

extension Connection {
    /// The result of setting up SQLite itself, once per process.
    static let setUp = {
        let code = csqlite_count_no_memory()
        return code == SQLITE_OK ? csqlite_tell_caches_apart() : code
    }()

    /// How long a statement waits for a lock of another connection, in milliseconds.
    ///
    /// With one writer that happens only while the WAL is recovered
    /// (https://sqlite.org/wal.html, "Sometimes Queries Return SQLITE_BUSY In WAL Mode").
    static let lockWait: Int32 = 1000

    /// Applies the settings of docs/architecture.md and reads each back.
    func configure() throws(SQLiteError) {
        guard sqlite3_threadsafe() != 0 else {
            throw .setting("THREADSAFE", is: "0", not: "1")
        }
        let database = unsafe try open()
        unsafe sqlite3_busy_timeout(database, Self.lockWait)
        guard (unsafe sqlite3_db_readonly(database, "main") == 1) == mode.isReading else {
            // SQLite falls back to reading when it may not write (c3ref/open.html).
            throw SQLiteError(code: SQLITE_READONLY, message: "the file cannot be written")
        }
        for (name, option, value) in Self.switches {
            var now: Int32 = -1
            let code = unsafe csqlite_db_config(database, option, value, &now)
            guard code == SQLITE_OK, now == value else {
                throw .setting(name, is: "\(now)", not: "\(value)")
            }
        }
        for (name, value, expected) in pragmas { try set(name, to: value, expecting: expected) }
    }

    /// Sets how many mebibytes of pages it keeps.
    func setCacheSize(_ mebibytes: Int) throws(SQLiteError) {
        // A negative number means KiB (https://sqlite.org/pragma.html#pragma_cache_size).
        try set("cache_size", to: "\(-1024 * mebibytes)", expecting: "\(-1024 * mebibytes)")
    }

    /// Has the log written in few calls, as long as the connection lives.
    func gatherLog() throws(SQLiteError) {
        // It is opened by what is read first.
        _ = try pragma("schema_version")
        let code = unsafe csqlite_gather_log(try open())
        guard code == SQLITE_OK else { throw .general(code) }
    }

    /// Sets a pragma and throws if it did not take.
    func set(_ name: String, to value: String, expecting expected: String) throws(SQLiteError) {
        _ = try pragma("\(name) = \(value)")
        let now = try pragma(name)
        guard now == expected else { throw .setting(name, is: now, not: expected) }
    }

    /// Name, number and value of each switch (https://sqlite.org/c3ref/c_dbconfig_defensive.html).
    private static let switches: [(String, Int32, Int32)] = [
        ("DEFENSIVE", SQLITE_DBCONFIG_DEFENSIVE, 1),
        ("TRUSTED_SCHEMA", SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
        ("DQS_DML", SQLITE_DBCONFIG_DQS_DML, 0),
        ("DQS_DDL", SQLITE_DBCONFIG_DQS_DDL, 0),
        ("ENABLE_LOAD_EXTENSION", SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
        // Checkpoints are the writer's alone: see the WAL-reset bug in docs/decisions/0002.
        ("NO_CKPT_ON_CLOSE", SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1),
    ]

    /// Name, value to set, value to read back (https://sqlite.org/pragma.html).
    private var pragmas: [(String, String, String)] {
        let common = [
            ("cell_size_check", "ON", "1"),
            ("temp_store", "MEMORY", "2"),
            ("foreign_keys", "ON", "1"),
            ("trusted_schema", "OFF", "0"),
        ]
        guard !mode.isReading else {
            return common + [("query_only", "ON", "1"), ("cache_size", "-16384", "-16384")]
        }
        // A database in memory has no WAL; tests use one.
        return common + [
            ("journal_mode", "WAL", path == ":memory:" ? "memory" : "wal"),
            ("synchronous", "FULL", "2"),
            ("cache_size", "-65536", "-65536"),
            ("journal_size_limit", "67108864", "67108864"),
            ("wal_autocheckpoint", "0", "0"),
        ]
    }

    /// The one value that a pragma answers, as text; empty if it answers nothing.
    func pragma(_ text: String) throws(SQLiteError) -> String {
        let statement = try prepare("PRAGMA " + text, kept: false)
        guard try statement.step() else { return "" }
        switch try statement.value(at: 0) {
        case .integer(let value): return String(value)
        case .text(let value): return value
        default: return ""
        }
    }
}
