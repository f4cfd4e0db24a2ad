// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A time zone by its IANA name: between instants and what calendar and clock on the wall show.
///
/// The offsets from UTC are tabulated once, up to the year 2100, after which the zone keeps its
/// standard time; questions then cost a search among some hundred numbers. Making a zone takes up
/// to a millisecond, so it is kept and handed round.
package struct CivilTimeZone: Sendable {
    /// A time in which the offset does not change, up to where the next begins.
    private struct Period {
        /// Milliseconds since 1970 in UTC.
        let start: Int64
        /// Milliseconds to be added to UTC.
        let offset: Int64
    }

    package static let shanghai = CivilTimeZone(
        name: "Asia/Shanghai",
        zone: TimeZone(identifier: "Asia/Shanghai") ?? .gmt
    )

    /// Every zone that is known, by name.
    static let all = TimeZone.knownTimeZoneIdentifiers.sorted().compactMap { Self(name: $0) }

    package let name: String

    /// In order of time; the first begins with time itself.
    private let periods: [Period]

    /// Creates the zone; nil if the name is not known.
    package init?(name: String) {
        // Foundation also takes abbreviations (PST) and offsets (GMT+8), which are not IANA names.
        guard name.contains("/") || name == "UTC" || name == "GMT",
            let zone = TimeZone(identifier: name)
        else { return nil }
        self.init(name: name, zone: zone)
    }

    private init(name: String, zone: TimeZone) {
        // Before this date every place had its own mean time.
        let beginning = Date(timeIntervalSince1970: -5_364_662_400)  // 1800-01-01
        let end = Date(timeIntervalSince1970: 4_102_444_800)  // 2100-01-01
        var periods = [Period(start: .min, offset: Self.offset(of: zone, at: beginning))]
        var date = beginning
        while let change = zone.nextDaylightSavingTimeTransition(after: date),
            change > date, change < end
        {
            let start = Int64((change.timeIntervalSince1970 * 1_000).rounded())
            periods.append(Period(start: start, offset: Self.offset(of: zone, at: change)))
            date = change
        }
        self.name = name
        self.periods = periods
    }

    /// The first instant of the day in this zone.
    ///
    /// That is midnight, the first if there are two; where the clocks jump over midnight, the
    /// instant they jump to; where they jump over the whole day, the first of the day after.
    package func startOfDay(_ day: CalendarDay) -> Instant {
        instant(on: day, at: 0)
    }

    /// The day that the calendar in this zone shows.
    package func day(of instant: Instant) -> CalendarDay {
        CalendarDay(daysSinceEpoch: Int(floorDivide(local(instant)).quotient))
    }

    /// What the clocks in this zone show, in milliseconds since midnight.
    package func millisecondOfDay(of instant: Instant) -> Int64 {
        floorDivide(local(instant)).remainder
    }

    /// The first instant at which calendar and clocks in this zone show this or later.
    package func instant(on day: CalendarDay, at millisecondOfDay: Int64) -> Instant {
        let local = Int64(day.daysSinceEpoch) * Instant.millisecondsPerDay
        return first(local.addingSaturated(millisecondOfDay))
    }

    /// The instant, on from an earlier one, at which the clocks in this zone come to this time, or at
    /// which they are set before they do.
    func instant(
        goingOnFrom start: Instant,
        on day: CalendarDay,
        at millisecondOfDay: Int64
    ) -> Instant {
        let index = period(at: start.rawValue)
        let local = Int64(day.daysSinceEpoch) * Instant.millisecondsPerDay + millisecondOfDay
        let instant = local - periods[index].offset
        guard index + 1 < periods.count else { return Instant(rawValue: instant) }
        return Instant(rawValue: min(instant, periods[index + 1].start))
    }

    /// The instant `months` calendar months before, at the same time of day in this zone.
    ///
    /// In a shorter month it is the last day; a time of day that the clocks jump over becomes the
    /// instant they jump.
    package func windowStart(asOf: Instant, months: Int) -> Instant {
        let start = day(of: asOf).adding(months: 0.subtractingSaturated(months))
        return instant(on: start, at: millisecondOfDay(of: asOf))
    }

    /// Reads an RFC 3339 date-time or a date, which means the start of that day in this zone.
    package func instant(_ text: String) -> Instant? {
        Instant(rfc3339: text) ?? CalendarDay(text).map(startOfDay)
    }

    private func local(_ instant: Instant) -> Int64 {
        // Bounded, so that an offset cannot overflow.
        let instant = min(max(instant, .first), .last)
        return instant.rawValue + periods[period(at: instant.rawValue)].offset
    }

    private func first(_ local: Int64) -> Instant {
        // No offset is as long as two days: a period that ends so long before shows an earlier
        // time.
        var index = period(at: local.subtractingSaturated(2 * Instant.millisecondsPerDay))
        while index + 1 < periods.count,
            local.subtractingSaturated(periods[index].offset) >= periods[index + 1].start
        {
            index += 1
        }
        let instant = local.subtractingSaturated(periods[index].offset)
        return Instant(rawValue: max(instant, periods[index].start))
    }

    /// The last period that begins at or before the millisecond.
    private func period(at millisecond: Int64) -> Int {
        var low = 0
        var high = periods.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if periods[middle].start <= millisecond {
                low = middle
            } else {
                high = middle
            }
        }
        return low
    }

    private func floorDivide(_ local: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = local.quotientAndRemainder(
            dividingBy: Instant.millisecondsPerDay
        )
        return remainder < 0
            ? (quotient - 1, remainder + Instant.millisecondsPerDay) : (quotient, remainder)
    }

    private static func offset(of zone: TimeZone, at date: Date) -> Int64 {
        Int64(zone.secondsFromGMT(for: date)) * 1_000
    }
}

extension CivilTimeZone: Hashable {
    package static func == (left: CivilTimeZone, right: CivilTimeZone) -> Bool {
        left.name == right.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
    }
}
