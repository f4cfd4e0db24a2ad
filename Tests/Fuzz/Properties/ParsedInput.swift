// SPDX-License-Identifier: Apache-2.0
package import HTTP

/// What a parser made of some input, in a form that can be compared.
package struct ParsedInput: Equatable, Sendable {
    package struct Parsed: Equatable, Sendable {
        package var method: Method
        package var path: String
        package var query: String?
        package var version: Version
        package var fields: HeaderFields
        package var body: [UInt8]
        package var keepsAlive: Bool
        package var expectsContinue: Bool
        package var isComplete: Bool

        package init(
            method: Method = .get,
            path: String = "",
            query: String? = nil,
            version: Version = .http11,
            fields: HeaderFields = [:],
            body: String = "",
            keepsAlive: Bool = true,
            expectsContinue: Bool = false,
            isComplete: Bool = false
        ) {
            self.method = method
            self.path = path
            self.query = query
            self.version = version
            self.fields = fields
            self.body = Array(body.utf8)
            self.keepsAlive = keepsAlive
            self.expectsContinue = expectsContinue
            self.isComplete = isComplete
        }
    }

    package private(set) var requests: [Parsed] = []
    /// Where in the input each request ends that is complete.
    package private(set) var ends: [Int] = []
    package private(set) var failure: RequestFailure?
    /// Method and path of the request that failed, as far as they had been read.
    package private(set) var known: String?
    package private(set) var isBetweenRequests = true
}

extension ParsedInput {
    /// Feeds input in pieces, each with what was not consumed before it.
    package init(_ input: [UInt8], cutAt cuts: [Int] = [], limits: Limits = Limits()) {
        var parser = RequestParser(limits: limits)
        var pending: [UInt8] = []
        var consumed = 0
        for piece in pieces(of: input, cutAt: cuts) {
            pending += piece
            do {
                let count = try feed(&parser, pending, behind: consumed)
                pending.removeFirst(count)
                consumed += count
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
        _ input: [UInt8],
        behind consumed: Int
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
                requests[requests.count - 1].body += input[range]
            case .end:
                requests[requests.count - 1].isComplete = true
                ends.append(consumed + place)
            }
        }
    }
}
