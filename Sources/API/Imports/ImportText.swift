// SPDX-License-Identifier: Apache-2.0
import CSV

/// The records of a source, decoded from its bytes as far as they are asked for.
struct ImportText: ~Copyable {
    enum Piece {
        case record(CSVRecord)
        case line(NDJSONLines.Line)
    }

    private var bytes: ImportBytes
    private var decoder: TextDecoder
    private var csv = CSVReader()
    private var lines = NDJSONLines()
    private let format: ExchangeFormat
    private var isFinished = false

    init(_ source: ImportSource) throws {
        bytes = try ImportBytes(source.body)
        decoder = TextDecoder(encoding: source.encoding)
        format = source.format
    }

    /// How many bytes of the source have been taken.
    var byteCount: Int { bytes.count }

    /// The next record or line; nil at the end.
    mutating func next() throws -> Piece? {
        do {
            while true {
                switch format {
                case .csv: if let record = try csv.next() { return .record(record) }
                case .ndjson: if let line = try lines.next() { return .line(line) }
                }
                guard !isFinished else { return nil }
                try feed()
            }
        } catch let error as CSVError {
            throw ImportSyntaxError(line: error.line, detail: error.detail)
        } catch let error as TextError {
            throw ImportSyntaxError(line: error.line, detail: error.detail)
        }
    }

    private mutating func feed() throws {
        var text: [UInt8] = []
        if let piece = try bytes.next() {
            try decoder.decode(piece, into: &text)
        } else {
            try decoder.finish(into: &text)
            isFinished = true
        }
        switch format {
        case .csv:
            csv.feed(text)
            if isFinished { csv.finish() }
        case .ndjson:
            lines.feed(text)
            if isFinished { lines.finish() }
        }
    }
}
