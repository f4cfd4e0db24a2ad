// SPDX-License-Identifier: Apache-2.0

/// `uri-host [ ":" port ]` as Host and absolute-form targets hold it (RFC 9110 section 7.2).
enum Authority {
    /// Whether a Host field's value is proper; it may be empty.
    static func isValid(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.allSatisfy(\.isHost) else { return false }
        if text.first == UInt8(ascii: "[") {
            // IP-literal = "[" ( IPv6address / IPvFuture ) "]" (RFC 3986 section 3.2.2).
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let literal = text[text.startIndex + 1..<end]
            guard !literal.isEmpty, !literal.contains(UInt8(ascii: "[")) else { return false }
            return isPort(text[(end + 1)...])
        }
        let colon = text.firstIndex(of: .colon) ?? text.endIndex
        let host = text[..<colon]
        let bracketed = host.contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
        return !bracketed && isPort(text[colon...])
    }

    // [ ":" *DIGIT ]
    private static func isPort(_ text: ArraySlice<UInt8>) -> Bool {
        text.isEmpty || (text.first == .colon && text.dropFirst().allSatisfy(\.isDigit))
    }
}
