// SPDX-License-Identifier: Apache-2.0

/// A text of a record in parts, those that were looked for told from the others.
///
/// Parts need no markup, so that nothing in a text can be taken for any.
package struct Highlight: Sendable, Equatable {
    package struct Part: Sendable, Equatable {
        package let text: String
        package let isMatch: Bool

        package init(_ text: String, isMatch: Bool) {
            self.text = text
            self.isMatch = isMatch
        }
    }

    /// The longest text that is shown whole, in characters.
    package static let longest = 160
    /// Of a longer one so much stands before the first match.
    private static let lead = 30

    /// The member of the record that the text is.
    package let member: String
    package let parts: [Part]
}

extension Highlight {
    /// The places of the words in a text; nil if none of them stands in it.
    package init?(_ member: String, _ text: String, words: [String]) {
        let folded = FoldedText(text)
        self.init(member, text, words.flatMap { folded.ranges(of: $0) })
    }

    /// A phone number by its digits, of which those that were looked for are `digits`.
    package init?(phone typed: String, as allDigits: String, digits: String) {
        guard allDigits.contains(digits) else { return nil }
        let places = typed.indices.filter { typed[$0].isASCII && typed[$0].isNumber }
        let start = places.indices.first { typed.digits(at: places[$0...]).hasPrefix(digits) }
        let whole = typed.startIndex..<typed.endIndex
        let range = start.map { start in
            places[start]..<typed.index(after: places[start + digits.count - 1])
        }
        // It was typed with other digits than it has, such as a 0 in place of the country.
        self.init("phone", typed, [range ?? whole])
    }

    private init?(_ member: String, _ text: String, _ matches: [Range<String.Index>]) {
        let matches = Self.joined(matches)
        guard let first = matches.first else { return nil }
        self.member = member
        var shown = text.startIndex..<text.endIndex
        if text.count > Self.longest {
            let start =
                text.index(first.lowerBound, offsetBy: -Self.lead, limitedBy: text.startIndex)
                ?? text.startIndex
            let end =
                text.index(start, offsetBy: Self.longest, limitedBy: text.endIndex)
                ?? text.endIndex
            shown = start..<end
        }
        var parts: [Part] = []
        if shown.lowerBound > text.startIndex { parts.append(Part("…", isMatch: false)) }
        var place = shown.lowerBound
        for match in matches.map({ $0.clamped(to: shown) }) where !match.isEmpty {
            if place < match.lowerBound {
                parts.append(Part(String(text[place..<match.lowerBound]), isMatch: false))
            }
            parts.append(Part(String(text[match]), isMatch: true))
            place = match.upperBound
        }
        if place < shown.upperBound {
            parts.append(Part(String(text[place..<shown.upperBound]), isMatch: false))
        }
        if shown.upperBound < text.endIndex { parts.append(Part("…", isMatch: false)) }
        self.parts = parts
    }

    /// In order, and those that touch as one.
    private static func joined(_ ranges: [Range<String.Index>]) -> [Range<String.Index>] {
        var joined: [Range<String.Index>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}

extension String {
    fileprivate func digits(at places: ArraySlice<Index>) -> String {
        String(places.map { self[$0] })
    }
}

/// A text folded character by character, with the place that each scalar comes from.
private struct FoldedText {
    private var scalars: [Unicode.Scalar] = []
    private var places: [Range<String.Index>] = []

    init(_ text: String) {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            let folded = TextFolding.fold(String(text[index]))
            // White space folds to nothing by itself, and to one space between others.
            let isSpace = text[index].isWhitespace
            if !isSpace || (scalars.last != " " && !scalars.isEmpty) {
                for scalar in isSpace ? " ".unicodeScalars : folded.unicodeScalars {
                    scalars.append(scalar)
                    places.append(index..<next)
                }
            }
            index = next
        }
    }

    /// Where a folded word stands, one place after the other.
    func ranges(of word: String) -> [Range<String.Index>] {
        let word = Array(word.unicodeScalars)
        var ranges: [Range<String.Index>] = []
        var start = 0
        while !word.isEmpty, start + word.count <= scalars.count {
            if scalars[start..<(start + word.count)].elementsEqual(word) {
                let end = start + word.count
                ranges.append(places[start].lowerBound..<places[end - 1].upperBound)
                start = end
            } else {
                start += 1
            }
        }
        return ranges
    }
}
