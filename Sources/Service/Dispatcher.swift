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
    /// Up to so many bytes of JSON are understood on the reactor: in the worst case a few
    /// milliseconds of its time.
    private static let inlineBody = 1 << 15

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
        var reading: Errand.Read?
        var answer: Answer<Snapshot>?
        // The slow lane cannot wait for a commit, nor has a request that does a body to speak of.
        let mayMove = budget != nil && !route.mayWait
        do {
            authenticator.refresh()
            let (call, work) = try reads.read(within: budget) {
                snapshot -> (Call, Work<Snapshot, Transaction>?) in
                let principal = try principal(
                    for: route,
                    of: &visit,
                    isCounted: again == nil,
                    in: snapshot
                )
                let call = visit.call(principal, values, mustAnswer: again == .expired)
                if !route.mayWait, Self.isLarge(call.request.body) { return (call, nil) }
                let work = try route.prepare(call)
                if case .read(let read) = work {
                    reading = read
                    let isSlow = mayMove && slowReads.expects(call.request, on: template)
                    if budget != nil, !isSlow { answer = try read(snapshot) }
                }
                return (call, work)
            }
            // Taken and handed on, never copied, so that what is added to the fields finds its room
            // there.
            switch answer.take() {
            case nil:
                let errand = Errand(service, route, visit, reply)
                if let work { try errand.run(work, call) } else { try errand.prepare(call) }
                return .pending
            case .wait(let milliseconds):
                return .parked(until: .now + .milliseconds(milliseconds))
            case .response(let response):
                return .ready(visit.finish(consume response, on: template))
            case .pages(let pages):
                let response = visit.response(of: .pages(pages), on: template)
                return .ready(visit.finish(response, on: template))
            }
        } catch let error as SQLiteError where error.isInterrupted && budget != nil {
            // If there is none, the machine was busy while the token was looked up, which takes no
            // time itself.
            guard let reading else {
                return run(route, values, visit, reply, again: again, within: nil)
            }
            if mayMove { slowReads.add(visit.request, on: template) }
            do {
                try Errand(service, route, visit, reply).read(reading)
                return .pending
            } catch {
                return .ready(visit.finish(error, on: template))
            }
        } catch {
            return .ready(visit.finish(error, on: template))
        }
    }

    /// Whether a body takes more time to be understood than a reactor has.
    private static func isLarge(_ body: Body) -> Bool {
        if case .bytes(let bytes) = body { bytes.count > inlineBody } else { false }
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
}
