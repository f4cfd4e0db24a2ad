// SPDX-License-Identifier: Apache-2.0

/// What a text is indexed under, so that each part of it can be found.
///
/// A character is a term, two that stand side by side are one, and so are three letters or digits
/// of ASCII. That makes a word of Chinese, which mostly has two characters, a term, and a piece of
/// a number or an address a rare one. A mark of ASCII stands alone, white space stands for nothing,
/// and all other characters are alike, so that whatever is written can be found.
///
/// The text must have been folded: what is to be found alike must be written alike.
package enum SearchTerms {
    /// So many terms narrow a search down; more would take longer and find the same.
    private static let mostOfSearch = 24

    /// The terms of a text, parted by spaces.
    package static func all(of text: String) -> String {
        let text = Array(text.utf8)
        var terms: [UInt8] = []
        terms.reserveCapacity(text.count * 4)
        forEachCharacter(of: text) { places in
            for start in [places.one, places.two, places.three] {
                guard let start else { continue }
                terms += term(text[start..<places.end])
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
                let longest = places.three ?? places.two ?? places.one
                // One that is part of this one says no more.
                if let last = ranges.last, longest <= last.lowerBound { ranges.removeLast() }
                ranges.append(longest..<places.end)
            }
            for range in ranges {
                let term = String(decoding: term(text[range]), as: UTF8.self)
                if !found.contains(term) { found.append(term) }
            }
        }
        return Array(found.prefix(mostOfSearch))
    }

    /// A term as the index knows it.
    ///
    /// There, marks of ASCII part words and quotes are syntax: each has a place of its own in the
    /// area for private use (Unicode 16.0, 23.5).
    private static func term(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.count == 1, let byte = text.first, Kind(byte) == .mark else {
            return Array(text)
        }
        return Array(String(UnicodeScalar(0xE000 + UInt16(byte)) ?? " ").utf8)
    }
}

// MARK: - Characters

extension SearchTerms {
    private enum Kind {
        case space
        case mark
        /// A letter or digit of ASCII.
        case letter
        case other

        /// The kind of the character that begins with this byte.
        init(_ byte: UInt8) {
            switch byte {
            // Folding leaves no other white space, and searched texts have lines.
            case UInt8(ascii: " "), UInt8(ascii: "\n"): self = .space
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
        let one: Int
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
            guard kind != .space else {
                before = nil
                twoBefore = nil
                continue
            }
            let areJoined = kind != .mark && before != nil && before?.kind != .mark
            let areLetters = kind == .letter && before?.kind == .letter
            visit(
                Places(
                    one: start,
                    two: areJoined ? before?.start : nil,
                    three: areLetters && twoBefore?.kind == .letter ? twoBefore?.start : nil,
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
