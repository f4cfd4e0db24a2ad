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

    /// What keeps pairs from being read, in words that follow “the query string”.
    package static func fault(in raw: some Collection<UInt8>) -> String {
        var rest = raw[...]
        var hasZero = false
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst()?.hexadecimal,
                    let low = rest.popFirst()?.hexadecimal
                else { return "has a bad percent-escape" }
                hasZero = hasZero || high == 0 && low == 0
            } else {
                hasZero = hasZero || byte == 0
            }
        }
        return hasZero ? "must not hold U+0000" : "is not UTF-8"
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
