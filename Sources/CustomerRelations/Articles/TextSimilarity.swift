// SPDX-License-Identifier: Apache-2.0
import Foundation

/// How much of what a text says is said by another, by the terms that they share.
///
/// Of Chinese a term is two characters that stand side by side, of letters and digits a word. A term
/// of the first text weighs the more the rarer it is among all others; one that none of them has
/// says nothing of which of them it is like. The measure is the geometric mean of the shared part
/// of that weight and the shared part of the other's terms: 1 for the same terms, 0 for no common
/// one, and little for a short text that happens to stand in a long one.
package struct TextSimilarity: Sendable {
    private let weights: [String: Double]

    /// Takes the weights of the first text's terms.
    package init(weights: [String: Double]) {
        self.weights = weights
    }

    /// What a term weighs that stands in some of all texts.
    package static func weight(in some: Int, of all: Int) -> Double {
        some > 0 ? log(1 + Double(max(all, some)) / Double(some)) : 0
    }

    /// How alike they are, from 0 to 1, and what they share, in the order of the first.
    package func compare(
        _ terms: [String],
        with others: [String]
    ) -> (likeness: Double, shared: [String]) {
        let others = Set(others)
        let shared = terms.filter { others.contains($0) && weights[$0] != nil }
        let whole = weight(of: terms)
        guard whole > 0, !shared.isEmpty else { return (0, []) }
        let parts = (weight(of: shared) / whole, Double(shared.count) / Double(others.count))
        return ((parts.0 * parts.1).squareRoot(), shared)
    }

    private func weight(of terms: [String]) -> Double {
        terms.reduce(0) { $0 + (weights[$1] ?? 0) }
    }
}

extension TextSimilarity {
    /// The terms of a text, each once, in the order in which they stand there.
    package static func terms(of text: String) -> [String] {
        var terms: [String] = []
        var seen: Set<String> = []
        func add(_ term: String) {
            if seen.insert(term).inserted { terms.append(term) }
        }
        var word = ""
        var before: Character?
        for character in TextFolding.fold(text) + " " {
            let isWord = character.isASCII && (character.isLetter || character.isNumber)
            if isWord {
                word.append(character)
            } else if !word.isEmpty {
                add(word)
                word = ""
            }
            let isOther = !character.isASCII && (character.isLetter || character.isNumber)
            if isOther, let before { add(String([before, character])) }
            before = isOther ? character : nil
        }
        return terms
    }

    /// Terms that overlap, as the longer words that they make: 快递, 递太 and 太慢 as 快递太慢.
    package static func words(of terms: [String]) -> [String] {
        var words: [String] = []
        for term in terms {
            let isPair = term.count == 2 && !(term.first?.isASCII ?? true)
            if isPair, let last = words.last, last.last == term.first,
                !(last.last?.isASCII ?? true), let end = term.last
            {
                words[words.count - 1] = last + String(end)
            } else {
                words.append(term)
            }
        }
        return words
    }
}
