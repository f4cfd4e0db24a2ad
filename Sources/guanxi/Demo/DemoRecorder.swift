// SPDX-License-Identifier: Apache-2.0
import API
import CustomerRelations
import SQLite

/// Records entries of a plan through the services, and remembers under which ids.
struct DemoRecorder: Sendable {
    private let services: Services
    private let movedInAt: Instant
    /// By external id.
    private var orders: [String: ID<Order>] = [:]
    private var complaints: [String: ID<Complaint>] = [:]

    init(_ services: Services, movedInAt: Instant) {
        self.services = services
        self.movedInAt = movedInAt
    }

    /// Records the people, the products, and the margin that is expected where costs are not known.
    func prepare(
        _ staff: DemoStaff,
        _ products: [ProductDetails],
        in transaction: Transaction
    ) throws {
        let occasion = occasion("demo", at: movedInAt)
        for team in DemoStaff.teams {
            _ = try services.teams.create(team, by: occasion, in: transaction)
        }
        for person in staff.people {
            _ = try services.staff.create(person, by: occasion, in: transaction)
        }
        for product in products {
            _ = try services.products.create(product, by: occasion, in: transaction)
        }
        var rules = try services.tiers.policy(in: transaction).rules
        rules.margin = Share(rawValue: 3_500) ?? rules.margin
        _ = try services.tiers.setPolicy(rules, by: occasion, in: transaction)
    }

    /// Gives the first customers their managers, but for a few, whom a report has to find (M33).
    func assignManagers(in transaction: Transaction) throws {
        let occasion = occasion("sales", at: movedInAt)
        let gaps = try services.managers.gaps(
            CoverageFilter(),
            PageRequest(limit: .max - 1, sorting: .rank),
            in: transaction
        )
        for gap in gaps.rows where !gap.rank.isMultiple(of: 10) {
            guard let owner = gap.ownerID else { continue }
            _ = try services.managers.assign(
                NewManagerAssignment(pair: DemoStaff.pair(of: owner)),
                to: gap.customer.id,
                by: occasion,
                in: transaction
            )
        }
    }

    /// Records an entry when it happened, or at the move what had happened before.
    mutating func record(_ entry: DemoPlan.Entry, in transaction: Transaction) throws {
        let actor = entry.at < movedInAt ? "demo" : entry.step.actor
        let occasion = occasion(actor, at: max(entry.at, movedInAt))
        switch entry.step {
        case .customer(let customer, let lifecycle):
            var details = customer.details
            details.lifecycle = lifecycle
            _ = try services.customers.create(details, by: occasion, in: transaction)
        case .lifecycle(let customer, let lifecycle):
            try change(customer, to: lifecycle, by: occasion, in: transaction)
        case .order(let order):
            let new = order.record(knownAt: occasion.at)
            let known = try services.orders.record(new, by: occasion, in: transaction)
            orders[order.externalID] = known.id
        case .interaction(let interaction):
            _ = try services.interactions.record(interaction, by: occasion, in: transaction)
        case .complaint(let complaint, let externalID):
            let new = complaint.record(
                externalID: externalID,
                order: orders[complaint.order.externalID],
                knownAt: occasion.at
            )
            let known = try services.complaints.open(new, by: occasion, in: transaction)
            complaints[externalID] = known.id
        case .reply(let complaint, let externalID):
            guard let id = complaints[externalID] else { throw ServiceError.notFound }
            _ = try services.complaints.make(
                .reply(complaint.reply),
                on: services.complaints.find(id, at: occasion.at, in: transaction),
                by: occasion,
                in: transaction
            )
        }
    }

    private func change(
        _ customer: DemoCustomer,
        to lifecycle: Customer.Lifecycle,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let externalID = DemoCustomer.externalID(customer.number)
        let known = try services.customers.find(externalID: externalID, in: transaction)
        guard let known else { throw ServiceError.notFound }
        var details = known.details
        details.lifecycle = lifecycle
        _ = try services.customers.change(known, to: details, by: occasion, in: transaction)
    }

    private func occasion(_ actor: String, at instant: Instant) -> Occasion {
        Occasion(at: instant, actor: actor, requestID: DemoBase.requestID)
    }
}

extension DemoPlan.Step {
    /// Who would record it in a firm.
    fileprivate var actor: String {
        switch self {
        case .customer, .interaction, .complaint: "call-center"
        case .order: "web-shop"
        case .lifecycle: "sales"
        case .reply: "complaint-desk"
        }
    }
}
