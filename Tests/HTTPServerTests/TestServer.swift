// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Glibc
import HTTP
import HTTPServer
import Synchronization

/// A server on a free port, and what its responder shares with the test.
struct TestServer: Sendable {
    let server: Server
    let stage: Stage

    func peer(receiveBuffer: Int32? = nil) throws -> Peer {
        try Peer(port: server.port, receiveBuffer: receiveBuffer)
    }
}

/// Where a test meets the requests that wait.
final class Stage: Sendable {
    private let replies = Mutex<[Reply]>([])
    private let arrivals = DispatchSemaphore(value: 0)
    private let pieceTakers = Mutex<[@Sendable (StreamPiece) -> Void]>([])
    let news = Mutex<String?>(nil)
    let pieces = Pieces()
    /// How many dear requests have been answered.
    let dear = Atomic(0)

    func arrive(_ reply: Reply? = nil) {
        if let reply { replies.withLock { $0.append(reply) } }
        arrivals.signal()
    }

    func arrive(_ deliver: @escaping @Sendable (StreamPiece) -> Void) {
        pieceTakers.withLock { $0.append(deliver) }
        arrivals.signal()
    }

    /// Waits for a stream that is asked for its next piece, and takes where that goes.
    func nextPiece() -> @Sendable (StreamPiece) -> Void {
        arrivals.wait()
        return pieceTakers.withLock { $0.removeFirst() }
    }

    /// Waits for the next request that waits.
    func waitForArrival() {
        arrivals.wait()
    }

    /// Waits for a pending request and takes its reply.
    func nextReply() -> Reply {
        arrivals.wait()
        return replies.withLock { $0.removeFirst() }
    }
}

/// An endless stream that counts; a piece is delivered at once, from another thread or by a test.
final class Pieces: BodyStream {
    static let size = 65536

    struct Counts: Sendable {
        var asked = 0
        var isCancelled = false
    }

    let counts = Mutex(Counts())
    let cancelled = DispatchSemaphore(value: 0)

    func next(_ deliver: @escaping @Sendable (StreamPiece) -> Void) {
        counts.withLock { $0.asked += 1 }
        deliver(.bytes([UInt8](repeating: UInt8(ascii: "x"), count: Self.size)))
    }

    func cancel() {
        counts.withLock { $0.isCancelled = true }
        cancelled.signal()
    }
}

/// A stream of one piece, whose end a test delivers.
final class Held: BodyStream {
    private let stage: Stage
    private let isBegun = Atomic(false)

    init(_ stage: Stage) {
        self.stage = stage
    }

    func next(_ deliver: @escaping @Sendable (StreamPiece) -> Void) {
        guard isBegun.exchange(true, ordering: .relaxed) else {
            return deliver(.bytes(Array("held".utf8)))
        }
        stage.arrive(deliver)
    }

    func cancel() {}
}

/// A stream of given pieces, delivered from other threads.
struct Script: BodyStream {
    private final class State: Sendable {
        let pieces: Mutex<[StreamPiece]>

        init(_ pieces: [StreamPiece]) {
            self.pieces = Mutex(pieces)
        }
    }

    private let state: State

    init(_ pieces: [String], last: StreamPiece) {
        state = State(pieces.map { .bytes(Array($0.utf8)) } + [last])
    }

    func next(_ deliver: @escaping @Sendable (StreamPiece) -> Void) {
        let piece = state.pieces.withLock { $0.removeFirst() }
        DispatchQueue.global().async { deliver(piece) }
    }

    func cancel() {}
}

final class TestResponder: Responder {
    static let memoryLimit = 1000
    static let spoolLimit = 3_000_000

    let stage: Stage

    init(_ stage: Stage) {
        self.stage = stage
    }

    func admit(_ head: Request) -> Admission {
        switch head.path {
        case "/refused": .refuse(Response(.forbidden, body: .bytes(Array("no".utf8))))
        case "/spool": .spool(limit: Self.spoolLimit)
        default: .memory(limit: Self.memoryLimit)
        }
    }

    func respond(to request: Request, reply: Reply, again: Rerun?) -> Outcome {
        switch request.path {
        case "/echo":
            return .ready(Response(.ok, body: .bytes(content(of: request.body))))
        case "/spool":
            let content = content(of: request.body)
            let sum = content.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }
            return .ready(text("\(request.body.count) \(content.count) \(sum)"))
        case "/address":
            return .ready(text(request.remoteAddress))
        case "/status":
            return .ready(Response(Status(Int(request.query ?? "") ?? 0), body: .bytes([65])))
        case "/later":
            stage.arrive(reply)
            return .pending
        case "/park":
            return park(request, again: again)
        case "/script":
            let stream = Script(["hello ", "", "world"], last: .end)
            return .ready(Response(.ok, body: .stream(stream)))
        case "/held":
            return .ready(Response(.ok, body: .stream(Held(stage))))
        case "/dear":
            let end = ContinuousClock.now + .milliseconds(2)
            while ContinuousClock.now < end {}
            stage.dear.add(1, ordering: .relaxed)
            return .ready(text(request.query ?? ""))
        case "/broken":
            return .ready(Response(.ok, body: .stream(Script(["hello"], last: .failed))))
        case "/endless":
            return .ready(Response(.ok, body: .stream(stage.pieces)))
        case "/large":
            let body = [UInt8](repeating: UInt8(ascii: "y"), count: 32 << 20)
            return .ready(Response(.ok, body: .bytes(body)))
        default:
            return .ready(text(request.query ?? ""))
        }
    }

    func endTurn() {}

    func refuse(_ request: Request, _ failure: RequestFailure) -> Response {
        Response(
            failure.status,
            fields: ["x-target": "\(request.method.rawValue) \(request.path)"],
            body: .bytes(Array("\(failure)".utf8))
        )
    }

    private func park(_ request: Request, again: Rerun?) -> Outcome {
        if again == .expired { return .ready(text("expired")) }
        if let news = stage.news.withLock({ $0 }) { return .ready(text(news)) }
        stage.arrive()
        let milliseconds = Int(request.query ?? "") ?? 60_000
        return .parked(until: .now + .milliseconds(milliseconds))
    }

    private func text(_ text: String) -> Response {
        Response(.ok, body: .bytes(Array(text.utf8)))
    }

    private func content(of body: Body) -> [UInt8] {
        switch body {
        case .bytes(let bytes):
            return bytes
        case .file(let file):
            var content = [UInt8](repeating: 0, count: file.length + 1)
            let descriptor = unsafe open(file.path, O_RDONLY)
            defer { close(descriptor) }
            let count = unsafe read(descriptor, &content, content.count)
            return Array(content.prefix(max(0, count)))
        }
    }
}

/// Runs a test against a server on a free port and drains it at the end.
func withServer(
    reactors: Int = 2,
    _ change: (inout ServerConfiguration) -> Void = { _ in },
    _ test: (TestServer) throws -> Void
) throws {
    var configuration = ServerConfiguration()
    configuration.port = 0
    configuration.reactors = reactors
    configuration.lingerTimeout = .seconds(5)
    change(&configuration)
    let stage = Stage()
    let server = try Server(configuration) { _ in TestResponder(stage) }
    defer { server.drain(within: .zero) }
    try test(TestServer(server: server, stage: stage))
}
