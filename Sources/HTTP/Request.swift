// SPDX-License-Identifier: Apache-2.0

package enum Version: Sendable {
    case http10
    case http11
}

/// A request as it was sent, nothing decoded.
package struct Request: Sendable {
    package var method: Method
    /// Still percent-encoded, without the query; begins with "/", or is "*" for `OPTIONS *`.
    package var path: String
    /// What stands behind "?", still encoded.
    package var query: String?
    package var version: Version
    package var fields: HeaderFields
    /// Empty while only the head has been read.
    package var body: Body
    package var remoteAddress: String

    package init(
        method: Method = .get,
        path: String = "/",
        query: String? = nil,
        version: Version = .http11,
        fields: HeaderFields = [:],
        body: Body = .bytes([]),
        remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.version = version
        self.fields = fields
        self.body = body
        self.remoteAddress = remoteAddress
    }
}

package enum Body: Sendable {
    case bytes([UInt8])
    case file(any BodyFile)
}

extension Body {
    package var count: Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let file): file.length
        }
    }
}

/// A body that was written to a file, which lives as long as this value.
package protocol BodyFile: Sendable {
    var path: String { get }
    var length: Int { get }
}
