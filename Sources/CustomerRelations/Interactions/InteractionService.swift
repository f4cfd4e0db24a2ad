// SPDX-License-Identifier: Apache-2.0
package import SQLite

/// The interaction log (M47): contacts with customers, in both directions.
package struct InteractionService: Sendable {
    /// How changes are written down.
    package struct Descriptions: Sendable {
        let interaction: Describe<Interaction>
        let details: Describe<InteractionDetails>

        package init(
            interaction: @escaping Describe<Interaction>,
            details: @escaping Describe<InteractionDetails>
        ) {
            self.interaction = interaction
            self.details = details
        }
    }

    private let store = InteractionStore()
    private let tokens = TokenStore()
    private let customers: CustomerService
    private let complaints: ComplaintService
    private let promises: PromiseService
    private let journal: Journal
    private let descriptions: Descriptions

    package init(
        customers: CustomerService,
        complaints: ComplaintService,
        promises: PromiseService,
        journal: Journal,
        descriptions: Descriptions
    ) {
        self.customers = customers
        self.complaints = complaints
        self.promises = promises
        self.journal = journal
        self.descriptions = descriptions
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
        try new.demandPromisesAhead()
        if let externalID = new.details.externalID,
            let other = try store.id(externalID: externalID, in: transaction)
        {
            throw ServiceError.duplicate(Subject(.interaction, other))
        }
        let customer = try resolve(new.customer, by: occasion, in: transaction)
        var new = new
        if new.people.staffIDs.isEmpty, let token {
            new.people.staffIDs = try tokens.staff(of: token, in: transaction).map { [$0] } ?? []
        }
        let id = try insert(new, of: customer, by: occasion, in: transaction)
        let interaction = try find(id, in: transaction)
        try journal.append(
            "interaction.recorded",
            Subject(.interaction, id),
            changes: descriptions.interaction(nil, interaction),
            by: occasion,
            in: transaction
        )
        return interaction
    }

    /// Writes an interaction with all that hangs on it.
    func insert(
        _ new: NewInteraction,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> ID<Interaction> {
        try new.people.demand(of: customer, in: transaction)
        try complaints.demand(new.details.complaintID, of: customer, in: transaction)
        let id = try store.insert(new, customer: customer, at: occasion.at, in: transaction)
        guard let id else { throw ServiceError.notFound }
        try promises.give(
            new.promises,
            at: new.details.occurredAt,
            in: id,
            to: customer,
            by: occasion,
            in: transaction
        )
        try complaints.link(
            InteractionLink(id, new.details, isLinked: true),
            to: new.details.complaintID,
            by: occasion,
            in: transaction
        )
        return id
    }

    /// Corrects what is recorded of an interaction, which keeps what it said before.
    package func correct(
        _ interaction: Interaction,
        to details: InteractionDetails,
        because reason: String,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws -> Interaction {
        var details = details
        details.externalID = interaction.details.externalID
        guard details != interaction.details else {
            throw ServiceError.refused("/changes", "must change something")
        }
        try details.demandPast(of: occasion.at, "/changes/occurredAt")
        if details.occurredAt > interaction.details.occurredAt,
            interaction.promises.contains(where: { $0.dueAt < details.occurredAt })
        {
            throw ServiceError.refused(
                "/changes/occurredAt",
                "must not lie after what was promised is due"
            )
        }
        try complaints.demand(
            details.complaintID,
            of: interaction.customerID,
            "/changes/complaintId",
            in: transaction
        )
        try update(
            interaction,
            to: details,
            of: interaction.customerID,
            by: occasion,
            in: transaction
        )
        let correction = InteractionCorrection(
            at: occasion.at,
            actor: occasion.actor,
            reason: reason,
            original: descriptions.details(details, interaction.details)
        )
        try store.append(correction, to: interaction.id, in: transaction)
        let corrected = try find(interaction.id, in: transaction)
        try journal.append(
            "interaction.corrected",
            Subject(.interaction, interaction.id),
            changes: descriptions.interaction(interaction, corrected),
            by: occasion,
            in: transaction
        )
        return corrected
    }

    /// Writes down what an interaction was, and tells the complaints that it is about, or is not
    /// about any more.
    func update(
        _ old: Interaction,
        to details: InteractionDetails,
        of customer: ID<Customer>,
        by occasion: Occasion,
        in transaction: Transaction
    ) throws {
        try store.update(
            old.id,
            to: details,
            customer: customer,
            at: occasion.at,
            in: transaction
        )
        if details.occurredAt != old.details.occurredAt {
            try promises.move(old.id, to: details.occurredAt, in: transaction)
        }
        guard details.complaintID != old.details.complaintID else { return }
        for (details, isLinked) in [(old.details, false), (details, true)] {
            try complaints.link(
                InteractionLink(old.id, details, isLinked: isLinked),
                to: details.complaintID,
                by: occasion,
                in: transaction
            )
        }
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

extension NewInteraction {
    /// What is promised is due when it is given at the earliest; it may be overdue by the time it is
    /// recorded.
    fileprivate func demandPromisesAhead() throws {
        let refusals = promises.enumerated().filter { $0.element.dueAt < details.occurredAt }.map {
            ServiceError.Refusal("/promises/\($0.offset)/dueAt", "must not lie before occurredAt")
        }
        guard refusals.isEmpty else { throw ServiceError.refused(refusals) }
    }
}

extension ServiceError {
    /// Those that are named twice in a list.
    static func doubles<Item: Equatable>(
        _ items: [Item],
        _ pointer: String
    ) -> [Refusal] {
        items.enumerated().filter { items[..<$0.offset].contains($0.element) }
            .map { Refusal("\(pointer)/\($0.offset)", "is given twice") }
    }
}

extension InteractionDetails {
    /// What happened cannot lie in the future.
    func demandPast(of now: Instant, _ pointer: String = "/occurredAt") throws {
        guard occurredAt <= now else {
            throw ServiceError.refused(pointer, "must not lie in the future")
        }
    }
}
