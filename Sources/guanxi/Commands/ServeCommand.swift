// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import HTTPServer
import Logging
import Service

/// Where a service listens and what it bears.
struct ServerOptions: ParsableArguments {
    @Option(help: "The address to listen on.")
    var host: String = Environment.value("HOST", default: "127.0.0.1")

    @Option(help: "The port to listen on; 0 picks a free one.")
    var port: Int = Environment.value("PORT", default: 8080)

    @Option(help: "The threads that serve connections; 0 for one per core.")
    var reactors: Int = Environment.value("REACTORS", default: 0)

    @Option(help: "The most connections at a time.")
    var maxConnections: Int = Environment.value("MAX_CONNECTIONS", default: 16384)

    @Option(help: "Seconds for the head of a request.")
    var headerTimeout: Int = Environment.value("HEADER_TIMEOUT", default: 10)

    @Option(help: "Seconds a connection may be idle.")
    var idleTimeout: Int = Environment.value("IDLE_TIMEOUT", default: 75)

    @Option(help: "Seconds that a stop waits for running requests.")
    var drainTimeout: Int = Environment.value("DRAIN_TIMEOUT", default: 30)

    @Option(help: "Whether /metrics needs no token: on or off.")
    var openMetrics: Switch = Environment.value("OPEN_METRICS", default: .off)

    @Option(help: "The folder for large request bodies while they come in.")
    var spoolFolder: String = Environment.value("SPOOL_FOLDER", default: "/tmp")

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port must be from 0 to 65535")
        }
        guard (0...1024).contains(reactors) else {
            throw ValidationError("--reactors must be from 0 to 1024")
        }
        let positive = [
            ("--max-connections", maxConnections), ("--header-timeout", headerTimeout),
            ("--idle-timeout", idleTimeout),
        ]
        for (name, value) in positive where value < 1 {
            throw ValidationError("\(name) must be 1 or more")
        }
        guard drainTimeout >= 0 else { throw ValidationError("--drain-timeout must be 0 or more") }
    }

    func settings(_ database: DatabaseOptions) -> ServiceSettings {
        var settings = ServiceSettings(databasePath: database.database)
        settings.zone = database.zone
        settings.opensMetrics = openMetrics.isOn
        settings.drainTime = .seconds(drainTimeout)
        settings.server.host = host
        settings.server.port = port
        if reactors > 0 { settings.server.reactors = reactors }
        settings.server.maxConnections = maxConnections
        settings.server.headerTimeout = .seconds(headerTimeout)
        settings.server.idleTimeout = .seconds(idleTimeout)
        settings.server.spoolFolder = spoolFolder
        return settings
    }
}

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves the database over HTTP until SIGTERM or Ctrl-C."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var log: LogOptions

    @Option(help: "Whether pending migrations are applied at the start: on or off.")
    var migrate: Switch = Environment.value("MIGRATE", default: .on)

    func run() throws {
        var settings = server.settings(database)
        settings.migrates = migrate.isOn
        try RunningService(settings, log: log).serve()
    }
}

/// A service in this process, from its start to its end by a signal.
struct RunningService {
    let service: Service
    let address: String
    private let signals: Signals
    private let operatorFile: OperatorFile

    init(_ settings: ServiceSettings, log: LogOptions) throws {
        signals = Signals()
        OpenFiles.raiseLimit()
        let logger = log.logger
        service = try Service(
            settings,
            logger: logger,
            clock: { SystemClock.instant },
            onFatal: { error in
                logger.critical("the database cannot be written", metadata: ["error": "\(error)"])
                FatalExit.now()
            }
        )
        let host = settings.server.host
        address = "http://\(host.contains(":") ? "[\(host)]" : host):\(service.port)"
        operatorFile = OperatorFile(database: settings.databasePath)
        try operatorFile.write(
            OperatorFile.Contents(
                host: settings.server.host,
                port: service.port,
                token: service.operatorToken
            )
        )
    }

    /// Says where it listens, waits for a signal, and stops.
    ///
    /// A second signal ends the process at once, after a clean-up.
    func serve(cleanUp: @escaping @Sendable () -> Void = {}) {
        Console.print("listening on \(address)")
        signals.wait()
        signals.endAtNext { [operatorFile] in
            operatorFile.remove()
            cleanUp()
        }
        service.stop()
        operatorFile.remove()
    }
}
