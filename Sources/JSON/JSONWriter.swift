// SPDX-License-Identifier: Apache-2.0

/// Writes JSON without white space; the caller keeps to the grammar, the writer sets the commas.
package struct JSONWriter {
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
        var writer = JSONWriter(reservingCapacity: 1024)
        write(&writer)
        return writer.bytes
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    /// Writes an object; `members` writes names and values in turn.
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
    package struct Key: Sendable {
        fileprivate let bytes: [UInt8]

        package init(_ name: String) {
            var writer = JSONWriter()
            writer.name(name)
            bytes = writer.bytes
        }
    }

    /// Writes a member's name; its value follows.
    package mutating func name(_ key: Key) {
        separate()
        bytes.append(contentsOf: key.bytes)
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

    /// Writes a text that needs no escape, from whoever appends its bytes.
    package mutating func plainString(_ append: (inout [UInt8]) -> Void) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        append(&bytes)
        bytes.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func integer(_ value: Int64) {
        separate()
        if value < 0 { bytes.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        repeat {
            bytes.append(0)
            rest /= 10
        } while rest > 0
        rest = value.magnitude
        var place = bytes.count
        repeat {
            place -= 1
            bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        needsComma = true
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    /// Writes the shortest decimal that reads back as the same number; what JSON cannot say is null.
    package mutating func double(_ value: Double) {
        raw(value.isFinite ? value.description : "null")
    }

    /// Writes a text that is JSON already.
    package mutating func raw(_ json: String) {
        separate()
        bytes.append(contentsOf: json.utf8)
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
        var isPlain = true
        for index in characters.indices where Self.needsEscape(characters[index]) {
            isPlain = false
            break
        }
        if isPlain {
            // Copied at once: measured, a third of the time of a record was spent byte by byte.
            unsafe characters.withUnsafeBufferPointer { characters in
                unsafe bytes.append(contentsOf: characters)
            }
        } else {
            for index in characters.indices { escaped(characters[index]) }
        }
        bytes.append(UInt8(ascii: "\""))
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
