// SPDX-License-Identifier: Apache-2.0
import CSV

extension Property {
    /// The lines of NDJSON are what splitting the whole text gives, however it is cut.
    package static let lines = Property("lines") { input throws(BrokenProperty) in
        let expected = input.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
            .map { number, line in
                NumberedLine(
                    number: number + 1,
                    bytes: Array(line.last == 0x0D ? line.dropLast() : line)
                )
            }
            .filter { !$0.bytes.isEmpty }
        for cuts in [[]] + cuts(input) {
            let read = try lines(pieces(of: input, cutAt: cuts))
            try demand(read == expected, "\(read) is read when cut at \(cuts), not \(expected)")
        }
    }

    private static func lines(_ pieces: [[UInt8]]) throws(BrokenProperty) -> [NumberedLine] {
        var splitter = NDJSONLines()
        var lines: [NumberedLine] = []
        do {
            for piece in pieces {
                splitter.feed(piece)
                while let line = try splitter.next() { lines.append(NumberedLine(line)) }
            }
            splitter.finish()
            while let line = try splitter.next() { lines.append(NumberedLine(line)) }
        } catch {
            throw BrokenProperty("a line is refused: \(error)")
        }
        return lines
    }
}

private struct NumberedLine: Equatable {
    let number: Int
    let bytes: [UInt8]
}

extension NumberedLine {
    init(_ line: NDJSONLines.Line) {
        self.init(number: line.number, bytes: line.bytes)
    }
}
