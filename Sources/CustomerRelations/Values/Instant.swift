// SPDX-License-Identifier: Apache-2.0

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
package struct Instant: RawRepresentable, Hashable, Comparable, Sendable {
    package static let millisecondsPerSecond: Int64 = 1_000
    package static let millisecondsPerMinute: Int64 = 60_000
    package static let millisecondsPerHour: Int64 = 3_600_000

    /// The milliseconds of a day in UTC; in a time zone a day may be longer or shorter.
    package static let millisecondsPerDay: Int64 = 86_400_000

    /// The start of the year 1, the first that RFC 3339 can write here.
    package static let first = Instant(
        rawValue: Int64(CalendarDay.first.daysSinceEpoch) * millisecondsPerDay
    )

    /// The last millisecond of the year 9999.
    package static let last = Instant(
        rawValue: Int64(CalendarDay.last.daysSinceEpoch + 1) * millisecondsPerDay - 1
    )

    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Reads a date-time of RFC 3339, in the years 1 to 9999.
    ///
    /// Digits past the millisecond, up to nine, are cut off. A leap second is refused: no whole
    /// millisecond since 1970 names it.
    package init?(rfc3339 text: String) {
        // RFC 3339, section 5.6: "T" and "Z" may be lower case.
        var digits = FixedDigits(text)
        guard let year = digits.number(of: 4), digits.pass("-"),
            let month = digits.number(of: 2), digits.pass("-"),
            let dayOfMonth = digits.number(of: 2),
            let day = CalendarDay(year: year, month: month, day: dayOfMonth),
            digits.pass("T") || digits.pass("t"),
            let hour = digits.number(of: 2), hour < 24, digits.pass(":"),
            let minute = digits.number(of: 2), minute < 60, digits.pass(":"),
            let second = digits.number(of: 2), second < 60,
            let millisecond = Self.fraction(&digits),
            let offset = Self.offsetMinutes(&digits), digits.isAtEnd
        else { return nil }
        let minutes = Int64(hour * 60 + minute - offset)
        rawValue =
            Int64(day.daysSinceEpoch) * Self.millisecondsPerDay
            + minutes * Self.millisecondsPerMinute
            + Int64(second * 1_000 + millisecond)
        guard self >= .first, self <= .last else { return nil }
    }

    /// The date-time of RFC 3339 in UTC with three decimals, 2026-11-21T08:30:00.123Z.
    ///
    /// An instant out of the years 1 to 9999 is written as the nearest in them.
    package var rfc3339: String {
        String(upTo: Self.textCount) { write(to: &$0) }
    }

    /// The number of bytes that `write` appends.
    package static let textCount = 24

    /// Appends what `rfc3339` says.
    package func write(to text: inout OutputSpan<UInt8>) {
        let instant = min(max(self, .first), .last)
        let sinceFirst = instant.rawValue - Self.first.rawValue
        let days = Int(sinceFirst / Self.millisecondsPerDay)
        let rest = Int(sinceFirst % Self.millisecondsPerDay)
        text.append(CalendarDay.first.adding(days: days))
        text.append(UInt8(ascii: "T"))
        text.append(twoDigits: rest / 3_600_000)
        text.append(UInt8(ascii: ":"))
        text.append(twoDigits: rest / 60_000 % 60)
        text.append(UInt8(ascii: ":"))
        text.append(twoDigits: rest / 1_000 % 60)
        text.append(UInt8(ascii: "."))
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 1_000 / 100))
        text.append(twoDigits: rest % 100)
        text.append(UInt8(ascii: "Z"))
    }

    /// The instant that many milliseconds later, or earlier if negative.
    ///
    /// A sum that no `Int64` holds stops at the bound.
    package func adding(milliseconds: Int64) -> Instant {
        Instant(rawValue: rawValue.addingSaturated(milliseconds))
    }

    /// The milliseconds that have passed since another instant; negative if it is later.
    package func milliseconds(since other: Instant) -> Int64 {
        rawValue.subtractingSaturated(other.rawValue)
    }

    package static func < (left: Instant, right: Instant) -> Bool {
        left.rawValue < right.rawValue
    }

    /// Reads the fraction of a second, if there is one, in milliseconds.
    private static func fraction(_ digits: inout FixedDigits) -> Int? {
        guard digits.pass(".") else { return 0 }
        var millisecond = 0
        var count = 0
        while let digit = digits.digit() {
            if count < 3 { millisecond = millisecond * 10 + digit }
            count += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in 0..<max(0, 3 - count) { millisecond *= 10 }
        return millisecond
    }

    /// Reads `Z` or an offset from UTC.
    private static func offsetMinutes(_ digits: inout FixedDigits) -> Int? {
        let sign: Int
        switch digits.pop() {
        case UInt8(ascii: "Z"), UInt8(ascii: "z"): return 0
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return nil
        }
        guard let hours = digits.number(of: 2), hours < 24, digits.pass(":"),
            let minutes = digits.number(of: 2), minutes < 60
        else { return nil }
        return sign * (hours * 60 + minutes)
    }
}

extension Instant: CustomStringConvertible {
    package var description: String { rfc3339 }
}
