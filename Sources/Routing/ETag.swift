// SPDX-License-Identifier: Apache-2.0

/// A record that counts its changes.
package protocol Versioned {
    var version: Int { get }
}

/// Strong entity tags (RFC 9110, section 8.8.3): the record's version, and a digest of its bytes.
///
/// The digest tells apart representations of one version, because what is derived, such as a
/// customer's tier, moves without a change of the record. `If-Match` compares versions only: it
/// guards against lost updates, and a new tier loses none.
package enum ETag {
    /// What tells the version of a record, nil of one that does not count its changes.
    ///
    /// Whether the type does is looked up once, since that takes longer than writing the tag.
    static func version<Record>(of type: Record.Type) -> @Sendable (Record) -> Int? {
        guard type is any Versioned.Type else { return { _ in nil } }
        return { ($0 as? any Versioned)?.version }
    }

    package static func tag(version: Int?, of bytes: [UInt8]) -> String {
        let tag = quoted(digest(of: bytes))
        return version.map { "\"\($0)." + tag.dropFirst() } ?? tag
    }

    /// Thirteen digits of five bits, the first with the highest.
    private static func quoted(_ number: UInt64) -> String {
        // Filled to its end.
        unsafe String(unsafeUninitializedCapacity: 15) { text in
            unsafe text.initialize(repeating: UInt8(ascii: "\""))
            for place in 0..<13 {
                let digit = UInt8(truncatingIfNeeded: number >> (60 - 5 * UInt64(place)) & 31)
                let first = digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10
                unsafe text[place + 1] = first + digit
            }
            return 15
        }
    }

    /// FNV-1a of 64 bits (draft-eastlake-fnv, section 2), but of eight bytes at a time, with the
    /// high bits mixed in, which a word's high bytes would not reach otherwise.
    ///
    /// Byte by byte each waits for the multiplication before it: that took as long as the parser.
    private static func digest(of bytes: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ word: UInt64) {
            hash = (hash ^ word) &* 0x0000_0100_0000_01b3
            hash ^= hash >> 32
        }
        let words = bytes.count / 8
        unsafe bytes.withUnsafeBytes { text in
            for word in 0..<words {
                // Within the bounds, and any bytes make a number.
                unsafe mix(text.loadUnaligned(fromByteOffset: 8 * word, as: UInt64.self))
            }
        }
        for byte in bytes[(8 * words)...] { mix(UInt64(byte)) }
        return hash
    }

    /// Whether `If-None-Match` holds the tag, compared weakly (RFC 9110, section 13.1.2).
    package static func isListed(_ tag: String, in field: String) -> Bool {
        field.trimmingSpaces() == "*" || list(field).contains { weak($0) == weak(tag) }
    }

    private static func weak(_ tag: String) -> String {
        tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    }

    private static func list(_ field: String) -> [String] {
        field.split(separator: ",").map { $0.trimmingSpaces() }
    }

    /// Whether `If-Match` names this tag, compared strongly (RFC 9110, section 13.1.1).
    package static func allows(_ field: String, tag: String) -> Bool {
        field.trimmingSpaces() == "*" || list(field).contains(tag)
    }

    /// Whether `If-Match` lets a change of this version pass (RFC 9110, section 13.1.1); weak tags
    /// never match.
    package static func allows(_ field: String, version: Int) -> Bool {
        field.trimmingSpaces() == "*"
            || list(field).contains { $0.hasPrefix("\"\(version).") && $0.hasSuffix("\"") }
    }
}
