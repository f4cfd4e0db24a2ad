// SPDX-License-Identifier: Apache-2.0
import JSON
import TestSupport
import Testing

@Suite struct JSONWriterTests {
    @Test func `escapes quotation mark, backslash and control characters, and nothing else`() {
        let controls = (0..<0x20).compactMap { Unicode.Scalar($0) }.map { Character($0) }
        #expect(
            JSON.string(String(controls)).text
                == #""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\t\n\u000b\u000c\r"#
                + #"\u000e\u000f\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019"#
                + #"\u001a\u001b\u001c\u001d\u001e\u001f""#
        )
        #expect(JSON.string(#"a"b\c/d"#).text == #""a\"b\\c/d""#)
        #expect(JSON.string("\u{7f}\u{2028}中😀").text == "\"\u{7f}\u{2028}中😀\"")
    }

    struct Number: CustomTestStringConvertible {
        let value: Double
        let text: String

        var testDescription: String { text }
    }

    static let numbers = [
        Number(value: 0, text: "0.0"),
        Number(value: -0.5, text: "-0.5"),
        Number(value: 0.1 + 0.2, text: "0.30000000000000004"),
        Number(value: 1e21, text: "1e+21"),
        Number(value: .leastNonzeroMagnitude, text: "5e-324"),
        Number(value: .greatestFiniteMagnitude, text: "1.7976931348623157e+308"),
        Number(value: .nan, text: "null"),
        Number(value: .infinity, text: "null"),
        Number(value: -.infinity, text: "null"),
    ]

    @Test(arguments: numbers)
    func `writes numbers that read back as the same`(_ one: Number) throws {
        var writer = JSONWriter()
        writer.double(one.value)
        #expect(writer.text == one.text)
        let read = try JSONReader.read(writer.bytes)
        #expect(one.value.isFinite ? read.double == one.value : read == .null)
    }

    /// Texts are searched eight bytes at a time.
    @Test(arguments: 0..<20)
    func `finds what needs an escape at any place`(_ offset: Int) throws {
        for character in ["\"", "\\", "\u{1}", "\u{1F}", "\u{7F}", "é", "中", "😀", "\u{80}"] {
            let text =
                String(repeating: "a", count: offset) + character + String(repeating: "b", count: 9)
            let json = JSON.string(text)
            #expect(try JSONReader.read(json.text) == json)
            #expect(!json.text.utf8.contains { $0 < 0x20 })
        }
    }

    @Test func `sets commas between elements and members alone`() {
        var writer = JSONWriter(reservingCapacity: 64)
        writer.object { writer in
            writer.name("a")
            writer.array { writer in
                writer.integer(.min)
                writer.array { _ in }
                writer.object { _ in }
                writer.null()
                writer.string("")
            }
            writer.name("b")
            writer.bool(true)
            writer.name("c")
            writer.raw(#"{"d":1}"#)
        }
        #expect(writer.text == #"{"a":[-9223372036854775808,[],{},null,""],"b":true,"c":{"d":1}}"#)
    }

    @Test func `writes a value as it was read`() throws {
        for text in [
            "null", "[]", "{}", "[1,2.50,-0,1E5]", #"{"a":1,"a":{"b":[true,false,null]}}"#,
            #""\u0001\n""#,
        ] {
            #expect(try JSONReader.read(text).text == text)
        }
    }

    @Test(arguments: 0..<20)
    func `reads back every value it writes`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<20 {
            let value = JSON.random(depth: 4, using: &generator)
            #expect(try JSONReader.read(value.text) == value)
        }
    }
}

extension JSON {
    fileprivate static func random(depth: Int, using generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int.random(in: .min ... .max, using: &generator))
        case 3:
            let double = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
            return .number(double.isFinite ? double.description : "-1.5E-3")
        case 4: return .string(randomText(using: &generator))
        case 5:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in random(depth: depth - 1, using: &generator) })
        default:
            let count = Int.random(in: 0..<5, using: &generator)
            return .object(
                (0..<count).map { _ in
                    Member(
                        randomText(using: &generator),
                        random(depth: depth - 1, using: &generator)
                    )
                }
            )
        }
    }

    private static func randomText(using generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let bound: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x11_0000
            let scalar = Unicode.Scalar(UInt32.random(in: 1..<bound, using: &generator))
            if let scalar { text.append(scalar) }
        }
        return String(text)
    }
}
