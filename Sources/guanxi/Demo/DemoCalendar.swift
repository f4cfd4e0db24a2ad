// SPDX-License-Identifier: Apache-2.0
import CustomerRelations

/// The two years up to the day of the demo, and when in them people buy and call.
struct DemoCalendar: Sendable {
    let zone = CivilTimeZone.shanghai
    let today: CalendarDay
    /// The day on which the orders begin.
    let firstDay: CalendarDay
    /// When the firm moved in: what was before was recorded then, with its own times; what came
    /// later was recorded as it happened.
    let movedInAt: Instant

    init(now: Instant) {
        today = zone.day(of: now)
        firstDay = today.adding(months: -24)
        movedInAt = zone.instant(on: today.adding(days: -30), at: 8 * Instant.millisecondsPerHour)
    }

    var days: Int {
        today.daysSinceEpoch - firstDay.daysSinceEpoch + 1
    }

    /// The first days of January and July in the two years, once half a year of orders is there.
    var halfYears: [Instant] {
        let earliest = firstDay.adding(months: 5)
        return (firstDay.year...today.year)
            .flatMap { year in [1, 7].compactMap { CalendarDay(year: year, month: $0, day: 1) } }
            .filter { earliest < $0 && $0 <= today }
            .map(zone.startOfDay)
    }

    /// The instant some days, in parts too, after the beginning of the first day.
    func instant(day: Double) -> Instant {
        zone.startOfDay(firstDay)
            .adding(milliseconds: Int64(day * Double(Instant.millisecondsPerDay)))
    }

    /// An instant on that day, at a time of day that suits.
    func instant(
        _ random: inout SplitMix64,
        on day: CalendarDay,
        _ hours: Hours
    ) -> Instant {
        let hour = hours.weights.draw(&random)
        let millisecond = Int64(random.fraction() * Double(Instant.millisecondsPerHour))
        return zone.instant(
            on: day,
            at: Int64(hour) * Instant.millisecondsPerHour + millisecond / 1_000 * 1_000
        )
    }

    /// An instant some days later, in desk hours of a working day.
    func deskInstant(_ random: inout SplitMix64, days: Int, after start: Instant) -> Instant {
        var day = zone.day(of: start).adding(days: days)
        while day.weekday == .saturday || day.weekday == .sunday { day = day.adding(days: 1) }
        return instant(&random, on: day, .desk)
    }

    /// How much is bought on a day, compared with the busiest: by the season (Spring Festival is
    /// quiet, June and November have the sales) and the weekday.
    func bustle(on day: CalendarDay, isFirm: Bool) -> Double {
        let weekdays = isFirm ? Self.firmWeekdays : Self.homeWeekdays
        return Self.months[day.month - 1] * weekdays[day.weekday.rawValue - 1]
    }

    private static let months = [
        0.74, 0.38, 0.62, 0.58, 0.65, 0.82, 0.56, 0.55, 0.68, 0.61, 1.0, 0.8,
    ]
    private static let firmWeekdays = [1.0, 0.98, 0.95, 0.92, 0.85, 0.12, 0.06]
    private static let homeWeekdays = [0.68, 0.65, 0.66, 0.7, 0.8, 1.0, 0.96]
}

/// When in a day something happens.
struct Hours: Sendable {
    let weights: Weighted<Int>

    /// Office hours, without the midday rest in which nobody is to be called (M49).
    static let desk = Hours([9: 8, 10: 10, 11: 7, 15: 9, 16: 9, 17: 5])
    static let firm = Hours([8: 3, 9: 9, 10: 10, 11: 8, 12: 2, 13: 5, 14: 9, 15: 9, 16: 8, 17: 5])
    static let home = Hours([
        0: 1, 7: 1, 8: 3, 9: 5, 10: 6, 11: 6, 12: 7, 13: 6, 14: 5, 15: 5, 16: 5, 17: 5, 18: 6,
        19: 8, 20: 10, 21: 10, 22: 7, 23: 3,
    ])

    private init(_ hours: KeyValuePairs<Int, Double>) {
        weights = Weighted(hours.map { ($0.key, $0.value) })
    }
}
