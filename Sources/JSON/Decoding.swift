// SPDX-License-Identifier: Apache-2.0

/// One rule that an input breaks: where (RFC 6901, or a parameter's name) and what is wrong.
package struct Violation: Sendable, Hashable {
    package let pointer: String
    package let detail: String

    package init(_ pointer: String, _ detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}

/// All the rules that an input breaks.
package struct Violations: Error, Sendable, Equatable {
    /// More are not told: nobody reads them, and a small request would have a large answer.
    package static let limit = 100

    package let all: [Violation]

    package init(_ all: [Violation]) {
        self.all = Array(all.prefix(Self.limit))
    }
}

/// The work of decoding one input: how it is to be read, where the decoder stands, what it refused.
package struct Decoding: Sendable {
    package struct Options: Sendable {
        /// Scalars come as text, as in query strings, forms and CSV.
        package var isTextual: Bool
        /// Whether a date may stand for the instant at which it begins.
        package var allowsDates: Bool
        /// The instant, in milliseconds since 1970, at which a date begins; nil for no date.
        package var startOfDay: @Sendable (String) -> Int64?

        package init(
            isTextual: Bool = false,
            allowsDates: Bool = false,
            startOfDay: @escaping @Sendable (String) -> Int64? = { _ in nil }
        ) {
            self.isTextual = isTextual
            self.allowsDates = allowsDates
            self.startOfDay = startOfDay
        }
    }

    private enum Step: Sendable {
        case name(String)
        case place(Int)
    }

    package let options: Options
    package private(set) var violations: [Violation] = []
    private var path: [Step] = []

    package init(_ options: Options = Options()) {
        self.options = options
    }

    /// Notes what is wrong with the value at hand, or with its member of that name.
    package mutating func refuse(_ detail: String, member: String? = nil) {
        guard violations.count < Violations.limit else { return }
        var pointer = path.reduce(into: "") { pointer, step in
            switch step {
            case .name(let name): pointer += "/" + Self.escape(name)
            case .place(let place): pointer += "/\(place)"
            }
        }
        if let member { pointer += "/" + Self.escape(member) }
        violations.append(Violation(pointer, detail))
    }

    /// Takes back all but the first `count` refusals.
    mutating func forget(after count: Int) {
        violations.removeSubrange(count...)
    }

    // RFC 6901, section 3: "~" is written "~0" and "/" is written "~1".
    private static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") })
        else { return name }
        // By code points, since a combining one makes another Character of what stands before it.
        return name.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    mutating func under<R>(_ name: String, _ body: (inout Decoding) -> R) -> R {
        path.append(.name(name))
        defer { path.removeLast() }
        return body(&self)
    }

    mutating func under<R>(_ place: Int, _ body: (inout Decoding) -> R) -> R {
        path.append(.place(place))
        defer { path.removeLast() }
        return body(&self)
    }
}
