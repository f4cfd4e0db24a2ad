// SPDX-License-Identifier: Apache-2.0
import Foundation
import HTTP

extension Property {
    /// Pairs are what Foundation's decoder makes of them, and read back the same when they are
    /// encoded.
    package static let forms = Property("forms") { input throws(BrokenProperty) in
        let pairs = FormEncoding.decode(input).map(Pairs.init)
        if let text = String(validating: input, as: UTF8.self) {
            let expected = reference(text)
            // Foundation repairs some escapes that are not UTF-8 instead of refusing them.
            let isRepaired = expected.map { $0.all.contains { $0.holds("\u{FFFD}") } } ?? false
            try demand(
                pairs == expected || (pairs == nil && isRepaired),
                "\(pairs.debugDescription) was read where Foundation has "
                    + expected.debugDescription
            )
            try demand(
                FormEncoding.decode(text).map(Pairs.init) == pairs,
                "a text is read otherwise than its bytes"
            )
        }
        guard let pairs else { return }
        for encode in [PercentEncoding.encode, escaped] {
            let encoded = pairs.encoded(by: encode)
            try demand(
                FormEncoding.decode(encoded).map(Pairs.init) == pairs,
                "\(pairs) does not read back from \(encoded)"
            )
        }
        try demand(
            !pairs.all.contains { $0.holds("\0") },
            "\(pairs) holds U+0000"
        )
    }

    private static func reference(_ text: String) -> Pairs? {
        var all: [Pairs.Pair] = []
        for piece in text.utf8.split(separator: UInt8(ascii: "&")) {
            let halves = piece.split(
                separator: UInt8(ascii: "="),
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            let decoded = halves.compactMap { half in
                String(decoding: half.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }, as: UTF8.self)
                    .removingPercentEncoding
            }
            guard decoded.count == halves.count, !decoded.joined().utf8.contains(0) else {
                return nil
            }
            all.append(Pairs.Pair(name: decoded[0], value: decoded.count > 1 ? decoded[1] : ""))
        }
        return Pairs(all: all)
    }

    /// Each byte as a percent escape.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { ($0 < 16 ? "%0" : "%") + String($0, radix: 16) }.joined()
    }
}

/// Pairs that can be compared.
private struct Pairs: Equatable {
    struct Pair: Equatable {
        let name: String
        let value: String

        func holds(_ scalar: Unicode.Scalar) -> Bool {
            name.unicodeScalars.contains(scalar) || value.unicodeScalars.contains(scalar)
        }

        // Strings are equal that differ in composition.
        static func == (one: Pair, other: Pair) -> Bool {
            one.name.utf8.elementsEqual(other.name.utf8)
                && one.value.utf8.elementsEqual(other.value.utf8)
        }
    }

    let all: [Pair]
}

extension Pairs {
    init(_ pairs: [(name: String, value: String)]) {
        all = pairs.map { Pair(name: $0.name, value: $0.value) }
    }

    func encoded(by encode: (String) -> String) -> String {
        all.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
    }
}
