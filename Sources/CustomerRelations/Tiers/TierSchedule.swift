// SPDX-License-Identifier: Apache-2.0

/// The days on which tier runs start by themselves (M18): from one on, every so many days.
///
/// Each day has its turn once, whatever the clock does meanwhile, since what a day is due for depends
/// on nothing that was done before. Of turns that were missed, only the last is made up for.
struct TierSchedule: Sendable {
    /// When a run starts, in milliseconds since midnight of the service's time zone: after what comes
    /// late of the day before, and before anybody works.
    static let timeOfDay: Int64 = 3 * 3_600_000

    let first: CalendarDay
    let everyDays: Int

    /// The last day whose time of day has come.
    static func today(at now: Instant, in zone: CivilTimeZone) -> CalendarDay {
        let day = zone.day(of: now)
        return zone.instant(on: day, at: timeOfDay) <= now ? day : day.adding(days: -1)
    }

    /// The last day up to this one that had a turn; nil while the first is still to come.
    func turn(until today: CalendarDay) -> CalendarDay? {
        let days = today.daysSinceEpoch - first.daysSinceEpoch
        var turns = days / everyDays
        if days % everyDays < 0 { turns -= 1 }
        // The first is the day after it was asked for: if it is farther away than one turn, the
        // clock has been set back since, and the days before it have their turns, too.
        return turns == -1 ? nil : first.adding(days: turns * everyDays)
    }
}
