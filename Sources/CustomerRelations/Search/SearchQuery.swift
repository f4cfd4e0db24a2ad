// SPDX-License-Identifier: Apache-2.0
import SQLite

/// What is looked for in the texts of records: words that all have to occur, or a phone number.
package struct SearchQuery: Sendable {
    package static let mostWords = 10
    /// Fewer digits than these stand in every other phone number.
    static let fewestDigits = 3

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

    /// The words as they were typed, side by side.
    var phrase: String { words.joined(separator: " ") }

    var expression: SearchExpression? {
        SearchExpression(anyOf: [words])
    }

    /// With the phone number as an alternative to the words.
    var expressionOrDigits: SearchExpression? {
        SearchExpression(anyOf: [words] + (digits.map { [[$0]] } ?? []))
    }
}
