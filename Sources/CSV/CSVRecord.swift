// SPDX-License-Identifier: Apache-2.0

/// A record: its cells without their quotes.
package struct CSVRecord: Sendable {
    /// The number of the record's first line; the header is line 1.
    package internal(set) var line = 1

    /// The cells, one byte (the comma) between each and the next.
    var bytes: [UInt8] = []

    /// Where in `bytes` each cell ends.
    var ends: [Int] = []

    /// The number of cells, at least 1.
    package var count: Int { ends.count }

    /// The cells as text.
    package var cells: [String] {
        var cells: [String] = []
        cells.reserveCapacity(count)
        for index in 0..<count { cells.append(self[index]) }
        return cells
    }

    /// A cell as text.
    package subscript(index: Int) -> String {
        String(decoding: utf8(index), as: UTF8.self)
    }

    /// The bytes of a cell.
    package func utf8(_ index: Int) -> ArraySlice<UInt8> {
        bytes[start(index)..<ends[index]]
    }

    private func start(_ index: Int) -> Int {
        index == 0 ? 0 : ends[index - 1] + 1
    }

    /// Makes room for the next record.
    mutating func restart(line: Int) {
        self.line = line
        bytes.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}
