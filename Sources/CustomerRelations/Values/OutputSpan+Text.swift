// SPDX-License-Identifier: Apache-2.0

extension OutputSpan<UInt8> {
    mutating func append(_ text: String) {
        let bytes = text.utf8.span
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Appends a number without leading noughts.
    mutating func append(number: UInt64) {
        // A UInt64 has at most 20 digits.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var place = 20
        var rest = number
        repeat {
            place -= 1
            digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for index in place..<20 { append(digits[index]) }
    }

    /// Appends the last two digits of a number.
    mutating func append(twoDigits number: Int) {
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10 % 10))
        append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Appends the date in the form 2026-11-21.
    mutating func append(_ day: CalendarDay) {
        let parts = day.parts
        append(twoDigits: parts.year / 100)
        append(twoDigits: parts.year)
        append(UInt8(ascii: "-"))
        append(twoDigits: parts.month)
        append(UInt8(ascii: "-"))
        append(twoDigits: parts.day)
    }
}
