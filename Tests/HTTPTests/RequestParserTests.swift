// SPDX-License-Identifier: Apache-2.0
import HTTP
import Testing

@Suite struct RequestParserTests {
    struct Accepted: CustomTestStringConvertible {
        let name: String
        let input: String
        let expected: [ParsedInput.Parsed]
        var testDescription: String { name }
    }

    struct Refused: CustomTestStringConvertible {
        let name: String
        let input: [UInt8]
        let failure: RequestFailure
        var testDescription: String { name }

        init(_ name: String, _ input: String, _ failure: RequestFailure) {
            self.init(name, bytes: Array(input.utf8), failure)
        }

        init(_ name: String, bytes: [UInt8], _ failure: RequestFailure) {
            self.name = name
            self.input = bytes
            self.failure = failure
        }
    }

    static let host: HeaderFields = ["host": "a"]

    static let accepted = [
        Accepted(
            name: "the least",
            input: "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", fields: host, isComplete: true)]
        ),
        Accepted(
            name: "path and query",
            input: "GET /a%20b/c?q=%E4%B8%AD&x[]=1? HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [
                .init(path: "/a%20b/c", query: "q=%E4%B8%AD&x[]=1?", fields: host, isComplete: true)
            ]
        ),
        Accepted(
            name: "an empty query",
            input: "GET /? HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", query: "", fields: host, isComplete: true)]
        ),
        Accepted(
            name: "an empty line first",
            input: "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", fields: host, isComplete: true)]
        ),
        Accepted(
            name: "names in any case, values trimmed, order kept",
            input: "GET / HTTP/1.1\r\nHOST:a\r\nX-A: \t1 2\t \r\nx-a:\r\nX-B: é\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    fields: ["host": "a", "x-a": "1 2", "x-a": "", "x-b": "é"],
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "an empty Host",
            input: "GET / HTTP/1.1\r\nHost:\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": ""], isComplete: true)]
        ),
        Accepted(
            name: "an IPv6 Host with a port",
            input: "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "[::1]:8080"], isComplete: true)]
        ),
        Accepted(
            name: "absolute-form, whose host replaces Host",
            input: "GET HTTP://b:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/x", query: "y", fields: ["host": "b:80"], isComplete: true)]
        ),
        Accepted(
            name: "absolute-form without a path",
            input: "GET http://b?y HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", query: "y", fields: ["host": "b"], isComplete: true)]
        ),
        Accepted(
            name: "asterisk-form",
            input: "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(method: .options, path: "*", fields: host, isComplete: true)]
        ),
        Accepted(
            name: "OPTIONS of a whole server in absolute-form",
            input: "OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(method: .options, path: "*", fields: ["host": "b"], isComplete: true)]
        ),
        Accepted(
            name: "a body of a length, leading zeros, then another request",
            input: "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 005\r\n\r\nhello"
                + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [
                .init(
                    method: .post,
                    path: "/a",
                    fields: ["host": "a", "content-length": "005"],
                    body: "hello",
                    isComplete: true
                ),
                .init(path: "/b", fields: host, isComplete: true),
            ]
        ),
        Accepted(
            name: "a length of nothing",
            input:
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "content-length": "0", "expect": "100-continue"],
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "chunks with extensions and trailers",
            input: "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3\r\nabc\r\n0A ;x=\"y\";z\r\n0123456789\r\n000\r\nX-Sum: 1\r\nY:\r\n\r\n"
                + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [
                .init(
                    method: .put,
                    path: "/",
                    fields: ["host": "a", "transfer-encoding": "Chunked"],
                    body: "abc0123456789",
                    isComplete: true
                ),
                .init(path: "/b", fields: host, isComplete: true),
            ]
        ),
        Accepted(
            name: "Connection: close",
            input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    fields: ["host": "a", "connection": "x, Close"],
                    keepsAlive: false,
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "HTTP/1.0 without Host closes",
            input: "GET / HTTP/1.0\r\n\r\n",
            expected: [.init(path: "/", version: .http10, keepsAlive: false, isComplete: true)]
        ),
        Accepted(
            name: "HTTP/1.0 with keep-alive stays; it knows no Expect",
            input: "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\nExpect: x\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    version: .http10,
                    fields: ["connection": "Keep-Alive", "expect": "x"],
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a higher minor version",
            input: "GET / HTTP/1.2\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", fields: host, isComplete: true)]
        ),
        Accepted(
            name: "Expect: 100-continue",
            input: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n",
            expected: [
                .init(
                    method: .put,
                    path: "/",
                    fields: ["host": "a", "content-length": "1", "expect": "100-Continue"],
                    expectsContinue: true
                )
            ]
        ),
        Accepted(name: "half a request", input: "GET / HTTP/1.1\r\nHos", expected: []),
    ]

    static func withField(_ line: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\nhello"
    }

    static func chunked(_ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
    }

    static let refused = [
        Refused("HTTP/0.9", "GET /\r\n", .malformedRequestLine),
        Refused("two spaces", "GET  / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a space in the target", "GET /a b HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a space at the start", " GET / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a space at the end", "GET / HTTP/1.1 \r\n", .malformedRequestLine),
        Refused("a tab", "GET\t/ HTTP/1.1\r\n", .malformedRequestLine),
        Refused("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a lower-case protocol", "GET / http/1.1\r\n", .malformedRequestLine),
        Refused("a version of two digits", "GET / HTTP/1.10\r\n", .malformedRequestLine),
        Refused("HTTP/2", "GET / HTTP/2.0\r\n", .unsupportedVersion),
        Refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Refused("an unknown method", "BREW / HTTP/1.1\r\n", .unknownMethod),
        Refused("a method in lower case", "get / HTTP/1.1\r\n", .unknownMethod),
        Refused("CONNECT", "CONNECT a:443 HTTP/1.1\r\n", .tunnel),
        Refused("no slash", "GET a HTTP/1.1\r\n", .malformedTarget),
        Refused("a fragment", "GET /#a HTTP/1.1\r\n", .malformedTarget),
        Refused("a backslash", "GET /a\\b HTTP/1.1\r\n", .malformedTarget),
        Refused("raw UTF-8", "GET /é HTTP/1.1\r\n", .malformedTarget),
        Refused("NUL in the target", "GET /\0 HTTP/1.1\r\n", .malformedTarget),
        Refused("asterisk-form with GET", "GET * HTTP/1.1\r\n", .malformedTarget),
        Refused("absolute-form without a host", "GET http:///a HTTP/1.1\r\n", .malformedTarget),
        Refused("user information", "GET http://u@a/ HTTP/1.1\r\n", .malformedTarget),
        Refused("another scheme", "GET ftp://a/ HTTP/1.1\r\n", .malformedTarget),
        Refused("a bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n", .bareLineFeed),
        Refused("a bare LF behind a field", withField("A: b\nC: d"), .bareLineFeed),
        Refused("a bare LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Refused("a bare CR in the request line", "GET /\r HTTP/1.1\r\n", .bareCarriageReturn),
        Refused("a bare CR in a value", withField("A: b\rC: d"), .bareCarriageReturn),
        Refused("a bare CR in a name", withField("A\rB: c"), .bareCarriageReturn),
        Refused("CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", .bareCarriageReturn),
        Refused("a space before the colon", withField("Content-Length : 5"), .spaceBeforeColon),
        Refused("a tab before the colon", withField("A\t: 5"), .spaceBeforeColon),
        Refused("a folded line", withField("A: b\r\n c"), .foldedField),
        Refused("a space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n", .foldedField),
        Refused("no colon", withField("A"), .badFieldName),
        Refused("no name", withField(": a"), .badFieldName),
        Refused("a parenthesis in a name", withField("A(b): c"), .badFieldName),
        Refused("UTF-8 in a name", withField("Ä: c"), .badFieldName),
        Refused("NUL in a value", withField("A: \0"), .badFieldValue),
        Refused("DEL in a value", withField("A: \u{7F}"), .badFieldValue),
        Refused("no Host", "GET / HTTP/1.1\r\n\r\n", .missingHost),
        Refused("no Host with absolute-form", "GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
        Refused("two Hosts", withField("Host: a"), .repeatedHost),
        Refused(
            "two Hosts in HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
            .repeatedHost
        ),
        Refused("two hosts in one", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        Refused("a path in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        Refused("a port of letters", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", .badHost),
        Refused("an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .badHost),
        Refused("an empty length", withField("Content-Length:"), .badContentLength),
        Refused("a signed length", withField("Content-Length: +5"), .badContentLength),
        Refused("a negative length", withField("Content-Length: -5"), .badContentLength),
        Refused("a hexadecimal length", withField("Content-Length: 0x5"), .badContentLength),
        Refused("a length with a space", withField("Content-Length: 5 5"), .badContentLength),
        Refused("a list of lengths", withField("Content-Length: 5, 5"), .badContentLength),
        Refused(
            "a length past 64 bits",
            withField("Content-Length: 18446744073709551621"),
            .bodyTooLarge
        ),
        Refused(
            "two lengths",
            withField("Content-Length: 5\r\nContent-Length: 5"),
            .duplicateContentLength
        ),
        Refused(
            "a length beside chunks",
            withField("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            .contentLengthBesideTransferEncoding
        ),
        Refused("gzip", withField("Transfer-Encoding: gzip"), .malformedTransferEncoding),
        Refused("no coding", withField("Transfer-Encoding:"), .malformedTransferEncoding),
        Refused("identity", withField("Transfer-Encoding: identity"), .malformedTransferEncoding),
        Refused(
            "chunked twice",
            withField("Transfer-Encoding: chunked, chunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked in two fields",
            withField("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked first",
            withField("Transfer-Encoding: chunked, gzip"),
            .malformedTransferEncoding
        ),
        Refused(
            "a parameter",
            withField("Transfer-Encoding: chunked;q=1"),
            .malformedTransferEncoding
        ),
        Refused(
            "gzip, chunked",
            withField("Transfer-Encoding: gzip, chunked"),
            .unsupportedTransferEncoding
        ),
        Refused(
            "chunks in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncodingInOldVersion
        ),
        Refused("another expectation", withField("Expect: 200-ok"), .expectationFailed),
        Refused("no chunk size", chunked("\r\n"), .badChunkSize),
        Refused("a signed chunk size", chunked("+1\r\na\r\n"), .badChunkSize),
        Refused("a prefixed chunk size", chunked("0x1\r\na\r\n"), .badChunkSize),
        Refused("a space before a chunk size", chunked(" 1\r\na\r\n"), .badChunkSize),
        Refused("a space behind a chunk size", chunked("1 \r\na\r\n"), .badChunkSize),
        Refused("a chunk size that overflows", chunked("8000000000000000\r\n"), .badChunkSize),
        Refused("a chunk size of 17 digits", chunked("00000000000000001\r\na\r\n"), .badChunkSize),
        Refused("a control in an extension", chunked("1;a\0\r\na\r\n"), .badChunkSize),
        Refused("a CR in an extension", chunked("1;a\rb\r\na\r\n"), .bareCarriageReturn),
        Refused("a bare LF behind a chunk size", chunked("1\na\r\n"), .bareLineFeed),
        Refused("a longer chunk", chunked("1\r\nab\r\n"), .badChunkEnd),
        Refused("a bare LF behind a chunk", chunked("1\r\na\n"), .badChunkEnd),
        Refused("a bare CR behind a chunk", chunked("1\r\na\r0"), .badChunkEnd),
        Refused("a bad trailer", chunked("0\r\nA\r\n\r\n"), .badFieldName),
        Refused("a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n"), .foldedField),
        Refused("a TLS greeting", bytes: [22, 3, 1, 0], .malformedRequestLine),
    ]

    @Test(arguments: accepted)
    func `accepts`(_ one: Accepted) {
        let parsed = ParsedInput(Array(one.input.utf8))
        #expect(parsed.failure == nil)
        #expect(parsed.requests == one.expected)
    }

    @Test(arguments: refused)
    func `refuses`(_ one: Refused) {
        #expect(ParsedInput(one.input).failure == one.failure)
    }

    @Test func `gives the same result however the input is cut`() {
        for input in Self.accepted.map({ Array($0.input.utf8) }) + Self.refused.map(\.input) {
            let whole = ParsedInput(input)
            #expect(ParsedInput(input, cutAt: Array(0..<input.count)) == whole)
            for cut in input.indices where ParsedInput(input, cutAt: [cut]) != whole {
                Issue.record("cut at \(cut): \(String(decoding: input, as: UTF8.self))")
            }
        }
    }

    @Test func `knows whether a request has begun`() {
        #expect(ParsedInput([]).isBetweenRequests)
        #expect(ParsedInput(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)).isBetweenRequests)
        #expect(!ParsedInput(Array("G".utf8)).isBetweenRequests)
        #expect(!ParsedInput(Array(Self.chunked("0\r\n").utf8)).isBetweenRequests)
    }
}
