// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What is looked for in the texts of records: words that all have to occur, or a phone number.
package struct SearchQuery: Sendable {
    package static let mostWords = 10
    /// Fewer digits than these stand in every other phone number.
    private static let fewestDigits = 3

    /// As it was typed.
    package let text: String
    /// Folded, in order.
    package let words: [String]
    /// What it comes down to as a phone number, or a part of one.
    let digits: String?

    /// Nil if there is nothing in it to find.
    package init?(_ text: String) {
        let words = TextFolding.fold(text).split(separator: " ").map(String.init)
        guard !words.isEmpty else { return nil }
        self.text = text
        self.words = words
        digits = PhoneNumber.searchDigits(text).flatMap {
            $0.utf8.count < Self.fewestDigits ? nil : $0
        }
    }

    /// A folded text, and the digits that it comes down to, if they find anything else.
    static func alternatives(_ folded: String, digits: String?) -> [String] {
        guard let digits, digits.utf8.count >= fewestDigits, !digits.contains(folded) else {
            return [folded]
        }
        return [folded, digits]
    }

    /// The words as they were typed, side by side.
    var phrase: String { words.joined(separator: " ") }

    var expression: SearchExpression? {
        SearchExpression(anyOf: [words])
    }

    /// With the phone number as an alternative to the words.
    var expressionOrDigits: SearchExpression? {
        let digits = Self.alternatives(phrase, digits: digits).dropFirst()
        return SearchExpression(anyOf: [words] + digits.map { [$0] })
    }
}
