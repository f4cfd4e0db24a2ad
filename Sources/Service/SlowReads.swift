// SPDX-License-Identifier: Apache-2.0
package import HTTP
import Routing

/// The kinds of reads that have held a reactor for all of its budget, and go to the slow lane at
/// once.
///
/// A kind is a route with the names of its parameters: what makes a read slow is what it filters
/// and counts, more than by which values. Each time one is caught, twice as many of its kind are
/// sent on before one is tried inline again, so that a single slow read sends few others the long
/// way.
package struct SlowReads {
    private static let mostTrust = 128
    private static let limit = 256

    private struct Kind {
        /// So many are sent on yet.
        var left: Int
        /// So many were sent on the last time.
        var trust: Int
    }

    /// By the template of their route, then by their parameters.
    private var kinds: [String: [String: Kind]] = [:]

    package init() {}

    /// Whether a read is of such a kind.
    package mutating func expects(_ request: Request, on template: String) -> Bool {
        guard !kinds.isEmpty, let known = kinds[template] else { return false }
        let name = Self.parameters(of: request)
        guard let kind = known[name], kind.left > 0 else { return false }
        kinds[template]?[name]?.left -= 1
        return true
    }

    /// Notes a read that took too long.
    package mutating func add(_ request: Request, on template: String) {
        let name = Self.parameters(of: request)
        let known = kinds[template]?[name]
        let count = kinds.values.reduce(0) { $0 + $1.count }
        if known == nil, count >= Self.limit { kinds = [:] }
        let trust = min(Self.mostTrust, (known?.trust ?? 8) * 2)
        kinds[template, default: [:]][name] = Kind(left: trust, trust: trust)
    }

    private static func parameters(of request: Request) -> String {
        guard let query = request.query else { return "" }
        let names = query.split(separator: "&").map { $0.prefix { $0 != "=" } }
        return Set(names).sorted().joined(separator: "&")
    }
}
