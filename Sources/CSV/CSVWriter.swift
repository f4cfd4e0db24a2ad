// SPDX-License-Identifier: Apache-2.0

/// Writes CSV (RFC 4180) in UTF-8, lines ending in CRLF.
///
/// A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@` or `|`, be it in full width, or with
/// a tab, a CR or an LF for a formula (CWE-1236), and so may one that first drops what cannot be seen.
/// Such a cell gets an apostrophe in front, unless it is a plain number. So does one that already
/// has apostrophes there: thus `original` finds back what was written.
package struct CSVWriter: Sendable {
    /// What has been written and not taken.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// Writes a record.
    package mutating func row(_ cells: [String]) {
        // An empty line would be no record.
        if cells == [""] { bytes.append(contentsOf: [.quote, .quote]) }
        var isFirst = true
        for cell in cells {
            if !isFirst { bytes.append(.comma) }
            isFirst = false
            write(cell)
        }
        bytes.append(.carriageReturn)
        bytes.append(.lineFeed)
    }

    /// Hands over what has been written and begins anew.
    package mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        bytes.reserveCapacity(taken.count)
        return taken
    }

    /// What was written to make such a cell.
    package static func original(_ cell: String) -> String {
        guard cell.utf8.first == .apostrophe, looksLikeFormula(cell) else { return cell }
        // The apostrophe may be one character with what follows it.
        return String(cell.unicodeScalars.dropFirst())
    }

    private mutating func write(_ cell: String) {
        let text = cell.utf8
        let isHarmless = !Self.looksLikeFormula(cell) || Self.isNumber(text)
        let isQuoted = text.contains {
            $0 == .comma || $0 == .quote || $0 == .lineFeed || $0 == .carriageReturn
        }
        if isQuoted { bytes.append(.quote) }
        if !isHarmless { bytes.append(.apostrophe) }
        if isQuoted {
            for byte in text {
                if byte == .quote { bytes.append(.quote) }
                bytes.append(byte)
            }
            bytes.append(.quote)
        } else {
            bytes.append(contentsOf: text)
        }
    }

    private static func looksLikeFormula(_ cell: String) -> Bool {
        var isFirst = true
        for scalar in cell.unicodeScalars where scalar != "'" {
            switch scalar {
            case "=", "+", "-", "@", "|", "＝", "＋", "－", "＠", "｜": return true
            case "\t", "\r", "\n": if isFirst { return true }
            default: if scalar.isSeen { return false }
            }
            isFirst = false
        }
        return false
    }

    /// Whether the text is a sign, digits and perhaps a fraction.
    private static func isNumber(_ text: String.UTF8View) -> Bool {
        guard text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: "-") else {
            return false
        }
        let digits = text.dropFirst().split(
            separator: UInt8(ascii: "."),
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        return digits.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
    }
}

extension UInt8 {
    fileprivate static let apostrophe = UInt8(ascii: "'")
}

extension Unicode.Scalar {
    /// Whether it is neither blank nor there for layout alone, as U+200B and U+FEFF are.
    fileprivate var isSeen: Bool {
        switch value {
        case 0x21...0x7E, 0x3400...0x9FFF: true
        default:
            !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint
                && properties.generalCategory != .control && properties.generalCategory != .format
        }
    }
}
