// SPDX-License-Identifier: Apache-2.0

/// `application/x-www-form-urlencoded`, which is also what query strings are
/// (WHATWG URL, “application/x-www-form-urlencoded parsing”).
package enum FormEncoding {
    /// Reads pairs in their order; nil where `PercentEncoding.decode` gives nil.
    package static func decode(_ raw: String) -> [(name: String, value: String)]? {
        pairs(raw.utf8)
    }

    package static func decode(_ raw: [UInt8]) -> [(name: String, value: String)]? {
        pairs(raw)
    }

    private static func pairs(
        _ raw: some Collection<UInt8>
    ) -> [(name: String, value: String)]? {
        var pairs: [(name: String, value: String)] = []
        for piece in raw.split(separator: UInt8(ascii: "&")) {
            let equals = piece.firstIndex(of: UInt8(ascii: "=")) ?? piece.endIndex
            let rest = piece[equals...].dropFirst()
            guard let name = PercentEncoding.decode(piece[..<equals], plusIsSpace: true),
                let value = PercentEncoding.decode(rest, plusIsSpace: true)
            else { return nil }
            pairs.append((name, value))
        }
        return pairs
    }
}
