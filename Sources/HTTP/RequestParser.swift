// SPDX-License-Identifier: Apache-2.0

/// Reads requests from a connection's bytes, however they are cut (RFC 9112).
///
/// A state machine over whole lines: it looks at a line only when its end is there or its limit
/// is passed, so that the same bytes give the same result in one piece or in many. What it does
/// not consume has to be given again with what follows. After a failure it must not be used.
package struct RequestParser: Sendable {
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
    private var request = Request()
    /// The authority of an absolute-form target, which replaces Host.
    private var authority: String?
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
                // Not HTTP, TLS for instance: no line end need ever come.
                guard place == input.count || input[place].canBegin else {
                    throw .malformedRequestLine
                }
                guard
                    let line = try line(
                        input,
                        at: &place,
                        limit: limits.requestLine,
                        excess: .targetTooLong
                    )
                else { return .more }
                // RFC 9112 section 2.2: an empty line before the request line is ignored; one.
                if line.isEmpty && !skippedEmptyLine {
                    skippedEmptyLine = true
                    continue
                }
                try readRequestLine(input, line)
                (fieldCount, fieldBytes) = (0, 0)
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
                (fieldCount, fieldBytes) = (0, 0)
                state = size == 0 ? .trailers : .chunk(left: size)
            case .chunk(let left):
                guard let range = take(left, of: input, at: &place) else { return .more }
                state = range.count == left ? .chunkEnd : .chunk(left: left - range.count)
                return .body(range)
            case .chunkEnd:
                guard try skipChunkEnd(input, at: &place) else { return .more }
                state = .chunkSize
            case .trailers:
                // RFC 9112 section 7.1.2: trailers may be dropped; they are still limited.
                guard let line = try fieldLine(input, at: &place) else { return .more }
                guard line.isEmpty else {
                    try readField(input, line, keep: false)
                    continue
                }
                state = .end
            case .end:
                state = .requestLine
                skippedEmptyLine = false
                return .end
            }
        }
    }

    private mutating func finishHead() throws(RequestFailure) -> RequestHead {
        var complete = Request()
        swap(&complete, &request)
        var head = try RequestHead(complete)
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
    /// Takes a line up to its CRLF, which is left out; nil while it is not complete.
    private mutating func line(
        _ input: Span<UInt8>,
        at place: inout Int,
        limit: Int,
        excess: RequestFailure
    ) throws(RequestFailure) -> Range<Int>? {
        let start = place
        var end = start + searched
        while end < input.count && input[end] != .lineFeed {
            end += 1
        }
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
        for index in start..<end where !input[index].isFieldContent {
            throw input[index] == .carriageReturn ? .bareCarriageReturn : .badFieldValue
        }
        guard keep else { return }
        request.fields.append(input, name: line.lowerBound..<colon, value: start..<end)
    }
}

// The request line (RFC 9112 section 3).
extension RequestParser {
    /// `request-line = method SP request-target SP HTTP-version`, single spaces and nothing else.
    private mutating func readRequestLine(
        _ input: Span<UInt8>,
        _ line: Range<Int>
    ) throws(RequestFailure) {
        let name = try word(input, line, failure: .malformedRequestLine) { $0.isToken }
        let target = try word(
            input,
            name.upperBound + 1..<line.upperBound,
            failure: .malformedTarget
        ) { $0.isTarget }
        let version = target.upperBound + 1..<line.upperBound
        request.version = try readVersion(input.extracting(version))
        guard let method = Method(input.extracting(name)) else { throw .unknownMethod }
        // RFC 9110 section 9.3.6: most origin servers do not implement CONNECT.
        guard method != .connect else { throw .tunnel }
        request.method = method
        try readTarget(input, target)
        request.fields.reserve(bytes: 256, fields: 8)
    }

    /// The bytes up to a space, which has to come.
    private func word(
        _ input: Span<UInt8>,
        _ range: Range<Int>,
        failure: RequestFailure,
        isPart: (UInt8) -> Bool
    ) throws(RequestFailure) -> Range<Int> {
        var end = range.lowerBound
        while end < range.upperBound && isPart(input[end]) {
            end += 1
        }
        guard end < range.upperBound, end > range.lowerBound else { throw .malformedRequestLine }
        guard input[end] == 0x20 else {
            throw input[end] == .carriageReturn ? .bareCarriageReturn : failure
        }
        return range.lowerBound..<end
    }

