// SPDX-License-Identifier: Apache-2.0
import JSON

extension Property {
    /// What is read as JSON reads back the same however it is written; a part of it is none.
    package static let json = Property("json") { input throws(BrokenProperty) in
        try checkString(String(decoding: input.filter { $0 != 0 }, as: UTF8.self))
        let value: JSON
        do throws(JSONSyntaxError) {
            value = try JSONReader.read(input)
        } catch {
            try demand((0...input.count).contains(error.offset), "an error at \(error.offset)")
            return
        }
        try demand(reads(value.text, as: value), "\(value) does not read back")
        let roundabout = roundabout(value)
        try demand(reads(roundabout, as: value), "\(value) does not read back from \(roundabout)")
        try demand(value.hasProperNumbers, "\(value) holds a number that is none")
        try checkDepth(of: value, input)
        try checkPart(of: value, input)
    }

    /// Compares texts, since strings are equal that differ in composition.
    private static func reads(_ text: String, as value: JSON) -> Bool {
        guard let read = try? JSONReader.read(text) else { return false }
        return read == value && Array(read.text.utf8) == Array(value.text.utf8)
    }

    private static func checkString(_ text: String) throws(BrokenProperty) {
        let read = try? JSONReader.read(JSON.string(text).text)
        try demand(
            read?.string.map { Array($0.utf8) } == Array(text.utf8),
            "“\(text)” reads back as \(read.debugDescription)"
        )
    }

    private static func checkDepth(of value: JSON, _ input: [UInt8]) throws(BrokenProperty) {
        let depth = value.depth
        try demand(
            (try? JSONReader.read(input, depthLimit: depth)) == value,
            "a depth of \(depth) is no longer read when it is the limit"
        )
        try demand(
            depth == 0 || (try? JSONReader.read(input, depthLimit: depth - 1)) == nil,
            "a depth of \(depth) is read beyond the limit"
        )
    }

    /// A beginning of a text is no text, except for numbers.
    private static func checkPart(of value: JSON, _ input: [UInt8]) throws(BrokenProperty) {
        if case .number = value { return }
        guard let last = input.lastIndex(where: { $0 > 0x20 }) else { return }
        var draws = Draws(input)
        for count in [Int.random(in: 0...last, using: &draws), last] {
            try demand(
                (try? JSONReader.read(Array(input[..<count]))) == nil,
                "the first \(count) bytes alone are read"
            )
        }
    }

    /// The value with white space wherever it may stand and each character escaped.
    private static func roundabout(_ value: JSON) -> String {
        let space = " \t\r\n"
        let text =
            switch value {
            case .null, .bool, .number: value.text
            case .string(let text): escaped(text)
            case .array(let elements):
                "[\(space)\(elements.map(roundabout).joined(separator: ","))\(space)]"
            case .object(let members):
                "{\(space)"
                    + members.map {
                        space + escaped($0.name) + space + ":" + roundabout($0.value)
                    }
                    .joined(separator: ",") + "\(space)}"
            }
        return space + text + space
    }

    private static func escaped(_ text: String) -> String {
        let units = text.utf16.map { unit in
            let digits = String(unit, radix: 16, uppercase: unit % 2 == 0)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"" + units.joined() + "\""
    }
}

extension JSON {
    fileprivate var depth: Int {
        switch self {
        case .null, .bool, .number, .string: 0
        case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.map(\.value.depth).max() ?? 0)
        }
    }

    fileprivate var hasProperNumbers: Bool {
        switch self {
        case .null, .bool, .string: true
        case .number(let text):
            Double(text) != nil && text.utf8.allSatisfy { "+-.0123456789Ee".utf8.contains($0) }
        case .array(let elements): elements.allSatisfy(\.hasProperNumbers)
        case .object(let members): members.allSatisfy(\.value.hasProperNumbers)
        }
    }
}
