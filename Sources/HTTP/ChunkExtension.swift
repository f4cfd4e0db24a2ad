// SPDX-License-Identifier: Apache-2.0

/// `chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )`
/// (RFC 9112 section 7.1.1).
///
/// Nothing is made of extensions, but a quotation mark that is never closed, for instance, would
/// let another reader look for the line's end elsewhere.
enum ChunkExtension {
    static func isValid(_ text: Span<UInt8>) -> Bool {
        var place = 0
        while place < text.count {
            guard skip(UInt8(ascii: ";"), in: text, at: &place), skipToken(in: text, at: &place)
            else { return false }
            guard skip(UInt8(ascii: "="), in: text, at: &place) else { continue }
            guard skipToken(in: text, at: &place) || skipQuoted(in: text, at: &place) else {
                return false
            }
        }
        return true
    }

    /// Skips a separator with the blanks around it.
    private static func skip(
        _ separator: UInt8,
        in text: Span<UInt8>,
        at place: inout Int
    ) -> Bool {
        let start = behindBlanks(in: text, from: place)
        guard start < text.count, text[start] == separator else { return false }
        place = behindBlanks(in: text, from: start + 1)
        return true
    }

    private static func behindBlanks(in text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count && text[end].isBlank {
            end += 1
        }
        return end
    }

    private static func skipToken(in text: Span<UInt8>, at place: inout Int) -> Bool {
        let start = place
        while place < text.count && text[place].isToken {
            place += 1
        }
        return place > start
    }

    /// `quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE` (RFC 9110 section 5.6.4).
    private static func skipQuoted(in text: Span<UInt8>, at place: inout Int) -> Bool {
        guard place < text.count, text[place] == UInt8(ascii: "\"") else { return false }
        var isEscaped = false
        for index in place + 1..<text.count {
            guard text[index].isFieldContent else { return false }
            if text[index] == UInt8(ascii: "\"") && !isEscaped {
                place = index + 1
                return true
            }
            isEscaped = text[index] == UInt8(ascii: "\\") && !isEscaped
        }
        return false
    }
}
