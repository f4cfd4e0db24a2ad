// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import Testing

@Suite struct CivilTimeZoneTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let zone: String
        let day: String
        let start: String

        var testDescription: String { name }
    }

    static let starts = [
        Case(
            name: "Shanghai",
            zone: "Asia/Shanghai",
            day: "2026-11-21",
            start: "2026-11-20T16:00:00.000Z"
        ),
        Case(
            name: "summer time in Shanghai",
            zone: "Asia/Shanghai",
            day: "1986-06-01",
            start: "1986-05-31T15:00:00.000Z"
        ),
        Case(
            name: "the day it began in Shanghai",
            zone: "Asia/Shanghai",
            day: "1986-05-04",
            start: "1986-05-03T16:00:00.000Z"
        ),
        Case(
            name: "Shanghai after its last",
            zone: "Asia/Shanghai",
            day: "1991-09-16",
            start: "1991-09-15T16:00:00.000Z"
        ),
        Case(
            name: "the local mean time of Shanghai",
            zone: "Asia/Shanghai",
            day: "1900-01-01",
            start: "1899-12-31T15:54:17.000Z"
        ),
        Case(
            name: "spring in New York",
            zone: "America/New_York",
            day: "2026-03-08",
            start: "2026-03-08T05:00:00.000Z"
        ),
        Case(
            name: "the day after",
            zone: "America/New_York",
            day: "2026-03-09",
            start: "2026-03-09T04:00:00.000Z"
        ),
        Case(
            name: "autumn in New York",
            zone: "America/New_York",
            day: "2026-11-02",
            start: "2026-11-02T05:00:00.000Z"
        ),
        Case(
            name: "no midnight in Sao Paulo",
            zone: "America/Sao_Paulo",
            day: "2018-11-04",
            start: "2018-11-04T03:00:00.000Z"
        ),
        Case(
            name: "no midnight in Cairo",
            zone: "Africa/Cairo",
            day: "2024-04-26",
            start: "2024-04-25T22:00:00.000Z"
        ),
        Case(
            name: "two midnights in Havana",
            zone: "America/Havana",
            day: "2023-11-05",
            start: "2023-11-05T04:00:00.000Z"
        ),
        Case(
            name: "back over midnight in St. John's",
            zone: "America/St_Johns",
            day: "2006-10-29",
            start: "2006-10-29T02:30:00.000Z"
        ),
        Case(
            name: "a day that Samoa left out",
            zone: "Pacific/Apia",
            day: "2011-12-30",
            start: "2011-12-30T10:00:00.000Z"
        ),
        Case(
            name: "the day after that",
            zone: "Pacific/Apia",
            day: "2011-12-31",
            start: "2011-12-30T10:00:00.000Z"
        ),
        Case(name: "UTC", zone: "UTC", day: "2026-11-21", start: "2026-11-21T00:00:00.000Z"),
        Case(
            name: "far in the future",
            zone: "America/New_York",
            day: "2500-07-01",
            start: "2500-07-01T05:00:00.000Z"
        ),
    ]

    @Test(arguments: starts)
    func `finds the first instant of a day`(_ one: Case) throws {
        let zone = try #require(CivilTimeZone(name: one.zone))
        let day = try #require(CalendarDay(one.day))
        #expect(zone.startOfDay(day).rfc3339 == one.start)
    }

    @Test(arguments: [
        "Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Africa/Cairo", "Europe/London",
        "Asia/Kathmandu", "America/Havana",
    ])
    func `agrees with Foundation in the years of changes`(_ name: String) throws {
        let zone = try #require(CivilTimeZone(name: name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: name))
        for first in ["1986-03-01", "2017-10-01", "2024-04-01"] {
            for offset in 0..<270 {
                let day = try #require(CalendarDay(first)).adding(days: offset)
                let start = zone.startOfDay(day)
                let date = Date(timeIntervalSince1970: Double(start.rawValue) / 1_000)
                #expect(calendar.startOfDay(for: date + 43_200) == date)
                #expect(zone.day(of: start) == day)
                #expect(zone.day(of: start.adding(milliseconds: -1)) == day.adding(days: -1))
            }
        }
    }

    @Test(arguments: ["Asia/Shanghai", "America/New_York", "America/Sao_Paulo", "Pacific/Apia"])
    func `shows a later day at a later time`(_ name: String) throws {
        let zone = try #require(CivilTimeZone(name: name))
        let hours = stride(from: Int64(0), to: 500_000, by: 7)
        var last = CalendarDay.first
        for hour in hours {
            let instant = Instant(rawValue: hour * Instant.millisecondsPerHour)
            let day = zone.day(of: instant)
            #expect(last <= day)
            #expect(zone.startOfDay(day) <= instant)
            #expect(zone.instant(on: day, at: zone.millisecondOfDay(of: instant)) <= instant)
            last = day
        }
    }

    @Test(arguments: [
        ("Asia/Shanghai", "2026-11-21T08:30:00.123Z", 12, "2025-11-21T08:30:00.123Z"),
        ("Asia/Shanghai", "2026-03-30T17:00:00.000Z", 1, "2026-02-27T17:00:00.000Z"),
        ("America/New_York", "2026-06-15T16:00:00.000Z", 6, "2025-12-15T17:00:00.000Z"),
        // On 2026-03-08 there was no half past two in New York.
        ("America/New_York", "2026-04-08T06:30:00.000Z", 1, "2026-03-08T07:00:00.000Z"),
        ("UTC", "2024-02-29T12:00:00.000Z", 12, "2023-02-28T12:00:00.000Z"),
        ("UTC", "2024-02-29T12:00:00.000Z", 0, "2024-02-29T12:00:00.000Z"),
        ("UTC", "2024-02-29T12:00:00.000Z", .max, "0001-01-01T12:00:00.000Z"),
    ])
    func `begins a window months before at the same local time`(
        _ name: String,
        _ asOf: String,
        _ months: Int,
        _ start: String
    ) throws {
        let zone = try #require(CivilTimeZone(name: name))
        let instant = try #require(Instant(rfc3339: asOf))
        #expect(zone.windowStart(asOf: instant, months: months).rfc3339 == start)
    }

    @Test func `tells the time of day`() throws {
        let instant = try #require(Instant(rfc3339: "2026-11-21T18:30:00Z"))
        #expect(CivilTimeZone.shanghai.millisecondOfDay(of: instant) == 9_000_000)
        #expect(CivilTimeZone.shanghai.day(of: instant).description == "2026-11-22")
    }

    @Test(arguments: [
        ("2026-11-21", "2026-11-20T16:00:00.000Z"),
        ("2026-11-21T00:00:00Z", "2026-11-21T00:00:00.000Z"),
        ("2026-11-31", nil), ("yesterday", nil),
    ])
    func `takes a date for the start of that day`(_ text: String, _ instant: String?) {
        #expect(CivilTimeZone.shanghai.instant(text)?.rfc3339 == instant)
    }

    @Test(arguments: ["", "Nowhere/Else", "GMT+8", "PST", "+08:00", "../etc/passwd"])
    func `refuses what is no IANA name`(_ name: String) {
        #expect(CivilTimeZone(name: name) == nil)
    }

    @Test func `bears the ends of time`() {
        for value in [Int64.min, .max] {
            let day = CivilTimeZone.shanghai.day(of: Instant(rawValue: value))
            #expect(day == (value < 0 ? .first : .last))
        }
        #expect(
            CivilTimeZone.shanghai.startOfDay(.first) < CivilTimeZone.shanghai.startOfDay(.last)
        )
    }
}
