// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What a clock on the wall shows, in whole minutes since midnight; 24:00 is the end of the day.
package struct TimeOfDay: RawRepresentable, Hashable, Comparable, Sendable, ColumnValue {
    package static let minutes = 0...1440

    package let rawValue: Int

    package init?(rawValue: Int) {
        guard Self.minutes.contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Reads a time of the form 09:30.
    package init?(_ text: String) {
        var digits = FixedDigits(text)
        guard let hour = digits.number(of: 2), digits.pass(":"),
            let minute = digits.number(of: 2), minute < 60, digits.isAtEnd
        else { return nil }
        self.init(rawValue: hour * 60 + minute)
    }

    /// The milliseconds since midnight.
    var milliseconds: Int64 {
        Int64(rawValue) * Instant.millisecondsPerMinute
    }

    package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// The time in the form 09:30.
    package var description: String {
        String(upTo: 5) { text in
            text.append(twoDigits: rawValue / 60)
            text.append(UInt8(ascii: ":"))
            text.append(twoDigits: rawValue % 60)
        }
    }
}
