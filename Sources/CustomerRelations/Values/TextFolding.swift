// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The form of a text in which it is searched and compared.
package enum TextFolding {
    /// Folds width, compatibility forms, case and white space.
    ///
    /// Unicode NFKC (full-width becomes half-width, ① becomes 1, ㈱ becomes (株)), then lower case,
    /// then each run of white space one space, none at the ends; zero-width spaces go. Accents and
    /// the difference of simplified and traditional characters stay. Folding again changes nothing.
    package static func fold(_ text: String) -> String {
        if let folded = foldSimple(text) { return folded }
        // Lower case may take letters apart: İ becomes i and a dot.
        return squeeze(
            text.precomposedStringWithCompatibilityMapping.lowercased()
                .precomposedStringWithCompatibilityMapping.unicodeScalars
        )
    }

    /// The form in which names are held against each other: folded, without blanks.
    package static func key(_ name: String) -> String {
        fold(name).filter { $0 != " " }
    }

    /// Folds text of ASCII, Han and full-width ASCII, for which arithmetic does; nil for other.
    ///
    /// That is nearly all Chinese text, and many times as fast as Foundation.
    private static func foldSimple(_ text: String) -> String? {
        var folded: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5A: folded.append(scalar, offset: 0x20)
            case 0x00...0x7F, 0x3001, 0x3002, 0x3400...0x4DBF, 0x4E00...0x9FFF:
                folded.append(scalar)
            case 0x3000: folded.append(" ")
            case 0xFF21...0xFF3A: folded.append(scalar, offset: 0x20 - 0xFEE0)
            case 0xFF01...0xFF5E: folded.append(scalar, offset: -0xFEE0)
            default: return nil
            }
        }
        return squeeze(folded)
    }

    private static func squeeze(_ text: some Sequence<Unicode.Scalar>) -> String {
        var squeezed = String.UnicodeScalarView()
        var isApart = false
        for scalar in text {
            if isSpace(scalar) {
                isApart = true
            } else if !isZeroWidthSpace(scalar) {
                if isApart, !squeezed.isEmpty { squeezed.append(" ") }
                isApart = false
                squeezed.append(scalar)
            }
        }
        return String(squeezed)
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x7E, 0x3400...0x9FFF: false
        default: scalar.properties.isWhitespace
        }
    }

    private static func isZeroWidthSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\u{200B}" || scalar == "\u{2060}" || scalar == "\u{FEFF}"
    }
}

extension [Unicode.Scalar] {
    fileprivate mutating func append(_ scalar: Unicode.Scalar, offset: Int) {
        guard let moved = Unicode.Scalar(UInt32(Int(scalar.value) + offset)) else { return }
        append(moved)
    }
}
