// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import HTTPServer
import Logging
import Routing
import SQLite

/// Takes a request to its route and its answer back: one for each reactor, on its thread.
final class Dispatcher: Responder {
    /// How long a read may hold a reactor before it goes to the slow lane.
    private static let inlineBudget = Duration.milliseconds(10)
    /// Who watches over the service asks from where others may have used up the address.
    private static let uncounted: Set = ["/healthz", "/readyz"]
    /// What is taken in before it is known who sends it.
    private static let smallBody = 1 << 14

    private let service: ServiceCore
    private let reads: ReadSession
    private let authenticator: Authenticator
    private var slowReads = SlowReads()

    init(_ service: ServiceCore) throws {
        self.service = service
        reads = try ReadSession(
            path: service.database.path,
            mode: service.database.readMode,
            commits: service.database.writer.commits
        )
        authenticator = Authenticator(
            tokens: service.services.tokens,
            operatorToken: service.operatorToken,
            changes: service.tokenChanges,
            proven: service.provenTokens
        ) { [service] id, now in
            service.touch(id, at: now)
        }
    }

    func admit(_ head: Request) -> Admission {
        var visit = Visit(head, service)
        let bodyLimit = service.settings.bodyLimit
        guard case .found(let route, _) = service.router.match(head.method, head.path) else {
            return .memory(limit: min(Self.smallBody, bodyLimit))
        }
        let isSpooled = route.body == .spooled
        let length = head.fields["content-length"].flatMap { Int($0) } ?? .max
        guard isSpooled || length > Self.smallBody else { return .memory(limit: bodyLimit) }
        // A large body is not worth taking in from one who may not send it.
        do {
            authenticator.refresh()
            _ = try reads.read { snapshot in
                try principal(for: route, of: &visit, isCounted: false, in: snapshot)
            }
            // It would only be taken in to be refused, and take room besides.
            if isSpooled, let refusal = service.database.refusal { throw refusal }
            return isSpooled
                ? .spool(limit: service.settings.importLimit) : .memory(limit: bodyLimit)
        } catch {
            return .refuse(visit.finish(error, on: route.template.text))
        }
    }

    func respond(to request: Request, reply: Reply, again: Rerun?) -> Outcome {
        var visit = Visit(request, service)
        let match = service.router.match(request.method, request.path)
        if case .found(let route, let values) = match {
            return run(route, values, consume visit, reply, again: again)
        }
        do {
            // A page's browser sends it without the token that would be counted.
            let isPreflight = service.crossOrigin?.isPreflight(request) ?? false
            if !isPreflight { try count(&visit) }
            return .ready(answer(match, visit))
        } catch {
            return .ready(visit.finish(error, on: "unknown"))
        }
    }

    /// The answer to a request that has no route.
    private func answer(_ match: Router<Snapshot, Transaction>.Match, _ visit: Visit) -> Response {
        switch match {
        case .found, .unknownPath:
            guard visit.request.method == .options, visit.request.path == "*" else {
                return visit.finish(Problem(.notFound), on: "unknown")
            }
            return visit.finish(Response(.noContent), on: "*")
        case .malformedPath(let detail):
            return visit.finish(Problem(.malformedRequest, detail), on: "unknown")
        case .wrongMethod(let allowed):
            return refuse(visit.request.method, allowed, visit)
        }
    }

    func endTurn() {
        reads.endView()
    }

    func refuse(_ request: Request, _ failure: RequestFailure) -> Response {
        let visit = Visit(request, service)
        let kind = ProblemKind.refusing(failure) ?? .malformedRequest
        var problem = Problem(kind, failure.detail)
        problem.fields = failure.fields
        return visit.finish(problem, on: "refused")
    }

    /// A known path answers OPTIONS with what it allows, any other method with 405.
    private func refuse(_ method: Method, _ allowed: [Method], _ visit: Visit) -> Response {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        if method == .options {
            var response = Response(.noContent, fields: ["allow": list])
            let fields = service.crossOrigin?.preflight(visit.request, methods: list) ?? [:]
            for field in fields { response.fields.append(field.name, field.value) }
            return visit.finish(response, on: "unknown")
        }
        var problem = Problem(.methodNotAllowed, "the path has \(list)")
        problem.fields.set("allow", list)
        return visit.finish(problem, on: "unknown")
    }

