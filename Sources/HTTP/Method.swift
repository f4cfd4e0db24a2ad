// SPDX-License-Identifier: Apache-2.0

/// A request method the service knows (RFC 9110 section 9, RFC 5789).
package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"
    case trace = "TRACE"
    case connect = "CONNECT"
    /// Registered, so that a path without it answers 405 and not 501.
    case query = "QUERY"
}

extension Method {
    /// Finds a method by its name's bytes; methods are case-sensitive.
    init?(_ name: Span<UInt8>) {
        guard let candidate = Method(count: name.count, first: name.isEmpty ? 0 : name[0]) else {
            return nil
        }
        var index = 0
        for byte in candidate.rawValue.utf8 {
            guard name[index] == byte else { return nil }
            index += 1
        }
        self = candidate
    }

    private init?(count: Int, first: UInt8) {
        switch (count, first) {
        case (3, UInt8(ascii: "G")): self = .get
        case (3, UInt8(ascii: "P")): self = .put
        case (4, UInt8(ascii: "P")): self = .post
        case (4, UInt8(ascii: "H")): self = .head
        case (5, UInt8(ascii: "P")): self = .patch
        case (5, UInt8(ascii: "T")): self = .trace
        case (5, UInt8(ascii: "Q")): self = .query
        case (6, UInt8(ascii: "D")): self = .delete
        case (7, UInt8(ascii: "O")): self = .options
        case (7, UInt8(ascii: "C")): self = .connect
        default: return nil
        }
    }
}
