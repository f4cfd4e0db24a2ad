// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// Who is calling, and whom to put the call through to (M84, M85).
package struct ScreenPopService: Sendable {
    /// The most rows of each list.
    private static let limit = 10

    private let contacts = ContactStore()
    private let complaints = ComplaintStore()
    private let interactions = InteractionStore()
    private let registeredPromises = PromiseStore()
    private let managers = ManagerStore()
    private let agents = AgentStore()
    private let customers: CustomerService
    private let singleThread: SingleThreadService
    private let warnings: WarningService

    package init(
        customers: CustomerService,
        singleThread: SingleThreadService,
        warnings: WarningService
    ) {
        self.customers = customers
        self.singleThread = singleThread
        self.warnings = warnings
    }

    /// What is known of the caller, all of it of one instant.
    ///
    /// `id` chooses among several customers with the number.
    package func find(
        _ phone: PhoneNumber,
        _ id: ID<Customer>?,
        _ needs: CallNeeds,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> ScreenPop {
        let customer = try caller(phone, id, in: snapshot)
        let open = try openComplaints(of: customer.id, at: now, in: snapshot)
        return ScreenPop(
            customer: customer,
            contacts: try contacts.contacts(of: customer.id, phone: phone.e164, in: snapshot),
            openComplaints: open,
            warnings: try warnings.open(of: customer.id, in: snapshot)
                + [singleThread.warning(of: customer.id, at: now, in: snapshot)].compactMap { $0 },
            promises: try registeredPromises.open(
                of: customer.id,
                limit: Self.limit,
                in: snapshot
            ),
            recentInteractions: try interactions.page(
                InteractionFilter(customerID: customer.id),
                PageRequest(limit: Self.limit, sorting: .occurredAt, isDescending: true),
                in: snapshot
            ).rows,
            suggestedAgents: try suggest(
                for: customer,
                needs,
                skills: open.compactMap(\.details.cause?.rawValue),
                at: now,
                in: snapshot
            )
        )
    }

    private func caller(
        _ phone: PhoneNumber,
        _ id: ID<Customer>?,
        in snapshot: Snapshot
    ) throws -> Customer {
        let found = try customers.references(phone: phone, in: snapshot)
        guard let first = found.first else { throw ServiceError.unknownCaller(phone) }
        guard let id = try customers.kept(id, in: snapshot) else {
            guard found.count == 1 else { throw ServiceError.ambiguousPhone(found) }
            return try customers.find(first.id, in: snapshot)
        }
        guard found.contains(where: { $0.id == id }) else { throw ServiceError.notFound }
        return try customers.find(id, in: snapshot)
    }

    private func openComplaints(
        of customer: ID<Customer>,
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [Complaint] {
        var filter = ComplaintFilter(customerID: customer)
        filter.isOpen = true
        return try complaints.page(
            filter,
            PageRequest(limit: Self.limit, sorting: .receivedAt, isDescending: true),
            at: now,
            in: snapshot
        ).rows
    }

    private func suggest(
        for customer: Customer,
        _ needs: CallNeeds,
        skills causes: [String],
        at now: Instant,
        in snapshot: Snapshot
    ) throws -> [SuggestedAgent] {
        let candidates = try agents.candidates(at: now, in: snapshot)
        guard !candidates.isEmpty else { return [] }
        let skills = Set(causes + [needs.skill].compactMap { $0 }).sorted()
        let ranking = AgentRanking(
            tier: customer.tier,
            pair: try managers.active(of: customer.id, in: snapshot)?.pair,
            ownerID: customer.details.ownerID,
            handled: try agents.handlers(of: customer.id, in: snapshot)
                .reduce(into: [:]) { $0[$1, default: 0] += 1 },
            skills: try skills.map { ($0, try agents.levels(of: $0, in: snapshot)) },
            language: try needs.language.map { ($0, try agents.speakers(of: $0, in: snapshot)) }
        )
        return ranking.rank(candidates)
    }
}
