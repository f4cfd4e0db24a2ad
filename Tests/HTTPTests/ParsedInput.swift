// SPDX-License-Identifier: Apache-2.0
import HTTP

/// What a parser made of some input, in a form that can be compared.
struct ParsedInput: Equatable {
    struct Parsed: Equatable {
        var method = Method.get
        var path = ""
        var query: String?
        var version = Version.http11
        var fields: HeaderFields = [:]
        var body = ""
        var keepsAlive = true
        var expectsContinue = false
        var isComplete = false
    }

    var requests: [Parsed] = []
    var failure: RequestFailure?
    /// Method and path of the request that failed, as far as they had been read.
    var known: String?
    var isBetweenRequests = true
}

extension ParsedInput {
    /// Feeds input in pieces, each with what was not consumed before it.
    init(_ input: [UInt8], cutAt cuts: [Int] = [], limits: Limits = Limits()) {
        var parser = RequestParser(limits: limits)
        var pending: [UInt8] = []
        var start = 0
        for cut in cuts + [input.count] {
            pending += input[start..<cut]
            start = cut
            do {
                let consumed = try feed(&parser, pending)
                pending.removeFirst(consumed)
            } catch {
                failure = error
                known = "\(parser.request.method.rawValue) \(parser.request.path)"
                return
            }
        }
        isBetweenRequests = parser.isBetweenRequests
    }

    private mutating func feed(
        _ parser: inout RequestParser,
        _ input: [UInt8]
    ) throws(RequestFailure) -> Int {
        var place = 0
        while true {
            switch try parser.next(input.span, at: &place) {
            case .more:
                return place
            case .head(let head):
                requests.append(
                    Parsed(
                        method: head.request.method,
                        path: head.request.path,
                        query: head.request.query,
                        version: head.request.version,
                        fields: head.request.fields,
                        keepsAlive: head.keepsAlive,
                        expectsContinue: head.expectsContinue
                    )
                )
            case .body(let range):
                requests[requests.count - 1].body += String(decoding: input[range], as: UTF8.self)
            case .end:
                requests[requests.count - 1].isComplete = true
            }
        }
    }
}
