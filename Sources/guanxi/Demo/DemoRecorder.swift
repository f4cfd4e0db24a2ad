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
    /// The people at a customer, by its number.
    private var people: [Int: [ID<Contact>]] = [:]
    /// What is to be done after an interaction, by the plan's number of it.
    private var tasks: [Int: ID<StaffTask>] = [:]
    /// What was promised in an interaction, by the plan's number of it.
    private var promises: [Int: ID<Promise>] = [:]

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
        for article in DemoArticle.all {
            _ = try services.articles.create(article.details, by: occasion, in: transaction)
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
            orders[order.externalID] = try record(order, by: occasion, in: transaction).id
        case .people(let customer):
            try record(customer.people, of: customer, by: occasion, in: transaction)
        case .interaction(let interaction, let number):
            let known = try services.interactions.record(
                interaction.record(with: people[interaction.customer] ?? []),
                by: occasion,
                in: transaction
            )
            promises[number] = known.promises.first?.id
            // What was to be done before the move is done.
            if entry.at > movedInAt, let reason = known.details.nextStep {
                let task = try services.tasks.add(
                    NewTask(
                        kind: "follow-up",
                        subject: Subject(.interaction, known.id),
                        details: TaskDetails(
                            reason: reason,
                            dueAt: entry.at.adding(milliseconds: 3 * Instant.millisecondsPerDay),
                            assigneeID: known.people.staffIDs.first
                        )
                    ),
                    from: nil,
                    by: occasion,
                    in: transaction
                )
                tasks[number] = task.id
            }
        case .followUp(let number):
            guard let id = tasks[number] else { throw ServiceError.notFound }
            _ = try services.tasks.settle(
                services.tasks.find(id, in: transaction),
                as: .done,
                note: nil,
                by: occasion,
                in: transaction
            )
        case .verdict(let verdict, let number):
            guard let id = promises[number] else { throw ServiceError.notFound }
            let promises = services.promises
            _ =
                try verdict.isKept
                ? promises.keep(id, by: occasion, in: transaction)
                : promises.break(id, by: occasion, in: transaction)
        case .complaint(let complaint, let externalID):
            let new = complaint.record(
                externalID: externalID,
                order: orders[complaint.order.externalID],
                knownAt: occasion.at
            )
            let known = try services.complaints.open(new, by: occasion, in: transaction)
            complaints[externalID] = known.id
            for (place, article) in DemoArticle.all.enumerated() where article.fits(known.details) {
                _ = try services.articles.link(
                    ID(rawValue: Int64(place + 1)),
                    to: known.id,
                    by: occasion,
                    in: transaction
                )
            }
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

    /// Who has no credit any more pays in advance (M13).
    private func record(
        _ order: DemoOrder,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Order {
        do {
            let new = order.record(knownAt: occasion.at)
            return try services.orders.record(new, by: occasion, in: transaction)
        } catch ServiceError.creditBlocked {
            return try services.orders.record(order.prepaid, by: occasion, in: transaction)
        }
    }

    private mutating func record(
        _ people: [DemoPerson],
        of customer: DemoCustomer,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let known = try known(customer, in: transaction)
        var ids: [ID<Contact>] = []
        for person in people {
            let details = person.details(reportsTo: person.leader.map { ids[$0] })
            ids += [
                try services.contacts.create(details, at: known.id, by: occasion, in: transaction)
                    .id
            ]
        }
        self.people[customer.number] = ids
    }

    private func known(_ customer: DemoCustomer, in transaction: Transaction) throws -> Customer {
        let externalID = DemoCustomer.externalID(customer.number)
        let known = try services.customers.find(externalID: externalID, in: transaction)
        guard let known else { throw ServiceError.notFound }
        return known
    }

    private func change(
        _ customer: DemoCustomer,
        to lifecycle: Customer.Lifecycle,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        let known = try known(customer, in: transaction)
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
        case .customer, .interaction, .verdict, .complaint: "call-center"
        case .order: "web-shop"
        case .people, .lifecycle, .followUp: "sales"
        case .reply: "complaint-desk"
        }
    }
}
