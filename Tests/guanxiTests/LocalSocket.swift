// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

/// A socket on 127.0.0.1, closed with this.
final class LocalSocket {
    let descriptor: Int32

    private init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
    }

    deinit { close(descriptor) }

    /// A connection that says nothing.
    static func connected(to port: Int) throws -> LocalSocket {
        let socket = try LocalSocket()
        let result = unsafe call(port) { unsafe connect(socket.descriptor, $0, $1) }
        try #require(result == 0)
        return socket
    }

    /// A socket that listens on a free port.
    static func listening() throws -> LocalSocket {
        let socket = try LocalSocket()
        let result = unsafe call(0) { unsafe bind(socket.descriptor, $0, $1) }
        try #require(result == 0)
        try #require(listen(socket.descriptor, 16) == 0)
        return socket
    }

    /// The port that the system has chosen.
    var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            unsafe getsockname(
                descriptor,
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                &length
            )
        }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private static func call(
        _ port: Int,
        _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe body(
                bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
    }
}
