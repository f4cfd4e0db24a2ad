// SPDX-License-Identifier: Apache-2.0
import SQLite
import Testing

/// What a text is indexed under, and by what a part of it is looked for.
@Suite struct SearchTermsTests {
    struct Case: CustomTestStringConvertible {
        let text: String
        let all: String
        let narrowing: String

        var testDescription: String { text.debugDescription }
    }

    static let cases = [
        Case(text: "", all: "", narrowing: ""),
        Case(text: "\n", all: "", narrowing: ""),
        Case(text: "退", all: "退", narrowing: "退"),
        Case(text: "退款", all: "退 款 退款", narrowing: "退款"),
        Case(text: "要退款", all: "要 退 要退 款 退款", narrowing: "要退 退款"),
        Case(text: "a", all: "a", narrowing: "a"),
        Case(text: "ab", all: "a b ab", narrowing: "ab"),
        Case(text: "abcd", all: "a b ab c bc abc d cd bcd", narrowing: "abc bcd"),
        Case(text: "138", all: "1 3 13 8 38 138", narrowing: "138"),
        Case(text: "a款", all: "a 款 a款", narrowing: "a款"),
        Case(text: "abc款式", all: "a b ab c bc abc 款 c款 式 款式", narrowing: "abc c款 款式"),
        Case(text: "退 款", all: "退 退\u{E020} 款 \u{E020}款", narrowing: "退\u{E020} \u{E020}款"),
        Case(text: "退\n款", all: "退 款", narrowing: "退 款"),
        Case(text: "a b", all: "a a\u{E020} b \u{E020}b", narrowing: "a\u{E020} \u{E020}b"),
        Case(text: "é", all: "é", narrowing: "é"),
        Case(
            text: "ab,c",
            all: "a b ab \u{E02C} b\u{E02C} c \u{E02C}c",
            narrowing: "ab b\u{E02C} \u{E02C}c"
        ),
        Case(text: "\"", all: "\u{E022}", narrowing: "\u{E022}"),
        Case(text: "\0", all: "\u{E000}", narrowing: "\u{E000}"),
        Case(text: "退。款", all: "退 。 退。 款 。款", narrowing: "退。 。款"),
        Case(text: "👍🏽", all: "👍 🏽 👍🏽", narrowing: "👍🏽"),
        Case(text: "𠮷野", all: "𠮷 野 𠮷野", narrowing: "𠮷野"),
    ]

    @Test(arguments: cases)
    func `takes apart`(_ one: Case) {
        let all = SearchTerms.all(of: one.text).split(separator: " ").joined(separator: " ")
        #expect(all == one.all)
        #expect(SearchTerms.narrowing([one.text]).joined(separator: " ") == one.narrowing)
    }

    @Test func `looks for a term once, and for a bounded number of them`() {
        #expect(SearchTerms.narrowing(["退款", "退款", "要退款"]) == ["退款", "要退"])
        let long = String((0..<200).compactMap { UnicodeScalar(0x4E00 + $0).map(Character.init) })
        #expect(SearchTerms.narrowing([long]).count == 16)
    }

    /// What is looked for is told in terms alone: nothing of it is syntax.
    @Test(arguments: [
        "\"", "'", "a\" OR b", "NEAR(a b)", "terms:a", "a*", "^a", "-a", "(", "{a}", "a AND NOT b",
        "\0", "\\", "a\0b", "😀", "+", "%", "_",
    ])
    func `puts quotes around terms`(_ text: String) throws {
        let expression = try #require(SearchExpression(anyOf: [[text]]))
        let connection = try Connection(path: ":memory:", mode: .readWriteCreate)
        let found: [Int] = try connection.write { transaction in
            try transaction.run(
                """
                CREATE VIRTUAL TABLE a_search
                USING fts5 (terms, content = '', detail = none, tokenize = 'ascii')
                """
            )
            let insertion = "INSERT INTO a_search (rowid, terms) VALUES ($1, $2)"
            try transaction.run(insertion, 1, SearchTerms.all(of: text))
            try transaction.run(insertion, 2, SearchTerms.all(of: "退款 zzz"))
            return try transaction.all(
                "SELECT rowid FROM a_search WHERE a_search MATCH $1",
                expression.text
            ) { row in try row[0] }
        }
        #expect(found == [1])
    }

    @Test func `has nothing to say of what holds nothing`() {
        #expect(SearchExpression(anyOf: []) == nil)
        #expect(SearchExpression(anyOf: [[" "]]) == nil)
        #expect(SearchExpression(anyOf: [["a"], []]) == nil)
    }
}
