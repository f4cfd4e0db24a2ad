// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The chain of trade (M03, 末端/中级/内部客户): who buys through whom, and who serves whom.
package struct ChainService: Sendable {
    private let store = ChainStore()
    private let rules = ChainRules()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<ChainLink>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<ChainLink>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<ChainLink>, in snapshot: Snapshot) throws -> ChainLink {
        guard let link = try store.find(id, in: snapshot) else { throw ServiceError.notFound }
        return link
    }

    package func list(
        of customer: ID<Customer>,
        _ filter: ChainLinkFilter,
        _ request: PageRequest<ChainLinkSorting>,
        in snapshot: Snapshot
    ) throws -> Page<ChainLink> {
        _ = try customers.reference(to: customer, in: snapshot)
        return try store.page(of: customer, filter, request, in: snapshot)
    }

    /// Links a customer to another.
    package func link(
        _ id: ID<Customer>,
        _ new: NewChainLink,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ChainLink {
        let customer = try customers.find(id, in: transaction)
        guard customer.archivedAt == nil else {
            throw ServiceError.notAllowedNow("the customer is archived", allowed: [])
        }
        let other = try customers.find(
            customers.demand(new.customerID, in: transaction),
            in: transaction
        )
        guard other.id != id else {
            throw ServiceError.refused("/customerId", "must be another customer")
        }
        guard new.kind.allows(customer.details.role, other.details.role) else {
            throw ServiceError.chainRole(
                new.kind,
                from: customer.details.role,
                to: other.details.role
            )
        }
        if let known = try store.id(new.kind, from: id, to: other.id, in: transaction) {
            throw ServiceError.duplicate(Subject(.chainLink, known))
        }
        for one in [id, other.id]
        where try store.count(of: one, in: transaction) >= ChainRules.linkLimit {
            throw ServiceError.notAllowedNow(
                "customer \(one.rawValue) has \(ChainRules.linkLimit) links",
                allowed: ["DELETE /v1/chain-links/{link}"]
            )
        }
        switch new.kind {
        case .buysThrough: try rules.demandNoCycle(other.id, above: id, in: transaction)
        case .serves: try rules.demandNoCycle(id, above: other.id, in: transaction)
        }
        let inserted = try store.insert(
            NewChainLink(kind: new.kind, customerID: other.id),
            from: id,
            at: occasion.at,
            in: transaction
        )
        guard let inserted else { throw ServiceError.notFound }
        let link = try find(inserted, in: transaction)
        try record("linked", link, describe(nil, link), by: occasion, in: transaction)
        return link
    }

    package func unlink(
        _ link: ChainLink,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.delete(link.id, in: transaction)
        try record("unlinked", link, describe(nil, link), by: occasion, in: transaction)
    }

    private func record(
        _ action: String,
        _ link: ChainLink,
        _ changes: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try journal.append(
            "chain.\(action)",
            Subject(.chainLink, link.id),
            changes: changes,
            by: occasion,
            in: transaction
        )
    }
}

// MARK: - The view

extension ChainService {
    /// What is up and down the chain from a customer, each customer once, by the shortest way.
    package func chain(
        of id: ID<Customer>,
        _ query: ChainQuery,
        in snapshot: Snapshot
    ) throws -> Chain {
        let customer = try customers.find(id, in: snapshot)
        return Chain(
            customer: ChainMember(customer: customer.reference, role: customer.details.role),
            up: try side(of: id, isUp: true, depth: query.depth, in: snapshot),
            down: try side(of: id, isUp: false, depth: query.depth, in: snapshot)
        )
    }

    private func side(
        of id: ID<Customer>,
        isUp: Bool,
        depth: Int,
        in snapshot: Snapshot
    ) throws -> Chain.Side {
        var steps: [Chain.Step] = []
        var seen: Set = [id]
        var nearest = [id]
        for level in 1...depth {
            var reached: [ID<Customer>] = []
            for one in nearest {
                let links = try store.links(
                    of: one,
                    isUp: isUp,
                    limit: Chain.memberLimit + 1,
                    in: snapshot
                )
                for link in links {
                    let member = link.from.customer.id == one ? link.to : link.from
                    guard seen.insert(member.customer.id).inserted else { continue }
                    guard steps.count < Chain.memberLimit else {
                        return Chain.Side(steps: steps, isCut: true)
                    }
                    reached.append(member.customer.id)
                    steps.append(
                        Chain.Step(
                            member: member,
                            kind: link.kind,
                            linkID: link.id,
                            overID: one,
                            level: level
                        )
                    )
                }
            }
            nearest = reached
        }
        return Chain.Side(steps: steps, isCut: false)
    }
}
