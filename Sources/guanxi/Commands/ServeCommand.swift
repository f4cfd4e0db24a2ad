// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CustomerRelations
import Glibc
import HTTPServer
import Logging
import SQLite
import Service

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
        var settings = try server.settings(database)
        settings.migrates = migrate.isOn
        settings.space?.keepsBallast = true
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
        let host = service.host
        address = "http://\(host.contains(":") ? "[\(host)]" : host):\(service.port)"
        operatorFile = OperatorFile(database: settings.databasePath)
        do {
            try operatorFile.write(
                OperatorFile.Contents(
                    host: host,
                    port: service.port,
                    token: service.operatorToken,
                    process: getpid()
                )
            )
        } catch {
            // On a full disk, or one that can only be read, the service still serves its clients.
            logger.warning("commands cannot ask this service", metadata: ["error": "\(error)"])
        }
    }

    /// Says where it listens, waits for a signal, and stops.
    ///
    /// A second signal ends the process at once, after a clean-up.
    func serve(cleanUp: @escaping @Sendable () -> Void = {}) {
        // Whoever waits for the line may be gone; the service is there.
        try? Console.print("listening on \(address)")
        signals.wait()
        signals.endAtNext { [operatorFile] in
            operatorFile.remove()
            cleanUp()
        }
        service.stop()
        operatorFile.remove()
    }
}
