// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import HTTP
import HTTPServer
import Logging
import Routing
import SQLite

/// One request from its arrival to its answer: its id, its time, its trace in log and metrics.
struct Visit: Sendable {
    let request: Request
    let requestID: String
    let startedAt: Instant
    private let clock = ContinuousClock.now
    private let service: ServiceCore
    /// What the answer tells of the client's rate.
    var rate: RateStanding?
    /// Whose token was shown, once that is known.
    var tokenID: Int64?

    init(_ request: Request, _ service: ServiceCore) {
        self.service = service
        requestID = request.fields["x-request-id"].flatMap(Self.sound) ?? service.requestIDs.next()
        startedAt = service.clock()
        // Last, so that it is handed on and not copied.
        self.request = request
    }

    /// Whose share of the slow lane it takes.
    var share: SlowLane.Share {
        if let tokenID { return .token(tokenID) }
        return .address(service.clientAddress.address(of: request)?.network)
    }

    func call(_ principal: Principal?, _ pathValues: [String], mustAnswer: Bool) -> Call {
        Call(
            request: request,
            id: requestID,
            principal: principal,
            now: startedAt.rawValue,
            pathValues: pathValues,
            cursors: service.cursors,
            startOfDay: service.startOfDay,
            mustAnswer: mustAnswer,
            depthLimit: service.settings.depthLimit
        )
    }

    /// The response that an answer makes; a stream's pages are read on the slow lane.
    func response(of answer: Answer<Snapshot>, on template: String) -> Response {
        switch answer {
        case .response(let response): return response
        case .wait:
            // A long poll that could not be read at once is not worth another wait.
            return Problem(.unavailable, "nothing has happened yet")
                .response(instance: request.path, requestID: requestID)
        case .pages(let pages):
            var response = pages.head
            response.body = .stream(
                PageStream(pages, on: service.slowLane, of: share) { error in
                    service.logger.error(
                        "stream failed",
                        metadata: metadata(template) + ["error": "\(error)"]
                    )
                }
            )
            return response
        }
    }

    /// The answer as it goes out, counted and logged.
    func finish(_ response: consuming Response, on template: String) -> Response {
        var response = consume response
        response.fields.append("x-request-id", requestID)
        response.fields.append(contentsOf: service.commonFields)
        rate?.tell(in: &response.fields)
        service.crossOrigin?.mark(&response.fields, for: request)
        let elapsed = ContinuousClock.now - clock
        service.metrics.count(
            method: request.method.rawValue,
            route: template,
            status: response.status.code,
            seconds: elapsed.seconds
        )
        service.logger.info(
            "answered",
            metadata: metadata(template) + [
                "status": .stringConvertible(response.status.code),
                "milliseconds": .stringConvertible(elapsed.milliseconds),
            ]
        )
        return response
    }

    /// The answer to what went wrong; what is our own fault is logged and not told.
    func finish(_ error: any Error, on template: String) -> Response {
        let problem: Problem
        if let described = Problem(describing: error) {
            problem = described
        } else {
            service.logger.error(
                "request failed",
                metadata: metadata(template) + ["error": "\(error)"]
            )
            problem = Problem(.internalError)
        }
        return finish(
            problem.response(instance: request.path, requestID: requestID),
            on: template
        )
    }

    private func metadata(_ template: String) -> Logger.Metadata {
        [
            "request.id": "\(requestID)", "method": "\(request.method.rawValue)",
            "route": "\(template)",
        ]
    }

    /// A client's own id, if it is short and plain enough for logs.
    private static func sound(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        return isPlain && (1...128).contains(id.utf8.count) ? id : nil
    }
}

extension Logger.Metadata {
    fileprivate static func + (one: Self, other: Self) -> Self {
        one.merging(other) { _, new in new }
    }
}

extension Duration {
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }

    /// Milliseconds with three decimals.
    fileprivate var milliseconds: Double {
        (seconds * 1_000_000).rounded() / 1000
    }
}
