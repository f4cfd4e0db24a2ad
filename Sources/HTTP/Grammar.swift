// SPDX-License-Identifier: Apache-2.0

// The byte classes of RFC 9110 and RFC 3986, each beside its ABNF.
extension UInt8 {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let colon = UInt8(ascii: ":")

    // OWS = *( SP / HTAB )
    @inline(__always) var isBlank: Bool { self == 0x20 || self == 0x09 }

    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }

    // ALPHA = %x41-5A / %x61-7A
    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    @inline(__always) var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// `tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" /`
    /// `"|" / "~" / DIGIT / ALPHA` (RFC 9110 section 5.6.2).
    @inline(__always) var isToken: Bool {
        if isLetter || isDigit { return true }
        return switch self {
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E, 0x5F, 0x60, 0x7C, 0x7E: true
        default: false
        }
    }

    /// Whether a request line, or the empty line before it, may begin with this.
    @inline(__always) var canBegin: Bool {
        isToken || self == .carriageReturn || self == .lineFeed
    }

    /// `field-vchar = VCHAR / obs-text`, SP and HTAB (RFC 9110 section 5.5): all but controls.
    @inline(__always) var isFieldContent: Bool { (self >= 0x20 && self != 0x7F) || self == 0x09 }

    /// `VCHAR` without what no URI holds raw (RFC 3986 appendix A) and browsers escape, too.
    ///
    /// Square brackets, braces, `|`, `^` and the grave accent are no URI characters either, but
    /// browsers send them raw in queries and no reader can mistake them.
    @inline(__always) var isTarget: Bool {
        switch self {
        case 0x22, 0x23, 0x3C, 0x3E, 0x5C: false  // " # < > \
        default: self > 0x20 && self < 0x7F
        }
    }

    /// `unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"` (RFC 3986 section 2.3).
    @inline(__always) var isUnreserved: Bool {
        if isLetter || isDigit { return true }
        return switch self {
        case 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// `unreserved / sub-delims`, the characters of a host's name (RFC 3986 section 3.2.2).
    @inline(__always) var isHost: Bool {
        if isUnreserved { return true }
        return switch self {
        case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true
        default: false
        }
    }

    /// The value of a hexadecimal digit.
    @inline(__always) var hexadecimal: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

extension Span<UInt8> {
    /// Whether the bytes are nothing but `tchar`.
    var isToken: Bool {
        for index in indices where !self[index].isToken { return false }
        return true
    }
}
