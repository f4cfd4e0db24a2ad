// SPDX-License-Identifier: Apache-2.0

/// The parts of a phone number as it was typed: what stands between the digits is gone.
struct PhoneNumberText {
    /// Whether a plus sign stands in front.
    private(set) var hasPlus = false

    /// The ASCII digits before the extension.
    private(set) var digits = ""

    /// How many digits stand before the last dash.
    private(set) var digitsBeforeDash = 0

    /// The mark of an extension and what follows.
    private var rest = ""

    /// Takes the text apart.
    init(_ typed: String) throws(PhoneNumberFault) {
        guard typed.utf8.count <= PhoneNumber.lengthLimit else { throw .tooLong }
        var text = Self.narrow(typed)[...]
        if text.starts(with: "tel:".unicodeScalars) { text.removeFirst(4) }
        for index in text.indices {
            let scalar = text[index]
            switch scalar {
            case "0"..."9":
                digits.unicodeScalars.append(scalar)
            case "+" where !hasPlus && digits.isEmpty:
                hasPlus = true
            case "-":
                digitsBeforeDash = digits.utf8.count
            case " ", ".", "/", "(", ")", "[", "]", "·", "・":
                break
            case _ where !digits.isEmpty && Self.beginsExtension(scalar):
                rest.unicodeScalars.append(contentsOf: text[index...])
                return
            default:
                throw .unexpectedCharacter(Character(scalar))
            }
        }
        if digits.isEmpty { throw .noDigits }
    }

    /// The digits of the extension, if one is marked.
    var `extension`: String? {
        get throws(PhoneNumberFault) {
            if rest.isEmpty { return nil }
            guard let mark = Self.extensionMarks.first(where: rest.hasPrefix) else {
                throw .malformedExtension
            }
            let digits = rest.dropFirst(mark.count).filter { !" -.:=()[]".contains($0) }
            guard (1...8).contains(digits.count),
                digits.allSatisfy({ $0.isASCII && $0.isNumber })
            else { throw .malformedExtension }
            return digits
        }
    }

    /// The marks of an extension, a longer one before its beginning; RFC 3966 has `;ext=`.
    private static let extensionMarks = [
        "转分机", "转", "轉分機", "轉", "分机", "分機", "extension", "ext", ";ext=", "x", "#", ",,", ",",
    ]

    private static func beginsExtension(_ scalar: Unicode.Scalar) -> Bool {
        extensionMarks.contains { $0.unicodeScalars.first == scalar }
    }

    /// Makes full-width characters, dashes and spaces ASCII ones, letters lower case, and drops
    /// invisible marks, which come along when a number is copied.
    private static func narrow(_ text: String) -> [Unicode.Scalar] {
        var narrow: [Unicode.Scalar] = []
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF, 0x00AD:
                break
            case 0x2010...0x2015, 0x2043, 0x2212, 0xFE58, 0xFE63, 0x30FC:
                narrow.append("-")
            case 0x00D7:
                narrow.append("x")
            case 0xFF01...0xFF5E:
                narrow.append(lowercased(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar))
            case 0x21...0x7E:
                narrow.append(lowercased(scalar))
            case _ where scalar.properties.isWhitespace:
                if !narrow.isEmpty { narrow.append(" ") }
            default:
                narrow.append(scalar)
            }
        }
        return narrow
    }

    private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard case "A"..."Z" = scalar else { return scalar }
        return Unicode.Scalar(scalar.value + 0x20) ?? scalar
    }
}
