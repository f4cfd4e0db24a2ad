// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import HTTP

// From bytes to requests to answers.
extension Reactor {
    /// Takes a connection as far as its input, its output and the responder allow.
    func serve(_ connection: Connection) {
        guard !connection.isClosed, sendHeld(connection) else { return settle(connection) }
        var hasRead = false
        var hasConsumed = false
        while case .reading = connection.phase, !connection.isClosing {
            if connection.hasFreshInput {
                guard !hasConsumed || !isTurnOver else {
                    ready.append(connection)
                    break
                }
                hasConsumed = true
                consumeKept(connection)
            } else if !connection.isReadable {
                break
            } else if hasRead {
                // Others first; there is more to read.
                ready.append(connection)
                break
            } else {
                hasRead = true
                hasConsumed = true
                receive(connection)
                if connection.isClosed { break }
            }
            if output.count >= Self.outputMark && !transmit(connection) { break }
        }
        if case .lingering = connection.phase { discard(connection) }
        settle(connection)
    }

    /// Sends what has gathered, so that nothing is left for another connection, and decides what is
    /// waited for.
    private func settle(_ connection: Connection) {
        guard !connection.isClosed else { return recycleOutput() }
        if transmit(connection) {
            switch connection.phase {
            case .streaming(let stream, _):
                ask(stream, for: connection)
            case .reading where connection.isClosing || hasOutlivedDrain(connection):
                finish(connection)
            case .reading, .pending, .parked, .lingering:
                break
            }
        }
        guard !connection.isClosed else { return }
        account(connection)
        guard !connection.isClosed else { return }
        setDeadline(of: connection)
    }

    /// Whether an answer has ended that was begun before the drain, and so said that the connection
    /// stays.
    private func hasOutlivedDrain(_ connection: Connection) -> Bool {
        guard isDraining, connection.isIdle, !connection.isReadable else { return false }
        return connection.wait != .idle && connection.wait != .head
    }

    /// Charges a connection's bytes to the reactor's memory; too much unsent output ends it.
    private func account(_ connection: Connection) {
        held += connection.bufferedBytes - connection.held
        connection.held = connection.bufferedBytes
        if held > memory && connection.isHoldingOutput { close(connection, resetting: true) }
    }

    private func consumeKept(_ connection: Connection) {
        let (bytes, start) = connection.keptInput
        connection.keep(input: [])
        var place = start
        consume(bytes.span, at: &place, for: connection)
        if !connection.isClosing { connection.keep(input: bytes, from: place) }
    }

    /// Reads once; what was kept goes in front of it.
    private func receive(_ connection: Connection) {
        let (kept, start) = connection.keptInput
        let keptCount = kept.count - start
        // What is kept here is part of a line and shorter than the buffer (RequestParser).
        let room = unsafe scratch.count - keptCount
        guard room > 0 else { return fail(connection, .fieldsTooLarge) }
        // The buffer has room for `room` bytes behind the kept ones.
        let count = unsafe linux_receive(
            connection.descriptor,
            scratch.baseAddress?.advanced(by: keptCount),
            room
        )
        guard count > 0 else { return receivedNothing(connection, error: Int32(-count)) }
        // A read that did not fill the buffer has emptied the socket (epoll(7)), unless the end
        // of input is to be read yet.
        connection.isReadable = count == room || connection.isPeerShut
        if keptCount > 0 {
            // Bounded by the guard above; the regions are different.
            unsafe kept.withUnsafeBytes { kept in
                unsafe scratch.copyMemory(from: UnsafeRawBufferPointer(rebasing: kept[start...]))
            }
        }
        connection.keep(input: [])
        credit(connection, bytes: count, of: .body)
        // Nothing writes to the buffer while the span is in use: only this function does.
        let filled = unsafe UnsafeRawBufferPointer(rebasing: scratch[..<(keptCount + count)])
        let bytes = unsafe Span<UInt8>(_unsafeBytes: filled)
        var place = 0
        consume(bytes, at: &place, for: connection)
        if !connection.isClosing && place < bytes.count {
            connection.keep(input: unsafe Array(filled[place...]))
        }
    }

    private func receivedNothing(_ connection: Connection, error: Int32) {
        switch error {
        case EAGAIN:
            connection.isReadable = false
        case EINTR:
            break
        case 0:
            connection.isReadable = false
            connection.isPeerEnded = true
            if connection.parser.isBetweenRequests {
                connection.isClosing = true
            } else {
                // RFC 9112 section 8: an incomplete request may be answered.
                fail(connection, .incompleteMessage)
            }
        default:
            close(connection)
        }
    }

    /// Whether the turn has taken so long that others come first: what one connection pipelines
    /// may be dear.
    private var isTurnOver: Bool { Monotonic.now - now >= Self.turnMilliseconds }

