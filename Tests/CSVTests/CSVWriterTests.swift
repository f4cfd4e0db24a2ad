// SPDX-License-Identifier: Apache-2.0
import CSV
import Testing

@Suite struct CSVWriterTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let cells: [String]
        let text: String

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "plain cells", cells: ["a", "张三", ""], text: "a,张三,\r\n"),
        Case(name: "one empty cell", cells: [""], text: "\"\"\r\n"),
        Case(name: "a comma", cells: ["a,b"], text: "\"a,b\"\r\n"),
        Case(name: "a quote", cells: ["5\" x"], text: "\"5\"\" x\"\r\n"),
        Case(name: "an LF", cells: ["a\nb"], text: "\"a\nb\"\r\n"),
        Case(name: "a CRLF", cells: ["a\r\nb"], text: "\"a\r\nb\"\r\n"),
        Case(name: "a formula", cells: ["=1+1"], text: "'=1+1\r\n"),
        Case(name: "a formula with a comma", cells: ["=A(1,2)"], text: "\"'=A(1,2)\"\r\n"),
        Case(name: "a plus", cells: ["+a"], text: "'+a\r\n"),
        Case(name: "a minus", cells: ["-a", "-", "-1-1"], text: "'-a,'-,'-1-1\r\n"),
        Case(name: "an at", cells: ["@SUM"], text: "'@SUM\r\n"),
        Case(name: "a tab", cells: ["\ta"], text: "'\ta\r\n"),
        Case(name: "a CR", cells: ["\ra"], text: "\"'\ra\"\r\n"),
        Case(name: "an LF before a formula", cells: ["\n=1"], text: "\"'\n=1\"\r\n"),
        Case(name: "a leading LF", cells: ["\na"], text: "\"'\na\"\r\n"),
        Case(name: "a bar", cells: ["|cmd"], text: "'|cmd\r\n"),
        Case(
            name: "full width",
            cells: ["＝1+1", "＋a", "－1", "＠SUM", "｜a"],
            text: "'＝1+1,'＋a,'－1,'＠SUM,'｜a\r\n"
        ),
        Case(
            name: "what cannot be seen before a formula",
            cells: ["\u{200B}=1", "\u{FEFF}@a", " -a", "\u{3000}＝1", "\u{200D}'\u{FE0F}|a"],
            text: "'\u{200B}=1,'\u{FEFF}@a,' -a,'\u{3000}＝1,'\u{200D}'\u{FE0F}|a\r\n"
        ),
        Case(
            name: "what only looks so",
            cells: [" a", "\u{200B}a", "a=1", "上=1", "\u{FEFF}", "'a"],
            text: " a,\u{200B}a,a=1,上=1,\u{FEFF},'a\r\n"
        ),
        Case(
            name: "numbers",
            cells: ["-5", "-29.99", "+8613800138000"],
            text: "-5,-29.99,+8613800138000\r\n"
        ),
        Case(
            name: "what is nearly a number",
            cells: ["-5.", "-.5", "-1e5"],
            text: "'-5.,'-.5,'-1e5\r\n"
        ),
        Case(
            name: "a number behind what is no sign",
            cells: ["=5", "@5", "\t5", "\r5"],
            text: "'=5,'@5,'\t5,\"'\r5\"\r\n"
        ),
    ]

    @Test(arguments: cases)
    func `writes a record`(_ one: Case) {
        var writer = CSVWriter()
        writer.row(one.cells)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == one.text)
    }

    @Test(arguments: cases)
    func `what was written is found back`(_ one: Case) {
        for cell in one.cells {
            for guarded in [cell, "'" + cell, "''" + cell] {
                var writer = CSVWriter()
                writer.row([guarded])
                var reader = CSVReader()
                reader.feed(writer.take())
                reader.finish()
                let record = try? reader.next()
                let read = record.map { String(decoding: $0.utf8(0), as: UTF8.self) }
                #expect(read.map(CSVWriter.original).map { Array($0.utf8) } == Array(guarded.utf8))
            }
        }
    }

    @Test func `hands over what it has written`() {
        var writer = CSVWriter()
        writer.row(["a"])
        #expect(writer.take() == Array("a\r\n".utf8))
        #expect(writer.bytes.isEmpty)
        writer.row(["b"])
        #expect(writer.take() == Array("b\r\n".utf8))
    }
}
