// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import Foundation
import HTTP
import Testing

/// A real data set: 69,659 purchases of 23,570 customers, 255 of them exact twins of others.
@Suite struct ImportCDNOWTests {
    /// Beside the package, outside the repository.
    private static let file = URL(filePath: #filePath)
        .appending(path: "../../../../../shared/data/cdnow/CDNOW_master.txt").standardized

    private static let isThere = FileManager.default.fileExists(atPath: file.path)

    /// A debug build takes the first customers only, to stay within a second or two.
    private static let customerLimit: Int? = {
        #if DEBUG
        return 1_500
        #else
        return nil
        #endif
    }()

    @Test(.enabled(if: isThere, "../shared/data/cdnow is not there"))
    func `goes in once, its twins too`() throws {
        let (text, rows, customers) = try Self.orders()
        try withImportBase { base throws in
            let source = ImportSource(.bytes(text), .csv)
            #expect(try base.take(.orders, source).figures == [rows, 0, 0, customers, 0])
            if Self.customerLimit == nil {
                #expect(rows == 69_659)
                #expect(customers == 23_570)
            }
            #expect(try base.number("SELECT count(*) FROM customer_order") == rows)
            #expect(try base.take(.orders, source).figures == [0, 0, rows, 0, 0])
            #expect(try base.number("SELECT count(*) FROM customer_order") == rows)
        }
    }

    /// The file as CSV, its rows and its customers.
    private static func orders() throws -> ([UInt8], Int, Int) {
        var text = Array("customerExternalId,placedAt,total\n".utf8)
        var rows = 0
        var customers: Set<ArraySlice<UInt8>> = []
        let bytes = Array(try Data(contentsOf: file))
        for line in bytes.split(separator: 0x0A).dropFirst() {
            let cells = line.split { $0 <= 0x20 }
            guard cells.count == 4, cells[1].count == 8 else { continue }
            if !customers.contains(cells[0]), customers.count == customerLimit { break }
            customers.insert(cells[0])
            rows += 1
            let date = Array(cells[1])
            let dash = [UInt8(ascii: "-")]
            text += cells[0] + [UInt8(ascii: ",")]
            text += date[..<4] + dash + date[4..<6] + dash + date[6...] + [UInt8(ascii: ",")]
            text += cells[3] + [UInt8(ascii: "\n")]
        }
        return (text, rows, customers.count)
    }
}
