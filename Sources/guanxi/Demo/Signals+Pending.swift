// SPDX-License-Identifier: Apache-2.0
import Glibc

extension Signals {
    /// Whether a signal that ends a service came while it was held back.
    static var isPending: Bool {
        var pending = sigset_t()
        unsafe sigpending(&pending)
        return unsafe sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1
    }
}