    /// `HTTP-version = "HTTP" "/" DIGIT "." DIGIT` (RFC 9112 section 2.3).
    private func readVersion(_ text: Span<UInt8>) throws(RequestFailure) -> Version {
        guard text.count == 8, text.starts(with: "HTTP/"), text[5].isDigit, text[7].isDigit,
            text[6] == UInt8(ascii: ".")
        else { throw .malformedRequestLine }
        guard text[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        // RFC 9110 section 2.5: a higher minor version is the highest that is known.
        return text[7] == UInt8(ascii: "0") ? .http10 : .http11
    }

    /// Tells the forms of a target apart (RFC 9112 section 3.2).
    private mutating func readTarget(
        _ input: Span<UInt8>,
        _ target: Range<Int>
    ) throws(RequestFailure) {
        let text = input.extracting(target)
        if text[0] == UInt8(ascii: "/") {
            readPath(text)
        } else if text.count == 1 && text[0] == UInt8(ascii: "*") {
            // asterisk-form is for OPTIONS alone.
            guard request.method == .options else { throw .malformedTarget }
            request.path = "*"
        } else if text.startsCaseless(with: "http://") {
            try readAbsolute(text, schemeCount: 7)
        } else if text.startsCaseless(with: "https://") {
            try readAbsolute(text, schemeCount: 8)
        } else {
            // authority-form is for CONNECT alone.
            throw .malformedTarget
        }
    }

    private mutating func readAbsolute(
        _ text: Span<UInt8>,
        schemeCount: Int
    ) throws(RequestFailure) {
        var end = schemeCount
        while end < text.count && text[end] != UInt8(ascii: "/") && text[end] != UInt8(ascii: "?") {
            end += 1
        }
        let host = text.extracting(schemeCount..<end).text
        // RFC 9110 section 4.2.1: an empty host is invalid.
        guard !host.isEmpty, Authority.isValid(Array(host.utf8)[...]) else {
            throw .malformedTarget
        }
        authority = host
        let rest = text.extracting(end..<text.count)
        if rest.isEmpty && request.method == .options {
            // RFC 9112 section 3.2.4: OPTIONS of a server without a path means "*".
            request.path = "*"
        } else {
            readPath(rest)
        }
    }

    private mutating func readPath(_ text: Span<UInt8>) {
        var end = 0
        while end < text.count && text[end] != UInt8(ascii: "?") {
            end += 1
        }
        request.path = end == 0 ? "/" : text.extracting(0..<end).text
        request.query = end == text.count ? nil : text.extracting(end + 1..<text.count).text
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

    /// `chunk-size [ chunk-ext ]`; extensions are dropped.
    private func readChunkSize(
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
        guard line.upperBound - end <= limits.chunkExtension else { throw .chunkExtensionTooLong }
        while end < line.upperBound && input[end].isBlank {
            end += 1
        }
        guard end < line.upperBound else {
            // Space is allowed only before an extension.
            guard end == line.lowerBound + digits else { throw .badChunkSize }
            return size
        }
        guard input[end] == UInt8(ascii: ";") else { throw .badChunkSize }
        for index in end..<line.upperBound where !input[index].isFieldContent {
            throw input[index] == .carriageReturn ? .bareCarriageReturn : .badChunkSize
        }
        return size
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

extension Span<UInt8> {
    /// The bytes as text; they are ASCII wherever this is used.
    fileprivate var text: String {
        guard let valid = try? UTF8Span(validating: self) else { return "" }
        return String(copying: valid)
    }

    fileprivate func starts(with text: StaticString) -> Bool {
        matches(text) { $0 == $1 }
    }

    /// Compares with a text in lower case.
    fileprivate func startsCaseless(with text: StaticString) -> Bool {
        matches(text) { $0.lowercased == $1 }
    }

    private func matches(_ text: StaticString, by isSame: (UInt8, UInt8) -> Bool) -> Bool {
        let expected = text.description.utf8
        guard count >= expected.count else { return false }
        var index = 0
        for byte in expected {
            guard isSame(self[index], byte) else { return false }
            index += 1
        }
        return true
    }
}
