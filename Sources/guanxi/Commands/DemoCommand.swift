// SPDX-License-Identifier: Apache-2.0
import API
import ArgumentParser
import CustomerRelations
import HTTPServer
import SQLite
import Service

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Fills a database with a lifelike base and serves it.",
        discussion: """
            Some 2,000 customers with Chinese names, two years of orders, contacts and complaints up \
            to now, and their tiers; all of it invented. The same seed and day give the same base.

            Without --database it is a temporary one, which is removed at the end. With --database \
            it stays, and the next demo serves it again as it is; a database that holds anything \
            else is refused. GUANXI_DATABASE is not read, so that no demo gets into yours.
            """
    )

    @Option(help: "A file to keep the base in: a new one, or one that a demo made.")
    var database: String?

    @Option(help: "How many customers there are, from 50 to 100000.")
    var customers: Int = Environment.value("CUSTOMERS", default: 2_000)

    @Option(help: "The seed of the random numbers that the base is made from.")
    var seed: UInt64 = Environment.value("SEED", default: DemoPlan.seed)

    @OptionGroup var server: ServerOptions

    @Option(help: "The form of log lines: json or text.")
    var logFormat: LogWriter.Format = Environment.value("LOG_FORMAT", default: .text)

    @Option(help: "The least level that is logged: debug, info, notice, warning, error.")
    var logLevel: LogLevel = Environment.value("LOG_LEVEL", default: .notice)

    func validate() throws {
        guard (50...100_000).contains(customers) else {
            throw ValidationError("--customers must be from 50 to 100000")
        }
        guard database != "" else { throw ValidationError("--database must name a file") }
    }

    func run() throws {
        // Held back from here on, so that an interrupted demo still removes its files.
        _ = Signals()
        let place = try DemoDatabase(path: database)
        defer { place.removeTemporary() }
        let token = try prepare(place)
        let running = try start(place)
        let services = running.service.services
        let caller = try running.service.database.read { snapshot in
            try DemoTour.Caller.find(services.customers, in: snapshot)
        }
        if let caller {
            let tour = DemoTour(address: running.address, token: token, caller: caller)
            try Console.print(tour.text)
        }
        running.serve(cleanUp: place.removeTemporary)
    }

    /// Fills the base if it is empty, and answers the secret of a new token.
    private func prepare(_ place: DemoDatabase) throws -> String {
        let state = try place.state()
        let services = Services(zone: place.options.zone)
        let database = try place.options.open()
        defer { database.stop() }
        switch state {
        case .filled:
            Console.say("demo: serving the base that an earlier demo made")
        case .empty:
            do {
                try fill(database, services)
            } catch {
                // There was nothing before, and half a base is of no use.
                place.removeFiles()
                throw error
            }
        }
        return try DemoToken.create(services.tokens, in: database)
    }

    private func fill(_ database: Database, _ services: Services) throws {
        var progress = DemoProgress()
        defer { progress.end() }
        progress.show("thinking up \(customers) customers", 0)
        let plan = DemoPlan(seed: seed, customers: customers, now: SystemClock.instant)
        try DemoBase(database, services).record(plan) { doing, done in
            guard !Signals.isPending else { throw ExitCode(130) }
            progress.show(doing, done)
        }
        progress.show("done", 1)
    }

    /// Starts the service; on another port if the one that is asked for is in use.
    private func start(_ place: DemoDatabase) throws -> RunningService {
        var log = LogOptions()
        log.logFormat = logFormat
        log.logLevel = logLevel
        var settings = try server.settings(place.options)
        do {
            return try RunningService(settings, log: log)
        } catch let error as ServerError {
            guard case .portInUse = error else { throw error }
            Console.complain("\(error); taking a free one")
            settings.server.port = 0
            return try RunningService(settings, log: log)
        }
    }
}
