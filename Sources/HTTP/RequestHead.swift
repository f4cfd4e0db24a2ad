// SPDX-License-Identifier: Apache-2.0

/// A request whose head has been read, and what the head says about the rest.
package struct RequestHead: Sendable {
    package enum BodyLength: Sendable, Equatable {
        case none
        case bytes(Int)
        case chunked
    }

    package var request: Request
    package let bodyLength: BodyLength
    /// Whether the sender wants the connection to stay (RFC 9112 section 9.3).
    package let keepsAlive: Bool
    /// Whether the sender waits for `100 Continue` (RFC 9110 section 10.1.1).
    package let expectsContinue: Bool
}

extension RequestHead {
    /// Judges the fields that frame a message.
    init(_ request: Request) throws(RequestFailure) {
        let fields = request.fields
        var hosts = 0
        var lengths = 0
        var length = 0
        var codings: [ArraySlice<UInt8>]?
        var closes = false
        var stays = false
        var expects = false
        for index in fields.indices {
            switch fields.nameCount(at: index) {
            case 4 where fields.isName(at: index, "host"):
                // RFC 9112 section 3.2: more than one Host, or one that is no host, is 400.
                hosts += 1
                guard hosts == 1 else { throw .repeatedHost }
                guard Authority.isValid(fields.valueBytes(at: index)) else { throw .badHost }
            case 6 where fields.isName(at: index, "expect") && request.version == .http11:
                // RFC 9110 section 10.1.1: an unknown expectation is 417; HTTP/1.0 has none.
                guard fields.valueBytes(at: index).isCaseless("100-continue") else {
                    throw .expectationFailed
                }
                expects = true
            case 10 where fields.isName(at: index, "connection"):
                for option in fields.valueBytes(at: index).listElements {
                    closes = closes || option.isCaseless("close")
                    stays = stays || option.isCaseless("keep-alive")
                }
            case 14 where fields.isName(at: index, "content-length"):
                // RFC 9112 section 6.3: two lengths are a sign of smuggling, equal or not.
                lengths += 1
                guard lengths == 1 else { throw .duplicateContentLength }
                length = try Self.contentLength(fields.valueBytes(at: index))
            case 17 where fields.isName(at: index, "transfer-encoding"):
                codings = (codings ?? []) + fields.valueBytes(at: index).listElements
            default:
                break
            }
        }
        // RFC 9112 section 3.2: HTTP/1.1 without Host is 400.
        guard hosts == 1 || request.version == .http10 else { throw .missingHost }
        if let codings {
            guard request.version == .http11 else { throw .transferEncodingInOldVersion }
            // RFC 9112 section 6.1: the two together are a sign of smuggling.
            guard lengths == 0 else { throw .contentLengthBesideTransferEncoding }
            try Self.checkCodings(codings)
            bodyLength = .chunked
        } else {
            bodyLength = length == 0 ? .none : .bytes(length)
        }
        self.request = request
        keepsAlive = !closes && (request.version == .http11 || stays)
        expectsContinue = expects && bodyLength != .none
    }

    /// `Content-Length = 1*DIGIT` (RFC 9110 section 8.6): no sign, no list.
    private static func contentLength(_ value: ArraySlice<UInt8>) throws(RequestFailure) -> Int {
        guard !value.isEmpty, value.allSatisfy(\.isDigit) else { throw .badContentLength }
        let digits = value.drop { $0 == UInt8(ascii: "0") }
        // 18 digits fit an Int; no body has more.
        guard digits.count <= 18 else { throw .bodyTooLarge }
        return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
    }

    /// Takes exactly `chunked`.
    ///
    /// RFC 9112 section 6.3: without `chunked` at the end the length is unknowable, 400; section
    /// 7.1: `chunked` twice is wrong; section 6.1: a coding before it that is not known is 501.
    private static func checkCodings(_ codings: [ArraySlice<UInt8>]) throws(RequestFailure) {
        let chunked = codings.count { $0.isCaseless("chunked") }
        guard let last = codings.last, last.isCaseless("chunked"), chunked == 1 else {
            throw .malformedTransferEncoding
        }
        guard codings.count == 1 else { throw .unsupportedTransferEncoding }
    }
}

extension ArraySlice<UInt8> {
    /// Compares with a text in lower case.
    func isCaseless(_ text: String) -> Bool {
        guard count == text.utf8.count else { return false }
        return zip(self, text.utf8).allSatisfy { $0.lowercased == $1 }
    }

    /// The elements of a comma-separated list, empty ones left out (RFC 9110 section 5.6.1).
    var listElements: [ArraySlice<UInt8>] {
        split(separator: UInt8(ascii: ",")).compactMap { element in
            let start = element.drop { $0.isBlank }
            guard let last = start.lastIndex(where: { !$0.isBlank }) else { return nil }
            return start[...last]
        }
    }
}
