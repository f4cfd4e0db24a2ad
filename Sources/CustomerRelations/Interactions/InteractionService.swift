// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The interaction log (M47): contacts with customers, in both directions.
package struct InteractionService: Sendable {
    private let store = InteractionStore()
    private let tokens = TokenStore()
    private let customers: CustomerService
    private let journal: Journal
    private let describe: Describe<Interaction>

    package init(
        customers: CustomerService,
        journal: Journal,
        describe: @escaping Describe<Interaction>
    ) {
        self.customers = customers
        self.journal = journal
        self.describe = describe
    }

    package func find(_ id: ID<Interaction>, in snapshot: Snapshot) throws -> Interaction {
        guard let interaction = try store.find(id, in: snapshot) else {
            throw ServiceError.notFound
        }
        return interaction
    }

    package func list(
        _ filter: InteractionFilter,
        _ request: PageRequest<InteractionSorting>,
        in snapshot: Snapshot
    ) throws -> Page<Interaction> {
        try store.page(filter, request, in: snapshot)
    }

    /// How many promises the richest interaction holds, by their name.
    package func places(in snapshot: Snapshot) throws -> [String: Int] {
        try store.places(in: snapshot)
    }

    /// Records an interaction; whoever does so by an own token took part, unless others are named.
    package func record(
        _ new: NewInteraction,
        from token: ID<Token>? = nil,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Interaction {
        try new.details.demandPast(of: occasion.at)
        if let externalID = new.details.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.interaction, other))
        }
        let customer = try resolve(new.customer, by: occasion, in: transaction)
        var new = new
        try new.people.demand(of: customer, in: transaction)
        if new.people.staffIDs.isEmpty, let token {
            new.people.staffIDs = try tokens.staff(of: token, in: transaction).map { [$0] } ?? []
        }
        let id = try store.insert(new, customer: customer, at: occasion.at, in: transaction)
        guard let id else { throw ServiceError.notFound }
        let interaction = try find(id, in: transaction)
        try journal.append(
            "interaction.recorded",
            Subject(.interaction, id),
            changes: describe(nil, interaction),
            by: occasion,
            in: transaction
        )
        return interaction
    }

    private func resolve(
        _ name: CustomerName,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<Customer> {
        try customers.resolve(
            name,
            makingProspectFrom: CustomerSource(channel: .service, detail: "interaction"),
            by: occasion,
            in: transaction
        )
    }
}

extension InteractionPeople {
    /// Refuses who is not there, or is named twice.
    func demand(of customer: ID<Customer>, in snapshot: Snapshot) throws {
        var refusals =
            ServiceError.doubles(contactIDs, "/contactIds")
            + ServiceError.doubles(staffIDs, "/staffIds")
        for (place, id) in contactIDs.enumerated()
        where try ContactStore().customer(of: id, in: snapshot) != customer {
            refusals.append(
                .init("/contactIds/\(place)", "the customer has no contact \(id.rawValue)")
            )
        }
        for (place, id) in staffIDs.enumerated() {
            if let refusal = try StaffStore().refusal(of: id, "/staffIds/\(place)", in: snapshot) {
                refusals.append(refusal)
            }
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }
}

extension ServiceError {
    /// Those that are named twice in a list.
    static func doubles<Record>(
        _ ids: [ID<Record>],
        _ pointer: String
    ) -> [Refusal] {
        ids.enumerated().filter { ids[..<$0.offset].contains($0.element) }
            .map { Refusal("\(pointer)/\($0.offset)", "is given twice") }
    }
}

extension InteractionDetails {
    /// What happened cannot lie in the future.
    func demandPast(of now: Instant) throws {
        guard occurredAt <= now else {
            throw ServiceError.refused("/occurredAt", "must not lie in the future")
        }
    }
}
