// SPDX-License-Identifier: Apache-2.0

extension OutputSpan<UInt8> {
    mutating func append(_ text: String) {
        append(copying: text.utf8.span)
    }

    /// Copies at once; traps where there is no room for all.
    private mutating func append(copying bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity, "there is no room for the text")
        // Within the free capacity, which is not initialized.
        unsafe withUnsafeMutableBufferPointer { buffer, count in
            _ = unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe buffer[count...].initialize(fromContentsOf: bytes)
            }
            count += bytes.count
        }
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
        append(copying: digits.span.extracting(droppingFirst: place))
    }

    /// Appends the last two digits of a number.
    mutating func append(twoDigits number: Int) {
        let digits = UInt8(truncatingIfNeeded: number % 100)
        append(UInt8(ascii: "0") + digits / 10)
        append(UInt8(ascii: "0") + digits % 10)
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
