// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Waits for the signals that end a service: SIGINT and SIGTERM.
struct Signals {
    private var set = sigset_t()

    /// Blocks the signals, so that threads made later leave them to `wait`; and SIGPIPE, since a
    /// closed pipe is told by the write.
    init() {
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    mutating func wait() {
        var number: Int32 = 0
        unsafe sigwait(&set, &number)
    }

    /// Lets the next signal end the process at once.
    mutating func release() {
        unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}
