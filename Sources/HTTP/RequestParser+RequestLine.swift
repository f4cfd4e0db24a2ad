// SPDX-License-Identifier: Apache-2.0

// The request line (RFC 9112 section 3).
extension RequestParser {
    /// `request-line = method SP request-target SP HTTP-version`, single spaces and nothing else.
    mutating func readRequestLine(
        _ input: Span<UInt8>,
        _ line: Range<Int>
    ) throws(RequestFailure) {
        let name = try word(input, line, failure: .malformedRequestLine) { $0.isToken }
        let target = try word(
            input,
            name.upperBound + 1..<line.upperBound,
            failure: .malformedTarget
        ) { $0.isTarget }
        // What is refused below is answered with its path, which cannot be wrong.
        let isOrigin = input[target.lowerBound] == UInt8(ascii: "/")
        if isOrigin { readPath(input.extracting(target)) }
        let version = target.upperBound + 1..<line.upperBound
        request.version = try readVersion(input.extracting(version))
        guard let method = Method(input.extracting(name)) else { throw .unknownMethod }
        // RFC 9110 section 9.3.6: most origin servers do not implement CONNECT.
        guard method != .connect else { throw .tunnel }
        request.method = method
        if !isOrigin { try readTarget(input.extracting(target)) }
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

    /// Tells the forms apart that are not origin-form (RFC 9112 section 3.2).
    private mutating func readTarget(_ text: Span<UInt8>) throws(RequestFailure) {
        if text.count == 1 && text[0] == UInt8(ascii: "*") {
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

extension Span<UInt8> {
    /// The bytes as text; they are ASCII wherever this is used.
    fileprivate var text: String {
        guard let valid = try? UTF8Span(validating: self) else { return "" }
        return String(copying: valid)
    }

    fileprivate func starts(with text: String) -> Bool {
        matches(text) { $0 == $1 }
    }

    /// Compares with a text in lower case.
    fileprivate func startsCaseless(with text: String) -> Bool {
        matches(text) { $0.lowercased == $1 }
    }

    private func matches(_ text: String, by isSame: (UInt8, UInt8) -> Bool) -> Bool {
        let expected = text.utf8.span
        guard count >= expected.count else { return false }
        for index in expected.indices where !isSame(self[index], expected[index]) { return false }
        return true
    }
}