    /// Runs the requests in a piece of input until one has to wait, or the turn is over.
    private func consume(_ input: Span<UInt8>, at place: inout Int, for connection: Connection) {
        connection.isStarved = false
        while case .reading = connection.phase, !connection.isClosing {
            do {
                switch try connection.parser.next(input, at: &place) {
                case .more:
                    connection.isStarved = true
                    // Unwanted bodies are waited for only if they have arrived.
                    if connection.refusal != nil { answerRefused(connection, keepsAlive: false) }
                    return
                case .head(let head):
                    try begin(head, of: connection, isBodyHere: place < input.count)
                case .body(let range):
                    try add(input.extracting(range), to: connection)
                case .end:
                    complete(connection)
                    guard output.count < Self.outputMark else { return }
                    // Asked only where more has come already.
                    if place < input.count, isTurnOver { return }
                }
            } catch {
                if connection.refusal != nil {
                    answerRefused(connection, keepsAlive: false)
                } else {
                    fail(connection, error)
                }
            }
        }
    }

    private func begin(
        _ head: consuming RequestHead,
        of connection: Connection,
        isBodyHere: Bool
    ) throws(RequestFailure) {
        head.request.remoteAddress = connection.remoteAddress
        connection.isFirst = false
        connection.method = head.request.method
        connection.version = head.request.version
        connection.keepsAlive = head.keepsAlive
        guard head.bodyLength != .none else {
            connection.request = head.request
            return
        }
        let admission = responder.admit(head.request)
        connection.request = head.request
        switch admission {
        case .refuse(let response):
            connection.refusal = response
            return
        case .memory(let limit):
            connection.bodyLimit = limit
        case .spool(let limit):
            connection.bodyLimit = limit
            do throws(ServerError) {
                connection.spool = try Spool(folder: configuration.spoolFolder)
            } catch {
                // Descriptors come back with every connection that goes.
                throw error.isOutOfDescriptors ? .outOfDescriptors : .outOfStorage
            }
        }
        if case .bytes(let count) = head.bodyLength {
            guard count <= connection.bodyLimit else { throw .bodyTooLarge }
            // Room for all of it, which takes up memory only as it is filled, so that the array
            // does not grow by halves that stay empty.
            if connection.spool == nil { connection.body.reserveCapacity(count) }
        }
        // RFC 9110 section 10.1.1: not needed once the body has begun to come.
        if head.expectsContinue && !isBodyHere { ResponseWriter.continue(into: &output) }
    }

    private func add(
        _ bytes: Span<UInt8>,
        to connection: Connection
    ) throws(RequestFailure) {
        guard connection.refusal == nil else { return }
        connection.bodyCount += bytes.count
        guard connection.bodyCount <= connection.bodyLimit else { throw .bodyTooLarge }
        if connection.spool != nil {
            guard connection.spool?.write(bytes) == true else { throw .outOfStorage }
        } else {
            guard held + bytes.count <= memory else { throw .outOfMemory }
            held += bytes.count
            connection.held += bytes.count
            connection.bodyMemory += bytes.count
            // The array copies the borrowed bytes.
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe connection.body.append(contentsOf: bytes)
            }
        }
    }

    private func complete(_ connection: Connection) {
        guard connection.refusal == nil else {
            return answerRefused(connection, keepsAlive: connection.keepsAlive)
        }
        guard var request = connection.request.take() else { return }
        if let spool = connection.spool.take() {
            request.body = .file(spool.finish(length: connection.bodyCount))
        } else if connection.bodyCount > 0 {
            request.body = .bytes(connection.body)
            connection.body = []
        }
        run(request, of: connection, again: nil)
    }

    private func answerRefused(_ connection: Connection, keepsAlive: Bool) {
        guard let refusal = connection.refusal else { return }
        connection.keepsAlive = keepsAlive
        answer(connection, refusal)
    }
}

// Running requests.
extension Reactor {
    private func run(_ request: Request, of connection: Connection, again: Rerun?) {
        connection.number &+= 1
        let reply = Reply(
            mailbox: link.mailbox,
            ticket: connection.ticket,
            presence: connection.presence
        )
        let seen = link.wakesSoFar
        switch responder.respond(to: request, reply: reply, again: again) {
        case .ready(let response):
            answer(connection, response)
        case .pending:
            // Kept, without its body, for the case that no answer comes.
            connection.request = request
            connection.request?.body = .bytes([])
            connection.phase = .pending
            connection.wait = .none
        case .parked(let until):
            park(request, of: connection, until: until, since: seen, again: again)
        }
    }

    private func park(
        _ request: Request,
        of connection: Connection,
        until: ContinuousClock.Instant,
        since seen: Int,
        again: Rerun?
    ) {
        connection.request = request
        // Who has no more time must answer.
        if again == .expired { return fail(connection, .answerTimeout) }
        let latest = now + (until - ContinuousClock.now).milliseconds
        connection.parkedUntil = min(connection.parkedUntil ?? .max, latest)
        if isDraining || connection.isPeerShut {
            return run(request, of: connection, again: .expired)
        }
        connection.phase = .parked
        connection.wait = .none
        parked.insert(connection.slot)
        link.park(since: seen)
    }

    /// Runs a parked request again.
    func runParked(_ connection: Connection, again: Rerun) {
        guard case .parked = connection.phase else { return }
        unpark(connection)
        connection.phase = .reading
        guard let request = connection.request.take() else { return }
        run(request, of: connection, again: again)
    }

    func unpark(_ connection: Connection) {
        parked.remove(connection.slot)
        link.unpark()
    }
}
