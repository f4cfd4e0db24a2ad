// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

@Suite struct LimitTests {
    /// A limit, input that reaches a size, and what is said about one more.
    struct Case: CustomTestStringConvertible {
        let name: String
        let limit: Int
        let failure: RequestFailure
        let input: @Sendable (Int) -> String
        var testDescription: String { name }
    }

    static let limits = Limits()
    static let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let cases = [
        Case(name: "request line", limit: limits.requestLine, failure: .targetTooLong) { size in
            let path = String(repeating: "a", count: size - "GET / HTTP/1.1".utf8.count)
            return "GET /\(path) HTTP/1.1\r\nHost: a\r\n\r\n"
        },
        Case(name: "field count", limit: limits.fieldCount, failure: .tooManyFields) { count in
            "GET / HTTP/1.1\r\nHost: a\r\n"
                + String(repeating: "A: b\r\n", count: count - 1) + "\r\n"
        },
        Case(name: "field bytes", limit: limits.fieldBytes, failure: .fieldsTooLarge) { size in
            let first = "Host: a\r\n"
            let value = String(repeating: "b", count: size - first.utf8.count - 5)
            return "GET / HTTP/1.1\r\n\(first)A: \(value)\r\n\r\n"
        },
        Case(name: "field bytes of many", limit: limits.fieldBytes, failure: .fieldsTooLarge) {
            size in
            let value = String(repeating: "b", count: 1000)
            let many = "Host: a\r\n" + String(repeating: "A: \(value)\r\n", count: 16)
            let last = String(repeating: "c", count: size - many.utf8.count - 5)
            return "GET / HTTP/1.1\r\n\(many)A: \(last)\r\n\r\n"
        },
        Case(
            name: "chunk extension",
            limit: limits.chunkExtension,
            failure: .chunkExtensionTooLong
        ) { size in
            head + "1;" + String(repeating: "a", count: size - 1) + "\r\na\r\n0\r\n\r\n"
        },
        Case(
            name: "chunk extensions together",
            limit: limits.fieldBytes,
            failure: .chunkExtensionTooLong
        ) { size in
            let full = "1;" + String(repeating: "a", count: 255) + "\r\na\r\n"
            let last = size % 256 == 0 ? "" : "1;a\r\na\r\n"
            return head + String(repeating: full, count: size / 256) + last + "0\r\n\r\n"
        },
        Case(name: "trailer count", limit: limits.fieldCount, failure: .tooManyFields) { count in
            head + "0\r\n" + String(repeating: "A: b\r\n", count: count) + "\r\n"
        },
        Case(name: "trailer bytes", limit: limits.fieldBytes, failure: .fieldsTooLarge) { size in
            head + "0\r\nA: " + String(repeating: "b", count: size - 5) + "\r\n\r\n"
        },
    ]

    @Test(arguments: cases)
    func `takes n and refuses n + 1`(_ one: Case) {
        let most = Array(one.input(one.limit).utf8)
        let more = Array(one.input(one.limit + 1).utf8)
        for cuts in [[], Array(0..<most.count)] {
            let parsed = ParsedInput(most, cutAt: cuts)
            #expect(parsed.failure == nil)
            #expect(parsed.requests.last?.isComplete == true)
            #expect(ParsedInput(more, cutAt: cuts).failure == one.failure)
        }
    }

    @Test(arguments: cases)
    func `counts each request of a connection alone`(_ one: Case) {
        let most = Array(one.input(one.limit).utf8)
        let parsed = ParsedInput(most + most)
        #expect(parsed.failure == nil)
        #expect(parsed.requests.map(\.isComplete) == [true, true])
    }

    @Test func `refuses a line that never ends`() {
        let endless = [UInt8](repeating: UInt8(ascii: "a"), count: 20_000)
        #expect(ParsedInput(endless).failure == .unknownMethod)
        #expect(ParsedInput(Array("GET /".utf8) + endless).failure == .targetTooLong)
        let field = Array("GET / HTTP/1.1\r\n".utf8) + endless
        #expect(ParsedInput(field).failure == .fieldsTooLarge)
        let chunk = Array(Self.head.utf8) + endless
        #expect(ParsedInput(chunk).failure == .chunkExtensionTooLong)
    }
}
