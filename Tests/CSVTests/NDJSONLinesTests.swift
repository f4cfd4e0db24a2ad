// SPDX-License-Identifier: Apache-2.0
import CSV
import Testing

@Suite struct NDJSONLinesTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let text: String
        let lines: [Int: String]

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing", text: "", lines: [:]),
        Case(name: "LF", text: "{}\n[1]\n", lines: [1: "{}", 2: "[1]"]),
        Case(name: "CRLF", text: "{}\r\n[1]\r\n", lines: [1: "{}", 2: "[1]"]),
        Case(name: "no last line end", text: "{}\n张", lines: [1: "{}", 2: "张"]),
        Case(name: "empty lines", text: "\n\r\n{}\n\n\n1\n\n", lines: [3: "{}", 6: "1"]),
        Case(name: "a CR within a line", text: "a\rb\n", lines: [1: "a\rb"]),
    ]

    @Test(arguments: cases)
    func `splits lines, wherever the chunks are cut`(_ one: Case) throws {
        for chunks in cuts(Array(one.text.utf8)) {
            let lines = try read(chunks).map {
                ($0.number, String(decoding: $0.bytes, as: UTF8.self))
            }
            #expect(Dictionary(uniqueKeysWithValues: lines) == one.lines)
            #expect(lines.map(\.0) == one.lines.keys.sorted())
        }
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `takes a line of 1 MiB and refuses a byte more`(_ end: String) throws {
        let line = [UInt8](repeating: UInt8(ascii: "a"), count: NDJSONLines.lineLimit)
        let tail = Array(end.utf8)
        #expect(try read([[10], line + tail]).map(\.bytes) == [line])
        let error = #expect(throws: TextError.self) { try read([[10], line, [97] + tail]) }
        #expect(error?.line == 2)
        #expect(error?.detail == "a line has more than 1048576 bytes")
    }

    private func read(_ chunks: [[UInt8]]) throws -> [NDJSONLines.Line] {
        var splitter = NDJSONLines()
        var lines: [NDJSONLines.Line] = []
        for chunk in chunks {
            splitter.feed(chunk)
            while let line = try splitter.next() { lines.append(line) }
        }
        splitter.finish()
        while let line = try splitter.next() { lines.append(line) }
        return lines
    }
}
