// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import Logging
import Migrations
import SQLite
import Service

/// Which database a command works on.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The database file.")
    var database: String = Environment.value("DATABASE", default: "guanxi.sqlite")

    @Option(help: "The time zone of the service, in which dates begin.")
    var timeZone: String = Environment.value("TIME_ZONE", default: CivilTimeZone.shanghai.name)

    @Option(help: "Mebibytes of the disk, a twentieth at most, below which changes are refused.")
    var minFree: Int = Environment.value("MIN_FREE", default: Self.minFree)

    static let minFree = 256

    func validate() throws {
        guard (0...1 << 20).contains(minFree) else {
            throw ValidationError("--min-free must be from 0 to \(1 << 20)")
        }
        guard CivilTimeZone(name: timeZone) != nil else {
            throw ValidationError("“\(timeZone)” is no IANA time zone, such as Asia/Shanghai")
        }
        guard !database.isEmpty else { throw ValidationError("--database must name a file") }
    }

    var zone: CivilTimeZone {
        CivilTimeZone(name: timeZone) ?? .shanghai
    }

    /// How the room on the database's volume is watched.
    var space: SpaceWatch.Settings {
        SpaceWatch.Settings(reserve: minFree << 20)
    }

    /// Opens the database for this process alone.
    func open(
        migrates: Bool = true,
        writer: Writer.Configuration = Writer.Configuration()
    ) throws -> Database {
        var options = Database.Options(migrates: migrates)
        options.writer = writer
        options.space = space
        return try Database(
            path: database,
            migrations: Migrations.all,
            options: options,
            now: SystemClock.now,
            onFatal: { error in
                Console.complain("the database cannot be written: \(error)")
                FatalExit.now()
            }
        )
    }

    /// Reads a database that must be there, beside whoever has it open.
    ///
    /// `takesOlder` says that it may wait for migrations, as backups of an earlier program do.
    func read<Value>(
        takesOlder: Bool = false,
        _ body: (Snapshot) throws -> Value
    ) throws -> Value {
        let connection = try Connection(path: database, mode: .reading(database))
        defer { connection.close() }
        let migrator = Migrator(Migrations.all)
        if takesOlder {
            try migrator.verifyOlder(connection)
        } else {
            try migrator.verify(connection)
        }
        return try connection.read(body)
    }

    /// Who is journalled for what a command changes.
    func occasion(_ command: String) -> Occasion {
        Occasion(at: SystemClock.instant, actor: "operator", requestID: "guanxi-\(command)")
    }
}

/// How a command logs.
struct LogOptions: ParsableArguments {
    @Option(help: "The form of log lines: json or text.")
    var logFormat: LogWriter.Format = Environment.value("LOG_FORMAT", default: .text)

    @Option(help: "The least level that is logged: debug, info, notice, warning, error.")
    var logLevel: LogLevel = Environment.value("LOG_LEVEL", default: .info)

    var logger: Logger {
        Logger(label: "guanxi") { [logFormat, logLevel] label in
            LogWriter(label, format: logFormat, level: logLevel.level)
        }
    }
}

enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug
    case info
    case notice
    case warning
    case error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}
