// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc
package import HTTP

/// A blocking client for one request at a time: what commands ask a service on their own machine
/// with, and what tests drive one with.
package struct PlainClient: Sendable {
    package enum Failure: Error, Equatable {
        case cannotConnect(host: String, port: Int)
        case connectionLost
        case notHTTP
        /// It lets the client wait, and gives no sign of life.
        case silent
    }

    package struct Answer: Sendable {
        package let status: Int
        package let fields: HeaderFields
        package let body: [UInt8]

        package init(status: Int, fields: HeaderFields, body: [UInt8]) {
            self.status = status
            self.fields = fields
            self.body = body
        }
    }

    private let host: String
    private let port: Int
    private let patience: Duration
    private let lifeSign: String?

    /// A client that waits, at a time, for `patience` until the server sends or takes something.
    ///
    /// It waits on where `lifeSign` is a target that the server answers meanwhile.
    package init(
        host: String,
        port: Int,
        patience: Duration = .seconds(60),
        lifeSign: String? = nil
    ) {
        self.host = host
        self.port = port
        self.patience = patience
        self.lifeSign = lifeSign
    }

    /// Sends a request and collects its answer.
    package func send(
        _ method: String,
        _ target: String,
        fields: HeaderFields = [:],
        body: [UInt8] = []
    ) throws -> Answer {
        var collected: [UInt8] = []
        let answer = try send(
            method,
            target,
            fields: fields,
            length: body.count,
            body: { body.isEmpty ? nil : body },
            piece: { collected += $0 }
        )
        return Answer(status: answer.status, fields: answer.fields, body: collected)
    }

    /// Sends a request whose body of a known length comes from `body`, piece by piece until it has
    /// all been given, and hands the answer's body to `piece` as it arrives.
    package func send(
        _ method: String,
        _ target: String,
        fields: HeaderFields,
        length: Int,
        body: () throws -> [UInt8]?,
        piece: ([UInt8]) throws -> Void
    ) throws -> Answer {
        let socket = try Socket(host: host, port: port, patience, demandLife)
        let name = host.contains(":") ? "[\(host)]" : host
        var head = "\(method) \(target) HTTP/1.1\r\nHost: \(name):\(port)\r\nConnection: close\r\n"
        for field in fields { head += "\(field.name): \(field.value)\r\n" }
        if length > 0 || method != "GET" { head += "Content-Length: \(length)\r\n" }
        try socket.send(Array((head + "\r\n").utf8))
        var sent = 0
        while sent < length, let bytes = try body() {
            try socket.send(bytes)
            sent += bytes.count
        }
        var reader = AnswerReader(socket: socket)
        return try reader.read(isHead: method == "HEAD", piece: piece)
    }

    private func demandLife() throws {
        guard let lifeSign else { throw Failure.silent }
        _ = try PlainClient(host: host, port: port, patience: patience).send("GET", lifeSign)
    }
}

extension PlainClient.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cannotConnect(let host, let port): "cannot connect to \(host), port \(port)"
        case .connectionLost: "the connection is lost"
        case .notHTTP: "what it says is no HTTP"
        case .silent: "it does not answer"
        }
    }
}

/// A connected socket that is closed with its value.
private final class Socket {
    private let descriptor: Int32
    /// Called whenever a wait has taken the whole patience; what it throws ends the wait.
    private let demandLife: () throws -> Void

    init(
        host: String,
        port: Int,
        _ patience: Duration,
        _ demandLife: @escaping () throws -> Void
    ) throws {
        self.demandLife = demandLife
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &list) == 0, let first = unsafe list
        else { throw PlainClient.Failure.cannotConnect(host: host, port: port) }
        // The list is ours until it is freed, and its first address is used before that.
        defer { unsafe freeaddrinfo(first) }
        let address = unsafe first.pointee
        descriptor = unsafe socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        // Each call waits anew. That of sending is that of connecting, too (socket(7)).
        let (seconds, attoseconds) = patience.components
        var time = timeval(
            tv_sec: Int(seconds),
            tv_usec: Int(attoseconds / 1_000_000_000_000)
        )
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(
                descriptor,
                SOL_SOCKET,
                option,
                &time,
                socklen_t(MemoryLayout<timeval>.size)
            )
        }
        guard descriptor >= 0, unsafe connect(descriptor, address.ai_addr, address.ai_addrlen) == 0
        else { throw PlainClient.Failure.cannotConnect(host: host, port: port) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try waiting {
                unsafe rest.withUnsafeBytes { buffer in
                    let flags = Int32(MSG_NOSIGNAL)
                    return unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, flags)
                }
            }
            // A server that refuses answers before it has read all: the answer tells why.
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// What has arrived; empty at the end.
    func receive() throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = try waiting { unsafe recv(descriptor, &buffer, buffer.count, 0) }
        guard count >= 0 else { throw PlainClient.Failure.connectionLost }
        return Array(buffer[..<count])
    }

    /// Repeats a call while all it did was to wait: until a time is up, or until the process was
    /// stopped and continued, which ends a call with a time to wait (signal(7)).
    private func waiting(_ call: () -> Int) throws -> Int {
        while true {
            let count = call()
            guard count < 0 else { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: try demandLife()
            default: return count
            }
        }
    }
}

/// Reads an answer: head, then a body by length, in chunks, or to the end.
private struct AnswerReader {
    let socket: Socket
    private var buffer: [UInt8] = []

    init(socket: Socket) {
        self.socket = socket
    }

    mutating func read(
        isHead: Bool,
        piece: ([UInt8]) throws -> Void
    ) throws -> PlainClient.Answer {
        let status = try line().split(separator: " ")
        guard status.count >= 2, status[0].hasPrefix("HTTP/1."), let code = Int(status[1]) else {
            throw PlainClient.Failure.notHTTP
        }
        var fields = HeaderFields()
        while case let line = try line(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { throw PlainClient.Failure.notHTTP }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append(line[..<colon].lowercased(), String(value))
        }
        if (100..<200).contains(code) { return try read(isHead: isHead, piece: piece) }
        if !isHead, code != 204, code != 304 { try body(fields, piece) }
        return PlainClient.Answer(status: code, fields: fields, body: [])
    }

    private mutating func body(
        _ fields: HeaderFields,
        _ piece: ([UInt8]) throws -> Void
    ) throws {
        if fields["transfer-encoding"] != nil {
            while case let size = try Int(line(), radix: 16) ?? -1, size != 0 {
                guard size > 0 else { throw PlainClient.Failure.notHTTP }
                try take(size, piece)
                _ = try line()
            }
        } else if let length = fields["content-length"].flatMap({ Int($0) }) {
            try take(length, piece)
        } else {
            while true {
                if !buffer.isEmpty { try piece(buffer) }
                buffer = try socket.receive()
                if buffer.isEmpty { return }
            }
        }
    }

    private mutating func take(_ length: Int, _ piece: ([UInt8]) throws -> Void) throws {
        var left = length
        while left > 0 {
            if buffer.isEmpty { try fill() }
            let part = Array(buffer.prefix(left))
            buffer.removeFirst(part.count)
            left -= part.count
            try piece(part)
        }
    }

    private mutating func line() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line.last == "\r" ? String(line.dropLast()) : line
            }
            try fill()
        }
    }

    private mutating func fill() throws {
        let bytes = try socket.receive()
        guard !bytes.isEmpty else { throw PlainClient.Failure.connectionLost }
        buffer += bytes
    }
}
