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

    private var kinds: [String: Kind] = [:]

    package init() {}

    /// Whether a read is of such a kind.
    package mutating func expects(_ request: Request, on template: String) -> Bool {
        guard !kinds.isEmpty else { return false }
        let name = Self.name(request, template)
        guard let kind = kinds[name], kind.left > 0 else { return false }
        kinds[name]?.left -= 1
        return true
    }

    /// Notes a read that took too long.
    package mutating func add(_ request: Request, on template: String) {
        let name = Self.name(request, template)
        if kinds[name] == nil, kinds.count >= Self.limit { kinds = [:] }
        let trust = min(Self.mostTrust, (kinds[name]?.trust ?? 8) * 2)
        kinds[name] = Kind(left: trust, trust: trust)
    }

    private static func name(_ request: Request, _ template: String) -> String {
        let names = (request.query ?? "").split(separator: "&").map { $0.prefix { $0 != "=" } }
        return template + "?" + Set(names).sorted().joined(separator: "&")
    }
}
