// SPDX-License-Identifier: Apache-2.0

/// The fields of a message in their order, names in lower case.
///
/// The text is kept as it stands on the wire, `name: value CRLF` after one another, with an index
/// beside it: a request's fields become Strings only when someone asks for them, and an answer's
/// are sent as they are. Nothing can enter that would end a line early.
package struct HeaderFields: Sendable {
    private struct Entry: Sendable {
        let start: Int
        let nameCount: Int
        let end: Int

        var valueStart: Int { start + nameCount + 2 }
        var next: Int { end + 2 }

        func moved(by count: Int) -> Entry {
            Entry(start: start + count, nameCount: nameCount, end: end + count)
        }
    }

    /// The lines, each with its CRLF, without the empty line behind the last.
    package private(set) var wire: [UInt8] = []
    private var entries: [Entry] = []

    package init() {}
}

extension HeaderFields {
    /// The value of a name, which is given in lower case.
    ///
    /// Repeated fields are one list (RFC 9110 section 5.3), so that none of them is overlooked.
    package subscript(name: String) -> String? {
        // A span, made once: an iterator over a String costs three times as much.
        let name = name.utf8.span
        guard let first = firstIndex(named: name) else { return nil }
        var combined = value(at: first)
        for index in first + 1..<entries.count where isName(at: index, name) {
            combined += ", " + value(at: index)
        }
        return combined
    }

    /// All values of a name, which is given in lower case.
    package func values(of name: String) -> [String] {
        entries.indices.filter { isName(at: $0, name) }.map { value(at: $0) }
    }

    package func contains(_ name: String) -> Bool {
        firstIndex(named: name.utf8.span) != nil
    }

    /// Adds a field behind the others.
    ///
    /// A control character in a value becomes a space, one that no name may hold a hyphen, so that
    /// a careless value cannot split an answer.
    package mutating func append(_ name: String, _ value: String) {
        let (start, nameCount, valueCount) = (wire.count, name.utf8.count, value.utf8.count)
        guard nameCount > 0 else { return }
        let name = name.utf8.span
        let value = value.utf8.span
        wire.append(addingCapacity: nameCount + valueCount + 4) { output in
            for index in name.indices {
                output.append(name[index].isToken ? name[index].lowercased : UInt8(ascii: "-"))
            }
            output.append(.colon)
            output.append(0x20)
            for index in value.indices {
                output.append(value[index].isFieldContent ? value[index] : 0x20)
            }
            output.append(.carriageReturn)
            output.append(.lineFeed)
        }
        entries.append(Entry(start: start, nameCount: nameCount, end: wire.count - 2))
    }

    /// Adds fields behind the others.
    package mutating func append(contentsOf fields: HeaderFields) {
        let start = wire.count
        wire += fields.wire
        for entry in fields.entries { entries.append(entry.moved(by: start)) }
    }

    /// Puts a field in place of all of that name.
    package mutating func set(_ name: String, _ value: String) {
        remove(name)
        append(name, value)
    }

    package mutating func remove(_ name: String) {
        let name = name.lowercased()
        guard contains(name) else { return }
        var rest = HeaderFields()
        for index in entries.indices where !isName(at: index, name) {
            let entry = entries[index]
            let start = rest.wire.count
            rest.wire.append(contentsOf: wire[entry.start..<entry.end])
            rest.close(from: start, nameCount: entry.nameCount)
        }
        self = rest
    }

    private mutating func close(from start: Int, nameCount: Int) {
        entries.append(Entry(start: start, nameCount: nameCount, end: wire.count))
        wire.append(.carriageReturn)
        wire.append(.lineFeed)
    }
}

extension HeaderFields {
    /// Makes room, so that what is added does not move what is there.
    package mutating func reserve(bytes: Int, fields: Int) {
        wire.reserveCapacity(bytes)
        entries.reserveCapacity(fields)
    }
}

// What the parser and the writer need.
extension HeaderFields {
    /// Adds a field of a line whose bytes have been checked.
    mutating func append(_ line: Span<UInt8>, name: Range<Int>, value: Range<Int>) {
        let start = wire.count
        wire.append(addingCapacity: name.count + value.count + 4) { output in
            for index in name {
                output.append(line[index].lowercased)
            }
            output.append(.colon)
            output.append(0x20)
            for index in value {
                output.append(line[index])
            }
            output.append(.carriageReturn)
            output.append(.lineFeed)
        }
        entries.append(Entry(start: start, nameCount: name.count, end: wire.count - 2))
    }

    func isName(at index: Int, _ name: String) -> Bool {
        isName(at: index, name.utf8.span)
    }

    private func isName(at index: Int, _ name: Span<UInt8>) -> Bool {
        let entry = entries[index]
        guard name.count == entry.nameCount else { return false }
        for place in name.indices where wire[entry.start + place] != name[place] { return false }
        return true
    }

    /// Whether a field before it has the same name.
    func isRepetition(at index: Int) -> Bool {
        let count = nameCount(at: index)
        for other in 0..<index where nameCount(at: other) == count {
            if nameBytes(at: other) == nameBytes(at: index) { return true }
        }
        return false
    }

    private func nameBytes(at index: Int) -> ArraySlice<UInt8> {
        let entry = entries[index]
        return wire[entry.start..<entry.start + entry.nameCount]
    }

    func nameCount(at index: Int) -> Int {
        entries[index].nameCount
    }

    func valueBytes(at index: Int) -> ArraySlice<UInt8> {
        let entry = entries[index]
        return wire[entry.valueStart..<entry.end]
    }

    func lineBytes(at index: Int) -> ArraySlice<UInt8> {
        let entry = entries[index]
        return wire[entry.start..<entry.next]
    }

    private func value(at index: Int) -> String {
        String(decoding: valueBytes(at: index), as: UTF8.self)
    }

    private func firstIndex(named name: Span<UInt8>) -> Int? {
        for index in entries.indices where isName(at: index, name) { return index }
        return nil
    }
}

extension HeaderFields: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { entries.count }

    package subscript(position: Int) -> (name: String, value: String) {
        (String(decoding: nameBytes(at: position), as: UTF8.self), value(at: position))
    }
}

extension HeaderFields: Equatable {
    package static func == (one: HeaderFields, other: HeaderFields) -> Bool {
        one.wire == other.wire
    }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements {
            append(name, value)
        }
    }
}
