// SPDX-License-Identifier: Apache-2.0
import CSV
import TestSupport
import Testing

@Suite struct CSVReaderTests {
    struct Row: Equatable {
        let line: Int
        let cells: [String]

        init(_ line: Int, _ cells: String...) {
            self.init(line, cells)
        }

        init(_ line: Int, _ cells: [String]) {
            self.line = line
            self.cells = cells
        }
    }

    struct Case: CustomTestStringConvertible {
        let name: String
        let text: String
        let rows: [Row]

        var testDescription: String { name }
    }

    struct Fault: CustomTestStringConvertible {
        let name: String
        let text: String
        let line: Int
        let detail: String

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing", text: "", rows: []),
        Case(name: "CRLF", text: "a,b\r\n1,2\r\n", rows: [Row(1, "a", "b"), Row(2, "1", "2")]),
        Case(name: "LF", text: "a,b\n1,2\n", rows: [Row(1, "a", "b"), Row(2, "1", "2")]),
        Case(name: "no last line end", text: "a\nb,c", rows: [Row(1, "a"), Row(2, "b", "c")]),
        Case(name: "a CR at the end", text: "a\r", rows: [Row(1, "a")]),
        Case(name: "empty cells", text: ",,\n,", rows: [Row(1, "", "", ""), Row(2, "", "")]),
        Case(name: "empty lines", text: "\r\n\na\n\r\n\nb\n\n", rows: [Row(3, "a"), Row(6, "b")]),
        Case(name: "a line of a space", text: " \n", rows: [Row(1, " ")]),
        Case(name: "quotes", text: "\"a\",\"b c\"\n", rows: [Row(1, "a", "b c")]),
        Case(name: "an empty quoted cell", text: "\"\"\n", rows: [Row(1, "")]),
        Case(name: "an empty quoted cell at the end", text: "\"\"", rows: [Row(1, "")]),
        Case(name: "doubled quotes", text: #""a""b","""""""#, rows: [Row(1, "a\"b", "\"\"")]),
        Case(name: "a comma in quotes", text: "\"a,b\",c\n", rows: [Row(1, "a,b", "c")]),
        Case(
            name: "line ends in quotes",
            text: "a,\"x\r\ny\nz\"\r\nb,\"\n\"\n c\n",
            rows: [Row(1, "a", "x\r\ny\nz"), Row(4, "b", "\n"), Row(6, " c")]
        ),
        Case(
            name: "Chinese",
            text: "姓名,城市\n张三,上海\n",
            rows: [Row(1, "姓名", "城市"), Row(2, "张三", "上海")]
        ),
        Case(name: "other separators", text: "a;b\tc\n", rows: [Row(1, "a;b\tc")]),
    ]

    @Test(arguments: cases)
    func `reads the records, wherever the chunks are cut`(_ one: Case) throws {
        for chunks in cuts(Array(one.text.utf8)) {
            #expect(try read(chunks) == one.rows)
        }
    }

    static let faults = [
        Fault(name: "an open quote", text: "a\n\"b\n\nc", line: 2, detail: "a quote is not closed"),
        Fault(
            name: "text behind a quote",
            text: "\"a\"b\n",
            line: 1,
            detail: "text follows a closing quote"
        ),
        Fault(
            name: "a space behind a quote",
            text: "\"a\" ,b\n",
            line: 1,
            detail: "text follows a closing quote"
        ),
        Fault(
            name: "a quote within a cell",
            text: "x\n5\" pipe\n",
            line: 2,
            detail: "a quote stands in a cell that does not begin with one"
        ),
        Fault(
            name: "a lone CR",
            text: "a\rb\n",
            line: 1,
            detail: "a carriage return stands without a line feed"
        ),
        Fault(
            name: "a lone CR behind a quote",
            text: "\"a\"\rb\n",
            line: 1,
            detail: "a carriage return stands without a line feed"
        ),
    ]

