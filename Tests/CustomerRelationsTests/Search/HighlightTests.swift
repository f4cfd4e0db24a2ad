// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

/// Which parts of a text are what was looked for.
@Suite struct HighlightTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let words: [String]
        /// The text with its matches in brackets; nil if there are none.
        let shown: String?

        var testDescription: String { "\(words) in \(text)" }
    }

    static let cases = [
        Case(text: "要退款", words: ["退款"], shown: "要[退款]"),
        Case(text: "退款", words: ["退款"], shown: "[退款]"),
        Case(text: "退款", words: ["快递"], shown: nil),
        Case(text: "", words: ["退"], shown: nil),
        Case(text: "退款退款", words: ["退款"], shown: "[退款退款]"),
        Case(text: "退款，退款", words: ["退款"], shown: "[退款]，[退款]"),
        Case(text: "ＡＢＣ公司", words: ["bc"], shown: "Ａ[ＢＣ]公司"),
        Case(text: "ﬁne", words: ["i"], shown: "[ﬁ]ne"),
        Case(text: "第①号", words: ["1号"], shown: "第[①号]"),
        Case(text: "a \u{3000} b", words: ["a b"], shown: "[a \u{3000} b]"),
        Case(text: "\u{200B}a\u{200B}b", words: ["ab"], shown: "\u{200B}[a\u{200B}b]"),
        Case(text: "<b>退款</b>", words: ["退款"], shown: "<b>[退款]</b>"),
        Case(text: "👍🏽好", words: ["好"], shown: "👍🏽[好]"),
        Case(text: "ｶﾞス", words: ["ガ"], shown: "[ｶﾞ]ス"),
        Case(text: "abcd", words: ["ab", "cd"], shown: "[abcd]"),
        Case(text: "abcd", words: ["abc", "bcd", "b"], shown: "[abcd]"),
        Case(text: "aaa", words: ["aa"], shown: "[aa]a"),
    ]

    @Test(arguments: cases)
    func `marks what was looked for`(_ one: Case) {
        #expect(Highlight("x", one.text, words: one.words).map(shown) == one.shown)
    }

    @Test func `cuts a long text to what stands around the match`() throws {
        let text = String(repeating: "a", count: 100) + "退款" + String(repeating: "b", count: 300)
        let highlight = try #require(Highlight("x", text, words: ["退款"]))
        let around = String(repeating: "a", count: 30)
        let after = String(repeating: "b", count: 128)
        #expect(shown(highlight) == "…\(around)[退款]\(after)…")
        let whole = String(repeating: "a", count: 158) + "退款"
        #expect(Highlight("x", whole, words: ["退款"]).map(shown)?.count == 162)
    }

    @Test(arguments: [
        ("138 0013-8000", "13800138000", "[138 0013-8000]"),
        ("138 0013 8000", "0013", "138 [0013] 8000"),
        ("+86 138 0013 8000", "8613800138000", "+[86 138 0013 8000]"),
        ("13800138000", "8613800138000", "[13800138000]"), ("13800138000", "110", nil),
    ])
    func `marks digits however a number was typed`(
        _ typed: String,
        _ digits: String,
        _ all: String?
    ) {
        let highlight = Highlight(phone: typed, as: "8613800138000", digits: digits)
        #expect(highlight.map(shown) == all)
    }

    private func shown(_ highlight: Highlight) -> String {
        highlight.parts.map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
    }
}
