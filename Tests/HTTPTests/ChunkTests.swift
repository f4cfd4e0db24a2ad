// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

@Suite struct ChunkTests {
    static let accepted = [
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
                .init(path: "/b", fields: .host, isComplete: true),
            ]
        ),
        Accepted(
            name: "no chunk at all",
            input: Refused.chunked("0\r\n\r\n"),
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "transfer-encoding": "chunked"],
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a size in upper and lower case, with zeros",
            input: Refused.chunked("00a\r\n0123456789\r\n0B\r\n0123456789a\r\n0\r\n\r\n"),
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "transfer-encoding": "chunked"],
                    body: "01234567890123456789a",
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "a chunk that holds CRLF and what looks like an end",
            input: Refused.chunked("7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"),
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "transfer-encoding": "chunked"],
                    body: "\r\n0\r\n\r\n",
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "extensions of all kinds",
            input: Refused.chunked("1;a\r\nx\r\n1 ; b = c;d=\"\\\"; \\\\\t\"\r\ny\r\n0;e\r\n\r\n"),
            expected: [
                .init(
                    method: .post,
                    path: "/",
                    fields: ["host": "a", "transfer-encoding": "chunked"],
                    body: "xy",
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "trailers that no trailer may be are dropped",
            input: Refused.chunked(
                "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nHost: b\r\n"
                    + "Authorization: Bearer b\r\nContent-Type: text/csv\r\nExpect: x\r\n\r\n"
            ),
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
        Refused("no chunk size", Refused.chunked("\r\n"), .badChunkSize),
        Refused("a signed chunk size", Refused.chunked("+1\r\na\r\n"), .badChunkSize),
        Refused("a prefixed chunk size", Refused.chunked("0x1\r\na\r\n"), .badChunkSize),
        Refused("a space before a chunk size", Refused.chunked(" 1\r\na\r\n"), .badChunkSize),
        Refused("a space behind a chunk size", Refused.chunked("1 \r\na\r\n"), .badChunkSize),
        Refused("a negative chunk size", Refused.chunked("-1\r\na\r\n"), .badChunkSize),
        Refused("a tab behind a chunk size", Refused.chunked("1\t\r\na\r\n"), .badChunkSize),
        Refused("an underscore in a chunk size", Refused.chunked("1_0\r\na\r\n"), .badChunkSize),
        Refused("a chunk size with an h", Refused.chunked("1h\r\na\r\n"), .badChunkSize),
        Refused("a comma behind a chunk size", Refused.chunked("1,a\r\na\r\n"), .badChunkSize),
        Refused("NUL behind a chunk size", Refused.chunked("1\0\r\na\r\n"), .badChunkSize),
        Refused(
            "a vertical tab behind a chunk size",
            Refused.chunked("1\u{0B}\r\na\r\n"),
            .badChunkSize
        ),
        Refused("an extension without a size", Refused.chunked(";a\r\n"), .badChunkSize),
        Refused("a full-width digit", Refused.chunked("１\r\na\r\n"), .badChunkSize),
        Refused(
            "a chunk size of 16 digits",
            Refused.chunked("ffffffffffffffff\r\n"),
            .badChunkSize
        ),
        Refused(
            "a chunk size that wraps around",
            Refused.chunked("10000000000000001\r\na\r\n"),
            .badChunkSize
        ),
        Refused(
            "a chunk size that overflows",
            Refused.chunked("8000000000000000\r\n"),
            .badChunkSize
        ),
        Refused(
            "a chunk size of 17 digits",
            Refused.chunked("00000000000000001\r\na\r\n"),
            .badChunkSize
        ),
        Refused("a control in an extension", Refused.chunked("1;a\0\r\na\r\n"), .badChunkExtension),
        Refused("a CR in an extension", Refused.chunked("1;a\rb\r\na\r\n"), .bareCarriageReturn),
        Refused("a bare LF behind a chunk size", Refused.chunked("1\na\r\n"), .bareLineFeed),
        Refused(
            "a bare LF in an extension (TERM.EXT)",
            Refused.chunked("1;\na\r\n0\r\n\r\n"),
            .bareLineFeed
        ),
        Refused(
            "a bare LF behind an extension (EXT.TERM)",
            Refused.chunked("1;a\nx\r\n0\r\n\r\n"),
            .bareLineFeed
        ),
        Refused(
            "a bare LF in a quoted extension",
            Refused.chunked("1;a=\"\nx\"\r\nx\r\n"),
            .bareLineFeed
        ),
        Refused(
            "a CRLF in a quoted extension",
            Refused.chunked("1;a=\"\r\nx\"\r\nx\r\n"),
            .badChunkExtension
        ),
        Refused(
            "a bare CR at the end of an extension",
            Refused.chunked("1;a\r\r\nx\r\n"),
            .bareCarriageReturn
        ),
        Refused("a bare CR behind a chunk size", Refused.chunked("1\r\r\nx\r\n"), .badChunkSize),
        Refused("an empty extension", Refused.chunked("1;\r\nx\r\n"), .badChunkExtension),
        Refused("two semicolons", Refused.chunked("1;;a\r\nx\r\n"), .badChunkExtension),
        Refused(
            "an extension without a value",
            Refused.chunked("1;a=\r\nx\r\n"),
            .badChunkExtension
        ),
        Refused(
            "an extension without a name",
            Refused.chunked("1;=a\r\nx\r\n"),
            .badChunkExtension
        ),
        Refused(
            "a space behind an extension",
            Refused.chunked("1;a \r\nx\r\n"),
            .badChunkExtension
        ),
        Refused(
            "something behind a quotation",
            Refused.chunked("1;a=\"b\"c\r\nx\r\n"),
            .badChunkExtension
        ),
        Refused(
            "a quotation whose end is escaped",
            Refused.chunked("1;a=\"b\\\"\r\nx\r\n"),
            .badChunkExtension
        ),
        Refused("an escaped control", Refused.chunked("1;a=\"\\\0\"\r\nx\r\n"), .badChunkExtension),
        Refused("a longer chunk", Refused.chunked("1\r\nab\r\n"), .badChunkEnd),
        Refused("a bare LF behind a chunk", Refused.chunked("1\r\na\n"), .badChunkEnd),
        Refused("a bare CR behind a chunk", Refused.chunked("1\r\na\r0"), .badChunkEnd),
        Refused(
            "two bytes in place of the line end (TERM.SPILL)",
            Refused.chunked("1\r\naxx0\r\n\r\n"),
            .badChunkEnd
        ),
        Refused("no line end behind a chunk", Refused.chunked("1\r\na0\r\n\r\n"), .badChunkEnd),
        Refused("LF CR behind a chunk", Refused.chunked("1\r\na\n\r0\r\n\r\n"), .badChunkEnd),
        Refused("a shorter chunk", Refused.chunked("3\r\na\r\n0\r\n\r\n"), .badChunkEnd),
        Refused(
            "an empty line between chunks",
            Refused.chunked("1\r\na\r\n\r\n0\r\n\r\n"),
            .badChunkSize
        ),
        Refused("a bare LF as the last chunk's end", Refused.chunked("0\n\r\n"), .bareLineFeed),
        Refused("a bare LF as the end of the trailers", Refused.chunked("0\r\n\n"), .bareLineFeed),
        Refused("a bare LF behind a trailer", Refused.chunked("0\r\nA: b\n\r\n"), .bareLineFeed),
        Refused("a bad trailer", Refused.chunked("0\r\nA\r\n\r\n"), .badFieldName),
        Refused("a folded trailer", Refused.chunked("0\r\nA: b\r\n c\r\n\r\n"), .foldedField),
        Refused(
            "a space before a trailer's colon",
            Refused.chunked("0\r\nA : b\r\n\r\n"),
            .spaceBeforeColon
        ),
        Refused("NUL in a trailer", Refused.chunked("0\r\nA: \0\r\n\r\n"), .badFieldValue),
        Refused(
            "a request in place of the trailers",
            Refused.chunked("0\r\nGET / HTTP/1.1\r\n\r\n"),
            .spaceBeforeColon
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
