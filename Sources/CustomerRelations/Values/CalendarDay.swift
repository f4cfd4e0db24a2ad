// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, 0001-01-01 to 9999-12-31.
///
/// Arithmetic that would leave this range stops at its end.
package struct CalendarDay: Hashable, Comparable, Sendable {
    package enum Weekday: Int, Sendable {
        case monday = 1
        case tuesday, wednesday, thursday, friday, saturday, sunday
    }

    package static let first = CalendarDay(daysSinceEpoch: -719_162)
    package static let last = CalendarDay(daysSinceEpoch: 2_932_896)

    /// The number of days since 1970-01-01.
    package let daysSinceEpoch: Int

    /// Creates the day that many days after 1970-01-01.
    package init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = min(max(daysSinceEpoch, -719_162), 2_932_896)
    }

    /// Creates a day; nil if there is none such.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil: years
        // begin in March, so that the leap day is their last; 400 years are one era.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        daysSinceEpoch = era * 146_097 + dayOfEra - 719_468
    }

    /// Reads a date of the form 2026-11-21.
    package init?(_ text: String) {
        var digits = FixedDigits(text)
        guard let year = digits.number(of: 4), digits.pass("-"),
            let month = digits.number(of: 2), digits.pass("-"),
            let day = digits.number(of: 2), digits.isAtEnd
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var year: Int { parts.year }
    package var month: Int { parts.month }
    package var day: Int { parts.day }

    /// Year, month and day, reckoned once.
    package var parts: (year: Int, month: Int, day: Int) {
        // Hinnant's civil_from_days. The days of this type lie in eras 0 to 24.
        let shifted = daysSinceEpoch + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    package var weekday: Weekday {
        // 1970-01-01 was a Thursday; the sum is positive from year 1 on.
        Weekday(rawValue: (daysSinceEpoch + 719_162) % 7 + 1) ?? .monday
    }

    package func adding(days: Int) -> CalendarDay {
        CalendarDay(daysSinceEpoch: daysSinceEpoch.addingSaturated(days))
    }

    /// The same day of another month, or that month's last day if it is shorter.
    package func adding(months: Int) -> CalendarDay {
        let (year, month, day) = parts
        let sum = (year * 12 + month - 1).addingSaturated(months)
        guard sum >= 12 else { return .first }
        guard sum < 120_000 else { return .last }
        let length = Self.length(ofMonth: sum % 12 + 1, year: sum / 12)
        return CalendarDay(year: sum / 12, month: sum % 12 + 1, day: min(day, length)) ?? self
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    private static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CalendarDay: CustomStringConvertible {
    /// The date in the form 2026-11-21.
    package var description: String {
        String(upTo: 10) { $0.append(self) }
    }
}
