// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Testing

/// How well a record fits what is looked for.
@Suite struct SearchScoreTests {
    struct Case: CustomTestStringConvertible {
        let query: String
        /// Folded.
        let name: String
        var body = ""
        let points: Int?

        var testDescription: String { "\(query) in \(name), \(body)" }
    }

    static let cases = [
        Case(query: "王五", name: "王五", points: 100),
        Case(query: "ＷＡＮＧ", name: "wang", points: 100),
        Case(query: "王", name: "王五", points: 84),
        Case(query: "五", name: "王五", points: 64),
        Case(query: "ang", name: "wang", points: 46),
        Case(query: "wang", name: "li wang", points: 65),
        Case(query: "an", name: "wang an", points: 62),
        Case(query: "五a", name: "王五a", points: 65),
        Case(query: "退款", name: "快递", body: "退款", points: 60),
        Case(query: "退款", name: "退款慢", body: "退款", points: 86),
        Case(query: "快递 退款", name: "快递", body: "退款", points: 72),
        Case(query: "快递 退款", name: "快递 退款", points: 100),
        Case(query: "退款 快递", name: "快递 退款", points: 66),
        Case(query: "六", name: "王五", points: nil),
        Case(query: "王 六", name: "王五", points: nil),
        Case(query: "138 0013 8000", name: "8613800138000", points: 100),
        Case(query: "1380013", name: "8613800138000", points: 44),
    ]

    @Test(arguments: cases)
    func `counts where it stands`(_ one: Case) throws {
        let query = try #require(SearchQuery(one.query))
        let texts = [
            SearchScore.Text(one.name, isName: true), SearchScore.Text(one.body, isName: false),
        ]
        #expect(SearchScore(texts).points(of: query) == one.points)
    }

    @Test(arguments: ["", " ", "\u{3000}\n", "\u{200B}"])
    func `there is nothing to look for in`(_ text: String) {
        #expect(SearchQuery(text) == nil)
    }
}
