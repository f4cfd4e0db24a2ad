// SPDX-License-Identifier: Apache-2.0
import CustomerRelations
import Foundation
import Testing

@Suite struct TextFoldingTests {
    @Test(arguments: [
        ("", ""), ("Hello World", "hello world"), ("ＡＢＣ１２３", "abc123"), ("  a \t\n b  ", "a b"),
        ("上海　明珠", "上海 明珠"), ("（株）ＡＢＣ！", "(株)abc!"), ("㈱①", "(株)1"), ("ｶﾞ", "ガ"), ("Café", "café"),
        ("Cafe\u{301}", "café"), ("ÀÉ", "àé"), ("ΣΑΣ", "σασ"), ("ﬁn", "fin"), ("İ", "i\u{307}"),
        ("a\u{200B}b\u{FEFF}", "ab"), ("張 张", "張 张"), ("\u{A0}x\u{A0}y", "x y"),
        ("你好，世界。", "你好,世界。"),
    ])
    func `folds width, case and white space`(_ text: String, _ folded: String) {
        #expect(TextFolding.fold(text) == folded)
        #expect(Array(TextFolding.fold(text).unicodeScalars) == Array(folded.unicodeScalars))
    }

    @Test func `changes nothing the second time`() {
        for value in stride(from: UInt32(0x20), through: 0xFFFF, by: 3) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let once = TextFolding.fold("x" + String(scalar) + "y")
            #expect(TextFolding.fold(once) == once, "U+\(String(value, radix: 16))")
        }
    }

    @Test func `gives the same by arithmetic as by Unicode's tables`() throws {
        for value in [
            0x21...0x7E, 0x3001...0x3002, 0x3400...0x3410, 0x9FF0...0x9FFF, 0xFF01...0xFF5E,
        ].joined() {
            let text = String(try #require(Unicode.Scalar(UInt32(value))))
            #expect(
                TextFolding.fold(text)
                    == text.precomposedStringWithCompatibilityMapping.lowercased()
            )
        }
    }
}
