// SPDX-License-Identifier: Apache-2.0
import CSV

extension Property {
    /// Text is decoded, or refused, alike however it is cut; what comes out is UTF-8 without
    /// U+0000, and UTF-8 comes out as it was.
    package static let text = Property("text") { input throws(BrokenProperty) in
        for encoding: TextEncoding? in [nil, .utf8, .gb18030] {
            let whole = DecodedText([input], encoding)
            for cuts in cuts(input) {
                let cut = DecodedText(pieces(of: input, cutAt: cuts), encoding)
                try demand(cut == whole, "\(whole) is \(cut) when cut at \(cuts)")
            }
            if case .text(let bytes) = whole {
                try demand(
                    String(validating: bytes, as: UTF8.self) != nil && !bytes.contains(0),
                    "\(bytes) is decoded from \(input)"
                )
            }
        }
        try checkUTF8(input)
        // A window is large: few inputs are tried with one.
        var draws = Draws(input)
        if input.count <= 64, draws.next() % 16 == 0 { try checkWindow(input) }
    }

    private static func checkUTF8(_ input: [UInt8]) throws(BrokenProperty) {
        // A byte order mark of either encoding is taken off.
        let marks: [[UInt8]] = [[0xEF, 0xBB, 0xBF], [0x84, 0x31, 0x95, 0x33]]
        guard !marks.contains(where: input.starts) else { return }
        let isProper = String(validating: input, as: UTF8.self) != nil && !input.contains(0)
        let declared = DecodedText([input], .utf8)
        if isProper {
            try demand(declared == .text(input), "\(input) is declared, and decoded as \(declared)")
            let found = DecodedText([input], nil)
            try demand(found == .text(input), "\(input) is not found to be UTF-8 but \(found)")
        } else if case .text(let bytes) = declared {
            throw BrokenProperty("\(input) is no UTF-8 and decoded as \(bytes)")
        }
    }

    /// The bytes that the decoder judges when no encoding is declared.
    private static let window = 64 * 1024

    /// Puts the input before and around the end of the window, and cuts there.
    private static func checkWindow(_ input: [UInt8]) throws(BrokenProperty) {
        guard let start = input.firstIndex(where: { $0 >= 0x80 }) else { return }
        var draws = Draws(input)
        let overlap = Int.random(in: 0...input.count, using: &draws)
        let filling = Self.window - (input.count - start) - overlap
        let long = input + Array(repeating: UInt8(ascii: "x"), count: filling) + input
        let whole = DecodedText([long], nil)
        let end = start + Self.window
        for cuts in [[end], [end - 1], [end - 1, min(end + 1, long.count)]] {
            let cut = DecodedText(pieces(of: long, cutAt: cuts), nil)
            try demand(
                cut == whole,
                "the input twice, \(filling) letters between, is another text when cut at \(cuts)"
            )
        }
    }
}

/// What a decoder made of some text, in a form that can be compared.
private enum DecodedText: Equatable {
    case text([UInt8])
    case fault(TextError)

    init(_ pieces: [[UInt8]], _ encoding: TextEncoding?) {
        var decoder = TextDecoder(encoding: encoding)
        var bytes: [UInt8] = []
        do {
            for piece in pieces { try decoder.decode(piece, into: &bytes) }
            try decoder.finish(into: &bytes)
            self = .text(bytes)
        } catch {
            self = .fault(error)
        }
    }
}
