// SPDX-License-Identifier: Apache-2.0

/// Tells by the clocks of a time zone when its people are not to be disturbed (M49).
///
/// What the clocks show counts: an hour that is shown twice is quiet twice, one that is jumped over
/// is over.
struct QuietHours {
    /// Whoever cannot be reached within a year cannot be reached.
    private static let horizon = 366 * Instant.millisecondsPerDay

    private let rules: [QuietRule]
    private let holidays: Set<CalendarDay>
    private let zone: CivilTimeZone

    init(_ terms: ContactTerms, zone: CivilTimeZone) {
        rules = terms.rules
        holidays = Set(terms.holidays)
        self.zone = zone
    }

    /// The first of the rules that forbid an instant.
    func rule(at instant: Instant) -> QuietRule? {
        quiet(at: instant)?.rule
    }

    /// The first instant from this one on that no rule forbids; nil if there is none within a year.
    func firstAllowed(from start: Instant) -> Instant? {
        let last = min(start.adding(milliseconds: Self.horizon), .last)
        var instant = start
        while let (_, day, end) = quiet(at: instant) {
            let next = zone.instant(goingOnFrom: instant, on: day, at: end)
            // The calendar ends, and what would come after that stands still.
            guard next > instant, next <= last else { return nil }
            instant = next
        }
        return instant
    }

    /// The rule that forbids an instant, and where it ends: in milliseconds from the midnight of the
    /// day that the calendar shows.
    private func quiet(
        at instant: Instant
    ) -> (rule: QuietRule, day: CalendarDay, end: Int64)? {
        let day = zone.day(of: instant)
        let time = zone.millisecondOfDay(of: instant)
        for rule in rules {
            guard let end = end(of: rule, on: day, at: time) else { continue }
            return (rule, day, end)
        }
        return nil
    }

    private func end(of rule: QuietRule, on day: CalendarDay, at time: Int64) -> Int64? {
        let (from, until) = (rule.from.milliseconds, rule.until.milliseconds)
        guard rule.isOverMidnight else {
            return from <= time && time < until && begins(rule, on: day) ? until : nil
        }
        if from <= time, begins(rule, on: day) { return Instant.millisecondsPerDay + until }
        return time < until && begins(rule, on: day.adding(days: -1)) ? until : nil
    }

    private func begins(_ rule: QuietRule, on day: CalendarDay) -> Bool {
        guard rule.season?.contains(day) ?? true else { return false }
        let weekday = QuietRule.Day.allCases[day.weekday.rawValue - 1]
        return rule.days.isEmpty || rule.days.contains(weekday)
            || rule.days.contains(.holiday) && holidays.contains(day)
    }
}
