// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

@Suite struct HeadFieldTests {
    /// Values are searched eight bytes at a time.
    @Test(arguments: 0..<20)
    func `a control character is found at any place of a value`(_ offset: Int) {
        for byte in 0...255 as ClosedRange<UInt8> where byte != 0x0A && byte != 0x0D {
            let value =
                [UInt8](repeating: 0x61, count: offset) + [byte]
                + [UInt8](repeating: 0xFF, count: 10)
            let head = Array("GET / HTTP/1.1\r\nHost: a\r\nX: b".utf8) + value + [13, 10, 13, 10]
            var parser = RequestParser()
            var place = 0
            let isRead = (try? parser.next(head.span, at: &place)) != nil
            #expect(isRead == (byte >= 0x20 && byte != 0x7F || byte == 0x09))
        }
    }

    static let accepted = [
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
            name: "an IPv6 Host with an IPv4 address",
            input: "GET / HTTP/1.1\r\nHost: [::ffff:192.0.2.1]\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "[::ffff:192.0.2.1]"], isComplete: true)]
        ),
        Accepted(
            name: "a whole IPv6 Host",
            input: "GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7:8]\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "[1:2:3:4:5:6:7:8]"], isComplete: true)]
        ),
        Accepted(
            name: "a Host of a later IP version",
            input: "GET / HTTP/1.1\r\nHost: [v1.a:b]\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "[v1.a:b]"], isComplete: true)]
        ),
        Accepted(
            name: "a Host with the highest port",
            input: "GET / HTTP/1.1\r\nHost: a:65535\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "a:65535"], isComplete: true)]
        ),
        Accepted(
            name: "a Host with an empty port",
            input: "GET / HTTP/1.1\r\nHost: a:\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "a:"], isComplete: true)]
        ),
        Accepted(
            name: "a Host with an escape",
            input: "GET / HTTP/1.1\r\nHost: %C3%A4.example\r\n\r\n",
            expected: [.init(path: "/", fields: ["host": "%C3%A4.example"], isComplete: true)]
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
        Accepted(
            name: "close beside keep-alive",
            input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n"
                + "Connection: ,close\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    fields: ["host": "a", "connection": "keep-alive", "connection": ",close"],
                    keepsAlive: false,
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "Upgrade, TE and other wishes are ignored",
            input: "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, te\r\n"
                + "Upgrade: h2c\r\nTE: trailers\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    fields: [
                        "host": "a", "connection": "upgrade, te", "upgrade": "h2c",
                        "te": "trailers",
                    ],
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "lists in several lines",
            input: "GET / HTTP/1.1\r\nHost: a\r\nIf-Match: \"1\"\r\nIf-Match: \"2\"\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    fields: ["host": "a", "if-match": "\"1\"", "if-match": "\"2\""],
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a content coding that is none, and one without a body",
            input: "PUT / HTTP/1.1\r\nHost: a\r\nContent-Encoding: Identity\r\n"
                + "Content-Length: 1\r\n\r\nx"
                + "GET /b HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\n\r\n",
            expected: [
                .init(
                    method: .put,
                    path: "/",
                    fields: ["host": "a", "content-encoding": "Identity", "content-length": "1"],
                    body: "x",
                    isComplete: true
                ),
                .init(
                    path: "/b",
                    fields: ["host": "a", "content-encoding": "gzip"],
                    isComplete: true
                ),
            ]
        ),
    ]

    static let refused = [
        Refused("a bare LF behind a field", Refused.field("A: b\nC: d"), .bareLineFeed),
        Refused("a bare LF as the empty line", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Refused("a bare CR in a value", Refused.field("A: b\rC: d"), .bareCarriageReturn),
        Refused("a bare CR in a name", Refused.field("A\rB: c"), .bareCarriageReturn),
        Refused(
            "a bare CR before a name",
            Refused.field("\rTransfer-Encoding: chunked"),
            .badFieldName
        ),
        Refused(
            "a vertical tab before a name",
            Refused.field("\u{0B}Transfer-Encoding: chunked"),
            .badFieldName
        ),
        Refused(
            "a vertical tab behind a name",
            Refused.field("Transfer-Encoding\u{0B}: chunked"),
            .badFieldName
        ),
        Refused("NUL in a name", Refused.field("Transfer\0Encoding: chunked"), .badFieldName),
        Refused(
            "a space in a name",
            Refused.field("Transfer Encoding: chunked"),
            .spaceBeforeColon
        ),
        Refused("CR CR LF", "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", .bareCarriageReturn),
        Refused("a space before the colon", Refused.field("Content-Length : 5"), .spaceBeforeColon),
        Refused("a tab before the colon", Refused.field("A\t: 5"), .spaceBeforeColon),
        Refused("a folded line", Refused.field("A: b\r\n c"), .foldedField),
        Refused(
            "a line folded with a tab",
            Refused.field("Transfer-Encoding:\r\n\tchunked"),
            .foldedField
        ),
        Refused("a line of spaces", Refused.field("  "), .foldedField),
        Refused("a space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n", .foldedField),
        Refused("no colon", Refused.field("A"), .badFieldName),
        Refused("no name", Refused.field(": a"), .badFieldName),
        Refused("a parenthesis in a name", Refused.field("A(b): c"), .badFieldName),
        Refused("UTF-8 in a name", Refused.field("Ä: c"), .badFieldName),
        Refused("NUL in a value", Refused.field("A: \0"), .badFieldValue),
        Refused("DEL in a value", Refused.field("A: \u{7F}"), .badFieldValue),
        Refused("ESC in a value", Refused.field("A: \u{1B}[2J"), .badFieldValue),
        Refused("no Host", "GET / HTTP/1.1\r\n\r\n", .missingHost),
        Refused("no Host of a path", "HEAD /a HTTP/1.1\r\n\r\n", .missingHost, at: "HEAD /a"),
        Refused("no Host with absolute-form", "GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
        Refused("two Hosts", Refused.field("Host: a"), .repeatedHost),
        Refused(
            "two Hosts in HTTP/1.0",
            "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
            .repeatedHost
        ),
        Refused("two hosts in one", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        Refused("a path in Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        Refused("a port of letters", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", .badHost),
        Refused("an open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .badHost),
        Refused("a port too high", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", .badHost),
        Refused(
            "a port past 64 bits",
            "GET / HTTP/1.1\r\nHost: a:18446744073709551696\r\n\r\n",
            .badHost
        ),
        Refused("a signed port", "GET / HTTP/1.1\r\nHost: a:+80\r\n\r\n", .badHost),
        Refused("two ports", "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", .badHost),
        Refused("a port alone", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", .badHost),
        Refused("user information in Host", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .badHost),
        Refused("a scheme in Host", "GET / HTTP/1.1\r\nHost: http://a\r\n\r\n", .badHost),
        Refused("a bad escape in Host", "GET / HTTP/1.1\r\nHost: a%zz\r\n\r\n", .badHost),
        Refused("a cut escape in Host", "GET / HTTP/1.1\r\nHost: a%4\r\n\r\n", .badHost),
        Refused("nine groups", "GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7:8:9]\r\n\r\n", .badHost),
        Refused("seven groups", "GET / HTTP/1.1\r\nHost: [1:2:3:4:5:6:7]\r\n\r\n", .badHost),
        Refused(
            "eight groups and a gap",
            "GET / HTTP/1.1\r\nHost: [1:2:3:4::5:6:7:8]\r\n\r\n",
            .badHost
        ),
        Refused("two gaps", "GET / HTTP/1.1\r\nHost: [1::2::3]\r\n\r\n", .badHost),
        Refused("a group of five digits", "GET / HTTP/1.1\r\nHost: [::12345]\r\n\r\n", .badHost),
        Refused("no address", "GET / HTTP/1.1\r\nHost: []\r\n\r\n", .badHost),
        Refused(
            "an IPv4 address of 256",
            "GET / HTTP/1.1\r\nHost: [::1.2.3.256]\r\n\r\n",
            .badHost
        ),
        Refused("an IPv4 address first", "GET / HTTP/1.1\r\nHost: [1.2.3.4::1]\r\n\r\n", .badHost),
        Refused("a zone", "GET / HTTP/1.1\r\nHost: [fe80::1%25lo]\r\n\r\n", .badHost),
        Refused("something behind the bracket", "GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", .badHost),
        Refused("a bracket inside", "GET / HTTP/1.1\r\nHost: a[1]\r\n\r\n", .badHost),
        Refused("another expectation", Refused.field("Expect: 200-ok"), .expectationFailed),
        Refused(
            "an expectation beside the known one",
            Refused.field("Expect: 100-continue, x"),
            .expectationFailed
        ),
        Refused(
            "an expectation in a second line",
            Refused.field("Expect: 100-continue\r\nExpect: y"),
            .expectationFailed
        ),
        Refused(
            "an expectation with a word before it",
            Refused.field("Expect: y 100-continue"),
            .expectationFailed
        ),
        Refused(
            "two Content-Type",
            Refused.field("Content-Type: text/csv\r\nContent-Type: text/csv"),
            .repeatedField
        ),
        Refused(
            "two Authorization",
            Refused.field("Authorization: Bearer a\r\nAuthorization: Bearer b"),
            .repeatedField
        ),
        Refused(
            "two Idempotency-Key",
            Refused.field("Idempotency-Key: a\r\nIdempotency-Key: b"),
            .repeatedField
        ),
        Refused(
            "two Origin",
            Refused.field("Origin: http://a\r\nOrigin: http://b"),
            .repeatedField
        ),
        Refused(
            "a content coding",
            Refused.field("Content-Encoding: gzip\r\nContent-Length: 5"),
            .unsupportedContentCoding,
            at: "POST /"
        ),
        Refused(
            "a content coding of chunks",
            Refused.field("Transfer-Encoding: chunked\r\nContent-Encoding: br"),
            .unsupportedContentCoding,
            at: "POST /"
        ),
        Refused(
            "a content coding in a second line",
            Refused.field(
                "Content-Encoding: identity\r\nContent-Encoding: x-gzip\r\nContent-Length: 5"
            ),
            .unsupportedContentCoding,
            at: "POST /"
        ),
    ]

    @Test(arguments: accepted)
    func `accepts`(_ one: Accepted) {
        one.check()
    }

    @Test(arguments: refused)
    func `refuses`(_ one: Refused) {
        one.check()
    }
}
