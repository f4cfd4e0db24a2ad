// SPDX-License-Identifier: Apache-2.0
import HTTP

extension Property {
    /// A chunked body is what a plain reading of RFC 9112 makes of it, and any bytes come back out
    /// of the chunks that they are put into.
    package static let chunks = Property("chunks") { input throws(BrokenProperty) in
        let parsed = try requests(in: head + input, .wide)
        let expected = reference(input)
        if let request = parsed.requests.first, request.isComplete {
            try demand(
                request.body == expected,
                "\(request.body) was read where \(expected ?? []) was expected"
            )
        }
        try checkWriting(input)
    }

    private static let head = Array(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8
    )

    /// The data up to the last chunk; nil where there is none, or anything is wrong before it.
    private static func reference(_ input: [UInt8]) -> [UInt8]? {
        var data: [UInt8] = []
        var rest = input[...]
        while let end = rest.firstIndex(of: 0x0A) {
            guard let size = chunkSize(rest[..<end]) else { return nil }
            rest = rest[(end + 1)...]
            if size == 0 { return data }
            guard rest.count > size, rest.dropFirst(size).starts(with: [0x0D, 0x0A]) else {
                return nil
            }
            data += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }

    // chunk-size [ chunk-ext ] CR (RFC 9112 section 7.1)
    private static func chunkSize(_ line: ArraySlice<UInt8>) -> Int? {
        guard line.last == 0x0D else { return nil }
        let digits = line.prefix { Character(Unicode.Scalar($0)).isHexDigit }
        let extended = line.dropFirst(digits.count).dropLast()
        let behindSpace = extended.drop { $0 == 0x20 || $0 == 0x09 }
        guard digits.count <= 16,
            extended.isEmpty || behindSpace.first == UInt8(ascii: ";"),
            extended.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) })
        else { return nil }
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    private static func checkWriting(_ data: [UInt8]) throws(BrokenProperty) {
        var draws = Draws(data)
        var sizes: [Int] = []
        while sizes.reduce(0, +) < data.count {
            sizes.append(Int.random(in: 1...20, using: &draws))
        }
        let parsed = ParsedInput(head + chunked(data, sizes: sizes))
        try demand(
            parsed.failure == nil && parsed.requests.count == 1
                && parsed.requests[0].isComplete && parsed.requests[0].body == data,
            "\(data) in chunks of \(sizes) reads back as \(parsed)"
        )
    }
}

/// A chunked body with chunks of these sizes, the last one perhaps smaller.
func chunked(_ data: [UInt8], sizes: [Int]) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = data[...]
    for size in sizes where !rest.isEmpty {
        let chunk = rest.prefix(size)
        bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + [0x0D, 0x0A]
        rest = rest.dropFirst(size)
    }
    return bytes + Array("0\r\n\r\n".utf8)
}
