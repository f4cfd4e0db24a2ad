// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The other side of a connection: a blocking socket, and a reader of answers.
struct Peer: ~Copyable {
    struct Failure: Error {
        let call: String
        let code: Int32
    }

    struct Answer: Equatable {
        var status = 0
        var fields: [String: String] = [:]
        var body = ""
    }

    private let descriptor: Int32
    private var unread: [UInt8] = []

    /// Connects to a port of this machine; no call on the socket takes longer than ten seconds.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = try Self.connected(port: port, receiveBuffer: receiveBuffer)
    }

    private static func connected(port: Int, receiveBuffer: Int32?) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        let limitSize = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, limitSize)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, limitSize)
        if var receiveBuffer {
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let result = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                descriptor,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
        guard result == 0 else {
            defer { close(descriptor) }
            throw Failure(call: "connect", code: errno)
        }
        return descriptor
    }

    deinit {
        close(descriptor)
    }
}

extension Peer {
    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes[start...].withUnsafeBytes { rest in
                unsafe Glibc.send(
                    descriptor,
                    rest.baseAddress,
                    rest.count,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Failure(call: "send", code: errno) }
            start += count
        }
    }

    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes so that the other side sees a reset.
    consuming func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, 8)
    }

    /// Waits, without reading, until the other side has closed both directions or reset.
    func waitForReset() throws {
        var one = pollfd(fd: descriptor, events: 0, revents: 0)
        guard unsafe poll(&one, 1, 10_000) == 1 else { throw Failure(call: "poll", code: errno) }
    }

    /// Reads up to some bytes; none at the end of input.
    mutating func read(most: Int) throws -> [UInt8] {
        if !unread.isEmpty {
            let part = Array(unread.prefix(most))
            unread.removeFirst(part.count)
            return part
        }
        var buffer = [UInt8](repeating: 0, count: most)
        let count = unsafe recv(descriptor, &buffer, most, 0)
        guard count >= 0 else { throw Failure(call: "recv", code: errno) }
        return Array(buffer.prefix(count))
    }

    /// Reads to the end of input.
    mutating func rest() throws -> String {
        var all: [UInt8] = []
        while true {
            let part = try read(most: 65536)
            guard !part.isEmpty else { return String(decoding: all, as: UTF8.self) }
            all += part
        }
    }

    /// Reads one answer, framed as its head says.
    mutating func answer(toHead isHead: Bool = false) throws -> Answer {
        var answer = Answer()
        var lines: [String] = []
        while lines.last != "" {
            lines.append(try line())
        }
        let words = lines[0].split(separator: " ")
        answer.status = words.count > 1 ? Int(words[1]) ?? 0 : 0
        for line in lines.dropFirst().dropLast() {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.fields[String(parts[0])] = String(parts[1].drop { $0 == " " })
        }
        guard !isHead, answer.status >= 200, answer.status != 204, answer.status != 304 else {
            return answer
        }
        var body: [UInt8] = []
        if answer.fields["transfer-encoding"] == "chunked" {
            while let size = Int(try line(), radix: 16) {
                body += try exactly(size)
                _ = try line()
                if size == 0 { break }
            }
        } else {
            body = try exactly(Int(answer.fields["content-length"] ?? "") ?? 0)
        }
        answer.body = String(decoding: body, as: UTF8.self)
        return answer
    }

    private mutating func line() throws -> String {
        while true {
            if let end = unread.firstIndex(of: 10) {
                let line = unread[..<end].filter { $0 != 13 }
                unread.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            try fill()
        }
    }

    private mutating func exactly(_ count: Int) throws -> [UInt8] {
        while unread.count < count {
            try fill()
        }
        let part = Array(unread.prefix(count))
        unread.removeFirst(count)
        return part
    }

    private mutating func fill() throws {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { throw Failure(call: "recv", code: count == 0 ? 0 : errno) }
        unread += buffer.prefix(count)
    }
}
