// SPDX-License-Identifier: Apache-2.0

/// An amount in whole fen, the hundredth part of the unit.
///
/// Sums stop at the bounds of `Int64`, some thousand times the largest amount that is read: no
/// client can bring the service down by them.
package struct Money: RawRepresentable, Hashable, Comparable, Sendable {
    package static let zero = Money(rawValue: 0)

    /// The largest amount that is read.
    package static let limit = Money(rawValue: 999_999_999_999_999)

    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// Reads a decimal number with at most two places, "29.99", "-5" or "0.5".
    ///
    /// No exponent, plus sign, space, bare point or needless leading zero; at most
    /// 9,999,999,999,999.99 either way.
    package init?(_ decimal: String) {
        var digits = FixedDigits(decimal)
        let isNegative = digits.pass("-")
        guard let first = digits.digit() else { return nil }
        var fen = Int64(first)
        if first > 0 {
            while let digit = digits.digit() {
                fen = fen * 10 + Int64(digit)
                guard fen <= Self.limit.rawValue / 100 else { return nil }
            }
        }
        fen *= 100
        if digits.pass(".") {
            guard let tenths = digits.digit() else { return nil }
            fen += Int64(tenths * 10 + (digits.digit() ?? 0))
        }
        guard digits.isAtEnd else { return nil }
        rawValue = isNegative ? -fen : fen
    }

    package static func + (left: Money, right: Money) -> Money {
        Money(rawValue: left.rawValue.addingSaturated(right.rawValue))
    }

    package static func - (left: Money, right: Money) -> Money {
        Money(rawValue: left.rawValue.subtractingSaturated(right.rawValue))
    }

    package static func += (left: inout Money, right: Money) {
        left = left + right
    }

    package static func -= (left: inout Money, right: Money) {
        left = left - right
    }

    package static prefix func - (money: Money) -> Money {
        .zero - money
    }

    /// The product; nil if no `Int64` holds it.
    package func multiplying(by factor: Int) -> Money? {
        let (product, overflow) = rawValue.multipliedReportingOverflow(by: Int64(factor))
        return overflow ? nil : Money(rawValue: product)
    }

    package static func < (left: Money, right: Money) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension Money: CustomStringConvertible {
    /// The decimal number with two places, "29.99".
    package var description: String {
        String(upTo: Self.textLimit) { write(to: &$0) }
    }

    /// The most bytes that `write` appends: 17 digits before the point, a sign and two decimals.
    package static let textLimit = 21

    /// Appends the decimal number with two places.
    package func write(to text: inout OutputSpan<UInt8>) {
        if rawValue < 0 { text.append(UInt8(ascii: "-")) }
        let (units, fen) = rawValue.magnitude.quotientAndRemainder(dividingBy: 100)
        text.append(number: units)
        text.append(UInt8(ascii: "."))
        text.append(twoDigits: Int(fen))
    }
}
