// SPDX-License-Identifier: Apache-2.0
import API
import HTTP
import HTTPServer
import Routing
import SQLite

/// A request that is answered from another thread than its reactor's.
struct Errand: Sendable {
    typealias Read = @Sendable (Snapshot) throws -> Answer<Snapshot>

    private let service: ServiceCore
    private let route: APIRoute
    private let visit: Visit
    private let reply: Reply
    private var template: String { route.template.text }

    init(_ service: ServiceCore, _ route: APIRoute, _ visit: Visit, _ reply: Reply) {
        self.service = service
        self.route = route
        self.visit = visit
        self.reply = reply
    }

    /// Does what a request asks for.
    func run(_ work: Work<Snapshot, Transaction>, _ call: Call) throws {
        switch work {
        case .read(let read): try self.read(read)
        case .write(let change, let committed): try write(change, committed, call)
        case .background(let run): try background(run, call)
        }
    }

    /// Reads, where a read may take its time.
    func read(_ read: @escaping Read) throws {
        try onSlowLane { connection in try answer(read, on: connection) }
    }

    /// Finds out what a request asks for whose body takes its time to be understood, and does it.
    func prepare(_ call: Call) throws {
        try onSlowLane { connection in
            switch try route.prepare(call) {
            case .read(let read): try answer(read, on: connection)
            case let work: try run(work, call)
            }
        }
    }

    private func onSlowLane(_ run: @escaping @Sendable (Connection) throws -> Void) throws {
        try service.slowLane.submit(of: visit.share) {
            reply.isWanted
        } refuse: {
            let problem = Problem(.unavailable, "the request has waited too long")
            reply(visit.finish(problem, on: template))
        } run: { connection in
            do {
                try run(connection)
            } catch {
                reply(visit.finish(error, on: template))
            }
        }
    }

    private func answer(_ read: Read, on connection: Connection) throws {
        let answer = try connection.read(within: SlowLane.budget, read)
        reply(visit.finish(visit.response(of: answer, on: template), on: template))
    }

    private func write(
        _ change: @escaping @Sendable (Transaction) throws -> Making,
        _ committed: (@Sendable () -> Void)?,
        _ call: Call
    ) throws {
        let retry = try SafeRetry(call, unkept: route.description.secrets)
        // To revoke and to archive has to be possible also when little room is left.
        let usesReserve = route.method == .delete
        try service.database.writer.submit(usingReserve: usesReserve) { transaction -> Making in
            guard let retry else { return try change(transaction) }
            let response = try retry.run(in: transaction) { try change($0)() }
            return { response }
        } then: { [visit, reply, template] result in
            if case .success = result { committed?() }
            reply {
                do {
                    return visit.finish(try result.get()(), on: template)
                } catch {
                    return visit.finish(error, on: template)
                }
            }
        }
    }

    private func background(
        _ run: @escaping @Sendable (@escaping Keep<Transaction>) throws -> Response,
        _ call: Call
    ) throws {
        try service.background.submit { _ in
            do {
                let retry = try SafeRetry(call, unkept: route.description.secrets)
                reply(visit.finish(try service.run(run, retrying: retry), on: template))
            } catch {
                reply(visit.finish(error, on: template))
            }
        }
    }
}