    @Test(arguments: faults)
    func `refuses what is no CSV, with the record's line, again and again`(_ one: Fault) {
        let expected = CSVError(line: one.line, detail: one.detail)
        for chunks in cuts(Array(one.text.utf8)) {
            #expect(throws: expected) { try read(chunks) }
        }
        var reader = CSVReader()
        reader.feed(Array(one.text.utf8))
        reader.finish()
        #expect(throws: expected) { while try reader.next() != nil {} }
        #expect(throws: expected) { try reader.next() }
    }

    @Test func `takes 1,000 cells and refuses 1,001`() throws {
        let limit = CSVReader.cellLimit
        let text = [UInt8](repeating: UInt8(ascii: ","), count: limit - 1)
        #expect(try read([text]).first?.cells.count == limit)
        #expect(throws: CSVError(line: 1, detail: "a record has more than 1000 cells")) {
            try read([text + text.prefix(1)])
        }
    }

    @Test func `takes a record of 1 MiB and refuses a byte more`() throws {
        let text = [UInt8](repeating: UInt8(ascii: "a"), count: CSVReader.recordLimit)
        let error = CSVError(line: 1, detail: "a record has more than 1048576 bytes")
        #expect(try read([text]).first?.cells.first?.utf8.count == CSVReader.recordLimit)
        #expect(throws: error) { try read([text + [UInt8(ascii: "a")]]) }
        // Before the record has ended.
        var reader = CSVReader()
        reader.feed(text)
        #expect(try reader.next() == nil)
        reader.feed([UInt8(ascii: "a")])
        #expect(throws: error) { try reader.next() }
    }

    @Test func `gives the bytes of a cell`() throws {
        var reader = CSVReader()
        reader.feed(Array("12,\"3\"\"4\",\n".utf8))
        let record = try #require(try reader.next())
        #expect(record.count == 3)
        #expect(
            (0..<3).map { Array(record.utf8($0)) } == [Array("12".utf8), Array("3\"4".utf8), []]
        )
        #expect(record[1] == "3\"4")
    }

    @Test func `leaves a record that is kept as it was`() throws {
        var reader = CSVReader()
        reader.feed(Array("a,b\nccccc,d\n".utf8))
        let first = try #require(try reader.next())
        let second = try #require(try reader.next())
        #expect(first.cells == ["a", "b"])
        #expect(second.cells == ["ccccc", "d"])
    }

    @Test func `asks for more until the record is whole`() throws {
        var reader = CSVReader()
        reader.feed(Array("a,\"b".utf8))
        #expect(try reader.next() == nil)
        reader.feed(Array("\"\nc".utf8))
        #expect(try reader.next()?.cells == ["a", "b"])
        #expect(try reader.next() == nil)
        reader.finish()
        #expect(try reader.next()?.cells == ["c"])
        #expect(try reader.next() == nil)
    }

    @Test(arguments: 0..<40)
    func `reads what the writer wrote, cut at random`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let alphabet = ["a", "7", ",", "\"", "\n", "\r\n", "\r", " ", "é", "张", "😀"]
        let table = (0..<20).map { _ in
            (0..<Int.random(in: 1...6, using: &random)).map { _ in
                (0..<Int.random(in: 0...8, using: &random)).reduce(into: "x") { cell, _ in
                    cell += alphabet.randomElement(using: &random) ?? ""
                }
            }
        }
        var writer = CSVWriter()
        for row in table { writer.row(row) }
        var rest = writer.take()[...]
        var chunks: [[UInt8]] = []
        while !rest.isEmpty {
            let length = Int.random(in: 1...30, using: &random)
            chunks.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        #expect(try read(chunks).map(\.cells) == table)
    }

    private func read(_ chunks: [[UInt8]]) throws -> [Row] {
        var reader = CSVReader()
        var rows: [Row] = []
        for chunk in chunks {
            reader.feed(chunk)
            while let record = try reader.next() { rows.append(Row(record.line, record.cells)) }
        }
        reader.finish()
        while let record = try reader.next() { rows.append(Row(record.line, record.cells)) }
        return rows
    }
}
