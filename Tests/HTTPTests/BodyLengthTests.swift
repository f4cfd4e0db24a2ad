// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

@Suite struct BodyLengthTests {
    static let accepted = [
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
                .init(path: "/b", fields: .host, isComplete: true),
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
            name: "a length between tabs",
            input: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \t1 \t\r\n\r\nx",
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "content-length": "1"],
                    body: "x",
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a body of GET",
            input: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET ",
            expected: [
                .init(
                    path: "/",
                    fields: ["host": "a", "content-length": "4"],
                    body: "GET ",
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a body of HTTP/1.0",
            input: "POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\nx",
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    version: .http10,
                    fields: ["content-length": "1"],
                    body: "x",
                    keepsAlive: false,
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a tab before chunked",
            input: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n",
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "transfer-encoding": "chunked"],
                    isComplete: true
                )
            ]
        ),
    ]

    static let refused = [
        Refused("an empty length", Refused.field("Content-Length:"), .badContentLength),
        Refused("a signed length", Refused.field("Content-Length: +5"), .badContentLength),
        Refused("a negative length", Refused.field("Content-Length: -5"), .badContentLength),
        Refused("a hexadecimal length", Refused.field("Content-Length: 0x5"), .badContentLength),
        Refused("a length with a space", Refused.field("Content-Length: 5 5"), .badContentLength),
        Refused("a list of lengths", Refused.field("Content-Length: 5, 5"), .badContentLength),
        Refused("a list of one length", Refused.field("Content-Length: 5,"), .badContentLength),
        Refused(
            "a length with an underscore",
            Refused.field("Content-Length: 1_0"),
            .badContentLength
        ),
        Refused("a length in quotes", Refused.field("Content-Length: \"5\""), .badContentLength),
        Refused(
            "a length with a fraction",
            Refused.field("Content-Length: 5.0"),
            .badContentLength
        ),
        Refused(
            "a length with an exponent",
            Refused.field("Content-Length: 5e0"),
            .badContentLength
        ),
        Refused("a length of Arabic digits", Refused.field("Content-Length: ٥"), .badContentLength),
        Refused(
            "a length behind a vertical tab",
            Refused.field("Content-Length: \u{0B}5"),
            .badFieldValue
        ),
        Refused(
            "a length past 64 bits",
            Refused.field("Content-Length: 18446744073709551621"),
            .bodyTooLarge
        ),
        Refused(
            "two lengths",
            Refused.field("Content-Length: 5\r\nContent-Length: 5"),
            .duplicateContentLength
        ),
        Refused(
            "two different lengths",
            Refused.field("Content-Length: 5\r\nContent-Length: 6"),
            .duplicateContentLength
        ),
        Refused(
            "two lengths of nothing",
            Refused.field("Content-Length: 0\r\ncontent-length: 0"),
            .duplicateContentLength
        ),
        Refused(
            "a length beside chunks",
            Refused.field("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            .contentLengthBesideTransferEncoding
        ),
        Refused(
            "chunks beside a length (CL.TE, TE.CL)",
            Refused.field("Transfer-Encoding: chunked\r\nContent-Length: 5"),
            .contentLengthBesideTransferEncoding
        ),
        Refused(
            "chunks beside a length of nothing",
            Refused.field("Content-Length: 0\r\nTransfer-Encoding: chunked"),
            .contentLengthBesideTransferEncoding
        ),
        Refused(
            "a length beside what is not chunked",
            Refused.field("Content-Length: 5\r\nTransfer-Encoding: xchunked"),
            .contentLengthBesideTransferEncoding
        ),
        Refused("gzip", Refused.field("Transfer-Encoding: gzip"), .malformedTransferEncoding),
        Refused("no coding", Refused.field("Transfer-Encoding:"), .malformedTransferEncoding),
        Refused(
            "identity",
            Refused.field("Transfer-Encoding: identity"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked twice",
            Refused.field("Transfer-Encoding: chunked, chunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked in two fields",
            Refused.field("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked first",
            Refused.field("Transfer-Encoding: chunked, gzip"),
            .malformedTransferEncoding
        ),
        Refused(
            "a parameter",
            Refused.field("Transfer-Encoding: chunked;q=1"),
            .malformedTransferEncoding
        ),
        Refused(
            "a longer word",
            Refused.field("Transfer-Encoding: xchunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "a shorter word",
            Refused.field("Transfer-Encoding: chunke"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked, identity",
            Refused.field("Transfer-Encoding: chunked, identity"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked in quotes",
            Refused.field("Transfer-Encoding: \"chunked\""),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked with a space inside",
            Refused.field("Transfer-Encoding: chun ked"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked behind a semicolon",
            Refused.field("Transfer-Encoding: ;chunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "an empty element before",
            Refused.field("Transfer-Encoding: , chunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "an empty element behind",
            Refused.field("Transfer-Encoding: chunked,"),
            .malformedTransferEncoding
        ),
        Refused(
            "a long s",
            Refused.field("Transfer-Encoding: ſchunked"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked with a no-break space",
            Refused.field("Transfer-Encoding: chunked\u{A0}"),
            .malformedTransferEncoding
        ),
        Refused(
            "a vertical tab before chunked",
            Refused.field("Transfer-Encoding: \u{0B}chunked"),
            .badFieldValue
        ),
        Refused(
            "a form feed behind chunked",
            Refused.field("Transfer-Encoding: chunked\u{0C}"),
            .badFieldValue
        ),
        Refused(
            "NUL behind chunked",
            Refused.field("Transfer-Encoding: chunked\0"),
            .badFieldValue
        ),
        Refused(
            "a bare CR behind chunked",
            Refused.field("Transfer-Encoding: chunked\r"),
            .bareCarriageReturn
        ),
        Refused(
            "a bare LF before chunked",
            Refused.field("Transfer-Encoding: \nchunked"),
            .bareLineFeed
        ),
        Refused(
            "chunked, then another coding in a second field",
            Refused.field("Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
            .malformedTransferEncoding
        ),
        Refused(
            "chunked, then an empty second field",
            Refused.field("Transfer-Encoding: chunked\r\nTransfer-Encoding:"),
            .malformedTransferEncoding
        ),
        Refused(
            "gzip, chunked",
            Refused.field("Transfer-Encoding: gzip, chunked"),
            .unsupportedTransferEncoding
        ),
        Refused(
            "identity, chunked",
            Refused.field("Transfer-Encoding: identity, chunked"),
            .unsupportedTransferEncoding
        ),
        Refused(
            "another coding, then chunked in a second field",
            Refused.field("Transfer-Encoding: x\r\nTransfer-Encoding: chunked"),
            .unsupportedTransferEncoding
        ),
        Refused(
            "chunks in HTTP/1.0",
            "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            .transferEncodingInOldVersion
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
