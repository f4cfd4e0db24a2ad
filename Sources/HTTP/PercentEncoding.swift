// SPDX-License-Identifier: Apache-2.0

/// Percent-encoding of path segments and query components (RFC 3986 section 2.1).
package enum PercentEncoding {
    /// Decodes one path segment or query component.
    ///
    /// Returns nil for a bad escape, U+0000, or text that is not UTF-8.
    package static func decode(_ text: Substring, plusIsSpace: Bool) -> String? {
        decode(text.utf8, plusIsSpace: plusIsSpace)
    }

    /// Decodes one path segment.
    ///
    /// Returns nil for a bad escape, U+0000, or text that is not UTF-8.
    package static func decode(_ text: Span<UInt8>) -> String? {
        decode(text.indices.map { text[$0] }, plusIsSpace: false)
    }

    static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while var byte = rest.next() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.next()?.hexadecimal, let low = rest.next()?.hexadecimal
                else { return nil }
                byte = high << 4 | low
            } else if plusIsSpace && byte == UInt8(ascii: "+") {
                byte = 0x20
            }
            guard byte != 0 else { return nil }
            bytes.append(byte)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Encodes all but unreserved characters.
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
