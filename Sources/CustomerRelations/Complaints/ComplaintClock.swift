// SPDX-License-Identifier: Apache-2.0

/// Sets the deadlines of complaints (M60, 24 小时答复).
///
/// The answer is due 24 hours of wall clock after the complaint was received, 4 hours for a key
/// customer; the remedy 5 business days after, 2 for a key customer, at the same time of day.
/// Business days are Monday to Friday in the service's time zone.
package struct ComplaintClock: Sendable {
    private let zone: CivilTimeZone

    package init(zone: CivilTimeZone) {
        self.zone = zone
    }

    package func deadlines(receivedAt: Instant, tier: Tier?) -> ComplaintDeadlines {
        ComplaintDeadlines(
            answerDueAt: receivedAt.adding(milliseconds: (tier == .key ? 4 : 24) * 3_600_000),
            remedyDueAt: remedyDueAt(from: receivedAt, tier: tier)
        )
    }

    /// When to warn of a clock: three quarters of it have passed (M60), what it stood still apart.
    static func warning(from start: Instant, to dueAt: Instant, paused: Int64) -> Instant {
        start.adding(milliseconds: (dueAt.milliseconds(since: start) - paused) / 4 * 3 + paused)
    }

    /// The end of the remedy's clock, which begins at an instant.
    func remedyDueAt(from start: Instant, tier: Tier?) -> Instant {
        businessDays(tier == .key ? 2 : 5, after: start)
    }

    private func businessDays(_ count: Int, after start: Instant) -> Instant {
        var day = zone.day(of: start)
        var left = count
        while left > 0 {
            day = day.adding(days: 1)
            if day.weekday != .saturday, day.weekday != .sunday { left -= 1 }
        }
        return zone.instant(on: day, at: zone.millisecondOfDay(of: start))
    }
}
