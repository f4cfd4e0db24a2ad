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
    /// Judges the fields that frame a message, or say more than the request line about it; takes
    /// the request, and leaves an empty one, only if they are sound.
    init(taking request: inout Request) throws(RequestFailure) {
        var telling = TellingFields()
        for index in request.fields.indices {
            try telling.read(request.fields, at: index, request.version)
        }
        // RFC 9112 section 3.2: HTTP/1.1 without Host is 400.
        guard telling.hasHost || request.version == .http10 else { throw .missingHost }
        bodyLength = try telling.bodyLength(request.version)
        // RFC 9110 section 8.4: a content coding that is not known is 415.
        guard bodyLength == .none || !telling.isContentCoded else {
            throw .unsupportedContentCoding
        }
        keepsAlive = !telling.closes && (request.version == .http11 || telling.stays)
        expectsContinue = telling.expects && bodyLength != .none
        self.request = Request()
        swap(&self.request, &request)
    }
}

/// What those fields say, read one after the other.
private struct TellingFields {
    private(set) var hasHost = false
    private(set) var closes = false
    private(set) var stays = false
    private(set) var expects = false
    private(set) var isContentCoded = false
    private var length: Int?
    private var transferCodings: [ArraySlice<UInt8>]?

    mutating func read(
        _ fields: HeaderFields,
        at index: Int,
        _ version: Version
    ) throws(RequestFailure) {
        switch fields.nameCount(at: index) {
        case 4 where fields.isName(at: index, "host"):
            // RFC 9112 section 3.2: more than one Host, or one that is no host, is 400.
            guard !hasHost else { throw .repeatedHost }
            guard Authority.isValid(fields.valueBytes(at: index)) else { throw .badHost }
            hasHost = true
        case 6 where fields.isName(at: index, "expect") && version == .http11:
            // RFC 9110 section 10.1.1: an unknown expectation is 417; HTTP/1.0 has none.
            for expectation in fields.valueBytes(at: index).listElements {
                guard expectation.isCaseless("100-continue") else { throw .expectationFailed }
                expects = true
            }
        case 10 where fields.isName(at: index, "connection"):
            // RFC 9112 section 9.3: close outweighs keep-alive.
            for option in fields.valueBytes(at: index).listElements {
                closes = closes || option.isCaseless("close")
                stays = stays || option.isCaseless("keep-alive")
            }
        case 14 where fields.isName(at: index, "content-length"):
            // RFC 9112 section 6.3: two lengths are a sign of smuggling, equal or not.
            guard length == nil else { throw .duplicateContentLength }
            length = try Self.contentLength(fields.valueBytes(at: index))
        case 16 where fields.isName(at: index, "content-encoding"):
            let codings = fields.valueBytes(at: index).listElements
            isContentCoded = isContentCoded || codings.contains { !$0.isCaseless("identity") }
        case 17 where fields.isName(at: index, "transfer-encoding"):
            transferCodings = (transferCodings ?? []) + fields.valueBytes(at: index).listPlaces
        case 6 where fields.isName(at: index, "origin"),
            12 where fields.isName(at: index, "content-type"),
            13 where fields.isName(at: index, "authorization"),
            15 where fields.isName(at: index, "idempotency-key"):
            // RFC 9110 section 5.3: only lists may come in several lines; two readers might choose
            // different ones of anything else.
            guard !fields.isRepetition(at: index) else { throw .repeatedField }
        default:
            break
        }
    }

    /// How long the body is (RFC 9112 section 6.3).
    func bodyLength(_ version: Version) throws(RequestFailure) -> RequestHead.BodyLength {
        guard let transferCodings else {
            let count = length ?? 0
            return count == 0 ? .none : .bytes(count)
        }
        // RFC 9112 section 6.1: in HTTP/1.0 its framing is faulty.
        guard version == .http11 else { throw .transferEncodingInOldVersion }
        // RFC 9112 section 6.1: the two together are a sign of smuggling.
        guard length == nil else { throw .contentLengthBesideTransferEncoding }
        try Self.check(transferCodings)
        return .chunked
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
    /// 7.1: `chunked` twice, or with a parameter, is wrong; section 6.1: a coding before it that is
    /// not known is 501. Empty elements, which a list may have, are the disguise of those who
    /// smuggle and nobody else's.
    private static func check(_ codings: [ArraySlice<UInt8>]) throws(RequestFailure) {
        let chunked = codings.count { $0.isCaseless("chunked") }
        guard chunked == 1, codings.last?.isCaseless("chunked") == true,
            !codings.contains(where: \.isEmpty)
        else { throw .malformedTransferEncoding }
        guard codings.count == 1 else { throw .unsupportedTransferEncoding }
    }
}

extension ArraySlice<UInt8> {
    /// Compares with a text in lower case.
    func isCaseless(_ text: String) -> Bool {
        let text = text.utf8.span
        guard count == text.count else { return false }
        for place in text.indices where self[startIndex + place].lowercased != text[place] {
            return false
        }
        return true
    }

    /// The elements of a comma-separated list, empty ones left out (RFC 9110 section 5.6.1).
    var listElements: some Sequence<ArraySlice<UInt8>> {
        listPlaces.lazy.filter { !$0.isEmpty }
    }

    /// The elements of a comma-separated list, also the empty ones.
    var listPlaces: ListPlaces {
        ListPlaces(self)
    }

    fileprivate var trimmed: ArraySlice<UInt8> {
        let start = drop { $0.isBlank }
        let last = start.lastIndex { !$0.isBlank }
        return last.map { start[...$0] } ?? start
    }
}

/// The elements of a comma-separated list, found one after the other.
struct ListPlaces: Sequence, IteratorProtocol {
    /// Nil behind the last element.
    private var rest: ArraySlice<UInt8>?

    fileprivate init(_ list: ArraySlice<UInt8>) {
        rest = list
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard let list = rest else { return nil }
        let comma = list.firstIndex(of: UInt8(ascii: ","))
        rest = comma.map { list[($0 + 1)...] }
        return list[..<(comma ?? list.endIndex)].trimmed
    }
}
