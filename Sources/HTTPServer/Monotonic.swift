// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Milliseconds of a clock that is never set.
enum Monotonic {
    static var now: Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}

extension Duration {
    /// Whole milliseconds, rounded up and between 0 and a year.
    var milliseconds: Int {
        let year: Int64 = 365 * 86400
        let (seconds, attoseconds) = components
        guard seconds < year else { return Int(year) * 1000 }
        guard self > .zero else { return 0 }
        return Int(seconds) * 1000
            + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
