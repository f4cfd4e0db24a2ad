// SPDX-License-Identifier: Apache-2.0
package import JSON

/// A value that stands in a path.
package protocol PathParameter: Sendable {
    /// Nil if no record can have this text in its path.
    init?(path text: String)
    static var pathSchema: Schema { get }
}

extension String: PathParameter {
    package init?(path text: String) {
        self = text
    }

    package static var pathSchema: Schema {
        .scalar([JSON.Member("type", "string")])
    }
}

/// The path of a route, `/v1/customers/{customer}/tier`.
package struct PathTemplate: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case literal(String)
        case parameter(String)
    }

    package let text: String
    package let segments: [Segment]

    package init(_ text: String) {
        self.text = text
        segments = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            $0.hasPrefix("{") && $0.hasSuffix("}")
                ? .parameter(String($0.dropFirst().dropLast())) : .literal(String($0))
        }
    }

    package var parameterNames: [String] {
        segments.compactMap { segment in
            guard case .parameter(let name) = segment else { return nil }
            return name
        }
    }
}
