// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
import HTTP

// From answers to bytes.
extension Reactor {
    func answer(_ connection: Connection, _ response: Response) {
        let beginning = ResponseWriter.begin(
            response,
            method: connection.method,
            version: connection.version,
            keepAlive: connection.keepsAlive && !isDraining,
            stamp: stamp,
            into: &output
        )
        connection.forgetRequest()
        connection.phase = .reading
        switch beginning.rest {
        case .nothing:
            connection.isClosing = !beginning.keepsAlive
            if case .stream(let stream) = response.body { stream.cancel() }
        case .chunks(let stream):
            connection.keepsAlive = beginning.keepsAlive
            connection.phase = .streaming(stream, isChunked: true)
        case .untilClose(let stream):
            connection.keepsAlive = false
            connection.phase = .streaming(stream, isChunked: false)
        }
    }

    /// Answers what is no proper request, or has to be given up, and ends the connection.
    func fail(_ connection: Connection, _ failure: RequestFailure) {
        var request = connection.request ?? connection.parser.request
        request.remoteAddress = connection.remoteAddress
        // Not those of the request before it, whose answer may have had no body.
        connection.method = request.method
        connection.version = request.version
        connection.keepsAlive = false
        answer(connection, responder.refuse(request, failure))
        connection.keep(input: [])
    }

    func take(_ piece: StreamPiece, of connection: Connection, isChunked: Bool) {
        connection.hasAsked = false
        switch piece {
        case .bytes(let bytes) where isChunked:
            ResponseWriter.chunk(bytes, into: &output)
        case .bytes(let bytes):
            output.append(contentsOf: bytes)
        case .end:
            if isChunked { ResponseWriter.lastChunk(into: &output) }
            connection.phase = .reading
            connection.isClosing = !connection.keepsAlive
        case .failed:
            connection.phase = .reading
            close(connection, resetting: true)
        }
    }

    /// Asks for a stream's next piece, which comes as a letter.
    func ask(_ stream: any BodyStream, for connection: Connection) {
        guard !connection.hasAsked else { return }
        connection.hasAsked = true
        connection.wait = .none
        connection.number &+= 1
        let (mailbox, ticket) = (link.mailbox, connection.ticket)
        stream.next { piece in
            mailbox.post(.piece(ticket, piece))
        }
    }
}

// Sockets.
extension Reactor {
    /// Sends the turn's output behind what the connection holds already.
    ///
    /// Returns false if some is left, which the connection then holds, or if the peer has gone.
    func transmit(_ connection: Connection) -> Bool {
        guard !connection.isHoldingOutput else {
            connection.output += output
            recycleOutput()
            return false
        }
        guard !output.isEmpty else { return true }
        let sent = send(output, from: 0, to: connection)
        guard sent < output.count || connection.isClosed else {
            recycleOutput()
            return true
        }
        if !connection.isClosed {
            if output.count - sent > 64 << 10 {
                // Large rests change hands instead of being copied.
                connection.output = output
                connection.outputStart = sent
                output = []
            } else {
                connection.output = Array(output[sent...])
                connection.outputStart = 0
            }
        }
        recycleOutput()
        return false
    }

    /// Sends what the connection holds; false if some is left or the peer has gone.
    func sendHeld(_ connection: Connection) -> Bool {
        guard connection.isHoldingOutput else { return true }
        guard connection.isWritable else { return false }
        let start = connection.outputStart
        connection.outputStart = send(connection.output, from: start, to: connection)
        guard !connection.isClosed else { return false }
        credit(connection, bytes: connection.outputStart - start, of: .write)
        guard !connection.isHoldingOutput else { return false }
        connection.output = []
        connection.outputStart = 0
        return true
    }

    private func send(_ bytes: [UInt8], from start: Int, to connection: Connection) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            var place = start
            while place < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[place...])
                // The call reads `rest.count` bytes at most.
                let count = unsafe linux_send(connection.descriptor, rest.baseAddress, rest.count)
                switch Int32(clamping: -count) {
                case ..<0:
                    place += count
                case EINTR:
                    continue
                case 0, EAGAIN:
                    connection.isWritable = false
                    return place
                default:
                    close(connection)
                    return place
                }
            }
            return place
        }
    }

    /// Empties the output; a buffer that a large answer has blown up is not kept.
    func recycleOutput() {
        if output.capacity > 1 << 20 {
            output = []
        } else {
            output.removeAll(keepingCapacity: true)
        }
    }

    /// Tells the peer that everything has been said, and waits for its end.
    ///
    /// Closing at once with unread input would reset the connection, and the peer might lose the
    /// answer (RFC 9112 section 9.6).
    func finish(_ connection: Connection) {
        guard !connection.isPeerEnded else { return close(connection) }
        connection.phase = .lingering
        shutdown(connection.descriptor, Int32(SHUT_WR))
        discard(connection)
    }

    func discard(_ connection: Connection) {
        // A fast sender does not keep the others waiting.
        for _ in 0..<16 {
            guard connection.isReadable else { return }
            // The buffer is the reactor's and holds nothing now.
            let count = unsafe linux_receive(
                connection.descriptor,
                scratch.baseAddress,
                scratch.count
            )
            if count == -Int(EAGAIN) {
                connection.isReadable = false
                return
            }
            guard count > 0 else { return close(connection) }
            connection.discarded += count
            guard connection.discarded < Self.lingerBytes else { return close(connection) }
        }
        ready.append(connection)
    }
}
