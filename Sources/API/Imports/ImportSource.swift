// SPDX-License-Identifier: Apache-2.0
package import CSV
import Foundation
package import HTTP

/// The formats that are imported and exported.
package enum ExchangeFormat: String, Sendable, CaseIterable {
    case csv
    case ndjson

    package var mediaType: String {
        switch self {
        case .csv: "text/csv"
        case .ndjson: "application/x-ndjson"
        }
    }
}

/// A file to be imported.
package struct ImportSource: Sendable {
    package let body: Body
    package let format: ExchangeFormat
    /// Nil to find it out.
    package let encoding: TextEncoding?

    package init(_ body: Body, _ format: ExchangeFormat, encoding: TextEncoding? = nil) {
        self.body = body
        self.format = format
        self.encoding = encoding
    }

    /// The file at a path; a name that ends in `.ndjson` or `.jsonl` means NDJSON.
    package init(path: String, encoding: TextEncoding? = nil) throws {
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        let isLines = path.hasSuffix(".ndjson") || path.hasSuffix(".jsonl")
        self.init(
            .file(PlainFile(path: path, length: size ?? 0)),
            isLines ? .ndjson : .csv,
            encoding: encoding
        )
    }

    private struct PlainFile: BodyFile {
        let path: String
        let length: Int
    }
}

/// A text that cannot be read at all; nothing has been imported.
package struct ImportSyntaxError: Error, Sendable, Equatable {
    package let line: Int
    package let detail: String
}

/// The bytes of a source, piece by piece.
struct ImportBytes {
    private static let pieceSize = 256 * 1024

    private enum Origin {
        case bytes([UInt8])
        case file(FileHandle)
    }

    /// Kept, for the file lives as long as its body.
    private let body: Body
    private let origin: Origin
    private(set) var count = 0

    init(_ body: Body) throws {
        self.body = body
        switch body {
        case .bytes(let bytes): origin = .bytes(bytes)
        case .file(let file):
            origin = .file(try FileHandle(forReadingFrom: URL(filePath: file.path)))
        }
    }

    /// The next piece; nil at the end.
    mutating func next() throws -> [UInt8]? {
        let piece: [UInt8]
        switch origin {
        case .bytes(let bytes):
            piece = Array(bytes[count..<min(count + Self.pieceSize, bytes.count)])
        case .file(let handle):
            piece = try handle.read(upToCount: Self.pieceSize).map { [UInt8]($0) } ?? []
        }
        count += piece.count
        return piece.isEmpty ? nil : piece
    }
}
