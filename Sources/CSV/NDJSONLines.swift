// SPDX-License-Identifier: Apache-2.0

/// Splits NDJSON, fed in chunks of any cut, into its lines.
///
/// Lines end in LF or CRLF, the last one also in nothing; empty lines are skipped.
package struct NDJSONLines: Sendable {
    /// The longest line in bytes.
    package static let lineLimit = 1024 * 1024

    /// A line, without its end.
    package struct Line: Sendable, Equatable {
        /// The number of the line; the first is 1.
        package internal(set) var number = 0

        package internal(set) var bytes: [UInt8] = []
    }

    private var input: [UInt8] = []
    private var index = 0
    private var isFinished = false

    /// The place of `input` in the text.
    private var offset = 0

    /// The line being read; see `CSVReader.record`.
    private var line = Line()
    private var isDelivered = true

    package init() {}

    /// Takes a chunk of the text.
    package mutating func feed(_ chunk: [UInt8]) {
        input.removeFirst(index)
        offset += index
        index = 0
        input.append(contentsOf: chunk)
    }

    /// Says that all of the text has been fed.
    package mutating func finish() {
        isFinished = true
    }

    /// The next line; nil if more must be fed or, after `finish`, at the end.
    package mutating func next() throws(TextError) -> Line? {
        while index < input.count || isFinished {
            if isDelivered {
                line.bytes.removeAll(keepingCapacity: true)
                line.number += 1
                isDelivered = false
            }
            let rest = input[index...]
            let end = rest.firstIndex(of: .lineFeed)
            let part = rest[..<(end ?? rest.endIndex)]
            // The CR of a CRLF does not count.
            guard line.bytes.count + part.count <= Self.lineLimit + 1 else { throw tooLong() }
            line.bytes.append(contentsOf: part)
            index = part.endIndex
            if end != nil {
                index += 1
            } else if !isFinished {
                return nil
            }
            if line.bytes.last == .carriageReturn { line.bytes.removeLast() }
            guard line.bytes.count <= Self.lineLimit else { throw tooLong() }
            isDelivered = true
            if !line.bytes.isEmpty { return line }
            if end == nil { return nil }
        }
        return nil
    }

    private func tooLong() -> TextError {
        TextError(
            offset: offset + index,
            line: line.number,
            detail: "a line has more than \(Self.lineLimit) bytes"
        )
    }
}
