// SPDX-License-Identifier: Apache-2.0

/// Reads requests from a connection's bytes, however they are cut (RFC 9112).
///
/// A state machine over whole lines: it looks at a line only when its end is there or its limit
/// is passed, so that the same bytes give the same result in one piece or in many. What it does
/// not consume has to be given again with what follows. After a failure it must not be used.
///
/// Not copyable, so that to ask it something copies nothing.
package struct RequestParser: ~Copyable, Sendable {
    package enum Event: Sendable {
        /// Everything that can be consumed has been.
        case more
        case head(RequestHead)
        /// A part of the body, as a range of the input.
        case body(Range<Int>)
        /// The request is complete; the next one may follow.
        case end
    }

    private enum State: Sendable {
        case requestLine
        case fields
        case body(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailers
        case end
    }

    private let limits: Limits
    private var state = State.requestLine
    /// Bytes behind `place` in which no line end has been found.
    private var searched = 0
    private var skippedEmptyLine = false
    /// The request under way as far as it has been read; what is refused is answered by it.
    package internal(set) var request = Request()
    /// The authority of an absolute-form target, which replaces Host.
    var authority: String?
    private var fieldCount = 0
    private var fieldBytes = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether nothing of a further request has been seen.
    package var isBetweenRequests: Bool {
        guard case .requestLine = state else { return false }
        return searched == 0
    }

    /// Consumes input from a place on and says what it was.
    package mutating func next(
        _ input: Span<UInt8>,
        at place: inout Int
    ) throws(RequestFailure) -> Event {
        while true {
            switch state {
            case .requestLine:
                guard let line = try requestLine(input, at: &place) else { return .more }
                // RFC 9112 section 2.2: an empty line before the request line is ignored; one.
                if line.isEmpty && !skippedEmptyLine {
                    skippedEmptyLine = true
                    continue
                }
                try readRequestLine(input, line)
                state = .fields
            case .fields:
                guard let line = try fieldLine(input, at: &place) else { return .more }
                guard line.isEmpty else {
                    try readField(input, line, keep: true)
                    continue
                }
                return .head(try finishHead())
            case .body(let left):
                guard let range = take(left, of: input, at: &place) else { return .more }
                state = range.count == left ? .end : .body(left: left - range.count)
                return .body(range)
            case .chunkSize:
                guard
                    let line = try line(
                        input,
                        at: &place,
                        limit: Self.chunkSizeDigits + limits.chunkExtension,
                        excess: .chunkExtensionTooLong
                    )
                else { return .more }
                let size = try readChunkSize(input, line)
                state = size == 0 ? .trailers : .chunk(left: size)
            case .chunk(let left):
                guard let range = take(left, of: input, at: &place) else { return .more }
                state = range.count == left ? .chunkEnd : .chunk(left: left - range.count)
                return .body(range)
            case .chunkEnd:
                guard try skipChunkEnd(input, at: &place) else { return .more }
                state = .chunkSize
            case .trailers:
                // RFC 9112 section 7.1.2: trailers may be dropped, so that none can pass for a
                // field that frames, routes or authorizes (RFC 9110 section 6.5.1).
                guard let line = try fieldLine(input, at: &place) else { return .more }
                guard line.isEmpty else {
                    try readField(input, line, keep: false)
                    continue
                }
                state = .end
            case .end:
                state = .requestLine
                skippedEmptyLine = false
                (fieldCount, fieldBytes) = (0, 0)
                return .end
            }
        }
    }

    private mutating func finishHead() throws(RequestFailure) -> RequestHead {
        var head = try RequestHead(taking: &request)
        (fieldCount, fieldBytes) = (0, 0)
        if let authority {
            // RFC 9112 section 3.2.2: the target's authority replaces Host.
            head.request.fields.set("host", authority)
            self.authority = nil
        }
        state =
            switch head.bodyLength {
            case .none: .end
            case .bytes(let count): .body(left: count)
            case .chunked: .chunkSize
            }
        return head
    }
}

// Lines.
extension RequestParser {
    private mutating func requestLine(
        _ input: Span<UInt8>,
        at place: inout Int
    ) throws(RequestFailure) -> Range<Int>? {
        // Not HTTP, TLS for instance: no line end need ever come.
        guard place == input.count || input[place].canBegin else { throw .malformedRequestLine }
        let limit = limits.requestLine
        do {
            return try line(input, at: &place, limit: limit, excess: .targetTooLong)
        } catch {
            // RFC 9112 section 3: a method longer than any that is known is 501, not 414.
            let isName = error == .targetTooLong && input.extracting(place..<place + limit).isToken
            throw isName ? .unknownMethod : error
        }
    }

    /// Takes a line up to its CRLF, which is left out; nil while it is not complete.
    private mutating func line(
        _ input: Span<UInt8>,
        at place: inout Int,
        limit: Int,
        excess: RequestFailure
    ) throws(RequestFailure) -> Range<Int>? {
        let start = place
        let end = input.firstIndex(of: .lineFeed, from: start + searched)
        let isComplete = end < input.count
        let endsInReturn = end > start && input[end - 1] == .carriageReturn
        let content = start..<(endsInReturn ? end - 1 : end)
        guard content.count <= limit else { throw excess }
        guard isComplete else {
            searched = end - start
            return nil
        }
        // RFC 9112 section 2.2: a bare LF may be taken for a line end; it is not here.
        guard endsInReturn else { throw .bareLineFeed }
        searched = 0
        place = end + 1
        return content
    }

    private mutating func fieldLine(
        _ input: Span<UInt8>,
        at place: inout Int
    ) throws(RequestFailure) -> Range<Int>? {
        let line = try line(
            input,
            at: &place,
            limit: max(0, limits.fieldBytes - fieldBytes - 2),
            excess: .fieldsTooLarge
        )
        if let line, !line.isEmpty {
            fieldBytes += line.count + 2
            fieldCount += 1
            guard fieldCount <= limits.fieldCount else { throw .tooManyFields }
        }
        return line
    }

    /// `field-line = field-name ":" OWS field-value OWS` (RFC 9112 section 5).
    private mutating func readField(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        keep: Bool
    ) throws(RequestFailure) {
        // RFC 9112 sections 2.2 and 5.2: no space at the start of a line, no folding.
        guard !input[line.lowerBound].isBlank else { throw .foldedField }
        var colon = line.lowerBound
        while colon < line.upperBound && input[colon].isToken {
            colon += 1
        }
        guard colon < line.upperBound, colon > line.lowerBound else { throw .badFieldName }
        guard input[colon] == .colon else {
            // RFC 9112 section 5.1: a space before the colon has let requests be smuggled.
            throw input[colon].isBlank
                ? .spaceBeforeColon
                : input[colon] == .carriageReturn ? .bareCarriageReturn : .badFieldName
        }
        var start = colon + 1
        var end = line.upperBound
        while start < end && input[start].isBlank {
            start += 1
        }
        while end > start && input[end - 1].isBlank {
            end -= 1
        }
        // RFC 9110 section 5.5: CR, LF, NUL and other controls are dangerous in values.
        if let bad = input.firstControl(in: start..<end) {
            throw input[bad] == .carriageReturn ? .bareCarriageReturn : .badFieldValue
        }
        guard keep else { return }
        request.fields.append(input, name: line.lowerBound..<colon, value: start..<end)
    }
}

// The body (RFC 9112 sections 6 and 7.1).
extension RequestParser {
    private static let chunkSizeDigits = 16

    private func take(
        _ left: Int,
        of input: Span<UInt8>,
        at place: inout Int
    ) -> Range<Int>? {
        let count = min(left, input.count - place)
        guard count > 0 else { return nil }
        defer { place += count }
        return place..<place + count
    }

    /// `chunk-size [ chunk-ext ]`, `chunk-size = 1*HEXDIG` (RFC 9112 section 7.1).
    private mutating func readChunkSize(
        _ input: Span<UInt8>,
        _ line: Range<Int>
    ) throws(RequestFailure) -> Int {
        var size = 0
        var end = line.lowerBound
        while end < line.upperBound, let digit = input[end].hexadecimal {
            // RFC 9112 section 7.1: beware of overflow.
            guard size < 1 << 55 else { throw .badChunkSize }
            size = size << 4 | Int(digit)
            end += 1
        }
        let digits = end - line.lowerBound
        guard digits > 0, digits <= Self.chunkSizeDigits else { throw .badChunkSize }
        if end < line.upperBound { try readExtensions(input.extracting(end..<line.upperBound)) }
        return size
    }

    /// Checks and drops extensions (RFC 9112 section 7.1.1), which are limited together.
    private mutating func readExtensions(_ text: Span<UInt8>) throws(RequestFailure) {
        fieldBytes += text.count
        guard text.count <= limits.chunkExtension, fieldBytes <= limits.fieldBytes else {
            throw .chunkExtensionTooLong
        }
        var start = 0
        while start < text.count && text[start].isBlank {
            start += 1
        }
        // What is no extension belongs to the size: a space, a sign, another base.
        guard start < text.count, text[start] == UInt8(ascii: ";") else { throw .badChunkSize }
        for index in start..<text.count where text[index] == .carriageReturn {
            throw .bareCarriageReturn
        }
        guard ChunkExtension.isValid(text) else { throw .badChunkExtension }
    }

    /// Skips the CRLF behind a chunk's data; false while it is not there.
    private func skipChunkEnd(
        _ input: Span<UInt8>,
        at place: inout Int
    ) throws(RequestFailure) -> Bool {
        guard place < input.count else { return false }
        guard input[place] == .carriageReturn else { throw .badChunkEnd }
        guard place + 1 < input.count else { return false }
        guard input[place + 1] == .lineFeed else { throw .badChunkEnd }
        place += 2
        return true
    }
}
