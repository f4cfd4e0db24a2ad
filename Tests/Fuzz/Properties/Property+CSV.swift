// SPDX-License-Identifier: Apache-2.0
import CSV

extension Property {
    /// Records are the same however the text is cut, and read back the same when they are written,
    /// where no cell begins like a formula.
    package static let csv = Property("csv") { input throws(BrokenProperty) in
        let table = Table([input])
        for cuts in cuts(input) {
            let cut = Table(pieces(of: input, cutAt: cuts))
            try demand(cut == table, "\(table) is \(cut) when cut at \(cuts)")
        }
        var line = 0
        for row in table.rows {
            try demand(row.line > line && !row.cells.isEmpty, "\(row) stands behind line \(line)")
            line = row.line
        }
        // The reader is given UTF-8, as the decoder of the text makes it.
        let rows = table.rows.map { row in row.cells.map { String(decoding: $0, as: UTF8.self) } }
        try checkWriting(rows)
    }

    private static func checkWriting(_ rows: [[String]]) throws(BrokenProperty) {
        var writer = CSVWriter()
        for row in rows { writer.row(row) }
        let written = Table([writer.take()])
        try demand(written.error == nil, "\(rows) is written so that it cannot be read")
        let original = written.rows.map { row in
            row.cells.map { Array(CSVWriter.original(String(decoding: $0, as: UTF8.self)).utf8) }
        }
        try demand(
            original == rows.map { row in row.map { Array($0.utf8) } },
            "\(rows) is written as \(written)"
        )
        for cell in written.rows.flatMap(\.cells) {
            try demand(!isFormula(cell), "\(cell) is written so that it is a formula")
        }
        let quoted = rows.map { row in
            row.map {
                // Byte by byte: a quote with a combining mark is a character of its own.
                let doubled = $0.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
                return "\"" + String(decoding: doubled, as: UTF8.self) + "\""
            }.joined(separator: ",") + "\n"
        }
        try demand(
            Table([Array(quoted.joined().utf8)]).rows.map(\.cells)
                == rows.map { row in row.map { Array($0.utf8) } },
            "\(rows) does not read back from quoted cells"
        )
    }

    /// Whether a spreadsheet would compute the cell; a sign before a plain number is none's harm.
    private static func isFormula(_ cell: [UInt8]) -> Bool {
        guard let first = cell.first else { return false }
        let digits = cell.dropFirst()
        let isNumber =
            digits.first?.isDigit == true && digits.last?.isDigit == true
            && digits.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        switch first {
        case UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "|"), 0x09, 0x0A, 0x0D: return true
        case UInt8(ascii: "+"), UInt8(ascii: "-"): return !isNumber
        default: return false
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}

/// What a reader made of a text, in a form that can be compared.
private struct Table: Equatable {
    struct Row: Equatable {
        let line: Int
        let cells: [[UInt8]]
    }

    private(set) var rows: [Row] = []
    private(set) var error: CSVError?

    init(_ pieces: [[UInt8]]) {
        var reader = CSVReader()
        do {
            for piece in pieces {
                reader.feed(piece)
                try take(from: &reader)
            }
            reader.finish()
            try take(from: &reader)
        } catch {
            self.error = error
        }
    }

    private mutating func take(from reader: inout CSVReader) throws(CSVError) {
        while let record = try reader.next() {
            let cells = (0..<record.count).map { Array(record.utf8($0)) }
            rows.append(Row(line: record.line, cells: cells))
        }
    }
}
