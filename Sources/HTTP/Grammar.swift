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

// Looking at eight bytes at a time, by the tricks of "Bit Twiddling Hacks" (Sean Eron Anderson,
// "Determine if a word has a byte equal to n", "… less than n"): a byte that is there borrows,
// which shows in its highest bit, and a false sign of it stands only above a true one.
extension Span<UInt8> {
    private static var ones: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// The place of the first such byte from a place on; the count if there is none.
    func firstIndex(of byte: UInt8, from start: Int) -> Int {
        var index = start
        while index + 8 <= count {
            let other = word(at: index) ^ (Self.ones &* UInt64(byte))
            let isFound = (other &- Self.ones) & ~other & Self.highBits
            guard isFound == 0 else { return index + isFound.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < count && self[index] != byte {
            index += 1
        }
        return index
    }

    /// The place of the first byte in a range that no field value may hold.
    func firstControl(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            let word = word(at: index)
            let other = word ^ (Self.ones &* 0x7F)
            let isControl = (word &- Self.ones &* 0x20) & ~word
            let isDelete = (other &- Self.ones) & ~other
            // A tab may be among them.
            guard (isControl | isDelete) & Self.highBits == 0 else { break }
            index += 8
        }
        while index < range.upperBound {
            if !self[index].isFieldContent { return index }
            index += 1
        }
        return nil
    }

    /// Eight bytes, the first of them the lowest.
    private func word(at index: Int) -> UInt64 {
        // Bounded by the callers, and checked once more; any bytes make a number.
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        )
    }
}

extension Span<UInt8> {
    /// Whether the bytes are nothing but `tchar`.
    var isToken: Bool {
        for index in indices where !self[index].isToken { return false }
        return true
    }
}
