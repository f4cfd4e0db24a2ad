// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTPServer
import JSON
import SQLite

/// The way into a database: opened by this process while no service holds it, and through the
/// service where one does.
struct Door {
    private enum Way {
        case own(Database)
        case service(ServiceClient)
    }

    private let way: Way
    private let services: Services
    private let occasion: Occasion

    /// `writer` is how this process writes if the database is its own.
    init(
        _ options: DatabaseOptions,
        command: String,
        writer: Writer.Configuration = Writer.Configuration()
    ) throws {
        services = Services(zone: options.zone)
        occasion = options.occasion(command)
        do {
            way = .own(try options.open(writer: writer))
        } catch DatabaseLockError.held(let owner) {
            guard let client = ServiceClient(database: options.database, owner: owner) else {
                throw DatabaseLockError.held(by: owner)
            }
            way = .service(client)
        }
    }

    func close() {
        if case .own(let database) = way { database.stop() }
    }

    /// Makes a token and answers its secret.
    func createToken(_ new: NewToken) throws -> String {
        switch way {
        case .own(let database):
            return try database.write { [services, occasion] transaction in
                try services.tokens.create(new, by: occasion, in: transaction).secret
            }
        case .service(let client):
            let answer = try client.post("/v1/tokens", NewToken.fields.representation.bytes(new))
            guard let secret = answer["token"]?.string else {
                throw Failure(Failure.fault, "the service answered without a token")
            }
            return secret
        }
    }

    func revokeToken(_ id: ID<Token>) throws {
        switch way {
        case .own(let database):
            _ = try database.write { [services, occasion] transaction in
                try services.tokens.revoke(id, by: occasion, in: transaction)
            }
        case .service(let client):
            try client.delete("/v1/tokens/\(id.rawValue)")
        }
    }

    /// Runs the tiers and answers the run, once it has finished, as JSON.
    func runTiers(_ new: NewTierRun) throws -> JSON {
        switch way {
        case .own(let database):
            let run = try database.write { [services, occasion] transaction in
                try services.tiers.start(new, by: occasion, in: transaction)
            }
            let connection = try Connection(path: database.path, mode: .readOnly)
            defer { connection.close() }
            let runner = TierRunner(services.tiers, services.stages, services.endings)
            let context = JobContext(
                reading: connection,
                writing: database.writer,
                actor: occasion.actor,
                requestID: occasion.requestID,
                now: { SystemClock.instant }
            )
            while try runner.runPending(in: context) {}
            let finished = try connection.read { try services.tiers.run(run.id, in: $0) }
            return try JSONReader.read(TierRun.fields.bytes(finished))
        case .service(let client):
            let run = try client.post("/v1/tier-runs", NewTierRun.fields.representation.bytes(new))
            guard let id = run["id"]?.integer else {
                throw Failure(Failure.fault, "the service answered without a run")
            }
            var current = run
            while current["status"]?.string == "running" {
                Thread.sleep(forTimeInterval: 0.1)
                current = try client.get("/v1/tier-runs/\(id)")
            }
            return current
        }
    }

    /// Imports a file and answers what came of it, as JSON.
    func importing(
        _ request: ImportRequest,
        progress: @escaping @Sendable (Double) -> Void
    ) throws -> JSON {
        switch way {
        case .own(let database):
            let job = ImportJob(
                imports: ImportService(services: services),
                writer: database.writer,
                database: database.path,
                zone: services.zone,
                isAlone: true,
                now: { SystemClock.instant }
            )
            let order = ImportOrder(
                request.kind,
                from: request.source,
                mode: request.mode,
                isDryRun: request.isDryRun,
                actor: occasion.actor,
                requestID: occasion.requestID
            )
            do {
                let result = try job.run(order) {
                    progress(Double($0.bytes) / Double(max($0.totalBytes, 1)))
                }
                return try JSONReader.read(ImportResult.fields.bytes(result))
            } catch let refused as ImportRefused {
                return try JSONReader.read(ImportResult.fields.bytes(refused.result))
            }
        case .service(let client):
            return try client.upload(request, progress: progress)
        }
    }
}

/// What is to be imported, however it gets there.
struct ImportRequest {
    let kind: Import.Kind
    let source: ImportSource
    let encoding: String?
    let mode: Import.Mode
    let isDryRun: Bool
}
