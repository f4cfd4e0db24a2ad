// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// A part of a whole, from 0 to 1, in exact ten-thousandths.
package struct Share: RawRepresentable, Hashable, Comparable, Sendable, ColumnValue {
    package static let whole = Share(unchecked: 10_000)

    package let rawValue: Int

    /// Fails out of 0 to 10,000.
    package init?(rawValue: Int) {
        guard (0...10_000).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    /// Reads a fraction from 0 to 1 that has at most four decimals.
    package init?(fraction: Double) {
        let tenThousandths = (fraction * 10_000).rounded()
        // The nearest number to a fraction of four decimals is the quotient itself.
        guard (0...10_000).contains(tenThousandths), tenThousandths / 10_000 == fraction else {
            return nil
        }
        rawValue = Int(tenThousandths)
    }

    private init(unchecked rawValue: Int) {
        self.rawValue = rawValue
    }

    package var fraction: Double {
        Double(rawValue) / 10_000
    }

    /// This part of an amount, to the nearest fen, halves away from zero.
    func part(of amount: Int64) -> Int64 {
        // At most the amount itself, so that it fits again.
        let half: Int128 = amount < 0 ? -5_000 : 5_000
        return Int64(clamping: (Int128(amount) * Int128(rawValue) + half) / 10_000)
    }

    /// Tells whether a sum is at least this part of the whole, exactly.
    func isReached(by sum: Int128, of whole: Int128) -> Bool {
        sum * 10_000 >= whole * Int128(rawValue)
    }

    package static func < (one: Share, other: Share) -> Bool {
        one.rawValue < other.rawValue
    }
}

extension Share: CustomStringConvertible {
    /// The percentage, "80 %" or "99.25 %".
    package var description: String {
        // "100 %" or "99.25 %".
        String(upTo: 7) { write(to: &$0) }
    }

    /// Appends the percentage.
    func write(to text: inout OutputSpan<UInt8>) {
        let (percent, rest) = rawValue.quotientAndRemainder(dividingBy: 100)
        text.append(number: UInt64(percent))
        if rest > 0 {
            text.append(UInt8(ascii: "."))
            text.append(number: UInt64(rest / 10))
            if rest % 10 > 0 { text.append(number: UInt64(rest % 10)) }
        }
        text.append(" %")
    }
}
