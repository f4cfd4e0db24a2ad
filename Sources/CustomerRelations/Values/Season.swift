// SPDX-License-Identifier: Apache-2.0
import SQLite

/// A day of any year, such as the first of June.
package struct DayOfYear: RawRepresentable, Hashable, Comparable, Sendable, ColumnValue {
    /// Month and day as digits: 601.
    package let rawValue: Int

    /// Creates a day; nil if no year has it.
    package init?(rawValue: Int) {
        // A leap year has them all.
        guard CalendarDay(year: 2000, month: rawValue / 100, day: rawValue % 100) != nil else {
            return nil
        }
        self.rawValue = rawValue
    }

    /// Reads a day of the form 06-01.
    package init?(_ text: String) {
        var digits = FixedDigits(text)
        guard let month = digits.number(of: 2), digits.pass("-"),
            let day = digits.number(of: 2), digits.isAtEnd
        else { return nil }
        self.init(rawValue: month * 100 + day)
    }

    package static func < (left: DayOfYear, right: DayOfYear) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension DayOfYear: CustomStringConvertible {
    /// The day in the form 06-01.
    package var description: String {
        String(upTo: 5) { text in
            text.append(twoDigits: rawValue / 100)
            text.append(UInt8(ascii: "-"))
            text.append(twoDigits: rawValue % 100)
        }
    }
}

/// A part of every year, both ends within; one that ends before it begins goes on over New Year.
package struct Season: Sendable, Equatable {
    package let from: DayOfYear
    package let until: DayOfYear

    package init(from: DayOfYear, until: DayOfYear) {
        self.from = from
        self.until = until
    }

    func contains(_ day: CalendarDay) -> Bool {
        let (_, month, dayOfMonth) = day.parts
        let place = month * 100 + dayOfMonth
        return from <= until
            ? from.rawValue <= place && place <= until.rawValue
            : from.rawValue <= place || place <= until.rawValue
    }
}
