// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

@Suite struct RequestLineTests {
    static let accepted = [
        Accepted(
            name: "the least",
            input: "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", fields: .host, isComplete: true)]
        ),
        Accepted(
            name: "path and query",
            input: "GET /a%20b/c?q=%E4%B8%AD&x[]=1? HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [
                .init(
                    path: "/a%20b/c",
                    query: "q=%E4%B8%AD&x[]=1?",
                    fields: .host,
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "what browsers do not escape",
            input: "GET /[a]|^`{b}?[c]|^`{d} HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [
                .init(path: "/[a]|^`{b}", query: "[c]|^`{d}", fields: .host, isComplete: true)
            ]
        ),
        Accepted(
            name: "an empty query",
            input: "GET /? HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", query: "", fields: .host, isComplete: true)]
        ),
        Accepted(
            name: "an empty line first",
            input: "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "/", fields: .host, isComplete: true)]
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
            expected: [.init(method: .options, path: "*", fields: .host, isComplete: true)]
        ),
        Accepted(
            name: "OPTIONS of a whole server in absolute-form",
            input: "OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(method: .options, path: "*", fields: ["host": "b"], isComplete: true)]
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
            expected: [.init(path: "/", fields: .host, isComplete: true)]
        ),
        Accepted(name: "half a request", input: "GET / HTTP/1.1\r\nHos", expected: []),
        Accepted(
            name: "dot segments and empty ones, which the router judges",
            input: "GET //a/../%2e HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [.init(path: "//a/../%2e", fields: .host, isComplete: true)]
        ),
        Accepted(
            name: "absolute-form in HTTP/1.0",
            input: "GET https://b/ HTTP/1.0\r\n\r\n",
            expected: [
                .init(
                    path: "/",
                    version: .http10,
                    fields: ["host": "b"],
                    keepsAlive: false,
                    isComplete: true
                )
            ]
        ),
        Accepted(
            name: "two requests",
            input: "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
                + "\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            expected: [
                .init(path: "/a", fields: .host, isComplete: true),
                .init(path: "/b", fields: .host, isComplete: true),
            ]
        ),
    ]

    static let refused = [
        Refused("HTTP/0.9", "GET /\r\n", .malformedRequestLine),
        Refused("HTTP/0.9 that says so", "GET /a HTTP/0.9\r\n", .unsupportedVersion, at: "GET /a"),
        Refused("two spaces", "GET  / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a space in the target", "GET /a b HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a space at the start", " GET / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a space at the end", "GET / HTTP/1.1 \r\n", .malformedRequestLine),
        Refused("a tab", "GET\t/ HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a tab behind the target", "GET /\tHTTP/1.1\r\n", .malformedTarget),
        Refused("a vertical tab", "GET\u{0B}/ HTTP/1.1\r\n", .malformedRequestLine),
        Refused(
            "a form feed behind the target",
            "GET / \u{0C}HTTP/1.1\r\n",
            .malformedRequestLine,
            at: "GET /"
        ),
        Refused(
            "two spaces before the version",
            "GET /a  HTTP/1.1\r\n",
            .malformedRequestLine,
            at: "GET /a"
        ),
        Refused(
            "a comment behind the version",
            "GET /a HTTP/1.1 x\r\n",
            .malformedRequestLine,
            at: "GET /a"
        ),
        Refused("no version", "GET / \r\n", .malformedRequestLine),
        Refused("no target", "GET HTTP/1.1\r\n", .malformedRequestLine),
        Refused("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a lower-case protocol", "GET / http/1.1\r\n", .malformedRequestLine),
        Refused("a version of two digits", "GET / HTTP/1.10\r\n", .malformedRequestLine),
        Refused("a version without a dot", "GET / HTTP/11\r\n", .malformedRequestLine),
        Refused("a version of letters", "GET / HTTP/1.x\r\n", .malformedRequestLine),
        Refused("another protocol", "GET / HTCPCP/1.1\r\n", .malformedRequestLine),
        Refused("HTTP/2", "GET / HTTP/2.0\r\n", .unsupportedVersion),
        Refused("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .unsupportedVersion),
        Refused("an unknown method", "BREW / HTTP/1.1\r\n", .unknownMethod),
        Refused("a method in lower case", "get / HTTP/1.1\r\n", .unknownMethod),
        Refused("CONNECT", "CONNECT a:443 HTTP/1.1\r\n", .tunnel),
        Refused(
            "an unknown method of a known path",
            "PROPFIND /a HTTP/1.1\r\n",
            .unknownMethod,
            at: "GET /a"
        ),
        Refused(
            "a method with a known one in front",
            "GETX /a HTTP/1.1\r\n",
            .unknownMethod,
            at: "GET /a"
        ),
        Refused("a method that is no token", "GE(T / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a method with NUL", "GET\0 / HTTP/1.1\r\n", .malformedRequestLine),
        Refused(
            "a method with 8 bits",
            bytes: Array("G".utf8) + [0xC5] + Array("T / HTTP/1.1\r\n".utf8),
            .malformedRequestLine
        ),
        Refused(
            "a long method",
            String(repeating: "A", count: 8000) + " / HTTP/1.1\r\n",
            .unknownMethod
        ),
        Refused(
            "a method longer than a request line",
            String(repeating: "A", count: 9000),
            .unknownMethod
        ),
        Refused(
            "a target longer than a request line",
            "GET /" + String(repeating: "a", count: 9000),
            .targetTooLong
        ),
        Refused("no slash", "GET a HTTP/1.1\r\n", .malformedTarget),
        Refused("a fragment", "GET /#a HTTP/1.1\r\n", .malformedTarget),
        Refused("a fragment in absolute-form", "GET http://a/#b HTTP/1.1\r\n", .malformedTarget),
        Refused("a backslash", "GET /a\\b HTTP/1.1\r\n", .malformedTarget),
        Refused("raw UTF-8", "GET /é HTTP/1.1\r\n", .malformedTarget),
        Refused("NUL in the target", "GET /\0 HTTP/1.1\r\n", .malformedTarget),
        Refused(
            "a lone byte with 8 bits",
            bytes: Array("GET /".utf8) + [0xFF] + Array(" HTTP/1.1\r\n".utf8),
            .malformedTarget
        ),
        Refused("DEL in the target", "GET /\u{7F} HTTP/1.1\r\n", .malformedTarget),
        Refused("a quotation mark in the target", "GET /\" HTTP/1.1\r\n", .malformedTarget),
        Refused("a quotation mark in the query", "GET /?\" HTTP/1.1\r\n", .malformedTarget),
        Refused("a less-than sign in the target", "GET /?< HTTP/1.1\r\n", .malformedTarget),
        Refused("a greater-than sign in the target", "GET /> HTTP/1.1\r\n", .malformedTarget),
        Refused("a backslash in the query", "GET /?\\ HTTP/1.1\r\n", .malformedTarget),
        Refused("brackets in a host", "GET http://a[b]/ HTTP/1.1\r\n", .malformedTarget),
        Refused("a brace in a host", "GET http://a{b/ HTTP/1.1\r\n", .malformedTarget),
        Refused("authority-form with GET", "GET a:80 HTTP/1.1\r\n", .malformedTarget),
        Refused("asterisk-form with GET", "GET * HTTP/1.1\r\n", .malformedTarget),
        Refused(
            "asterisk-form and more",
            "OPTIONS *a HTTP/1.1\r\n",
            .malformedTarget,
            at: "OPTIONS /"
        ),
        Refused("absolute-form without a host", "GET http:///a HTTP/1.1\r\n", .malformedTarget),
        Refused(
            "absolute-form with a port alone",
            "GET http://:80/ HTTP/1.1\r\n",
            .malformedTarget
        ),
        Refused(
            "absolute-form with a port too high",
            "GET http://a:65536/ HTTP/1.1\r\n",
            .malformedTarget
        ),
        Refused(
            "absolute-form with two ports",
            "GET http://a:80:80/ HTTP/1.1\r\n",
            .malformedTarget
        ),
        Refused("absolute-form with one slash", "GET http:/a HTTP/1.1\r\n", .malformedTarget),
        Refused("user information", "GET http://u@a/ HTTP/1.1\r\n", .malformedTarget),
        Refused(
            "user information with a password",
            "GET http://u:p@a/ HTTP/1.1\r\n",
            .malformedTarget
        ),
        Refused("another scheme", "GET ftp://a/ HTTP/1.1\r\n", .malformedTarget),
        Refused("a bare LF behind the request line", "GET / HTTP/1.1\nHost: a\r\n", .bareLineFeed),
        Refused("a bare CR in the request line", "GET /\r HTTP/1.1\r\n", .bareCarriageReturn),
        Refused("a TLS greeting", bytes: [22, 3, 1, 0], .malformedRequestLine),
        Refused("a bare CR before the request line", "\rGET / HTTP/1.1\r\n", .malformedRequestLine),
        Refused("a bare LF before the request line", "\nGET / HTTP/1.1\r\n", .bareLineFeed),
        Refused(
            "a bare CR behind the request line",
            "GET / HTTP/1.1\rHost: a\r\n\r\n",
            .malformedRequestLine
        ),
        Refused(
            "the second of two",
            "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b\r\n",
            .malformedRequestLine
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

    @Test func `knows whether a request has begun`() {
        #expect(ParsedInput([]).isBetweenRequests)
        #expect(ParsedInput(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)).isBetweenRequests)
        #expect(!ParsedInput(Array("G".utf8)).isBetweenRequests)
        #expect(!ParsedInput(Array(Refused.chunked("0\r\n").utf8)).isBetweenRequests)
    }
}