    private func run(
        _ route: APIRoute,
        _ values: [String],
        _ visit: consuming Visit,
        _ reply: Reply,
        again: Rerun?,
        within budget: Duration? = inlineBudget
    ) -> Outcome {
        var visit = consume visit
        let template = route.template.text
        var reading: Work<Snapshot, Transaction>?
        var answer: Answer<Snapshot>?
        // The slow lane cannot wait for a commit.
        let mayMove = budget != nil && !route.mayWait
        do {
            authenticator.refresh()
            let (call, work) = try reads.read(within: budget) { snapshot in
                let principal = try principal(
                    for: route,
                    of: &visit,
                    isCounted: again == nil,
                    in: snapshot
                )
                let call = visit.call(principal, values, mustAnswer: again == .expired)
                let work = try route.prepare(call)
                if case .read(let read) = work {
                    reading = work
                    let isSlow = mayMove && slowReads.expects(call.request, on: template)
                    if budget != nil, !isSlow { answer = try read(snapshot) }
                }
                return (call, work)
            }
            switch work {
            case .read:
                // Taken and handed on, never copied, so that what is added to the fields finds its
                // room there.
                switch answer.take() {
                case nil: return slowLane(reading, visit, template, reply)
                case .wait(let milliseconds):
                    return .parked(until: .now + .milliseconds(milliseconds))
                case .response(let response):
                    return .ready(visit.finish(consume response, on: template))
                case .pages(let pages):
                    let response = visit.response(of: .pages(pages), on: template)
                    return .ready(visit.finish(response, on: template))
                }
            case .write(let change, let committed):
                try write(change, committed, call, route, visit, reply)
                return .pending
            case .background(let run):
                try background(run, call, route, visit, reply)
                return .pending
            }
        } catch let error as SQLiteError where error.isInterrupted && budget != nil {
            guard reading == nil else {
                if mayMove { slowReads.add(visit.request, on: template) }
                return slowLane(reading, visit, template, reply)
            }
            // The machine was busy while the token was looked up, which takes no time itself.
            return run(route, values, visit, reply, again: again, within: nil)
        } catch {
            return .ready(visit.finish(error, on: template))
        }
    }

    /// Who makes a request, if its route wants to know, counted against that one's limit.
    private func principal(
        for route: APIRoute,
        of visit: inout Visit,
        isCounted: Bool,
        in snapshot: Snapshot
    ) throws -> Principal? {
        let cost = isCounted ? 1 : 0
        guard let scope = route.description.scope else {
            if !Self.uncounted.contains(route.template.text) { try count(&visit, cost: cost) }
            return nil
        }
        // Looking a token up is work that only so many wrong ones are worth.
        if service.limiter != nil, !authenticator.knows(visit.request) {
            try count(&visit, cost: 0)
        }
        let principal: Principal
        do {
            principal = try authenticator.principal(
                of: visit.request,
                at: visit.startedAt,
                in: snapshot
            )
        } catch let problem as Problem {
            try count(&visit, cost: service.limiter?.failureCost ?? 0)
            throw problem
        }
        visit.tokenID = principal.tokenID
        if principal.tokenID > 0, isCounted {
            let key = RateLimiter.Key.token(principal.tokenID)
            visit.rate = try service.limiter?.take(cost, from: key, at: visit.startedAt)
        }
        try principal.demand(scope)
        return principal
    }

    /// Counts a request against the limit of its address.
    private func count(_ visit: inout Visit, cost: Int = 1) throws {
        guard let limiter = service.limiter else { return }
        let address = service.clientAddress.address(of: visit.request)?.network
        visit.rate = try limiter.take(cost, from: .address(address), at: visit.startedAt)
    }

    /// Runs a read again where it may take its time.
    private func slowLane(
        _ work: Work<Snapshot, Transaction>?,
        _ visit: Visit,
        _ template: String,
        _ reply: Reply
    ) -> Outcome {
        guard case .read(let read) = work else { return .pending }
        do {
            try service.slowLane.submit(of: visit.share) {
                reply.isWanted
            } refuse: {
                let problem = Problem(.unavailable, "the read has waited too long")
                reply(visit.finish(problem, on: template))
            } run: { connection in
                do {
                    let answer = try connection.read(within: SlowLane.budget, read)
                    reply(visit.finish(visit.response(of: answer, on: template), on: template))
                } catch {
                    reply(visit.finish(error, on: template))
                }
            }
            return .pending
        } catch {
            return .ready(visit.finish(error, on: template))
        }
    }

    private func write(
        _ change: @escaping @Sendable (Transaction) throws -> Making,
        _ committed: (@Sendable () -> Void)?,
        _ call: Call,
        _ route: APIRoute,
        _ visit: Visit,
        _ reply: Reply
    ) throws {
        let retry = try SafeRetry(call, unkept: route.description.secrets)
        let template = route.template.text
        // To revoke and to archive has to be possible also when little room is left.
        let usesReserve = route.method == .delete
        try service.database.writer.submit(usingReserve: usesReserve) { transaction -> Making in
            guard let retry else { return try change(transaction) }
            let response = try retry.run(in: transaction) { try change($0)() }
            return { response }
        } then: { result in
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
        _ call: Call,
        _ route: APIRoute,
        _ visit: Visit,
        _ reply: Reply
    ) throws {
        let template = route.template.text
        try service.background.submit { [service] _ in
            do {
                let retry = try SafeRetry(call, unkept: route.description.secrets)
                reply(visit.finish(try service.run(run, retrying: retry), on: template))
            } catch {
                reply(visit.finish(error, on: template))
            }
        }
    }
}
