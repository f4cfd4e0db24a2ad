// SPDX-License-Identifier: Apache-2.0

/// Who reports to whom among the people of a customer (M41, 组织结构); whoever has left is none of
/// them.
struct ReportingLines: Sendable {
    /// The most levels: a chart that is deeper is none that a client can read.
    static let levelLimit = 25

    /// By contact, whom they report to.
    private let superiors: [ID<Contact>: ID<Contact>?]

    init(_ superiors: [ID<Contact>: ID<Contact>?]) {
        self.superiors = superiors
    }

    var count: Int { superiors.count }

    func contains(_ id: ID<Contact>) -> Bool {
        superiors[id] != nil
    }

    /// A contact and those above, from the bottom up.
    private func chain(from id: ID<Contact>) -> [ID<Contact>] {
        var chain: [ID<Contact>] = []
        var next: ID<Contact>? = id
        while let one = next, let superior = superiors[one] {
            chain.append(one)
            next = superior
        }
        return chain
    }

    /// Refuses that one, who may be new, reports to another, who is among these.
    func demand(_ id: ID<Contact>?, reportsTo superior: ID<Contact>) throws {
        let above = chain(from: superior)
        var levels = 1
        if let id {
            if let place = above.firstIndex(of: id) {
                throw ServiceError.reportingCycle(
                    Array(above[...place]),
                    allowed: superiors.keys.filter { !chain(from: $0).contains(id) }.sorted()
                )
            }
            levels += superiors.keys.compactMap { chain(from: $0).firstIndex(of: id) }.max() ?? 0
        }
        guard above.count + levels <= Self.levelLimit else {
            throw ServiceError.refused(
                "/reportsToId",
                "must not make more than \(Self.levelLimit) levels"
            )
        }
    }
}
