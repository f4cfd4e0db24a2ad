// SPDX-License-Identifier: Apache-2.0

/// Why a text is not JSON, and where.
package struct JSONSyntaxError: Error, Sendable, Equatable {
    /// The place of the offending byte, counted from 0.
    package let offset: Int
    package let detail: String
}

/// Reads one JSON text, strictly as RFC 8259 has it: UTF-8 without BOM, nothing after the value,
/// nesting bounded, and no U+0000 in a string, because no column of the store takes one.
package struct JSONReader {
    package static let depthLimit = 64

    private let bytes: [UInt8]
    private let depthLimit: Int
    private var place = 0

    private init(_ bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    package static func read(
        _ bytes: [UInt8],
        depthLimit: Int = depthLimit
    ) throws(JSONSyntaxError) -> JSON {
        var reader = JSONReader(bytes, depthLimit: depthLimit)
        let value = try reader.value(depth: 0)
        reader.skipWhiteSpace()
        guard reader.place == bytes.count else { throw reader.error("text after the value") }
        return value
    }

    package static func read(_ text: String) throws(JSONSyntaxError) -> JSON {
        try read(Array(text.utf8))
    }

    private func error(_ detail: String) -> JSONSyntaxError {
        JSONSyntaxError(offset: place, detail: detail)
    }

    private var current: UInt8? {
        place < bytes.count ? bytes[place] : nil
    }

    private mutating func skipWhiteSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            place += 1
        }
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSON {
        skipWhiteSpace()
        switch current {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case nil: throw error("the text ends where a value should stand")
        case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            return try number()
        default: throw error("no value begins like this")
        }
    }

    private mutating func literal(
        _ text: StaticString,
        _ value: JSON
    ) throws(JSONSyntaxError) -> JSON {
        for byte in text.description.utf8 {
            guard current == byte else { throw error("not true, false or null") }
            place += 1
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth <= depthLimit else { throw error("nested deeper than \(depthLimit)") }
        place += 1
        var members: [JSON.Member] = []
        skipWhiteSpace()
        if current == UInt8(ascii: "}") {
            place += 1
            return .object(members)
        }
        while true {
            skipWhiteSpace()
            guard current == UInt8(ascii: "\"") else { throw error("a member needs a name") }
            let name = try string()
            skipWhiteSpace()
            guard current == UInt8(ascii: ":") else { throw error("a colon is missing") }
            place += 1
            members.append(JSON.Member(name, try value(depth: depth)))
            guard try another(before: UInt8(ascii: "}")) else { return .object(members) }
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSON {
        guard depth <= depthLimit else { throw error("nested deeper than \(depthLimit)") }
        place += 1
        var elements: [JSON] = []
        skipWhiteSpace()
        if current == UInt8(ascii: "]") {
            place += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth))
            guard try another(before: UInt8(ascii: "]")) else { return .array(elements) }
        }
    }

    /// Whether a comma promises another element; false after the closing byte.
    private mutating func another(before closing: UInt8) throws(JSONSyntaxError) -> Bool {
        skipWhiteSpace()
        let byte = current
        guard byte == UInt8(ascii: ",") || byte == closing else {
            throw error("a comma or the closing bracket is missing")
        }
        place += 1
        return byte != closing
    }

    // RFC 8259, section 6: [ minus ] int [ frac ] [ exp ]
    private mutating func number() throws(JSONSyntaxError) -> JSON {
        let start = place
        if current == UInt8(ascii: "-") { place += 1 }
        if current == UInt8(ascii: "0") {
            place += 1
        } else {
            try digits()
        }
        if current == UInt8(ascii: ".") {
            place += 1
            try digits()
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            place += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { place += 1 }
            try digits()
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = place
        while let byte = current, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            place += 1
        }
        guard place > start else { throw error("a digit is missing") }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        place += 1
        let start = place
        while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { throw error("a control character in a string") }
            place += 1
        }
        if current == UInt8(ascii: "\"") {
            let text = try text(of: bytes[start..<place], from: start)
            place += 1
            return text
        }
        return try escapedString(from: start)
    }

    private func text(
        of slice: ArraySlice<UInt8>,
        from start: Int
    ) throws(JSONSyntaxError) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONSyntaxError(offset: start, detail: "a string that is not UTF-8")
        }
        return text
    }

    private mutating func escapedString(from start: Int) throws(JSONSyntaxError) -> String {
        var unescaped = Array(bytes[start..<place])
        while let byte = current {
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                return try text(of: unescaped[...], from: start)
            case UInt8(ascii: "\\"):
                try escape(into: &unescaped)
            case 0..<0x20:
                place -= 1
                throw error("a control character in a string")
            default:
                unescaped.append(byte)
            }
        }
        throw error("a string without end")
    }

    private mutating func escape(into unescaped: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = current else { throw error("a string without end") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0C)
        case UInt8(ascii: "n"): unescaped.append(0x0A)
        case UInt8(ascii: "r"): unescaped.append(0x0D)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "u"):
            guard let scalar = Unicode.Scalar(try codePoint()) else {
                throw error("half of a surrogate pair")
            }
            guard scalar.value != 0 else { throw error("U+0000 in a string") }
            unescaped.append(contentsOf: Character(scalar).utf8)
        default:
            place -= 1
            throw error("no such escape")
        }
    }

    private mutating func codePoint() throws(JSONSyntaxError) -> UInt32 {
        let first = try fourHexDigits()
        guard (0xD800..<0xDC00).contains(first) else { return first }
        guard current == UInt8(ascii: "\\") else { throw error("half of a surrogate pair") }
        place += 1
        guard current == UInt8(ascii: "u") else { throw error("half of a surrogate pair") }
        place += 1
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second) else { throw error("half of a surrogate pair") }
        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue
            else {
                throw error("an escape needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            place += 1
        }
        return value
    }
}
