// SPDX-License-Identifier: Apache-2.0
internal import SQLite

/// What links must be like, whoever changes what they rest on.
struct ChainRules: Sendable {
    /// The most links of a customer.
    static let linkLimit = 10_000

    private let store = ChainStore()

    /// Refuses that a customer comes to stand above one who stands above it already, by however many
    /// links of either kind; names those between, from the upper one on.
    ///
    /// `pointer` is the member of the input that brings it about.
    func demandNoCycle(
        _ upper: ID<Customer>,
        above lower: ID<Customer>,
        named pointer: String = "/customerId",
        in snapshot: Snapshot
    ) throws {
        var cameFrom: [ID<Customer>: ID<Customer>] = [:]
        var next = [upper]
        while let one = next.popLast() {
            guard one != lower else {
                var chain = [one]
                while let last = chain.last, last != upper, let before = cameFrom[last] {
                    chain.append(before)
                }
                throw ServiceError.chainCycle(chain.reversed(), pointer)
            }
            for other in try store.above(one, in: snapshot)
            where other != upper && cameFrom[other] == nil {
                cameFrom[other] = one
                next.append(other)
            }
        }
    }

    /// Refuses a role that a customer's links do not allow.
    func demand(_ role: Customer.Role, for id: ID<Customer>, in snapshot: Snapshot) throws {
        for link in try store.all(of: id, in: snapshot) {
            let from = link.from.customer.id == id ? role : link.from.role
            let to = link.to.customer.id == id ? role : link.to.role
            guard link.kind.allows(from, to) else {
                throw ServiceError.notAllowedNow(
                    "the customer's links do not allow the role \(role.rawValue)",
                    allowed: ["DELETE /v1/chain-links/\(link.id.rawValue)"]
                )
            }
        }
    }

    /// Refuses what a merge has made of a customer's links if it is no chain any more.
    func demandSound(
        _ customer: Customer,
        named pointer: String,
        in snapshot: Snapshot
    ) throws {
        try demand(customer.details.role, for: customer.id, in: snapshot)
        for upper in try store.above(customer.id, in: snapshot) {
            try demandNoCycle(upper, above: customer.id, named: pointer, in: snapshot)
        }
    }
}
