// SPDX-License-Identifier: Apache-2.0

/// `uri-host [ ":" port ]` as Host and absolute-form targets hold it (RFC 9110 section 7.2).
enum Authority {
    /// Whether a Host field's value is proper; it may be empty (RFC 9112 section 3.2).
    static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: "[") else {
            let colon = text.firstIndex(of: .colon) ?? text.endIndex
            return text.isEmpty || isName(text[..<colon]) && isPort(text[colon...])
        }
        // IP-literal = "[" ( IPv6address / IPvFuture ) "]" (RFC 3986 section 3.2.2).
        guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return false }
        let literal = text[..<end].dropFirst()
        return (isIPv6(literal) || isFuture(literal)) && isPort(text[end...].dropFirst())
    }

    /// `reg-name = *( unreserved / pct-encoded / sub-delims )`, but not empty (RFC 9110 section
    /// 4.2.1).
    private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
        var digitsToCome = 0
        for byte in text {
            if digitsToCome > 0 {
                guard byte.hexadecimal != nil else { return false }
                digitsToCome -= 1
            } else if byte == UInt8(ascii: "%") {
                digitsToCome = 2
            } else {
                guard byte.isHost else { return false }
            }
        }
        return !text.isEmpty && digitsToCome == 0
    }

    // [ ":" *DIGIT ], in the range of TCP's ports.
    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        guard let colon = text.first else { return true }
        let digits = text.dropFirst()
        guard colon == .colon, digits.allSatisfy(\.isDigit) else { return false }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }
        return significant.count <= 5
            && significant.reduce(0) { $0 * 10 + Int($1 &- 0x30) } <= 65535
    }

    /// Eight groups, or fewer around one "::"; an IPv4 address may stand for the last two.
    private static func isIPv6(_ text: ArraySlice<UInt8>) -> Bool {
        let gap = text.indices.dropLast().first { text[$0] == .colon && text[$0 + 1] == .colon }
        guard let gap else { return groups(text, endInIPv4: true) == 8 }
        guard let before = groups(text[..<gap], endInIPv4: false),
            let after = groups(text[gap...].dropFirst(2), endInIPv4: true)
        else { return false }
        return before + after < 8
    }

    /// Counts groups of four digits; nil if something else is among them.
    private static func groups(_ text: ArraySlice<UInt8>, endInIPv4: Bool) -> Int? {
        guard !text.isEmpty else { return 0 }
        var pieces = text.split(separator: .colon, omittingEmptySubsequences: false)
        let isMixed = endInIPv4 && pieces.last.map(isIPv4) == true
        if isMixed { pieces.removeLast() }
        let areGroups = pieces.allSatisfy { piece in
            1...4 ~= piece.count && piece.allSatisfy { $0.hexadecimal != nil }
        }
        return areGroups ? pieces.count + (isMixed ? 2 : 0) : nil
    }

    private static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
        let octets = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return octets.count == 4
            && octets.allSatisfy { octet in
                1...3 ~= octet.count && octet.allSatisfy(\.isDigit)
                    && (octet.count == 1 || octet.first != UInt8(ascii: "0"))
                    && octet.reduce(0) { $0 * 10 + Int($1 &- 0x30) } <= 255
            }
    }

    // IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
    private static func isFuture(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.first?.lowercased == UInt8(ascii: "v"),
            let dot = text.firstIndex(of: UInt8(ascii: "."))
        else { return false }
        let version = text[..<dot].dropFirst()
        let address = text[dot...].dropFirst()
        return !version.isEmpty && version.allSatisfy { $0.hexadecimal != nil }
            && !address.isEmpty && address.allSatisfy { $0.isHost || $0 == .colon }
    }
}
