// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Glibc

/// The machine's clock, the only one that the program reads.
enum SystemClock {
    /// Milliseconds since 1970.
    static var now: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    static var instant: Instant {
        Instant(rawValue: now)
    }
}
