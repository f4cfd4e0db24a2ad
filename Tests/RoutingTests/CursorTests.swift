// SPDX-License-Identifier: Apache-2.0
import JSON
import Routing
import Testing

@Suite struct CursorTests {
    private let signer = CursorSigner(secret: Desk.secret)

    @Test func `reads back the key it signed`() {
        for key: [JSON] in [[], [1], ["上海", 7], [.null, .number("9223372036854775807"), "a\"b"]] {
            let cursor = signer.cursor(for: key, of: "list")
            #expect(signer.key(in: cursor, of: "list") == key)
            #expect(cursor.utf8.allSatisfy { Character(Unicode.Scalar($0)).isURLSafe })
        }
    }

    @Test func `binds a cursor to its list and to the secret`() {
        let cursor = signer.cursor(for: [1], of: "list")
        #expect(signer.key(in: cursor, of: "list ") == nil)
        #expect(signer.key(in: cursor, of: "") == nil)
        #expect(CursorSigner(secret: [1]).key(in: cursor, of: "list") == nil)
    }

    @Test func `does not take a list's end for a key's beginning`() {
        let cursor = signer.cursor(for: ["b"], of: "a")
        #expect(signer.key(in: cursor, of: "a\0") == nil)
    }

    @Test(arguments: ["", "A", "AAAA", "====", "no cursor", "…", String(repeating: "A", count: 22)])
    func `refuses what is no cursor`(_ text: String) {
        #expect(signer.key(in: text, of: "list") == nil)
    }

    @Test func `writes and reads base64 for URLs, strictly`() {
        let pairs: [([UInt8], String)] = [
            ([], ""), ([0], "AA"), ([0, 1], "AAE"), ([0, 1, 2], "AAEC"), ([0xFB, 0xFF], "-_8"),
        ]
        for (bytes, text) in pairs {
            #expect(Base64URL.encode(bytes) == text)
            #expect(Base64URL.decode(text) == bytes)
        }
        for text in ["AA==", "+/8", "AB", "A", "A A", "AA\n", "ÄÄ"] {
            #expect(Base64URL.decode(text) == nil, "\(text)")
        }
    }
}

extension Character {
    fileprivate var isURLSafe: Bool {
        isASCII && (isLetter || isNumber || self == "-" || self == "_")
    }
}
