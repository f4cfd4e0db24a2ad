// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Ends the process where going on would risk what is on disk.
enum FatalExit {
    static func now() -> Never {
        // Without handlers: other threads may be in the middle of anything.
        _exit(Failure.fault)
    }
}
