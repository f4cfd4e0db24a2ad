// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

/// How alike two texts are, by the rare terms that they share.
@Suite struct TextSimilarityTests {
    @Test(arguments: [
        ("", []), ("退", []), ("退款", ["退款"]), ("快递太慢", ["快递", "递太", "太慢"]),
        ("快递，太慢", ["快递", "太慢"]), ("退款退款", ["退款", "款退"]), ("iPhone 15", ["iphone", "15"]),
        ("我的ＡＢＣ卡", ["我的", "abc"]), ("a b a", ["a", "b"]), ("😀😀", []), ("Zürich", ["z", "rich"]),
        ("한국어", ["한국", "국어"]),
    ])
    func `takes a text apart`(_ text: String, _ terms: [String]) {
        #expect(TextSimilarity.terms(of: text) == terms)
    }

    @Test(arguments: [
        (["快递", "递太", "太慢"], ["快递太慢"]), (["快递", "太慢"], ["快递", "太慢"]),
        (["abc", "cd"], ["abc", "cd"]), (["我的", "abc", "的我"], ["我的", "abc", "的我"]), ([], []),
    ])
    func `puts terms together again`(_ terms: [String], _ words: [String]) {
        #expect(TextSimilarity.words(of: terms) == words)
    }

    @Test func `a rare term weighs more, one that nobody has nothing`() {
        let weights = [0, 1, 10, 100].map { TextSimilarity.weight(in: $0, of: 100) }
        #expect(weights[0] == 0)
        #expect(weights[1] > weights[2] && weights[2] > weights[3] && weights[3] > 0)
        #expect(TextSimilarity.weight(in: 5, of: 1) > 0)
    }

    struct Case: CustomTestStringConvertible {
        let one: [String]
        let other: [String]
        let likeness: Double
        let shared: [String]

        var testDescription: String { "\(one), \(other)" }
    }

    static let cases = [
        Case(one: ["a", "b"], other: ["a", "b"], likeness: 1, shared: ["a", "b"]),
        Case(one: ["a", "b"], other: ["b", "a"], likeness: 1, shared: ["a", "b"]),
        Case(one: ["a"], other: ["b"], likeness: 0, shared: []),
        Case(one: [], other: ["a"], likeness: 0, shared: []),
        Case(one: ["a"], other: [], likeness: 0, shared: []),
        // Nobody has x: it says nothing of which text this one is like.
        Case(one: ["a", "x"], other: ["a"], likeness: 1, shared: ["a"]),
        Case(one: ["x"], other: ["x"], likeness: 0, shared: []),
        // A quarter of the weight, and all of the other's terms.
        Case(one: ["a", "b"], other: ["a"], likeness: 0.5, shared: ["a"]),
        Case(one: ["a"], other: ["a", "c", "d", "e"], likeness: 0.5, shared: ["a"]),
        // The rare one of two.
        Case(one: ["a", "b"], other: ["b", "c", "d"], likeness: 0.5, shared: ["b"]),
    ]

    @Test(arguments: cases)
    func `compares`(_ one: Case) {
        let similarity = TextSimilarity(weights: ["a": 1, "b": 3])
        let (likeness, shared) = similarity.compare(one.one, with: one.other)
        #expect(abs(likeness - one.likeness) < 1e-12)
        #expect(shared == one.shared)
    }
}
