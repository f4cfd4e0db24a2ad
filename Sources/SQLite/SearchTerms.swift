// SPDX-License-Identifier: Apache-2.0

/// What a text is indexed under, so that each part of it can be found.
///
/// A character is a term, two that stand side by side in a line are one, and so are three letters
/// or digits of ASCII. That makes a word of Chinese, which mostly has two characters, a term, and a
/// piece of a number or an address a rare one. Only a space is no term alone. All other characters
/// are alike, so that whatever is written can be found.
///
/// The text must have been folded: what is to be found alike must be written alike.
package enum SearchTerms {
    /// So many terms narrow a search down; more would take longer and find the same.
    private static let mostOfSearch = 16

    /// The terms of a text, parted by spaces.
    package static func all(of text: String) -> String {
        let text = Array(text.utf8)
        var terms: [UInt8] = []
        terms.reserveCapacity(text.count * 4)
        forEachCharacter(of: text) { places in
            for start in [places.one, places.two, places.three] {
                guard let start else { continue }
                append(text[start..<places.end], to: &terms)
                terms.append(UInt8(ascii: " "))
            }
        }
        return String(decoding: terms, as: UTF8.self)
    }

    /// Terms of every text that contains these parts; none if there is nothing in them to find.
    ///
    /// A text that has them all need not contain the parts: they may stand elsewhere in it.
    package static func narrowing(_ parts: [String]) -> [String] {
        var found: [String] = []
        for part in parts {
            let text = Array(part.utf8)
            var ranges: [Range<Int>] = []
            forEachCharacter(of: text) { places in
                guard let longest = places.three ?? places.two ?? places.one else { return }
                // One that is part of this one says no more.
                if let last = ranges.last, longest <= last.lowerBound { ranges.removeLast() }
                ranges.append(longest..<places.end)
            }
            for range in ranges {
                var bytes: [UInt8] = []
                append(text[range], to: &bytes)
                let term = String(decoding: bytes, as: UTF8.self)
                if !found.contains(term) { found.append(term) }
            }
        }
        return Array(found.prefix(mostOfSearch))
    }

    /// Appends a term as the index knows it.
    ///
    /// There, marks of ASCII part words and quotes are syntax: each has a place of its own in the
    /// area for private use (Unicode 16.0, 23.5).
    private static func append(_ text: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        for byte in text {
            switch Kind(byte) {
            case .letter, .other: bytes.append(byte)
            // U+E000 to U+E07F in UTF-8.
            case .mark, .space, .end: bytes += [0xEE, 0x80 | byte >> 6, 0x80 | byte & 0x3F]
            }
        }
    }
}

// MARK: - Characters

extension SearchTerms {
    private enum Kind {
        /// Of a line.
        case end
        case space
        case mark
        /// A letter or digit of ASCII.
        case letter
        case other

        /// The kind of the character that begins with this byte.
        init(_ byte: UInt8) {
            switch byte {
            case UInt8(ascii: "\n"): self = .end
            // Folding leaves no other white space.
            case UInt8(ascii: " "): self = .space
            case UInt8(ascii: "0")...UInt8(ascii: "9"): self = .letter
            case UInt8(ascii: "a")...UInt8(ascii: "z"): self = .letter
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): self = .letter
            case 0x80...: self = .other
            default: self = .mark
            }
        }
    }

    /// Where the terms begin whose last character is the current one.
    private struct Places {
        let one: Int?
        let two: Int?
        let three: Int?
        let end: Int
    }

    private static func forEachCharacter(of text: [UInt8], _ visit: (Places) -> Void) {
        var before: (start: Int, kind: Kind)?
        var twoBefore: (start: Int, kind: Kind)?
        var start = 0
        while start < text.count {
            let kind = Kind(text[start])
            let end = start + length(text[start])
            defer { start = end }
            guard kind != .end else {
                before = nil
                twoBefore = nil
                continue
            }
            let areLetters =
                kind == .letter && before?.kind == .letter && twoBefore?.kind == .letter
            visit(
                Places(
                    one: kind == .space ? nil : start,
                    two: before?.start,
                    three: areLetters ? twoBefore?.start : nil,
                    end: end
                )
            )
            twoBefore = before
            before = (start, kind)
        }
    }

    /// How many bytes a character has that begins with this one (RFC 3629, section 3).
    private static func length(_ first: UInt8) -> Int {
        switch first {
        case ..<0x80: 1
        case ..<0xE0: 2
        case ..<0xF0: 3
        default: 4
        }
    }
}
