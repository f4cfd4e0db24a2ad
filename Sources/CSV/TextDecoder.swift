// SPDX-License-Identifier: Apache-2.0

/// Turns text in UTF-8 or GB18030, fed in chunks of any cut, into UTF-8 without a byte order mark.
///
/// A byte order mark settles the encoding, then what the caller declares, then the text itself:
/// ASCII is the same in both encodings and passes at once; from the first other byte on, a window
/// of text is gathered and judged. U+0000 is refused. After an error the decoder is not used again.
package struct TextDecoder: ~Copyable {
    /// How much text is judged, counted from the first byte that is not ASCII.
    static let window = 64 * 1024

    private let declared: TextEncoding?
    private var encoding: TextEncoding?
    private var converter: GB18030Converter?

    /// Bytes not decoded yet: the window, later the beginning of a character cut by a chunk's end.
    private var held: [UInt8] = []

    /// The place of `held` in the input.
    private var offset = 0
    private var line = 1

    /// Creates a decoder that finds out the encoding unless one is declared.
    package init(encoding: TextEncoding? = nil) {
        declared = encoding
    }

    /// Decodes a chunk and appends what is certain so far to `output`.
    package mutating func decode(
        _ chunk: [UInt8],
        into output: inout [UInt8]
    ) throws(TextError) {
        held.append(contentsOf: chunk)
        try advance(atEnd: false, into: &output)
    }

    /// Decodes what is left.
    package mutating func finish(into output: inout [UInt8]) throws(TextError) {
        try advance(atEnd: true, into: &output)
        guard held.isEmpty else { throw fault(at: 0, "the text ends within a character") }
    }

    private mutating func advance(
        atEnd: Bool,
        into output: inout [UInt8]
    ) throws(TextError) {
        if encoding == nil {
            try passASCII(into: &output)
            guard !held.isEmpty else { return }
            encoding = judge(atEnd: atEnd)
        }
        switch encoding {
        case .utf8: try passUTF8(into: &output)
        case .gb18030: try passGB18030(into: &output)
        case nil: break
        }
    }

    /// The encoding of the held text, which begins with a byte that is not ASCII; nil if more of
    /// it must be seen.
    private mutating func judge(atEnd: Bool) -> TextEncoding? {
        if offset == 0 {
            if held.starts(with: [0xEF, 0xBB, 0xBF]) {
                skip(3)
                return .utf8
            }
            if held.starts(with: [0x84, 0x31, 0x95, 0x33]) {
                skip(4)
                return .gb18030
            }
            if held.count < 4, !atEnd { return nil }
        }
        if let declared { return declared }
        guard held.count >= Self.window || atEnd else { return nil }
        // No more than the window, so that the verdict does not depend on where chunks are cut.
        return Self.likely(Array(held.prefix(Self.window)), isWhole: atEnd)
    }

    /// Tells UTF-8, also with a few broken bytes, from GB18030.
    ///
    /// Chinese text in GB18030 breaks the rules of UTF-8 at most of its characters. Damaged UTF-8
    /// breaks them rarely: it must be refused as what it is, for as GB18030 it would pass as
    /// nonsense.
    private static func likely(_ text: [UInt8], isWhole: Bool) -> TextEncoding {
        var sound = 0
        var long = 0
        var broken = 0
        var index = 0
        while index < text.count {
            switch UTF8Sequence(text, at: index) {
            case .complete(let length):
                if length > 1 { sound += 1 }
                if length > 2 { long += 1 }
                index += length
            case .broken:
                broken += 1
                index += 1
            case .cut:
                if isWhole { broken += 1 }
                index = text.count
            }
        }
        // Sequences of three bytes are most of Chinese in UTF-8, and chance in GB18030: many of
        // them beside broken ones are two encodings in one file.
        let isMostlyUTF8 = sound > 9 * broken || 4 * long >= broken
        return broken == 0 || isMostlyUTF8 ? .utf8 : .gb18030
    }

    private mutating func passASCII(into output: inout [UInt8]) throws(TextError) {
        let end = held.firstIndex { $0 >= 0x80 } ?? held.count
        try pass(end, into: &output)
    }

    private mutating func passUTF8(into output: inout [UInt8]) throws(TextError) {
        let end = held.count - cutTail()
        do {
            _ = try UTF8Span(validating: held.span.extracting(..<end))
        } catch {
            let place = error.byteOffsets.lowerBound
            try refuseNull(in: place)
            throw fault(at: place, "the text is not valid UTF-8")
        }
        try pass(end, into: &output)
    }

    /// The length of the character that the end of the held bytes cuts.
    private func cutTail() -> Int {
        for length in 1...3 where length <= held.count {
            if UTF8Sequence(held, at: held.count - length) == .cut { return length }
        }
        return 0
    }

    private mutating func passGB18030(into output: inout [UInt8]) throws(TextError) {
        if converter == nil { converter = GB18030Converter() }
        guard let (consumed, outcome) = converter?.convert(&held, into: &output) else {
            throw fault(at: 0, "this system cannot read GB18030")
        }
        // No byte of a longer character is zero, so each zero is U+0000.
        try refuseNull(in: consumed)
        if outcome == .broken { throw fault(at: consumed, "the text is not valid GB18030") }
        skip(consumed)
    }

    private mutating func pass(
        _ count: Int,
        into output: inout [UInt8]
    ) throws(TextError) {
        try refuseNull(in: count)
        output.append(contentsOf: held[..<count])
        skip(count)
    }

    private func refuseNull(in count: Int) throws(TextError) {
        if let place = held[..<count].firstIndex(of: 0) {
            throw fault(at: place, "the text contains U+0000")
        }
    }

    private mutating func skip(_ count: Int) {
        line += Self.lineFeeds(held[..<count])
        offset += count
        held.removeFirst(count)
    }

    private func fault(at place: Int, _ detail: String) -> TextError {
        TextError(
            offset: offset + place,
            line: line + Self.lineFeeds(held[..<place]),
            detail: detail
        )
    }

    // A line feed, too, is never part of a longer character in either encoding.
    private static func lineFeeds(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }
}
