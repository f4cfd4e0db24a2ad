// SPDX-License-Identifier: Apache-2.0
package import CustomerRelations
import Synchronization

/// A clock whose time the test moves.
package final class TestClock: Sendable {
    /// Monday, 2026-11-23, ten o'clock in Shanghai.
    package static let start = Instant(rawValue: 1_795_399_200_000)

    private let time: Mutex<Instant>

    package init(_ start: Instant = start) {
        time = Mutex(start)
    }

    package var now: Instant {
        time.withLock { $0 }
    }

    package func set(_ instant: Instant) {
        time.withLock { $0 = instant }
    }

    package func advance(hours: Int64 = 0, minutes: Int64 = 0, milliseconds: Int64 = 0) {
        let sum =
            hours * Instant.millisecondsPerHour + minutes * Instant.millisecondsPerMinute
            + milliseconds
        time.withLock { $0 = $0.adding(milliseconds: sum) }
    }
}
