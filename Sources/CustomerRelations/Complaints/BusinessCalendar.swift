// SPDX-License-Identifier: Apache-2.0

/// The days and hours in which a desk works (M60, 工作日).
///
/// Without hours of its own it works all of Monday to Friday. Holidays are off in any case.
struct BusinessCalendar {
    let zone: CivilTimeZone
    let hours: [WorkingInterval]
    let holidays: [CalendarDay]

    /// So many business days after an instant, at the same time of day.
    ///
    /// Where the desk is closed at that time it is the next opening of that day, or the day's last
    /// closing if none follows.
    func instant(businessDays count: Int, after start: Instant) -> Instant {
        var day = zone.day(of: start)
        var left = count
        while left > 0 {
            day = day.adding(days: 1)
            if !stretches(of: day).isEmpty { left -= 1 }
        }
        let time = zone.millisecondOfDay(of: start)
        return zone.instant(on: day, at: Self.moved(time, into: stretches(of: day)))
    }

    private static func moved(_ time: Int64, into stretches: [ClosedRange<Int64>]) -> Int64 {
        guard let next = stretches.first(where: { time <= $0.upperBound }) else {
            return stretches.last?.upperBound ?? time
        }
        return max(time, next.lowerBound)
    }

    /// When the desk is open on a day, in milliseconds since midnight, in order.
    private func stretches(of day: CalendarDay) -> [ClosedRange<Int64>] {
        guard !holidays.contains(day) else { return [] }
        let weekday = WorkingInterval.Weekday.allCases[day.weekday.rawValue - 1]
        guard !hours.isEmpty else {
            let isOff = weekday == .saturday || weekday == .sunday
            return isOff ? [] : [0...Instant.millisecondsPerDay]
        }
        return hours.filter { $0.weekday == weekday }.sorted { $0.from < $1.from }.map {
            $0.from.milliseconds...$0.until.milliseconds
        }
    }
}
