// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A file descriptor that is closed exactly once.
struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    /// Takes over what a system call returned, which is a descriptor or a negative error number.
    init(_ result: Int32, from call: String) throws(ServerError) {
        guard result >= 0 else { throw .system(call: call, code: -result) }
        number = result
    }

    deinit {
        close(number)
    }
}
