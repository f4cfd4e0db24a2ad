// SPDX-License-Identifier: Apache-2.0
import FuzzProperties
import HTTP
import Testing

/// Input, and the requests that a parser must find in it.
struct Accepted: CustomTestStringConvertible {
    let name: String
    let input: String
    let expected: [ParsedInput.Parsed]
    var testDescription: String { name }

    func check() {
        let parsed = ParsedInput(Array(input.utf8))
        #expect(parsed.failure == nil)
        #expect(parsed.requests == expected)
        parsed.checkCuts(of: Array(input.utf8))
    }
}

/// Input that a parser must refuse, for what reason, and what it must know of the request by then.
struct Refused: CustomTestStringConvertible {
    let name: String
    let input: [UInt8]
    let failure: RequestFailure
    let known: String?
    var testDescription: String { name }

    init(_ name: String, _ input: String, _ failure: RequestFailure, at known: String? = nil) {
        self.init(name, bytes: Array(input.utf8), failure, at: known)
    }

    init(_ name: String, bytes: [UInt8], _ failure: RequestFailure, at known: String? = nil) {
        self.name = name
        self.input = bytes
        self.failure = failure
        self.known = known
    }

    func check() {
        let parsed = ParsedInput(input)
        #expect(parsed.failure == failure)
        if let known { #expect(parsed.known == known) }
        parsed.checkCuts(of: input)
    }

    /// A request with a field, which five bytes follow.
    static func field(_ line: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\n\(line)\r\n\r\nhello"
    }

    static func chunked(_ body: String) -> String {
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)"
    }
}

extension HeaderFields {
    static let host: HeaderFields = ["host": "a"]
}

extension ParsedInput {
    /// Checks that the same input gives the same result byte by byte and cut at every place.
    fileprivate func checkCuts(of input: [UInt8]) {
        #expect(ParsedInput(input, cutAt: Array(0..<input.count)) == self)
        // Long input is long in one part, where each place is like the next.
        let places = stride(from: 0, to: input.count, by: input.count > 1000 ? 97 : 1)
        for cut in places where ParsedInput(input, cutAt: [cut]) != self {
            Issue.record("cut at \(cut)")
        }
    }
}
