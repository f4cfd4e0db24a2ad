// SPDX-License-Identifier: Apache-2.0
import CSV
import Foundation
import Testing

@Suite struct TextDecoderTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let input: [UInt8]
        var declared: TextEncoding?
        let text: String

        var testDescription: String { name }
    }

    struct Fault: CustomTestStringConvertible {
        let name: String
        let input: [UInt8]
        var declared: TextEncoding?
        let offset: Int
        let line: Int

        var testDescription: String { name }
    }

    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static let cases = [
        Case(name: "nothing", input: [], text: ""),
        Case(name: "ASCII", input: utf8("id,name\r\n1,x\r\n"), text: "id,name\r\n1,x\r\n"),
        Case(name: "UTF-8", input: utf8("张三,é,😀"), text: "张三,é,😀"),
        Case(name: "UTF-8 behind ASCII", input: utf8("name\n张"), text: "name\n张"),
        Case(name: "a byte order mark", input: mark + utf8("张三"), text: "张三"),
        Case(name: "a byte order mark alone", input: mark, text: ""),
        Case(name: "a second byte order mark", input: mark + mark, text: "\u{FEFF}"),
        Case(name: "a mark before ASCII", input: mark + utf8("a,b"), text: "a,b"),
        Case(name: "GB18030", input: gb("张三,李四"), text: "张三,李四"),
        Case(name: "GB18030 behind ASCII", input: gb("id,name\n7,王五"), text: "id,name\n7,王五"),
        Case(name: "four-byte GB18030", input: gb("㐀𠀀😀é张"), text: "㐀𠀀😀é张"),
        Case(name: "the byte order mark of GB18030", input: gb("\u{FEFF}张"), text: "张"),
        Case(name: "GB18030 that ends like cut UTF-8", input: [0xE4, 0xB8], text: "涓"),
        Case(
            name: "declared GB18030 that is also valid UTF-8",
            input: [0xD6, 0xB7],
            declared: .gb18030,
            text: "址"
        ),
        Case(
            name: "a byte order mark against what is declared",
            input: mark + utf8("张"),
            declared: .gb18030,
            text: "张"
        ),
        Case(name: "declared UTF-8", input: utf8("a张"), declared: .utf8, text: "a张"),
    ]

    @Test(arguments: cases)
    func `decodes, wherever the chunks are cut`(_ one: Case) throws {
        for chunks in cuts(one.input) {
            #expect(try decode(chunks, one.declared) == one.text)
        }
    }

    static let faults = [
        Fault(name: "U+0000 in ASCII", input: utf8("a\nb\0"), offset: 3, line: 2),
        Fault(name: "U+0000 in UTF-8", input: utf8("张\n\0"), offset: 4, line: 2),
        Fault(name: "U+0000 in GB18030", input: gb("张\n三\0"), offset: 5, line: 2),
        Fault(name: "U+0000 before broken UTF-8", input: utf8("张三\0") + [0xFF], offset: 6, line: 1),
        Fault(
            name: "U+0000 behind broken GB18030",
            input: gb("张三") + [0xFF, 0],
            declared: .gb18030,
            offset: 4,
            line: 1
        ),
        Fault(name: "UTF-8 cut at the end", input: mark + [0x61, 0xE5, 0xBC], offset: 4, line: 1),
        Fault(name: "GB18030 cut at the end", input: gb("张\n三") + [0xD5], offset: 5, line: 2),
        Fault(
            name: "one broken byte in much UTF-8",
            input: utf8("张三李四王五\n赵六孙七周八") + [0xFF] + utf8("吴九"),
            offset: 37,
            line: 2
        ),
        Fault(
            name: "GB18030 declared as UTF-8",
            input: utf8("a\n") + gb("张三"),
            declared: .utf8,
            offset: 2,
            line: 2
        ),
        Fault(
            name: "a byte of no encoding",
            input: utf8("a\nb") + [0xFF, 0xFF],
            offset: 3,
            line: 2
        ),
        Fault(name: "a surrogate", input: mark + [0xED, 0xA0, 0x80], offset: 3, line: 1),
        Fault(name: "an overlong form", input: mark + [0xC0, 0x80], offset: 3, line: 1),
    ]

    @Test(arguments: faults)
    func `refuses broken text and says where`(_ one: Fault) {
        for chunks in cuts(one.input) {
            let error = #expect(throws: TextError.self) { try decode(chunks, one.declared) }
            #expect(error?.offset == one.offset)
            #expect(error?.line == one.line)
        }
    }

    @Test(arguments: [TextEncoding.utf8, .gb18030])
    func `finds out the encoding when the first Chinese text comes late`(
        _ encoding: TextEncoding
    ) throws {
        let ascii = String(repeating: "1,2,3\n", count: 40_000)
        let chinese = String(repeating: "张三,上海\n", count: 20_000)
        let input = utf8(ascii) + (encoding == .utf8 ? utf8(chinese) : gb(chinese))
        let chunks = stride(from: 0, to: input.count, by: 10_007).map {
            Array(input[$0..<min($0 + 10_007, input.count)])
        }
        #expect(try decode(chunks) == ascii + chinese)
    }

    @Test func `finds out the encoding when a chunk ends within a character`() throws {
        // The window, from the first é on, ends within the second, and so does a chunk.
        let text = "é" + String(repeating: "x", count: 64 * 1024 - 3) + "é"
        let input = utf8(text)
        #expect(try decode([input]) == text)
        #expect(try decode([input.dropLast(), input.suffix(1)].map(Array.init)) == text)
    }

    @Test func `passes ASCII on without waiting for more`() throws {
        var decoder = TextDecoder()
        var text: [UInt8] = []
        try decoder.decode(utf8("a,b\n") + gb("张"), into: &text)
        #expect(text == utf8("a,b\n"))
    }

    @Test(arguments: [
        ("utf-8", TextEncoding.utf8), ("UTF-8", .utf8), ("GB18030", .gb18030), ("gbk", .gb18030),
        ("gb2312", .gb18030), ("latin1", nil), ("", nil),
    ])
    func `reads the charset of a Content-Type`(_ charset: String, _ encoding: TextEncoding?) {
        #expect(TextEncoding(charset: charset) == encoding)
    }

    private func decode(_ chunks: [[UInt8]], _ declared: TextEncoding? = nil) throws -> String {
        var decoder = TextDecoder(encoding: declared)
        var text: [UInt8] = []
        for chunk in chunks { try decoder.decode(chunk, into: &text) }
        try decoder.finish(into: &text)
        return try #require(String(validating: text, as: UTF8.self))
    }
}

private func utf8(_ text: String) -> [UInt8] {
    Array(text.utf8)
}

/// Encodes by Foundation, which has tables of its own.
private func gb(_ text: String) -> [UInt8] {
    let encoding = String.Encoding(rawValue: 0x8000_0632)
    return text.data(using: encoding).map(Array.init) ?? []
}
