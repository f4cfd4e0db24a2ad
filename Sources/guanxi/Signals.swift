// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// Waits for the signals that end a service: SIGINT and SIGTERM.
struct Signals {
    private var set = sigset_t()

    /// Blocks the signals, so that threads made later leave them to `wait`; and ignores SIGPIPE and
    /// SIGXFSZ, since the write tells of a closed pipe, or of a file that may not grow.
    init() {
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    func wait() {
        _ = next()
    }

    /// Ends the process at the next signal, with the code that shells give for it, after a clean-up
    /// that must not wait for anything.
    func endAtNext(_ cleanUp: @escaping @Sendable () -> Void) {
        Thread.detachNewThread {
            let number = next()
            cleanUp()
            _exit(128 + number)
        }
    }

    private func next() -> Int32 {
        var set = set
        var number: Int32 = 0
        unsafe sigwait(&set, &number)
        return number
    }
}
