// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

@Suite struct CalendarDayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-21", 20_778),
        ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
    ])
    func `reads a date and counts its days`(_ text: String, _ days: Int) throws {
        let day = try #require(CalendarDay(text))
        #expect(day.daysSinceEpoch == days)
        #expect(day.description == text)
        #expect(CalendarDay(daysSinceEpoch: days) == day)
    }

    @Test(arguments: [
        "", "2026-11-2", "2026-11-211", "2026-1-21", "26-11-21", "2026/11/21", "2026-11-21T",
        " 2026-11-21",
        "2026-00-01", "2026-13-01", "2026-11-00", "2026-11-31", "2026-02-29", "1900-02-29",
        "2100-02-29",
        "0000-01-01", "-001-01-01", "+026-01-01", "２０２６-11-21",
    ])
    func `refuses what is no date`(_ text: String) {
        #expect(CalendarDay(text) == nil)
    }

    @Test(arguments: [1, 1895, 1999, 2090, 9989])
    func `counts day by day through years`(_ start: Int) throws {
        var days = try #require(CalendarDay(year: start, month: 1, day: 1)).daysSinceEpoch
        for year in start...start + 10 {
            let isLeap =
                year.isMultiple(of: 400) || year.isMultiple(of: 4) && !year.isMultiple(of: 100)
            let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
            for (month, length) in zip(1..., lengths) {
                #expect(CalendarDay(year: year, month: month, day: length + 1) == nil)
                for dayOfMonth in 1...length {
                    let day = try #require(CalendarDay(year: year, month: month, day: dayOfMonth))
                    #expect(day.daysSinceEpoch == days)
                    #expect(day.parts == (year, month, dayOfMonth))
                    days += 1
                }
            }
        }
    }

    @Test func `turns days into dates and back in all years`() {
        let all = stride(
            from: CalendarDay.first.daysSinceEpoch,
            through: CalendarDay.last.daysSinceEpoch,
            by: 97
        )
        for days in all {
            let day = CalendarDay(daysSinceEpoch: days)
            #expect(CalendarDay(year: day.year, month: day.month, day: day.day) == day)
        }
    }

    @Test(arguments: [
        ("1970-01-01", CalendarDay.Weekday.thursday), ("2026-11-21", .saturday),
        ("2026-11-22", .sunday),
        ("2026-11-23", .monday), ("0001-01-01", .monday), ("9999-12-31", .friday),
    ])
    func `knows the weekday`(_ text: String, _ weekday: CalendarDay.Weekday) {
        #expect(CalendarDay(text)?.weekday == weekday)
    }

    @Test(arguments: [
        ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-03-31", -1, "2026-02-28"), ("2026-01-15", -1, "2025-12-15"),
        ("2026-01-15", -13, "2024-12-15"),
        ("2026-11-21", 0, "2026-11-21"), ("2026-12-31", 14, "2028-02-29"),
        ("2026-01-01", .max, "9999-12-31"), ("2026-01-01", .min, "0001-01-01"),
    ])
    func `adds months, to the month's last day at most`(
        _ text: String,
        _ months: Int,
        _ sum: String
    ) {
        #expect(CalendarDay(text)?.adding(months: months).description == sum)
    }

    @Test(arguments: [
        ("2026-02-28", 1, "2026-03-01"), ("2024-03-01", -1, "2024-02-29"),
        ("2026-11-21", 365, "2027-11-21"),
        ("9999-12-31", 1, "9999-12-31"), ("2026-01-01", .max, "9999-12-31"),
        ("2026-01-01", .min, "0001-01-01"),
    ])
    func `adds days, within the range`(_ text: String, _ days: Int, _ sum: String) {
        #expect(CalendarDay(text)?.adding(days: days).description == sum)
    }

    @Test func `is ordered by time`() throws {
        let days = try ["2026-11-21", "0001-01-01", "2026-02-28"].map {
            try #require(CalendarDay($0))
        }
        #expect(days.sorted().map(\.description) == ["0001-01-01", "2026-02-28", "2026-11-21"])
    }
}
