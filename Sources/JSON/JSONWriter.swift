// SPDX-License-Identifier: Apache-2.0

/// Writes JSON without white space; the caller keeps to the grammar, the writer sets the commas.
@usableFromInline package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init() {}

    package init(reservingCapacity count: Int) {
        bytes.reserveCapacity(count)
    }

    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that are written, with room for a record from the beginning.
    package static func bytes(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
        // With the array's header 1,024 bytes: glibc keeps freed pieces up to there at hand.
        var writer = JSONWriter(reservingCapacity: 992)
        write(&writer)
        return writer.bytes
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    /// Writes an object; `members` writes names and values in turn.
    @usableFromInline
    package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
        try enclosed(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    package mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
        try enclosed(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    private mutating func enclosed(
        _ opening: UInt8,
        _ closing: UInt8,
        _ content: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        bytes.append(opening)
        needsComma = false
        try content(&self)
        bytes.append(closing)
        needsComma = true
    }

    /// A member's name as it is written, made once.
    @usableFromInline package struct Key: Sendable {
        /// With the comma that stands before all but the first.
        fileprivate let bytes: [UInt8]

        @usableFromInline package init(_ name: String) {
            var writer = JSONWriter()
            writer.needsComma = true
            writer.name(name)
            bytes = writer.bytes
        }
    }

    /// Writes a member's name; its value follows.
    @usableFromInline package mutating func name(_ key: Key) {
        copy(key.bytes.span.extracting(droppingFirst: needsComma ? 0 : 1))
        needsComma = false
    }

    /// Writes a member's name; its value follows.
    package mutating func name(_ name: String) {
        separate()
        quoted(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ text: String) {
        separate()
        quoted(text)
        needsComma = true
    }

    /// Writes a text of at most `count` bytes that needs no escape, from whoever appends them.
    package mutating func plainString(
        upTo count: Int,
        _ append: (inout OutputSpan<UInt8>) -> Void
    ) {
        let needsComma = needsComma
        bytes.append(addingCapacity: count + 3) { output in
            if needsComma { output.append(UInt8(ascii: ",")) }
            output.append(UInt8(ascii: "\""))
            append(&output)
            output.append(UInt8(ascii: "\""))
        }
        self.needsComma = true
    }

    package mutating func integer(_ value: Int64) {
        separate()
        // An Int64 has at most 19 digits and a sign.
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var place = 20
        var rest = value.magnitude
        repeat {
            place -= 1
            digits[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        if value < 0 {
            place -= 1
            digits[place] = UInt8(ascii: "-")
        }
        copy(digits.span.extracting(droppingFirst: place))
        needsComma = true
    }

    /// Copies at once: measured, a third of the time of a record was spent byte by byte.
    private mutating func copy(_ text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    /// Writes the shortest decimal that reads back as the same number; what JSON cannot say is
    /// null.
    package mutating func double(_ value: Double) {
        raw(value.isFinite ? value.description : "null")
    }

    /// Writes a text that is JSON already.
    package mutating func raw(_ json: String) {
        separate()
        copy(json.utf8.span)
        needsComma = true
    }

    package mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let flag): bool(flag)
        case .number(let text): raw(text)
        case .string(let text): string(text)
        case .array(let elements):
            array { writer in
                for element in elements { writer.value(element) }
            }
        case .object(let members):
            object { writer in
                for member in members {
                    writer.name(member.name)
                    writer.value(member.value)
                }
            }
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    private mutating func quoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let characters = text.utf8.span
        let plain = Self.plainCount(characters)
        copy(characters.extracting(first: plain))
        for index in plain..<characters.count { escaped(characters[index]) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The number of bytes before the first that needs an escape.
    ///
    /// Eight at a time, by the tricks of "Bit Twiddling Hacks" (Sean Eron Anderson): the highest
    /// bit of a byte that is less than a bound is set by the borrow of a subtraction.
    private static func plainCount(_ text: Span<UInt8>) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        func less(_ word: UInt64, _ bound: UInt64) -> UInt64 {
            (word &- ones &* bound) & ~word & (ones &* 0x80)
        }
        let bytes = unsafe text.bytes
        var index = 0
        while index + 8 <= text.count {
            // Within the bounds, and any bytes make a number.
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quotes = less(word ^ (ones &* UInt64(UInt8(ascii: "\""))), 1)
            let escapes = less(word ^ (ones &* UInt64(UInt8(ascii: "\\"))), 1)
            guard less(word, 0x20) | quotes | escapes == 0 else { break }
            index += 8
        }
        while index < text.count && !needsEscape(text[index]) { index += 1 }
        return index
    }

    // RFC 8259, section 7: quotation mark, reverse solidus and the control characters.
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escaped(_ byte: UInt8) {
        guard Self.needsEscape(byte) else {
            bytes.append(byte)
            return
        }
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0..<0x20:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(Self.hexDigits[Int(byte >> 4)])
            bytes.append(Self.hexDigits[Int(byte & 15)])
        default: bytes.append(byte)
        }
    }
}

extension JSON {
    /// The value as compact JSON text.
    package var text: String {
        var writer = JSONWriter()
        writer.value(self)
        return writer.text
    }
}
