// SPDX-License-Identifier: Apache-2.0
import JSON
import Testing

@Suite struct JSONReaderTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let text: String
        let json: JSON

        var testDescription: String { name }
    }

    static let accepted = [
        Case(name: "null", text: "null", json: .null),
        Case(name: "true", text: "true", json: true),
        Case(name: "false", text: "false", json: false),
        Case(name: "zero", text: "0", json: 0),
        Case(name: "minus zero keeps its sign", text: "-0", json: .number("-0")),
        Case(name: "a fraction", text: "-12.50", json: .number("-12.50")),
        Case(name: "an exponent", text: "1E+2", json: .number("1E+2")),
        Case(name: "a small exponent", text: "0e-7", json: .number("0e-7")),
        Case(
            name: "more digits than any number holds",
            text: "123456789012345678901234567890.5",
            json: .number("123456789012345678901234567890.5")
        ),
        Case(name: "an exponent beyond a double", text: "1e400", json: .number("1e400")),
        Case(name: "an empty string", text: #""""#, json: ""),
        Case(
            name: "a string of every escape",
            text: #""\"\\\/\b\f\n\r\t""#,
            json: "\"\\/\u{8}\u{c}\n\r\t"
        ),
        Case(name: "an escaped letter", text: #""\u0041\u00e9\u4e2D""#, json: "Aé中"),
        Case(name: "a surrogate pair", text: #""\ud83d\ude00""#, json: "😀"),
        Case(name: "the first pair", text: #""\uD800\uDC00""#, json: "\u{10000}"),
        Case(name: "the last pair", text: #""\uDBFF\uDFFF""#, json: "\u{10FFFF}"),
        Case(name: "text as it stands", text: #""上海 😀 \u007f""#, json: "上海 😀 \u{7f}"),
        Case(name: "delete unescaped", text: "\"\u{7f}\"", json: "\u{7f}"),
        Case(name: "an escape behind text", text: #""ab\ncd""#, json: "ab\ncd"),
        Case(name: "an empty array", text: "[]", json: []),
        Case(name: "an empty array with space", text: "[ \t\r\n]", json: []),
        Case(name: "an array", text: "[1,\"a\",[null]]", json: [1, "a", [.null]]),
        Case(name: "an empty object", text: "{ }", json: [:]),
        Case(name: "an object", text: #"{"b":1,"a":{"":2}}"#, json: ["b": 1, "a": ["": 2]]),
        Case(
            name: "doubled members, both kept",
            text: #"{"a":1,"a":2}"#,
            json: .object([JSON.Member("a", 1), JSON.Member("a", 2)])
        ),
        Case(
            name: "white space all around",
            text: " \t\r\n{ \"a\" : [ 1 , 2 ] } \n",
            json: ["a": [1, 2]]
        ),
    ]

    @Test(arguments: accepted)
    func `reads what RFC 8259 allows`(_ one: Case) throws {
        #expect(try JSONReader.read(one.text) == one.json)
    }

    struct Refusal: CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let offset: Int

        init(_ name: String, _ text: String, at offset: Int) {
            self.init(name, bytes: Array(text.utf8), at: offset)
        }

        init(_ name: String, bytes: [UInt8], at offset: Int) {
            self.name = name
            self.bytes = bytes
            self.offset = offset
        }

        var testDescription: String { name }
    }

    static let refused = [
        Refusal("nothing", "", at: 0),
        Refusal("white space alone", " \n", at: 2),
        Refusal("other white space", "\u{b}1", at: 0),
        Refusal("a word", "nul", at: 3),
        Refusal("a word in capitals", "True", at: 0),
        Refusal("not a number", "NaN", at: 0),
        Refusal("infinity", "Infinity", at: 0),
        Refusal("a plus sign", "+1", at: 0),
        Refusal("a minus sign alone", "-", at: 1),
        Refusal("a leading zero", "01", at: 1),
        Refusal("a negative leading zero", "-01", at: 2),
        Refusal("a hexadecimal number", "0x10", at: 1),
        Refusal("a point without digits", "1.", at: 2),
        Refusal("a point in front", ".5", at: 0),
        Refusal("an exponent without digits", "1e", at: 2),
        Refusal("an exponent of a sign", "1e+", at: 3),
        Refusal("a thousands separator", "1,000", at: 1),
        Refusal("text after the value", "1 2", at: 2),
        Refusal("a second object", "{}{}", at: 2),
        Refusal("a comment", "1 // one", at: 2),
        Refusal("a string without end", "\"abc", at: 4),
        Refusal("a string ending in a backslash", #""abc\"#, at: 5),
        Refusal("single quotes", "'abc'", at: 0),
        Refusal("a line feed in a string", "\"a\nb\"", at: 2),
        Refusal("a tab in a string with escapes", "\"\\n\t\"", at: 3),
        Refusal("U+0000 as it stands", bytes: Array("\"a\0\"".utf8), at: 2),
        Refusal("an escaped U+0000", #""a\u0000""#, at: 8),
        Refusal("an unknown escape", #""\x41""#, at: 2),
        Refusal("an escape of three digits", #""\u041""#, at: 6),
        Refusal("an escape with a sign", #""\u+041""#, at: 3),
        Refusal("a high surrogate alone", #""\ud83d""#, at: 7),
        Refusal("a high surrogate before a letter", #""\ud83d\u0041""#, at: 13),
        Refusal("a high surrogate before another escape", #""\ud83d\n""#, at: 8),
        Refusal("a low surrogate alone", #""\ude00""#, at: 7),
        Refusal("surrogates the wrong way round", #""\ude00\ud83d""#, at: 7),
        Refusal("an array without end", "[1", at: 2),
        Refusal("an array ending in a comma", "[1,]", at: 3),
        Refusal("an array of commas", "[,]", at: 1),
        Refusal("an array without commas", "[1 2]", at: 3),
        Refusal("an array closed as an object", "[1}", at: 2),
        Refusal("an object without end", #"{"a":1"#, at: 6),
        Refusal("an object ending in a comma", #"{"a":1,}"#, at: 7),
        Refusal("a name without quotes", "{a:1}", at: 1),
        Refusal("a number as a name", "{1:1}", at: 1),
        Refusal("a name without a value", #"{"a"}"#, at: 4),
        Refusal("a name with an empty value", #"{"a":}"#, at: 5),
        Refusal("an equals sign for the colon", #"{"a"=1}"#, at: 4),
        Refusal("a byte order mark", "\u{FEFF}1", at: 0),
        Refusal("UTF-16", bytes: [0x31, 0x00], at: 1),
        Refusal("a broken byte in a string", bytes: [0x22, 0x61, 0xFF, 0x22], at: 1),
        Refusal("half a character", bytes: [0x22, 0xE4, 0xB8, 0x22], at: 1),
        Refusal(
            "a broken byte behind an escape",
            bytes: Array("\"\\n".utf8) + [0xC3, 0x22],
            at: 1
        ),
        Refusal("an encoded surrogate", bytes: [0x22, 0xED, 0xA0, 0x80, 0x22], at: 1),
        Refusal("an overlong slash", bytes: [0x22, 0xC0, 0xAF, 0x22], at: 1),
        Refusal(
            "a code point beyond the last",
            bytes: [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
            at: 1
        ),
        Refusal("a broken name", bytes: [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D], at: 2),
    ]

    @Test(arguments: refused)
    func `refuses what RFC 8259 does not allow, and says where`(_ one: Refusal) {
        let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(one.bytes) }
        #expect(error?.offset == one.offset)
        #expect(error?.detail.isEmpty == false)
    }

    @Test(arguments: ["[]", "{}"])
    func `reads 64 levels and refuses 65`(_ innermost: String) throws {
        func nested(_ depth: Int) -> String {
            let opening = (0..<depth - 1).map { $0.isMultiple(of: 2) ? "[" : #"{"a":"# }
            let closing = (0..<depth - 1).map { $0.isMultiple(of: 2) ? "]" : "}" }
            return opening.joined() + innermost + closing.reversed().joined()
        }
        _ = try JSONReader.read(nested(64))
        let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(nested(65)) }
        #expect(error?.detail == "nested deeper than 64")
    }

    @Test func `bounds the depth of a text that never closes`() {
        let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
        let error = #expect(throws: JSONSyntaxError.self) { try JSONReader.read(bytes) }
        #expect(error?.offset == 64)
    }

    @Test func `refuses every text that was cut short`() throws {
        let text = Array(#"{"a":[-1.5e3,"\ud83d\ude00é",{"b":null}],"c":[true,false]}"#.utf8)
        _ = try JSONReader.read(text)
        for length in text.indices {
            #expect(throws: JSONSyntaxError.self, "\(length) bytes") {
                try JSONReader.read(Array(text[..<length]))
            }
        }
    }

    @Test func `answers what a value holds and nil for what it does not`() throws {
        let json = try JSONReader.read(#"{"n":7,"x":1.5,"s":"t","b":true,"a":[1],"n":8}"#)
        #expect(json["n"]?.integer == 8)
        #expect(json["x"]?.double == 1.5)
        #expect(json["x"]?.integer == nil)
        #expect(json["s"]?.string == "t")
        #expect(json["b"]?.bool == true)
        #expect(json["a"]?[0] == 1)
        #expect(json["a"]?[1] == nil)
        #expect(json["a"]?[-1] == nil)
        #expect(json["missing"] == nil)
        #expect(json[0] == nil)
        #expect(json["s"]?["t"] == nil)
        #expect(json.members?.count == 6)
        #expect(json.string == nil && json.bool == nil && json.elements == nil)
    }
}
