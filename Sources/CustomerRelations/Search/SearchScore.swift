// SPDX-License-Identifier: Apache-2.0

/// How well texts fit what is looked for: 100 where one is the very same.
///
/// Each word counts where it stands best: as a whole text, at the beginning of one, at the beginning
/// of a word, within a word; in what names the record, or in what is told about it. The words'
/// mean counts; if they stand side by side, so do they as one.
package struct SearchScore {
    /// A folded text of a record.
    package struct Text {
        let bytes: [UInt8]
        /// Whether it names the record.
        let isName: Bool

        package init(_ text: some StringProtocol, isName: Bool) {
            bytes = Array(text.utf8)
            self.isName = isName
        }
    }

    private let texts: [Text]

    package init(_ texts: [Text]) {
        self.texts = texts
    }

    /// Nil if not all words, nor the digits, stand in the texts.
    package func points(of query: SearchQuery) -> Int? {
        let digits = query.digits.flatMap(best)
        let words = query.words.map(best)
        guard words.allSatisfy({ $0 != nil }) else { return digits }
        let mean = words.compactMap(\.self).reduce(0, +) / words.count
        let phrase = words.count > 1 ? best(query.phrase) : nil
        // Apart they are worth less than side by side.
        let together = words.count > 1 ? max(phrase ?? 0, mean * 9 / 10) : mean
        return max(together, digits ?? 0)
    }

    /// The points of a word where it stands best; nil if it stands nowhere.
    private func best(_ word: String) -> Int? {
        let word = Array(word.utf8)
        return texts.compactMap { Self.points(of: word, in: $0) }.max()
    }

    private static func points(of word: [UInt8], in text: Text) -> Int? {
        var points: Int?
        var start = 0
        while let place = find(word, in: text.bytes, from: start) {
            points = max(points ?? 0, Self.points(of: word, at: place, in: text.bytes))
            // Further on it stands at the beginning of a word at best.
            if points ?? 0 >= Place.word.rawValue { break }
            start = place + 1
        }
        guard let points else { return nil }
        return text.isName ? points : points * 6 / 10
    }

    private enum Place: Int {
        case whole = 100
        case start = 80
        case word = 60
        case inside = 40
    }

    private static func points(of word: [UInt8], at place: Int, in text: [UInt8]) -> Int {
        if word.count == text.count { return Place.whole.rawValue }
        // The more of the text it is, the better, but no better than the next better place.
        let share = 9 * word.count / text.count
        if place == 0 { return Place.start.rawValue + share }
        let isInside = isLetter(text[place - 1]) && word.first.map(isLetter) == true
        return (isInside ? Place.inside : .word).rawValue + share
    }

    /// Whether a letter or digit of ASCII begins here: only words of those have a beginning.
    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }

    private static func find(_ word: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard let first = word.first, text.count >= word.count else { return nil }
        var place = start
        while place <= text.count - word.count {
            if text[place] == first,
                text[place..<(place + word.count)].elementsEqual(word)
            {
                return place
            }
            place += 1
        }
        return nil
    }
}
