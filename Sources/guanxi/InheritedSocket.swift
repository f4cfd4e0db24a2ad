// SPDX-License-Identifier: Apache-2.0
import Glibc

/// The listening socket that a service manager hands over at the start (sd_listen_fds(3)).
///
/// The manager keeps it over restarts, so that connections wait in its queue instead of being
/// refused.
enum InheritedSocket {
    /// The first descriptor that is handed over.
    private static let first: Int32 = 3

    /// The socket, if there is one for this process; the variables that tell of it are removed.
    static func take() throws -> Int32? {
        guard Environment.raw("LISTEN_PID").flatMap({ Int32($0) }) == getpid(),
            let count = Environment.raw("LISTEN_FDS").flatMap({ Int($0) }), count > 0
        else { return nil }
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsafe unsetenv(name) }
        guard count == 1 else {
            throw Failure(Failure.usage, "\(count) sockets were handed over; one can be served")
        }
        return first
    }
}
