// SPDX-License-Identifier: Apache-2.0
import CLinux
import Glibc

/// Sockets that share one port, one for each reactor (SO_REUSEPORT).
enum Listener {
    private static let backlog: Int32 = 4096

    static func open(host: String, port: Int, count: Int) throws -> (sockets: [Int32], port: Int) {
        guard 0...65535 ~= port else {
            throw ServerError.badHost(host, reason: "there is no port \(port)")
        }
        var sockets: [Int32] = []
        do {
            if port != 0 {
                // Two servers of one user could share a port; a socket of its own tells.
                close(try socket(host: host, port: port, isShared: false))
            }
            sockets.append(try socket(host: host, port: port, isShared: true))
            let bound = Int(linux_port(sockets[0]))
            for _ in 1..<max(1, count) {
                sockets.append(try socket(host: host, port: bound, isShared: true))
            }
            return (sockets, bound)
        } catch {
            for socket in sockets {
                close(socket)
            }
            throw error
        }
    }

    /// Further descriptors of a socket that this process was started with, one for each reactor.
    static func adopt(_ socket: Int32, count: Int) throws -> (sockets: [Int32], port: Int) {
        var sockets: [Int32] = []
        for _ in 0..<max(1, count) {
            let one = linux_adopt_listener(socket)
            guard one >= 0 else {
                for socket in sockets { close(socket) }
                throw ServerError.badSocket(socket)
            }
            sockets.append(one)
        }
        return (sockets, Int(linux_port(socket)))
    }

    /// The address that a socket is bound to.
    static func host(of socket: Int32) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        unsafe linux_host(socket, &text, socklen_t(text.count))
        return String(
            decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    private static func socket(host: String, port: Int, isShared: Bool) throws -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &list)
        guard code == 0, let first = unsafe list else {
            throw ServerError.badHost(host, reason: unsafe String(cString: gai_strerror(code)))
        }
        // The list is ours until it is freed, and its first address is used before that.
        defer { unsafe freeaddrinfo(first) }
        let result = unsafe linux_listening_socket(
            first.pointee.ai_addr,
            first.pointee.ai_addrlen,
            isShared ? 1 : 0,
            backlog
        )
        switch -result {
        case EADDRINUSE:
            throw ServerError.portInUse(host: host, port: port)
        case EACCES:
            throw ServerError.portForbidden(host: host, port: port)
        case EADDRNOTAVAIL:
            throw ServerError.badHost(host, reason: "this machine does not have that address")
        case 1...:
            throw ServerError.system(call: "listen", code: -result)
        default:
            return result
        }
    }
}
