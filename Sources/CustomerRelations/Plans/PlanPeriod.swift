// SPDX-License-Identifier: Apache-2.0

/// A year, a quarter or a month of the calendar: 2026, 2026-Q4, 2026-11.
package struct PlanPeriod: Sendable, Hashable {
    package let text: String
    /// Its first day.
    let first: CalendarDay
    private let months: Int

    /// Fails for what is written in another way.
    package init?(_ text: String) {
        var digits = FixedDigits(text)
        guard let year = digits.number(of: 4) else { return nil }
        var month = 1
        if digits.isAtEnd {
            months = 12
        } else if digits.pass("-"), digits.pass("Q") {
            guard let quarter = digits.digit(), (1...4).contains(quarter) else { return nil }
            month = quarter * 3 - 2
            months = 3
        } else {
            guard let number = digits.number(of: 2) else { return nil }
            month = number
            months = 1
        }
        guard digits.isAtEnd, let first = CalendarDay(year: year, month: month, day: 1) else {
            return nil
        }
        self.first = first
        self.text = text
    }

    /// The period that is written so; refuses what is none.
    static func demand(_ text: String) throws -> PlanPeriod {
        guard let period = PlanPeriod(text) else {
            throw ServiceError.refused(
                "/period",
                "must be a year, a quarter or a month, such as 2026, 2026-Q4 or 2026-11"
            )
        }
        return period
    }

    /// The month, quarter or year of so many months in which a day lies.
    init(of day: CalendarDay, months: Int) {
        let (year, month, _) = day.parts
        let start = (month - 1) / months * months + 1
        self.init(first: CalendarDay(year: year, month: start, day: 1) ?? day, months: months)
    }

    private init(first: CalendarDay, months: Int) {
        let month = first.month
        let number = String(first.description.prefix(4))
        text =
            switch months {
            case 1: String(first.description.prefix(7))
            case 3: "\(number)-Q\((month + 2) / 3)"
            default: number
            }
        self.first = first
        self.months = months
    }

    /// The one so many later, or earlier if negative.
    func adding(periods: Int) -> PlanPeriod {
        PlanPeriod(first: first.adding(months: periods * months), months: months)
    }

    /// From its first instant up to, and not including, the first of the period after it, or the last
    /// instant where there is no such period.
    func range(in zone: CivilTimeZone) -> Range<Instant> {
        let next = first.adding(months: months)
        return zone.startOfDay(first)..<(next.day == 1 ? zone.startOfDay(next) : .last)
    }
}
