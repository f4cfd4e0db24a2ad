// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reads a file piece by piece.
enum FileReader {
    private static let pieceLength = 1 << 16

    static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        while let piece = try file.read(upToCount: pieceLength), !piece.isEmpty {
            try body(Array(piece))
        }
    }
}
