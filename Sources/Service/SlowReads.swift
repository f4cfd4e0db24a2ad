// SPDX-License-Identifier: Apache-2.0
import HTTP
import Routing

/// The kinds of reads that have held a reactor for all of its budget, and go to the slow lane at once.
///
/// A kind is a route with the names of its parameters: what makes a read slow is what it filters and
/// counts, more than by which values. Now and then one is tried inline again.
struct SlowReads {
    /// So many of a kind are sent on before one is tried again.
    private static let trust = 100
    private static let limit = 256

    private var left: [String: Int] = [:]

    /// Whether a read is of such a kind.
    mutating func expects(_ request: Request, on template: String) -> Bool {
        guard !left.isEmpty else { return false }
        let kind = Self.kind(request, template)
        guard let count = left[kind] else { return false }
        left[kind] = count > 1 ? count - 1 : nil
        return true
    }

    /// Notes a read that took too long.
    mutating func add(_ request: Request, on template: String) {
        if left.count >= Self.limit { left = [:] }
        left[Self.kind(request, template)] = Self.trust
    }

    private static func kind(_ request: Request, _ template: String) -> String {
        let names = (request.query ?? "").split(separator: "&").map { $0.prefix { $0 != "=" } }
        return template + "?" + names.sorted().joined(separator: "&")
    }
}
