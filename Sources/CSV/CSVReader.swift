// SPDX-License-Identifier: Apache-2.0

/// Reads CSV (RFC 4180) in UTF-8, fed in chunks of any cut.
///
/// Lines end in CRLF or LF, the last one also in nothing; empty lines are skipped. Each byte is
/// looked at once, wherever the cuts fall. After an error the reader throws the same error again.
package struct CSVReader: Sendable {
    /// The longest record in bytes, its quotes not counted.
    package static let recordLimit = 1024 * 1024

    /// The most cells of a record.
    package static let cellLimit = 1_000

    private enum Place {
        case cellStart
        case plainCell
        case quotedCell
        /// Behind a quote in a quoted cell: it closes the cell, or the next byte doubles it.
        case quote
        /// Behind a line's last cell and its CR, if it has one.
        case lineEnd
    }

    private var input: [UInt8] = []
    private var index = 0
    private var line = 1
    private var place = Place.cellStart
    private var isFinished = false
    private var error: CSVError?

    /// The record being read.
    ///
    /// The caller gets a copy; when that is gone by the next call, the buffers are used again.
    private var record = CSVRecord()
    private var isDelivered = false

    package init() {}

    /// Takes a chunk of the text.
    package mutating func feed(_ chunk: [UInt8]) {
        input.removeFirst(index)
        index = 0
        input.append(contentsOf: chunk)
    }

    /// Says that all of the text has been fed.
    package mutating func finish() {
        isFinished = true
    }

    /// The next record; nil if more must be fed or, after `finish`, at the end.
    package mutating func next() throws(CSVError) -> CSVRecord? {
        if let error { throw error }
        if isDelivered {
            record.restart(line: line)
            isDelivered = false
        }
        do throws(CSVError) {
            isDelivered = try scan()
            if !isDelivered { isDelivered = try endsHere() }
        } catch {
            self.error = error
            throw error
        }
        return isDelivered ? record : nil
    }

    /// Reads to the end of a record, which is true, or of the input.
    private mutating func scan() throws(CSVError) -> Bool {
        while index < input.count {
            switch place {
            case .cellStart, .plainCell: try scanPlainCells()
            case .quotedCell: try scanQuotedCell()
            case .quote: try scanBehindQuote()
            case .lineEnd:
                try passLineFeed()
                if record.count > 0 { return true }
                // The line was empty.
                record.line = line
            }
        }
        return false
    }

    /// Reads to a quote, a line's end or the end of the input.
    private mutating func scanPlainCells() throws(CSVError) {
        // Bytes are copied in one run, the commas among them.
        let run = index
        var index = index
        let offset = record.bytes.count - run
        let end = input.count
        while index < end {
            let byte = input[index]
            if byte > UInt8(ascii: ",") {
                place = .plainCell
            } else if byte == UInt8(ascii: ",") {
                try endCell(at: offset + index)
                place = .cellStart
            } else if byte == .quote || byte == .lineFeed || byte == .carriageReturn {
                break
            } else {
                place = .plainCell
            }
            index += 1
        }
        self.index = index
        try copy(run..<index)
        guard index < end else { return }
        switch input[index] {
        case .quote:
            guard place == .cellStart else {
                throw fault("a quote stands in a cell that does not begin with one")
            }
            place = .quotedCell
            self.index += 1
        default:
            try endLine()
        }
    }

    private mutating func scanQuotedCell() throws(CSVError) {
        let run = index
        while index < input.count, input[index] != .quote {
            if input[index] == .lineFeed { line += 1 }
            index += 1
        }
        try copy(run..<index)
        guard index < input.count else { return }
        place = .quote
        index += 1
    }

    private mutating func scanBehindQuote() throws(CSVError) {
        switch input[index] {
        case .quote:
            try copy(index..<index + 1)
            place = .quotedCell
            index += 1
        case .comma:
            try endCell(at: record.bytes.count)
            try copy(index..<index + 1)
            place = .cellStart
            index += 1
        case .lineFeed, .carriageReturn:
            try endLine()
        default:
            throw fault("text follows a closing quote")
        }
    }

    /// Ends the last cell of a line, at its CR, which is passed, or its LF.
    private mutating func endLine() throws(CSVError) {
        if place != .cellStart || record.count > 0 { try endCell(at: record.bytes.count) }
        if input[index] == .carriageReturn { index += 1 }
        place = .lineEnd
    }

    private mutating func passLineFeed() throws(CSVError) {
        guard input[index] == .lineFeed else {
            throw fault("a carriage return stands without a line feed")
        }
        index += 1
        line += 1
        place = .cellStart
    }

    private mutating func endCell(at end: Int) throws(CSVError) {
        guard record.count < Self.cellLimit else {
            throw fault("a record has more than \(Self.cellLimit) cells")
        }
        record.ends.append(end)
    }

    private mutating func copy(_ run: Range<Int>) throws(CSVError) {
        guard record.bytes.count + run.count <= Self.recordLimit else {
            throw fault("a record has more than \(Self.recordLimit) bytes")
        }
        record.bytes.append(contentsOf: input[run])
    }

    /// Ends a last record that no line's end follows.
    private mutating func endsHere() throws(CSVError) -> Bool {
        guard isFinished else { return false }
        switch place {
        case .quotedCell: throw fault("a quote is not closed")
        case .lineEnd: break
        case .cellStart where record.count == 0: break
        case .cellStart, .plainCell, .quote: try endCell(at: record.bytes.count)
        }
        place = .cellStart
        return record.count > 0
    }

    private func fault(_ detail: String) -> CSVError {
        CSVError(line: record.line, detail: detail)
    }
}

extension UInt8 {
    static let comma = UInt8(ascii: ",")
    static let quote = UInt8(ascii: "\"")
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
}
